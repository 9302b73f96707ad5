"""Proposals for the hand-over workbench 交办台: units with reasons, and who would lead.

Reads rows and the rules each case is pinned to. Refuses to choose: people do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, select

from db.tables import assignments, suggestions
from engine.congress import Directory
from engine.profile import Profile, Text
from routing.officials import OfficialProposal, lead_official
from routing.units import Proposal, propose


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverRow:
    """A case on the workbench.

    `bound`: the units of the main case to which it was merged 并案; it must go to the same.
    """

    case: str
    version: int
    field: Text
    excerpt: str
    keywords: tuple[str, ...]
    proposal: Proposal
    official: OfficialProposal | None
    bound: tuple[tuple[str, str], ...]


EXCERPT = 160


def hand_over_rows(
    connection: Connection,
    congress: str,
    cases: Sequence[str],
    *,
    profile_of: Callable[[str, int], Profile],
    directory: Directory,
    seen: ColumnElement[bool],
) -> tuple[HandOverRow, ...]:
    """Rows for the cases, in the order given; those that are unknown or not seen are left out."""
    here = suggestions.c
    columns = (
        *(here.id, here.version, here.title, here.text, here.field, here.keywords),
        *(here.profile, here.profile_version, here.merged_into),
    )
    query = select(*columns).where(here.congress == congress, here.id.in_(cases), seen)
    found = {row.id: row for row in connection.execute(query)}
    mains = {row.merged_into for row in found.values() if row.merged_into}
    bound = _shares_of(connection, mains)
    rows = []
    for case in cases:
        row = found.get(case)
        if row is None:
            continue
        profile = profile_of(row.profile, row.profile_version)
        proposal = propose(
            profile, field=row.field, title=row.title, text=row.text, keywords=row.keywords
        )
        units = [one.unit for one in proposal.assignments]
        fields = {one.code: one.label for one in profile.choices.get("fields", ())}
        rows.append(
            HandOverRow(
                case=row.id,
                version=row.version,
                field=fields.get(row.field, Text(zh=row.field, en=row.field)),
                excerpt=row.text[:EXCERPT] + ("…" if len(row.text) > EXCERPT else ""),
                keywords=tuple(row.keywords),
                proposal=proposal,
                official=lead_official(profile, directory, units),
                bound=bound.get(row.merged_into or "", ()),
            )
        )
    return tuple(rows)


def _shares_of(connection: Connection, cases: set[str]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Unit and kind of the open shares of each case."""
    here = assignments.c
    query = (
        select(here.case_id, here.unit, here.kind)
        .where(here.case_id.in_(cases), here.ended_at.is_(None))
        .order_by(here.case_id, here.number)
    )
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for case, unit, kind in connection.execute(query) if cases else ():
        found[case] = (*found.get(case, ()), (unit, kind))
    return found
