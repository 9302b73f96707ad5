"""ANSWERS: read-only questions over rows, as frozen results; writers of documents apart.

Refuses to change anything and to read a clock: the day is an argument.
"""
