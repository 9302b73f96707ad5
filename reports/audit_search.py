"""办理记录 searched: who did what, when, on which case; the newest first, page by page.

Refuses to judge the chain; `engine.audit` does.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Connection, and_, case, exists, or_, select, true

from db.tables import audit_entries, evaluations, suggestions
from engine.calendar import local_instant

MOST = 200


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
    """One entry; `number` is that of its case, empty without one."""

    sequence: int
    at: datetime
    actor: str
    action: str
    case: str
    number: str
    rule: str
    reason: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditHits:
    """One page; `before` is the sequence at which the next one goes on."""

    lines: tuple[AuditHit, ...]
    before: int | None


def search_audit(
    connection: Connection,
    congress: str,
    question: AuditQuestion,
    *,
    before: int | None = None,
    limit: int = 50,
    quoted: ColumnElement[bool] | None = None,
    kept_back: Collection[str] = (),
) -> AuditHits:
    """Entries for which the question holds, those before a sequence only.

    `quoted`: of which cases, as a condition on `suggestions`, reasons are told; of all without one.
    `kept_back`: actions that are not told as long as a rating of their case is missing.
    """
    here = audit_entries.c
    limit = max(1, min(limit, MOST))
    query = (
        select(
            *(here.sequence, here.at, here.actor, here.action, here.rule, here.digest),
            *(here.content, here.case_id, suggestions.c.number),
            _is_quoted(quoted).label("quoted"),
        )
        .select_from(audit_entries)
        .outerjoin(suggestions, suggestions.c.id == here.case_id)
        .where(here.congress == congress, *_conditions(question))
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
    lines = tuple(
        AuditHit(
            sequence=row.sequence,
            at=row.at,
            actor=row.actor,
            action=row.action,
            case=row.case_id or "",
            number=row.number or "",
            rule=row.rule,
            reason=_reason(row.content) if row.quoted else "",
            digest=row.digest,
        )
        for row in rows[:limit]
    )
    return AuditHits(lines=lines, before=lines[-1].sequence if len(rows) > limit else None)


def _is_quoted(quoted: ColumnElement[bool] | None) -> ColumnElement[int]:
    """1 where the reason may be told; of what is about no case it always may."""
    told = true() if quoted is None else or_(audit_entries.c.case_id.is_(None), quoted)
    return case((told, 1), else_=0)


def _conditions(question: AuditQuestion) -> list[ColumnElement[bool]]:
    here = audit_entries.c
    found: list[ColumnElement[bool]] = []
    if question.person:
        found.append(here.actor == question.person)
    if question.action:
        found.append(here.action == question.action)
    if question.case:
        named = or_(suggestions.c.number == question.case, suggestions.c.id == question.case)
        found.append(here.case_id.in_(select(suggestions.c.id).where(named)))
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
