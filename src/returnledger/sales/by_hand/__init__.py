"""What entries that are not ours gave back of a sale: goods (`returned`), money (`credited`), or goods against others (`exchanged`).

Goods that only change their place (`moved`) are none of these.
"""
