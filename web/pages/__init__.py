"""Pages for people: server-rendered, in Chinese with English beside it, usable without scripts.

Refuses to decide anything: it asks the house and shows what it answers.
"""
