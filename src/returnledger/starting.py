"""Starts a shop's books: reads a ledger and writes the settings it suggests, or begins an empty folder.

The proposed settings are tried before they are written: every sale is read with them, and the one-line return of an
order of the ledger is planned in memory.

No existing file is changed. What is written: returnledger.yaml, a policy, an example of events, the folder of returns
with its placeholder, and JSON Schemas for editors; the one line that the ledger needs is printed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from returnledger import batch as batchfile
from returnledger.configfile import SETTINGS_NAME
from returnledger.detect import Proposal, propose, registers, settings_text, starter_ledger, starting
from returnledger.detect.coverage import Coverage, costs_by_month, coverage_of
from returnledger.detect.goods import products_text
from returnledger.detect.telling import with_rates
from returnledger.findings import Finding, Refused, Severity, Template, has_errors
from returnledger.i18n import N_, catalogue
from returnledger.includes import covered, includes_of, unmatched
from returnledger.ledger import Loaded, load
from returnledger.ledgerfaults import faults_of
from returnledger.policy import PolicyFile, prepare
from returnledger.products import ProductRow, Products, products_of
from returnledger.session import shown_path
from returnledger.settings import Settings
from returnledger.shape import shape
from returnledger.startfiles import POLICY, modeline, other_files, policy_text
from returnledger.textfile import SourceText
from returnledger.trial import Reason, Shop, Tried, looked_at, scalar
from returnledger.yamlfile import Node, read_text

TEMPLATES: dict[str, Template] = {
    "settings-there": Template(
        "{file} is there already; init changes no file that exists",
        "edit it, or move it away and run `returnledger init` again",
    ),
    "ledger-unclear": Template("several files could be the ledger: {files}", "name it: `returnledger init {first}`"),
    "init-ledger-missing": Template(
        "there is no ledger {file}", "check the name, or leave it out to begin an empty folder"
    ),
}

PRODUCTS = "products.yaml"


@dataclass(frozen=True)
class Initialised:
    """What init found, what came of trying it, and what it wrote."""

    ledger: str
    proposal: Proposal
    begun: bool = False  # True where a ledger was begun in an empty folder
    included: bool = True  # True where the ledger includes the folder of returns
    coverage: Coverage | None = None
    example: Tried | None = None  # a one-line return of one order, planned and not written
    reasons: tuple[Reason, ...] = ()
    written: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    sources: Mapping[str, SourceText] = field(default_factory=dict)
    exit_code: int = 0


def initialise(
    ledger: Path | None = None, *, preset: str | None = None, language: str = "en", folder: Path | None = None
) -> Initialised:
    """Write settings for the ledger (looked for in `folder`, else the working folder), or begin an empty one.

    Raises Refused (exit code 2) where settings are there already or no ledger can be told.
    """
    folder = folder or (ledger.absolute().parent if ledger else Path.cwd())
    settings = folder / SETTINGS_NAME
    if settings.exists():
        raise Refused([Finding("settings-there", None, {"file": shown_path(settings)})], 2)
    root = _ledger(ledger, folder)
    if root is None:
        root = folder / "main.beancount"
        chosen = preset or ("cn" if language == "zh" else "general")
        proposal = starting(chosen, root.name)
        done = Initialised(shown_path(root), proposal, begun=True)
        files = {root: starter_ledger(chosen, proposal.currency)}
    else:
        loaded = load(root)
        other = [fault for fault in faults_of(root, loaded.errors, (), root, "") if fault.code == "roots-renamed"]
        if other:
            raise Refused(other, 2)
        proposal = _with_errors(propose(loaded, preset=preset), loaded, folder)
        files = {}
        done = _read(loaded, proposal, folder)
        proposal = done.proposal
    files[settings] = modeline("settings") + settings_text(proposal, language)
    if proposal.products:
        comment = catalogue(language).gettext(N_("What the books don't say of goods: commodity, category, packs."))
        files[folder / PRODUCTS] = products_text(proposal.products, comment)
    files |= other_files(folder, proposal, language)
    return replace(done, written=tuple(_write(folder, files)))


def _with_errors(proposal: Proposal, loaded: Loaded, folder: Path) -> Proposal:
    """Return the proposal with a word on the errors that the ledger has of its own, where it has any."""
    expected = {unmatched(include) for include in loaded.includes if covered([include], folder / "returns")}
    errors = [error for error in loaded.errors if error.message not in expected]
    if not errors:
        return proposal
    first = errors[0]
    place = f"{shown_path(Path(first.file))}:{first.line}" if first.file else loaded.root.name
    sentence = N_(
        "the ledger has {count} errors of its own, the first at {place}: {message}; correct them until `bean-check` says nothing"
    )
    values = {"count": len(errors), "place": place, "message": first.message}
    return replace(proposal, told=((sentence, values), *proposal.told))


def _read(loaded: Loaded, proposal: Proposal, folder: Path) -> Initialised:
    """Return what the proposed settings make of the ledger: how many sales they read, and what a return would do."""
    included = any(include.covers(folder / "returns" / "2000" / "x.beancount") for include in loaded.includes)
    done = Initialised(shown_path(loaded.root), proposal, included=included)
    shop = _shop(loaded, proposal, folder)
    if shop is None:
        return done
    coverage = coverage_of(loaded, shop.settings, shop.products)
    if coverage.whole < coverage.sales or not coverage.sales:
        proposal, shop, coverage = _with_register(proposal, shop, coverage)
    if costs_by_month(coverage, loaded, shop.settings, shop.products):
        proposal = replace(proposal, by_month=True)
        shop = _shop(loaded, proposal, folder) or shop
    proposal = replace(proposal, told=with_rates(proposal.told, coverage.rates))
    example, reasons = looked_at(shop, coverage)
    if example is not None:
        sale = next(sale for sale in coverage.latest if sale.order == example.order)
        line = next((line for line in sale.lines if f"sku: {scalar(line.sku)}," in example.event), sale.lines[0])
        day = date.fromisoformat(example.event.split("date: ")[1][:10])
        proposal = replace(proposal, example=sale.order, example_day=day, example_sku=line.sku)
    return replace(done, proposal=proposal, coverage=coverage, example=example, reasons=reasons)


def _with_register(proposal: Proposal, shop: Shop, coverage: Coverage) -> tuple[Proposal, Shop, Coverage]:
    """Return these with the register beside the ledger that tells of most sales, where there is one; others are named."""
    best: tuple[Proposal, Shop, Coverage] | None = None
    told: list[tuple[str, Mapping[str, object]]] = []
    left_out: list[str] = []
    for name in registers.found(shop.loaded.root.parent):
        file = Path(os.path.relpath(shop.loaded.root.parent / name, shop.folder)).as_posix()
        more = replace(proposal, register=file)
        wider = _shop(shop.loaded, more, shop.folder)
        if wider is None:
            continue
        listed, wrong = registers.listed(wider.settings, wider.products, wider.folder, file)
        if has_errors(wrong):
            faults = [finding for finding in wrong if finding.severity is Severity.ERROR]
            sentence = N_(
                "{file} is headed as a register of sales, and {count} faults keep it from being read as one, the first at {place}"
            )
            told.append((sentence, {"file": file, "count": len(faults), "place": str(faults[0].span or file)}))
            continue
        counted = coverage_of(shop.loaded, wider.settings, wider.products, listed)
        if counted.whole <= coverage.whole:
            continue
        if best is not None:
            left_out.append(file if counted.whole <= best[2].whole else best[0].register)
        if best is None or counted.whole > best[2].whole:
            more = replace(more, first_day=min(more.first_day, *(sale.date for sale in listed)))
            best = more, _shop(shop.loaded, more, shop.folder) or wider, counted
            sentence = N_("{file} is a register of {count} sales, whose totals the ledger holds")
            of_best = sentence, {"file": file, "count": len(listed)}
    if best is None:
        return replace(proposal, told=(*proposal.told, *told)), shop, coverage
    told.append(of_best)
    if left_out:
        sentence = N_(
            "{files}: headed as a register too, and left out; the settings take one file, so join in it what belongs together"
        )
        told.append((sentence, {"files": ", ".join(left_out)}))
    return replace(best[0], told=(*proposal.told, *told)), *best[1:]


def _shop(loaded: Loaded, proposal: Proposal, folder: Path) -> Shop | None:
    """Return what a trial of the proposal is made with, None where a hand must first put the proposal right."""
    node = _node(settings_text(proposal, "en"))
    settings, _ = shape(Settings, node, SETTINGS_NAME)
    rules = _node(policy_text(proposal))
    says, _ = shape(PolicyFile, rules, POLICY)
    if settings is None or says is None:
        return None
    policy, _ = prepare(says, rules.data(), rules, tuple(settings.methods))
    rows: dict[str, ProductRow] = {}
    goods = _node(products_text(proposal.products, PRODUCTS)) if proposal.products else None
    for key, value in goods.entries if goods else ():
        row, _ = shape(ProductRow, value, key.text)
        if row is not None:
            rows[key.text] = row
    products = products_of(rows, goods)[0] if goods else Products()
    settings = settings.placed_in(str(folder.absolute()), node)
    return Shop(loaded, settings, products, (policy,), folder) if policy is not None else None


def _node(text: str) -> Node:
    return read_text(text, SETTINGS_NAME)[0][0]


def _ledger(named: Path | None, folder: Path) -> Path | None:
    """Return the ledger: the one named, main.beancount, else the only .beancount file; None in an empty folder."""
    if named is not None:
        if not named.is_file():
            raise Refused([Finding("init-ledger-missing", None, {"file": str(named)})], 2)
        return named.absolute()
    main = folder / "main.beancount"
    if main.is_file():
        return main
    found = sorted(path for pattern in ("*.beancount", "*.bean") for path in folder.glob(pattern))
    if len(found) > 1:
        included = {file for path in found for include in includes_of(path.absolute()) for file in include.files()}
        found = [path for path in found if str(path.absolute()) not in included]
    if len(found) > 1:
        names = [path.name for path in found]
        raise Refused([Finding("ledger-unclear", None, {"files": ", ".join(names), "first": names[0]})], 2)
    return found[0] if found else None


def _write(folder: Path, files: Mapping[Path, str]) -> list[str]:
    """Write the files that are not there yet, and furnish the folder of returns; return the names."""
    written = []
    for path, text in files.items():
        if not path.exists():
            batchfile.replace_file(path, text.encode())
            written.append(shown_path(path))
    returns = folder / "returns"
    if not (returns / batchfile.PLACEHOLDER).exists():
        batchfile.prepare(returns)
        written.append(shown_path(returns) + "/")
    return written
