"""What was typed into a form and not handed in yet: kept for its person and nobody else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, and_, delete, select

from db.database import reading, writing
from db.statements import insert_or
from db.tables import form_drafts


class FormDrafts:
    """The form drafts of a database."""

    def __init__(self, database: Engine) -> None:
        self._database = database

    def keep(
        self, congress: str, person: str, place: str, content: Mapping[str, str], now: datetime
    ) -> None:
        """Keep the newest state of a form."""
        row = {
            "congress": congress,
            "person": person,
            "place": place,
            "content": dict(content),
            "saved_at": now,
        }
        with writing(self._database) as connection:
            query = insert_or(form_drafts, connection.dialect)
            query = query.on_conflict_do_update(
                index_elements=["congress", "person", "place"],
                set_={"content": query.excluded.content, "saved_at": query.excluded.saved_at},
            )
            connection.execute(query, [row])

    def find(self, congress: str, person: str, place: str) -> dict[str, str]:
        """What was kept; empty when nothing was."""
        query = select(form_drafts.c.content).where(_is(congress, person, place))
        with reading(self._database) as connection:
            found = connection.execute(query).scalar_one_or_none()
        return {} if found is None else dict(found)

    def drop(self, congress: str, person: str, place: str) -> None:
        """Forget it."""
        with writing(self._database) as connection:
            connection.execute(delete(form_drafts).where(_is(congress, person, place)))


def _is(congress: str, person: str, place: str) -> ColumnElement[bool]:
    here = form_drafts.c
    return and_(here.congress == congress, here.person == person, here.place == place)
