"""Verifies, backs up and puts back: nothing is overwritten before its replacement is proven."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from app.errors import BackupRefused, UsePgDump
from app.settings import Settings
from app.wiring import Services, called, opened, prepare_folder, require_ready, unchecked
from db.backup import copy, damage, file_of, is_sqlite
from engine.audit import verify
from reports.health import congress_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A chain that holds from the first entry to the recorded head."""

    congress: str
    count: int
    digest: str


def verify_all(services: Services, *, only: str | None = None) -> tuple[Verified, ...]:
    """Walk the chains; AuditBroken names the first broken entry."""
    with services.reading() as connection:
        codes = [one.code for one in congress_lines(connection)]
    found = []
    for code in codes if only is None else [only]:
        entries, head = services.trail.chain(code)
        count = verify(entries, head=head)
        found.append(Verified(congress=code, count=count, digest=head.digest))
    return tuple(found)


def back_up(settings: Settings, target: Path, *, force: bool) -> int:
    """Copy the database to a file; its size. The file appears only when it is complete."""
    with unchecked(settings) as services:
        source = _sqlite_file(services, "pg_dump --format=custom --file=FILE")
        require_ready(services)
    if target.exists() and not force:
        raise BackupRefused(file=target, reason="文件已存在,可加 --force / it exists, use --force")
    if target.exists() and target.samefile(source):
        raise BackupRefused(file=target, reason="就是数据库本身 / it is the database itself")
    target.parent.mkdir(parents=True, exist_ok=True)
    with _beside(target) as copied:
        copy(source, copied)
        copied.replace(target)
    return target.stat().st_size


def put_back(settings: Settings, source: Path, *, force: bool) -> tuple[Verified, ...]:
    """Make the database what the backup is.

    1. a copy of the backup is examined: file, schema, audit · 2. it goes into the database in
    one step, through SQLite itself · 3. the database is verified once more.
    """
    with unchecked(settings) as services:
        target = _sqlite_file(services, "pg_restore --clean --dbname=DATABASE FILE")
        if target.exists() and not force:
            raise BackupRefused(
                file=source,
                reason=f"{called(services.database)} 已存在,可加 --force / it exists, use --force",
            )
        if not source.exists() or not is_sqlite(source):
            reason = "不是 SQLite 数据库文件 / it is not a SQLite database"
            raise BackupRefused(file=source, reason=reason)
        prepare_folder(services.database)
    with _beside(target) as copied:
        copy(source, copied)
        broken = damage(copied)
        if broken is not None:
            raise BackupRefused(file=source, reason=f"文件已损坏 / it is damaged: {broken}")
        with opened(replace(settings, database_url=f"sqlite:///{copied}")) as examined:
            verify_all(examined)
        copy(copied, target)
    with opened(settings) as restored:
        return verify_all(restored)


def _sqlite_file(services: Services, command: str) -> Path:
    file = file_of(services.database)
    if file is None:
        raise UsePgDump(database=called(services.database), command=command)
    return file


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A file in a folder of its own next to the target, gone with all its companions."""
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".bihuan-") as folder:
        yield Path(folder) / "copy.db"
