"""Styles and scripts of the pages, each under an address that carries a hash of its content.

A browser keeps them for ever; one that asks all the same is told that nothing has changed.
"""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, HTTPException, Request
from fastapi import Path as InPath
from fastapi.responses import Response

FOLDER = Path(__file__).parent.parent / "static"
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
WORTH_PACKING = 1_000
"""Bytes below which packing saves no packet on the way."""
FOR_EVER = "public, max-age=31536000, immutable"
Name = Annotated[str, InPath(pattern=r"^[a-z0-9-]+\.(css|js|svg)$")]
Hash = Annotated[str, InPath(pattern="^[0-9a-f]{12}$")]


@cache
def _content(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


@cache
def _packed(name: str) -> bytes:
    return gzip.compress(_content(name), mtime=0)


@cache
def _digest(name: str) -> str:
    return hashlib.sha256(_content(name)).hexdigest()[:12]


def address_of(name: str) -> str:
    """Where the file is served as it is now; another content has another address."""
    return f"/static/{_digest(name)}/{name}"


def static_routes() -> APIRouter:
    """The files; an address with the hash of another content is not there."""
    router = APIRouter(include_in_schema=False)

    @router.get("/static/{digest}/{name}")
    def file(request: Request, digest: Hash, name: Name) -> Response:
        if not (FOLDER / name).is_file() or _digest(name) != digest:
            raise HTTPException(404)
        packs = "gzip" in request.headers.get("accept-encoding", "")
        packs = packs and len(_content(name)) >= WORTH_PACKING
        # Packed it is another row of bytes, and has another tag.
        tag = f'"{digest}-gz"' if packs else f'"{digest}"'
        headers = {"Cache-Control": FOR_EVER, "ETag": tag, "Vary": "Accept-Encoding"}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        content = _packed(name) if packs else _content(name)
        if packs:
            headers["Content-Encoding"] = "gzip"
        return Response(content, media_type=KINDS[Path(name).suffix], headers=headers)

    return router
