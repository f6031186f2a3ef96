"""What was concluded about a sale and not read: `plan` and `sale` say it, so that nothing is guessed in silence.

Each code is one sentence; a style or an allocation adds the code with its values to the sale.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from returnledger.findings import Phrase
from returnledger.money import ZERO
from returnledger.places import seen_from
from returnledger.rows import Sale, SaleLine

SENTENCES: Mapping[str, Phrase] = {
    "paid-net-of-fee": Phrase(
        "order {order} was paid net of {amount} {currency}, which stand on {account}: the customer paid that too"
    ),
    "returned-by-hand": Phrase("{units} {skus} of order {order} came back by hand, as booked at {where}"),
    "names-no-line": Phrase(
        "{name} at {where} names no line of order {order}: {amount} {currency} on {account} is shared by all of them"
    ),
    "not-invoiced": Phrase("{skus} of order {order} was delivered and not invoiced: it comes back without credit"),
    "delivered-and-invoiced-differ": Phrase(
        "{invoiced} {skus} of order {order} were invoiced and {delivered} delivered, which were booked apart"
    ),
    "payment-shared": Phrase(
        "the payment at {where} is for several orders ({orders}): it went to what each owed, the oldest first"
    ),
    "delivery-taxed": Phrase("the tax of order {order} was charged on goods and delivery together, as its rate shows"),
    "delivery-untaxed": Phrase("the tax of order {order} was charged on the goods alone, as its rate shows"),
    "paid-on-every-row": Phrase(
        "each row of order {order} in the register says that {amount} was paid, which is the whole order: it was paid once"
    ),
    "paid-by-only-method": Phrase("order {order} was paid by {method}, the only method of the settings"),
    "account-of-old-books": Phrase(
        "{account} stands for {old} of order {order}, which this year's ledger does not have"
    ),
    "also-in-old-books": Phrase("order {order} is another sale at {where} in an archive, which was left out"),
    "rate-of-price": Phrase(
        "one {foreign} of order {order} goes back as {rate} {currency}, by the price of {date}; `rate:` on the event says otherwise"
    ),
    "coupon-taken-back": Phrase(
        "{amount} {currency} of the coupon of order {order} is taken back: the goods kept are worth {kept}, and the coupon was "
        "for {threshold}"
    ),
    "coupon-given-back": Phrase(
        "{amount} {currency} of the coupon of order {order} that was taken back before is given back with these goods"
    ),
    "coupon-unread": Phrase(
        "the threshold `{text}` of a coupon of order {order} at {where} is no amount in its currency: nothing is taken back"
    ),
    "holidays-estimated": Phrase(
        "the holidays of {year} are not published yet: the last day {day} of {order} may move"
    ),
    "moved-to-open-day": Phrase(
        "the event is dated {date} and posted on {day}: the books are closed up to {locked}, and the policy moves it"
    ),
    "value-of-register": Phrase(
        "{sku} of order {order} is not held at cost in the ledger: it comes back by value to {account}"
    ),
    "lot-of-register": Phrase(
        "{sku} of order {order} comes back as a lot at the register's unit cost, dated the day of the sale: {lot}"
    ),
    "discount-account": Phrase(
        "{amount} {currency} of order {order} on {account} are a discount: nobody owed or paid them"
    ),
    "delivery-given": Phrase(
        "{amount} {currency} of order {order} on {account} are delivery given free: they come off what it was charged at"
    ),
    "discount-shared": Phrase(
        "a discount on {skus} of order {order} was shared by the lines of {skus}, as it names none"
    ),
    "tax-on-lines": Phrase("tax of order {order} was charged on {skus} alone: it is {rate} of that"),
    "tax-at-one-rate": Phrase("the tax of order {order} was charged on all its lines alike: it is {rate} of them"),
    "tax-before-discount": Phrase("the tax of order {order} was charged on prices before discount, as its rate shows"),
    "revenue-in-one-line": Phrase(
        "{count} amounts of revenue for {sku} in order {order} are one line at their average price: nothing says how many "
        "units each is for ({where})"
    ),
    "goods-of-the-line": Phrase("{goods} at {where} are the goods of {sku}, the only line of order {order}"),
    "goods-by-fit": Phrase(
        "{goods} at {where} are the goods of {sku}: no other line of order {order} that has none fits them"
    ),
    "revenue-of-the-rest": Phrase(
        "revenue of order {order} that names no line, as at {where}, is that of {sku}, the only goods without revenue"
    ),
    "revenue-by-account": Phrase("revenue on {account} at {where} is that of {sku}, as the account is named"),
    "credited-by-hand": Phrase(
        "{amount} of order {order} was credited by hand, as at {where}, and no goods came back for it: so much less is "
        "given back for {skus}"
    ),
    "delivery-credited-by-hand": Phrase(
        "{amount} of the delivery of order {order} was given back by hand, as at {where}: so much less of it is left"
    ),
    "exchanged-by-hand": Phrase(
        "{units} of order {order} came back in the exchange at {where}: revenue, tax and cost there are net of theirs"
    ),
    "written-off": Phrase(
        "{amount} of order {order} was never paid: it left the receivable for {account} at {where}, and goes back there"
    ),
    "taken-off": Phrase(
        "{amount} of order {order} was never paid: {account} at {where} is taken for a reduction of the price, and a return "
        "takes its share off it again; the account of a fee that somebody kept would be called one"
    ),
    "stays-with-us": Phrase(
        "{amount} of order {order} on {account} at {where} is no price of goods: it stays when they come back"
    ),
    "line-by-account": Phrase(
        "revenue of order {order} on {account} at {where} names no SKU: it is a line without goods, called {sku}"
    ),
    "revenue-by-price": Phrase(
        "revenue of order {order} is shared by the prices on its goods, from {where}: they come to {priced} without tax"
    ),
    "revenue-by-price-with-tax": Phrase(
        "revenue of order {order} is shared by the prices on its goods, from {where}: they come to {priced} with tax"
    ),
    "revenue-by-price-less-discount": Phrase(
        "revenue of order {order} is shared by the prices on its goods, from {where}, each less the tax of its rate: they come "
        "to {priced} with tax, before the discount"
    ),
    "discount-at-one-rate": Phrase("the discount of order {order} was on {on} alone: so the tax at {where} shows"),
    "revenue-by-list-price": Phrase(
        "revenue of {revenue} of order {order} is shared by the prices on its goods, from {where}, which come to {priced}: "
        "a discount on all of them is taken to be off already"
    ),
    "sold-in-packs": Phrase("the quantity of {sku} at {where} counts packs of {units}"),
    "cost-not-of-lots": Phrase(
        "cost of goods of order {order} at {where} is {cost} {currency}, and its lots cost {lots} {currency} at {other}: it "
        "goes back as booked"
    ),
    "cost-by-revenue": Phrase(
        "cost of goods of order {order} on {account} at {where} is shared by revenue: stock kept by value does not say what "
        "each line cost"
    ),
    "cost-not-as-said": Phrase(
        "cost of goods of order {order} at {where} is {cost} {currency}, and metadata of its lines says {said} {currency}, as at "
        "{other}: it goes back as booked, shared as the metadata says"
    ),
    "said-cost": Phrase(
        "{sku} of order {order} cost {cost} {currency}, {each} a unit, as metadata at {where} says: it comes back by value "
        "to {account}"
    ),
    "said-cost-shared": Phrase(
        "the cost of {cost} {currency} that metadata at {where} says of order {order} is shared by revenue by {skus}"
    ),
    "cost-of-month": Phrase(
        "{sku} of order {order} cost {each} {currency} a unit: cost of goods of {month} was {cost} {currency} ({where}) for "
        "{units} units; it comes back by value to {account}"
    ),
    "cost-of-month-by-revenue": Phrase(
        "{sku} of order {order} cost {share} {currency}: its share by revenue of cost of goods of {month}, {cost} "
        "{currency} ({where}); it comes back by value to {account}"
    ),
    "without-cost": Phrase(
        "{sku} of order {order} is taken for a service: cost of goods that is booked by the month names other goods, as at "
        "{where}"
    ),
    "cost-not-of-line": Phrase(
        "cost of {skus} of order {order} at {where} is {cost} {currency}, and its lots cost {lots} {currency} at {other}: it "
        "goes back as booked"
    ),
    "sold-in-parts": Phrase("order {order} is {count} sales under one name, the first at {where}, the last at {also}"),
    "counted-as-one": Phrase("{sku} at {where} is one unit: nothing says how many there are"),
    "goods-without-revenue": Phrase(
        "{goods} at {other} brought no revenue of their own, and no goods are tied to {skus} at {where}: they are lines apart"
    ),
    "paid-through": Phrase(
        "{amount} {currency} of order {order} was paid through {account} at {where}, which has no role in the settings: it "
        "goes back there as through any other way of paying"
    ),
    "customer-has-credit": Phrase(
        "the customer of order {order} has {amount} {currency} to get back: more was paid or credited than was invoiced"
    ),
    "one-kit": Phrase("the goods of {sku} at {where} are those of one kit: nothing says how many there are"),
    "cost-account": Phrase("{account} at {where} takes what the goods of order {order} cost, and gives it back"),
    "variance-account": Phrase(
        "{account} at {where} takes the difference between cost of goods of order {order} and its lots, and gives it back"
    ),
    "metadata-unread": Phrase("`{key}: {text}` at {where} of order {order} can't be read as a number: it says nothing"),
    "price-not-of-revenue": Phrase(
        "`{key}` of {sku} at {where} is {price}, and its revenue at {other} is {revenue} for {units}: what was booked counts"
    ),
    "margin": Phrase(
        "order {order} has no cost of goods: {account} at {where} is taken for its margin, and its return gives back the "
        "margin and the cost"
    ),
}


def concluded(sale: Sale, lines: Iterable[SaleLine] | None = None, root: str = "") -> Iterator[tuple[str, Phrase]]:
    """Yield code and sentence of each thing concluded about a sale, each once; places as seen from the folder `root`.

    With `lines`, what was concluded about other lines alone is left out: it names its lines or SKUs in its values.
    """
    touched = None if lines is None else tuple(lines)
    told: set[tuple[str, str]] = set()
    for code, values in (*sale.inferred, *_credit(sale)):
        key = (code, str(sorted(values.items())))
        if key in told or (touched is not None and not _about(values, touched)):
            continue
        told.add(key)
        seen = {name: seen_from(root, value) for name, value in values.items()}
        yield code, Phrase(SENTENCES[code].text, {"order": sale.order, **seen})


def _credit(sale: Sale) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield what the books owe the customer on an order, whatever was posted by us."""
    by_currency: dict[str, Decimal] = {}
    for money in sale.receivable:
        by_currency[money.currency] = by_currency.get(money.currency, ZERO) + money.amount
    for currency, amount in by_currency.items():
        if amount < 0:
            yield "customer-has-credit", {"amount": f"{-amount:f}", "currency": currency}


def _about(values: Mapping[str, str], lines: Iterable[SaleLine]) -> bool:
    """Return True if what was concluded is about the whole order or about one of these lines."""
    named = {word for key in ("line", "lines") for word in values.get(key, "").split(", ") if word}
    skus = {word for key in ("sku", "skus") for word in values.get(key, "").split(", ") if word}
    if named:
        return any(line.line in named for line in lines)
    return not skus or any(line.sku in skus or line.commodity in skus for line in lines)
