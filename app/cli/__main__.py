"""`python -m app.cli` is `bihuan`."""

from __future__ import annotations

from app.cli import main

main()
