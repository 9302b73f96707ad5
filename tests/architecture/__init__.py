"""Checks of the code's shape: who imports whom, how long, which words, which promises."""
