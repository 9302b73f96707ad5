"""A text as a QR code: one path of squares, drawn by the server without a script."""

from __future__ import annotations

from dataclasses import dataclass

import segno

QUIET = 4
"""Empty squares around it, as readers need them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Squares:
    """`size`: of the whole, in squares; `path`: where the dark ones are."""

    size: int
    path: str


def squares_of(text: str) -> Squares:
    """The code of the text."""
    rows = segno.make(text, micro=False, error="m").matrix
    pieces = [
        f"M{x + QUIET} {y + QUIET}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, dark in enumerate(row)
        if dark
    ]
    return Squares(size=len(rows) + 2 * QUIET, path="".join(pieces))
