"""The tests, by distance from the code; a package, so that no foreign `tests` can take its name."""
