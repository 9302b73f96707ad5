"""Who read what is not open to everybody, when, through which door and by which right."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Engine, exists, insert, select

from db.database import reading, writing
from db.tables import reads


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One reading. `door`: page, api, file, cli …; `why`: degree of secrecy, role and relation."""

    congress: str
    case_id: str
    person: str
    door: str
    why: str
    at: datetime


class Reads:
    """The log of reads of a database: added to, never changed."""

    def __init__(self, database: Engine) -> None:
        self._database = database

    def note(self, identity: str, one: Read) -> None:
        """Write a reading down; under an id that is there already, it is the same reading."""
        row = {"id": identity, **asdict(one)}
        known = exists().where(reads.c.id == identity)
        with writing(self._database) as connection:
            if not connection.execute(select(known)).scalar():
                connection.execute(insert(reads).values(row))

    def of_case(self, case_id: str, *, limit: int) -> tuple[Read, ...]:
        """The latest readings of a case, newest first."""
        here = reads.c
        columns = (here.congress, here.case_id, here.person, here.door, here.why, here.at)
        query = select(*columns).where(here.case_id == case_id)
        query = query.order_by(here.at.desc(), here.id).limit(limit)
        with reading(self._database) as connection:
            return tuple(Read(**row) for row in connection.execute(query).mappings())
