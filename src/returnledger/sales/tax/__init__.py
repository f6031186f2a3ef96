"""The tax of a sale: which lines each posting of it was charged on, at which rate, and how it is shared by them.

`sharing` gives tax that names no line to the lines. `stated` reads what the books say of rates, `charged_on` finds out by
amounts what they don't say, over the `bases` that a tax may have; `in_prices` takes tax off prices that include it.
"""
