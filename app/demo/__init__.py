"""永康 2024: the year of one congress as data, drawn with a seed and played through the Desk.

Names of real people stand only here; whatever the published report does not say is marked
illustrative.
"""
