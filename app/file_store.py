"""Keeps bytes in a folder under their SHA-256: written whole or not at all, and read back.

Refuses to know cases, names and rights.
"""

from __future__ import annotations

import hashlib
import os
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.errors import FileDamaged
from web.attachments import FileTooLarge

AT_ONCE = 256 * 1024
MEGABYTE = 1024 * 1024
INCOMING = "incoming"
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """Bytes that have come in and are not kept yet."""

    file: Path
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class FileStore:
    """One folder of bytes; made when the first come in."""

    folder: Path

    def receive(self, content: BinaryIO, *, megabytes: int) -> Received:
        """Write to a file of its own, safely on the disk; FileTooLarge ends it at the bound."""
        self._make(self.folder / INCOMING)
        file = self.folder / INCOMING / f"{uuid.uuid4().hex}.part"
        digest, size = hashlib.sha256(), 0
        try:
            with file.open("xb") as opened:
                for part in _bounded(content, megabytes):
                    size += len(part)
                    digest.update(part)
                    opened.write(part)
                opened.flush()
                os.fsync(opened.fileno())
        except BaseException:
            file.unlink(missing_ok=True)
            raise
        return Received(file=file, size=size, digest=digest.hexdigest())

    def keep(self, received: Received) -> None:
        """Give it its place, in the stead of the same bytes from before, and read it back."""
        place = self.place(received.digest)
        self._make(place.parent)
        received.file.replace(place)
        _settle(place.parent)
        _settle(self.folder)
        self.read(received.digest)

    def forget(self, received: Received) -> None:
        """It was refused."""
        received.file.unlink(missing_ok=True)

    def read(self, digest: str) -> bytes:
        """The bytes; FileDamaged when they are not there or no longer those that were kept."""
        place = self.place(digest)
        try:
            content = place.read_bytes()
        except OSError as error:
            raise FileDamaged(digest=digest) from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise FileDamaged(digest=digest)
        return content

    def place(self, digest: str) -> Path:
        """Where bytes of that digest lie."""
        if not _DIGEST.fullmatch(digest):
            raise FileDamaged(digest=digest)
        return self.folder / digest[:2] / digest

    def kept(self) -> Iterator[Path]:
        """Every file that lies in the folder, wherever it came from."""
        if self.folder.is_dir():
            yield from sorted(one for one in self.folder.rglob("*") if one.is_file())

    @staticmethod
    def _make(folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _bounded(content: BinaryIO, megabytes: int) -> Iterator[bytes]:
    left = megabytes * MEGABYTE
    while part := content.read(AT_ONCE):
        left -= len(part)
        if left < 0:
            raise FileTooLarge(megabytes=megabytes)
        yield part


def _settle(folder: Path) -> None:
    """Make the new name survive a power cut."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
