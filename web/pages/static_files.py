"""Styles and scripts of the pages, each under an address that carries a hash of its content."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, HTTPException
from fastapi import Path as InPath
from fastapi.responses import Response

FOLDER = Path(__file__).parent.parent / "static"
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
FOR_EVER = "public, max-age=31536000, immutable"
Name = Annotated[str, InPath(pattern=r"^[a-z0-9-]+\.(css|js|svg)$")]
Hash = Annotated[str, InPath(pattern="^[0-9a-f]{12}$")]


@cache
def _content(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def address_of(name: str) -> str:
    """Where the file is served as it is now; another content has another address."""
    return f"/static/{hashlib.sha256(_content(name)).hexdigest()[:12]}/{name}"


def static_routes() -> APIRouter:
    """The files; an address with the hash of another content is not there."""
    router = APIRouter(include_in_schema=False)

    @router.get("/static/{digest}/{name}")
    def file(digest: Hash, name: Name) -> Response:
        if not (FOLDER / name).is_file() or address_of(name) != f"/static/{digest}/{name}":
            raise HTTPException(404)
        kind = KINDS[Path(name).suffix]
        return Response(_content(name), media_type=kind, headers={"Cache-Control": FOR_EVER})

    return router
