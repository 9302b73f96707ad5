"""办理记录 searched: who did what, when, on which case; the newest first, page by page.

Refuses to judge the chain; `engine.audit` does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, exists, or_, select, true

from db.tables import audit_entries, evaluations, signatories, suggestions
from engine.calendar import local_instant
from engine.profile import Profile
from engine.redaction import AUTHOR
from engine.rights import Showing
from reports.visible import told_in_history

MOST = 200

Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditQuestion:
    """What is looked for; empty and None mean: any. `case`: a number or an id."""

    person: str = ""
    action: str = ""
    case: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditHit:
    """One entry; `number` is that of its case, empty without one. What is kept back is empty.

    `reading`: whether it tells who acted on a case that is not open to everybody.
    """

    sequence: int
    at: datetime
    actor: str
    action: str
    case: str
    number: str
    rule: str
    reason: str
    digest: str
    reading: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditHits:
    """One page; `before` is the sequence at which the next one goes on."""

    lines: tuple[AuditHit, ...]
    before: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEyes:
    """What the profiles let a search tell of an entry, as conditions on its row.

    `doing`: what was done with which case; `actor`: who did it; `author`: no more of the actor than
    that it is one of those who signed; `whole`: all, also why. Of no case all is told.
    """

    doing: Condition
    actor: Condition
    author: Condition
    whole: Condition


EVERYTHING = AuditEyes(doing=true(), actor=true(), author=true(), whole=true())
"""No narrowing."""


def eyes_of(rules: Iterable[Profile]) -> AuditEyes:
    """As `history` of their rules has it."""
    known, here = tuple(rules), audit_entries.c
    no_case = here.case_id.is_(None)
    whole = or_(no_case, told_in_history(known, Showing.WHOLE))
    named = told_in_history(known, Showing.AUTHOR_HIDDEN)
    signed = exists().where(
        signatories.c.case_id == here.case_id, signatories.c.deputy == here.actor
    )
    return AuditEyes(
        doing=or_(no_case, told_in_history(known, Showing.SUMMARY)),
        actor=or_(whole, and_(named, ~signed)),
        author=named,
        whole=whole,
    )


def cases_told(
    connection: Connection, cases: Iterable[str | None], rules: Iterable[Profile]
) -> frozenset[str]:
    """Those of the cases of which a search in the history tells all, by id."""
    named = suggestions.c.id.in_({one for one in cases if one is not None})
    query = select(suggestions.c.id).where(named, told_in_history(rules, Showing.WHOLE))
    return frozenset(connection.execute(query).scalars())


def search_audit(
    connection: Connection,
    congress: str,
    question: AuditQuestion,
    *,
    before: int | None = None,
    limit: int = 50,
    eyes: AuditEyes = EVERYTHING,
    kept_back: Collection[str] = (),
) -> AuditHits:
    """Entries for which the question holds, those before a sequence only.

    What is looked for must be told: nobody finds a hidden actor by asking for each of them.
    `kept_back`: actions that are not told as long as a rating of their case is missing.
    """
    here = audit_entries.c
    limit = max(1, min(limit, MOST))
    told = {"doing": eyes.doing, "named": eyes.actor, "author": eyes.author, "whole": eyes.whole}
    query = (
        select(
            *(here.sequence, here.at, here.actor, here.action, here.rule, here.digest),
            *(here.content, here.case_id, suggestions.c.number),
            *(case((one, 1), else_=0).label(name) for name, one in told.items()),
        )
        .select_from(audit_entries)
        .outerjoin(suggestions, suggestions.c.id == here.case_id)
        .where(here.congress == congress, *_conditions(question, eyes))
        .order_by(here.sequence.desc())
        .limit(limit + 1)
    )
    if before is not None:
        query = query.where(here.sequence < before)
    if kept_back:
        unfinished = exists().where(
            evaluations.c.case_id == here.case_id, evaluations.c.state == "open"
        )
        query = query.where(~and_(here.action.in_(sorted(kept_back)), unfinished))
    rows = connection.execute(query).all()
    lines = tuple(_hit(row) for row in rows[:limit])
    return AuditHits(lines=lines, before=lines[-1].sequence if len(rows) > limit else None)


def _hit(row: Row[Any]) -> AuditHit:
    """What is not told is not in it."""
    unnamed = AUTHOR if row.author else ""
    return AuditHit(
        sequence=row.sequence,
        at=row.at,
        actor=row.actor if row.named else unnamed,
        action=row.action if row.doing else "",
        case=row.case_id or "" if row.doing else "",
        number=row.number or "" if row.doing else "",
        rule=row.rule if row.doing else "",
        reason=_reason(row.content) if row.whole else "",
        digest=row.digest,
        reading=bool(row.named and not row.whole),
    )


def _conditions(question: AuditQuestion, eyes: AuditEyes) -> list[Condition]:
    here = audit_entries.c
    found: list[Condition] = []
    if question.person:
        found += [here.actor == question.person, eyes.actor]
    if question.action:
        found += [here.action == question.action, eyes.doing]
    if question.case:
        named = or_(suggestions.c.number == question.case, suggestions.c.id == question.case)
        found += [here.case_id.in_(select(suggestions.c.id).where(named)), eyes.doing]
    if question.since is not None:
        found.append(here.at >= local_instant(question.since, time()))
    if question.until is not None:
        found.append(here.at < local_instant(question.until + timedelta(days=1), time()))
    return found


def _reason(content: Mapping[str, object]) -> str:
    """Why, as it was said: the word of a change of the register, or of a form."""
    said = content.get("reason")
    form = content.get("form")
    if said is None and isinstance(form, Mapping):
        said = form.get("reason")
    return str(said) if said else ""
