"""The QR code as it is drawn holds the very squares of the code, with room around it."""

from __future__ import annotations

import re

import segno

from web.pages.qr import QUIET, squares_of

ADDRESS = "otpauth://totp/Bihuan:zhao-min?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Bihuan"


def test_every_dark_square_is_drawn_where_it_is_and_no_other() -> None:
    drawn = squares_of(ADDRESS)
    found = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", drawn.path)}
    code = segno.make(ADDRESS, micro=False, error="m").matrix
    dark = {
        (x + QUIET, y + QUIET) for y, row in enumerate(code) for x, one in enumerate(row) if one
    }
    assert found == dark
    assert drawn.size == len(code) + 2 * QUIET
    # The three corners by which a reader finds it.
    last = drawn.size - QUIET - 1
    assert {(QUIET, QUIET), (last, QUIET), (QUIET, last)} <= found


def test_another_text_is_another_code() -> None:
    assert squares_of(ADDRESS).path != squares_of(f"{ADDRESS}x").path
