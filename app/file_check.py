"""Compares rows of attachments with the folder of bytes: what is missing, altered or left over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.attachments import file_store
from app.clock import now
from app.errors import FileDamaged
from app.file_store import FileStore
from app.wiring import Services
from db.attachments import AttachmentRow, Attachments

STILL_COMING = timedelta(hours=1)
"""Younger bytes without a row may be an upload that is going on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """What was found. `damaged`: rows without their bytes; `orphans`: bytes without a row."""

    folder: Path
    rows: int
    damaged: tuple[AttachmentRow, ...]
    orphans: tuple[Path, ...]
    swept: tuple[Path, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether every row has exactly the bytes it names; orphans harm nobody."""
        return not self.damaged


def check_files(services: Services, *, sweep: bool) -> FileReport:
    """Read every byte once; with `sweep`, delete orphans older than an hour.

    Files are dated by the machine, so their age is counted by its clock and not by a demo's.
    """
    at = now()
    store = file_store(services)
    rows = Attachments(services.database).every()
    whole = {digest: _is_whole(store, digest) for digest in {one.digest for one in rows}}
    named = {store.place(one.digest) for one in rows}
    orphans = tuple(one for one in store.kept() if one not in named)
    swept = tuple(one for one in orphans if sweep and _age(one, at) > STILL_COMING)
    for one in swept:
        one.unlink(missing_ok=True)
    return FileReport(
        folder=store.folder,
        rows=len(rows),
        damaged=tuple(one for one in rows if not whole[one.digest]),
        orphans=tuple(one for one in orphans if one not in swept),
        swept=swept,
    )


def _is_whole(store: FileStore, digest: str) -> bool:
    try:
        store.read(digest)
    except FileDamaged:
        return False
    return True


def _age(file: Path, at: datetime) -> timedelta:
    return at - datetime.fromtimestamp(file.stat().st_mtime, UTC)
