"""The look of the manual's HTML pages: readable on a telephone, in the dark and on paper."""

CSS = """\
:root { --text: #1d2329; --soft: #59636e; --line: #d5dae0; --back: #ffffff; --shade: #f4f6f8; --link: #0b5cad; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e4e8ec; --soft: #9da7b1; --line: #3a424b; --back: #14181c; --shade: #1f252b; --link: #7db7f2; }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; padding: 1.5rem 1.25rem 4rem; max-width: 50rem; color: var(--text); background: var(--back);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", "Noto Sans", "PingFang SC", "Microsoft YaHei",
  "Noto Sans CJK SC", "WenQuanYi Micro Hei", sans-serif; overflow-wrap: break-word; }
:lang(zh-Hans) { line-height: 1.75; }
h1 { font-size: 1.9rem; line-height: 1.25; margin: 0.5rem 0 1rem; }
h2 { font-size: 1.3rem; line-height: 1.35; margin: 2.5rem 0 0.75rem; padding-top: 0.75rem;
  border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.5rem 0 0.5rem; }
a { color: var(--link); }
ul, ol { padding-left: 1.4rem; }
li { margin: 0.35rem 0; }
em { color: var(--soft); font-style: normal; }
:lang(en) em { font-style: italic; }
code { font: 0.85em/1.4 ui-monospace, "SFMono-Regular", Consolas, "DejaVu Sans Mono", monospace; color: var(--soft);
  background: var(--shade); padding: 0.1em 0.35em; border-radius: 0.25rem; white-space: nowrap; }
blockquote { margin: 1rem 0; padding: 0.1rem 1rem; border-left: 0.25rem solid var(--line); background: var(--shade); }
nav { background: var(--shade); border-radius: 0.5rem; padding: 0.75rem 1.25rem; margin: 1.5rem 0; }
nav h2 { border: 0; margin: 0; padding: 0; font-size: 1rem; }
nav ol { margin: 0.4rem 0; columns: 2 16rem; }
nav li { margin: 0; padding: 0.15rem 0; break-inside: avoid; }
.wide { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; font-size: 0.95rem; }
th, td { min-width: 4.5rem; text-align: left; vertical-align: top; padding: 0.45rem 0.75rem 0.45rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; }
footer { margin-top: 3rem; color: var(--soft); font-size: 0.9rem; border-top: 1px solid var(--line); }
@media print {
  :root { --text: #000000; --soft: #444444; --line: #bbbbbb; --back: #ffffff; --shade: #ffffff; --link: #000000; }
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  h2, h3 { break-after: avoid; }
  li, tr, blockquote { break-inside: avoid; }
  .wide { overflow: visible; }
  a { text-decoration: none; }
  @page { margin: 18mm 16mm; }
}
"""
