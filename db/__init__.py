"""RECORDS: tables, migrations and the store in which every decision is kept, on two databases.

Refuses to know rules: what a row means is decided in the engine and only written down here.
"""
