"""Reads the audit entries 办理记录: all of a congress in order, or those of one case."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

from sqlalchemy import Connection, Engine, Select, select

from db.database import reading
from db.select import read_congress
from db.tables import audit_entries
from engine.audit import AuditEntry, ChainHead

AT_ONCE = 500
"""Entries fetched at a time: a chain may be longer than memory."""


class AuditTrail:
    """The entries of a database, for reading only."""

    def __init__(self, database: Engine) -> None:
        self._database = database

    def entries(self, congress: str, *, after: int = 0) -> Generator[AuditEntry, None, None]:
        """The entries in order of sequence, those after a sequence only, as they are needed."""
        query = (
            select(audit_entries)
            .where(audit_entries.c.congress == congress, audit_entries.c.sequence > after)
            .order_by(audit_entries.c.sequence)
        )
        with reading(self._database) as connection:
            yield from _entries(connection, query)

    def head(self, congress: str) -> ChainHead:
        """The recorded end of the chain; UnknownCongress when there is no such congress."""
        with reading(self._database) as connection:
            return read_congress(connection, congress).head

    def chain(self, congress: str) -> tuple[Iterator[AuditEntry], ChainHead]:
        """Head and entries up to it: entries written meanwhile are left out."""
        head = self.head(congress)
        return (one for one in self.entries(congress) if one.sequence <= head.sequence), head

    def history(self, case_id: str) -> tuple[AuditEntry, ...]:
        """What was done with a case, the first thing first."""
        query = (
            select(audit_entries)
            .where(audit_entries.c.case_id == case_id)
            .order_by(audit_entries.c.sequence)
        )
        with reading(self._database) as connection:
            return tuple(_entries(connection, query))


def _entries(connection: Connection, query: Select[Any]) -> Iterator[AuditEntry]:
    streamed = connection.execution_options(yield_per=AT_ONCE)
    # Closed even when the reader stops early, as a check does at the first break.
    with streamed.execute(query) as rows:
        for row in rows.mappings():
            values = dict(row)
            yield AuditEntry(case=values.pop("case_id"), **values)
