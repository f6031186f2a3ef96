"""The order of layers: one line per layer, from the top down; a module imports only what stands above it.

The core is pure: no file, clock, environment, print or float. Checks and rules never import each other.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "src" / "returnledger"

CORE = """
spellings
words glossary
terms
roles
money frozen
findings
places
problems ledger_problems
events
declared lot
posted
rows
outgoing
movements monthly directives
advances purchases
estimates
estimatebooks draws
credits
books
advanceleft
advancecase
milestones recorded
relations
configfields
policy
products
accounts
settings_sales
settings_year
settings
settings_lint persons
signing
exchange
needs needsestimates
lots given
history
steps
exchanged
expected
piles
caselines
taxcredits
cases
states nextsteps
replay
sales
coupons
dealings orderfees
ordermoney
facts
stepfindings
identity
unshared unbooked
settlement
linefacts orderfacts policyfacts
kits
context
advanceof purchaseof
advancemoves
advancesteps
auto
blind entire estimateuses provisionobstacles
provisioning
resolve casefacts
onward redinvoices
legal refundtime
decision
approving
cash
advancedecide
carrying
fees
drawing warranties
delivery freight tenders
documents
decide
inspecting
refeeing
clearing
legs
costfractions
losses absent storecredit payments replacement owing kitpiles
moves
taking atcost
proceeds claims scrapping purchaseparts worth
supplierdebts
instock
revaluing counting lacking
countobstacles
checks
rules
text
entry
numbers
proof
planned
planrun
openday
paying
kinds
planner
assemble
"""

# Modules of one line do not import each other.
SHELL = """
i18n excerpt
textfile disk
yamlerrors
yamlfile
jsonfile tablefile
registerfile
shape
leftover eventfields includes
eventshape
eventsfile configfile schema
ledger
ledgerfaults
store
batch
reports
fullproof
session
inputs
asposted
proving
verification detect drafting
reporting
trial
checkup_templates
checkup_speed
startfiles
views starting checkup
policies
outcomes
savedplan
app
findings_text
handbook
cli
__main__
"""

BARRED_MODULES = {
    "os",
    "sys",
    "pathlib",
    "time",
    "yaml",
    "typer",
    "rich",
    "beancount.loader",
    "io",
    "logging",
    "random",
}
BARRED_CALLS = {"float", "print", "open", "input"}
BARRED_ATTRIBUTES = {("date", "today"), ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today")}


def layers(text: str) -> list[list[str]]:
    """Return the modules of each layer, from the top down."""
    return [line.split() for line in text.strip().splitlines()]


RANK = {name: rank for rank, names in enumerate(layers(CORE) + layers(SHELL)) for name in names}
CORE_NAMES = {name for names in layers(CORE) for name in names}


def files() -> list[Path]:
    """Return every module of the package but its root."""
    return [path for path in sorted(PACKAGE.rglob("*.py")) if path != PACKAGE / "__init__.py"]


def layer_of(path: Path) -> str:
    """Return the first part of the module's name below the package."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imports(path: Path) -> list[tuple[int, str]]:
    """Return (line, full name) of everything the module imports, at its top or inside a function, types included."""
    found: list[tuple[int, str]] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are written in full"
            found += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
    return found


def own(name: str) -> str | None:
    """Return the layer that an import names, None for one outside the package or its root."""
    parts = name.split(".")
    if parts[0] != "returnledger" or len(parts) == 1:
        return None
    return parts[1] if (PACKAGE / parts[1]).is_dir() or (PACKAGE / f"{parts[1]}.py").exists() else None


def label(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def test_every_module_has_its_layer() -> None:
    assert sorted({layer_of(path) for path in files()} - set(RANK)) == []


@pytest.mark.parametrize("path", files(), ids=label)
def test_a_module_imports_only_layers_above_it(path: Path) -> None:
    mine = layer_of(path)
    wrong = [
        f"line {line}: {name}"
        for line, name in imports(path)
        if (other := own(name)) and other != mine and RANK[other] >= RANK[mine]
    ]
    assert wrong == []


@pytest.mark.parametrize("path", [path for path in files() if layer_of(path) in CORE_NAMES], ids=label)
def test_the_core_is_pure(path: Path) -> None:
    wrong = [
        f"line {line}: imports {name}"
        for line, name in imports(path)
        if any(name == barred or name.startswith(barred + ".") for barred in BARRED_MODULES)
    ]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BARRED_CALLS:
            wrong.append(f"line {node.lineno}: calls {node.func.id}")
        if isinstance(node, ast.Attribute) and (getattr(node.value, "id", ""), node.attr) in BARRED_ATTRIBUTES:
            wrong.append(f"line {node.lineno}: reads the clock by {ast.unparse(node)}")
    assert wrong == []


@pytest.mark.parametrize("path", files(), ids=label)
def test_only_the_ledger_imports_the_loader_of_beancount(path: Path) -> None:
    loads = [name for _, name in imports(path) if name.startswith("beancount.loader")]
    assert loads == [] or layer_of(path) == "ledger"


@pytest.mark.parametrize("folder", ["checks", "rules"])
def test_checks_and_rules_never_import_each_other(folder: str) -> None:
    wrong = [
        f"{path.name} line {line}: {name}"
        for path in sorted((PACKAGE / folder).glob("*.py"))
        if path.name != "__init__.py"
        for line, name in imports(path)
        if own(name) in ("checks", "rules")
    ]
    assert wrong == []


def test_commands_reach_the_books_through_the_library_only() -> None:
    barred = {"ledger", "store", "batch", "proof", "proving", "yamlfile", "replay", "sales", "session"}
    wrong = [
        f"{path.name} line {line}: {name}"
        for path in sorted((PACKAGE / "cli").glob("*.py"))
        for line, name in imports(path)
        if own(name) in barred
    ]
    assert wrong == []
