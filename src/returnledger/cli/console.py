"""The two streams of a command: standard output carries the result, standard error everything else."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from returnledger.i18n import N_, Language, _

if TYPE_CHECKING:
    from returnledger.findings import Finding
    from returnledger.findings_text import Source


class Console:
    """What the global options say, and how to write accordingly."""

    def __init__(self, language: Language = "en") -> None:
        """Start with what holds until the global options are read."""
        self.language = language
        self.colour = "auto"
        self.settings: Path | None = None
        self.findings_format = "full"
        self.sources: dict[str, Source] = {}
        self.outcome = N_("nothing was written")  # what the last line of findings ends with; empty for a mere look

    def out(self, text: str) -> None:
        """Write a part of the result; a reader that has gone away (`| head`) is no error."""
        _write(sys.stdout, text)

    def result(self, text: str, output: Path | None) -> None:
        """Write the whole result to the file `output`, or to standard output."""
        if output is None or str(output) == "-":
            self.out(text if text.endswith("\n") or not text else text + "\n")
            return
        from returnledger.disk import replace

        try:
            replace(output, text.encode("utf-8"))
        except OSError as error:
            raise unwritable(output, error) from error

    def err(self, text: str) -> None:
        """Write a line for the person at the terminal."""
        _write(sys.stderr, text if text.endswith("\n") else text + "\n")

    def err_part(self, text: str) -> None:
        """Write a question for the person at the terminal, who answers on the same line."""
        _write(sys.stderr, text)

    def colours(self, stream: TextIO) -> bool:
        """Return True if `stream` shows colours: a terminal, unless NO_COLOR or --color says otherwise."""
        if self.colour != "auto":
            return self.colour == "always"
        return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    def findings(self, found: Iterable[Finding]) -> None:
        """Show findings on standard error, with the last line that sums them up."""
        from returnledger.cli.words import wrap
        from returnledger.findings_text import Format, render, summary

        listed = list(found)
        if not listed:
            return
        fmt: Format = self.findings_format  # type: ignore[assignment]
        text = render(
            listed,
            Sources(self.sources),
            fmt,
            self.language,
            colour=self.colours(sys.stderr),
            width=terminal_width(),
            wrap=wrap if sys.stderr.isatty() else None,
        )
        self.err(text)
        if fmt in ("full", "concise"):
            gap = "\n" if fmt == "full" else ""
            self.err(gap + summary(listed, self.language, outcome=self.outcome))

    @contextlib.contextmanager
    def progress(self, what: str) -> Iterator[None]:
        """Show that work goes on, after one second and only on a terminal."""
        if not sys.stderr.isatty() or self.colour == "never":
            yield
            return
        from returnledger.cli.progress import spinner

        with spinner(what):
            yield


class Sources(Mapping[str, Any]):
    """The files that findings point into: those that were read, else read again from disk for their line."""

    def __init__(self, known: Mapping[str, Source]) -> None:
        """Take the files already read."""
        self._known = dict(known)

    def __getitem__(self, name: str) -> Any:
        """Return the lines of file `name`; KeyError where it can't be read as text."""
        if name not in self._known:
            from returnledger.textfile import decode, source_text

            try:
                text, _found = decode(Path(name).read_bytes(), name)
            except (OSError, ValueError) as error:
                raise KeyError(name) from error
            self._known[name] = source_text(text or "", name)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names known so far."""
        return iter(self._known)

    def __len__(self) -> int:
        """Return how many files are known so far."""
        return len(self._known)


def unwritable(path: Path | str, error: OSError) -> Exception:
    """Return the usage error for a result that can't be written to `path`."""
    from returnledger.cli.usage import Usage

    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        hint = _("make room, or name a file on another disk")
    else:
        hint = _("name a file in a folder that exists and that you may write to")
    return Usage(
        _("the result can't be written to {file}: {reason}").format(file=path, reason=error.strerror or error), hint
    )


def terminal_width() -> int:
    """Return the width to cut long lines to."""
    from returnledger.cli.help import width

    return width()


def prepare_streams() -> None:
    """Make both streams write UTF-8 whatever the locale says, and never stop at a character they can't write.

    A stream that was closed before the program began reads as empty and swallows what is written.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def close_streams() -> None:
    """Flush both streams; what can't be written any more is dropped without a word."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            silence(stream)


def _write(stream: TextIO, text: str) -> None:
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        silence(stream)
    except OSError as error:
        silence(stream)
        name = "standard output" if stream is sys.stdout else "standard error"
        raise unwritable(name, error) from error


def silence(stream: TextIO) -> None:
    """Send what is still to come on `stream` nowhere, so that closing it is quiet."""
    with contextlib.suppress(OSError, ValueError, io.UnsupportedOperation):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
