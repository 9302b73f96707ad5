"""ASKS: the doors of the web. Today public figures and health; no rows, no writing, no sign-in.

Gets what it shows from `app`; refuses to know databases.
"""
