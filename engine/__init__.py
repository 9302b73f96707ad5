"""DECIDES: the pure rules of the loop and the one use case that applies them.

Knows the standard library, transitions, CEL and dateutil. Refuses to know databases, files,
the web and the time of day: the instant of an action is always an argument.
"""
