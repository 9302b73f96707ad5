"""Reads a file that somebody named at the command line, if it is not too large."""

from __future__ import annotations

from pathlib import Path

from app.errors import FileUnreadable


def bytes_of(path: Path, *, largest: int) -> bytes:
    """What is in it; FileUnreadable says why it cannot be had."""
    try:
        with path.open("rb") as opened:
            data = opened.read(largest + 1)
    except OSError as error:
        raise FileUnreadable(file=path, reason=error.strerror or str(error)) from error
    if len(data) > largest:
        reason = f"超过{largest}字节 / larger than {largest} bytes"
        raise FileUnreadable(file=path, reason=reason)
    return data
