"""TELLS: from a notice to words, from words to a channel, from the outbox to the person.

Knows the engine's records only. Refuses to know databases and who must be told: that was
decided with the action.
"""
