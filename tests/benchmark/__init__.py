"""Measures what an action costs beside the same rows written by hand; run by `make bench`."""
