"""Sales of other books seen from this year's ledger: which accounts stand for theirs, and where the books disagree.

An account of last year that this year's ledger does not have is the account of the same role here, where there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from returnledger.money import ZERO, average, plain
from returnledger.roles import Role
from returnledger.rows import Lot, LotUnits, Money, Noted, Part, Sale, SaleLine

Standing = Callable[[str, Role, str], str]  # account, its role, commodity of stock -> the account that stands for it


def moved(sale: Sale, standing: Standing) -> Sale:
    """Return the sale with the accounts that stand for its own; every change is told as concluded."""
    changed: dict[str, str] = {}

    def of(account: str, role: Role, commodity: str = "") -> str:
        found = standing(account, role, commodity)
        if found != account:
            changed[account] = found
        return found

    def parts(own: Iterable[Part]) -> tuple[Part, ...]:
        return tuple(replace(part, account=of(part.account, part.role)) for part in own)

    def money(own: Iterable[Money], role: Role) -> tuple[Money, ...]:
        return tuple(replace(each, account=of(each.account, each.role or role)) for each in own)

    def lots(own: Iterable[LotUnits]) -> tuple[LotUnits, ...]:
        return tuple(replace(lot, account=of(lot.account, Role.INVENTORY, lot.commodity)) for lot in own)

    lines = tuple(
        replace(line, parts=parts(line.parts), cogs=parts(line.cogs), lots=lots(line.lots)) for line in sale.lines
    )
    made = replace(
        sale,
        lines=lines,
        shipping=parts(sale.shipping),
        rounding=parts(sale.rounding),
        receivable=money(sale.receivable, Role.ACCOUNTS_RECEIVABLE),
        tenders=money(sale.tenders, Role.CASH_BANK),
        advances=money(sale.advances, Role.CONTRACT_LIABILITY),
        settled=money(sale.settled, Role.SETTLEMENT_DISCOUNT),
    )
    notes = tuple(("account-of-old-books", {"old": old, "account": new}) for old, new in changed.items())
    return noted(made, *notes)


def noted(sale: Sale, *notes: Noted) -> Sale:
    """Return the sale with what was concluded of it, each thing once."""
    new = tuple(note for note in notes if note not in sale.inferred)
    return replace(sale, inferred=(*sale.inferred, *new)) if new else sale


def with_problem(sale: Sale, *problems: Noted) -> Sale:
    """Return the sale with what can't be true of it, each thing once."""
    new = tuple(problem for problem in problems if problem not in sale.problems)
    return replace(sale, problems=(*sale.problems, *new)) if new else sale


def compared(booked: Sale, listed: Sale) -> Sale:
    """Return the sale of an order that a ledger and a register both have.

    The ledger wins where it says which goods were sold; the register fills in what a ledger of bare totals leaves open.
    Where the two contradict each other the sale has a problem that names both places.
    """
    by_account = {values["sku"] for code, values in booked.inferred if code == "line-by-account"}
    if not any(line.sku and line.sku not in by_account for line in booked.lines):
        paid = sum((money.amount for money in booked.tenders), ZERO)
        worth = sum((money.amount for money in booked.receivable), paid)
        made = replace(
            listed,
            receivable=booked.receivable,
            tenders=booked.tenders,
            customer=booked.customer or listed.customer,
            payee=booked.payee or listed.payee,
            links=booked.links,
            tags=booked.tags,
            metadata=booked.metadata,
        )
        whole = sum((line.net + line.tax for line in listed.lines), ZERO)
        return made if worth == whole else with_problem(made, _disagrees("net + tax", whole, worth, listed, booked))
    for sku in dict.fromkeys(line.sku for line in (*booked.lines, *listed.lines)):
        here, there = _units(booked, sku), _units(listed, sku)
        if here != there:
            return with_problem(booked, _disagrees(f"qty {sku}", there, here, listed, booked))
    here, there = (sum((line.net for line in sale.lines), ZERO) for sale in (booked, listed))
    return booked if here == there else with_problem(booked, _disagrees("net", there, here, listed, booked))


def _units(sale: Sale, sku: str) -> object:
    return sum((line.units for line in sale.lines if line.sku == sku), ZERO)


def _disagrees(what: str, listed: object, booked: object, register: Sale, ledger: Sale) -> Noted:
    values = {"what": what, "register": plain(listed), "ledger": plain(booked)}  # type: ignore[arg-type]
    return "register-disagrees", values | {"at": str(register.place), "where": str(ledger.place)}


def held_at_cost(line: SaleLine, account: str, commodity: str) -> SaleLine:
    """Return a line of a register with a lot of its own: at the register's unit cost, dated the day of the sale."""
    currency = (line.cogs or line.parts)[0].currency
    lot = Lot(average(line.cost, line.units), currency, line.date)
    place = (line.place.file, line.place.line)
    return replace(
        line, commodity=commodity, lots=(LotUnits(account, commodity, lot, line.units, place),), lot_is_new=True
    )
