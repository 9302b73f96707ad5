"""TICKS: does what is due at a given instant, again and again.

What is due stands in rows; this package only asks for it. Refuses to know databases and rules.
"""
