"""The hand-over workbench 交办台: proposals with reasons, units chosen a row, a dry run, one batch.

Every row is tried before anything is done, and each gets a verdict of its own. Works without a
script: it is one long form, which `static/bench.js` fills in by dragging and by keys.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from operator import attrgetter
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from engine.command import Command
from engine.congress import Directory
from engine.errors import BihuanError
from engine.perform import Verdict
from engine.profile import Profile, Text
from reports.agenda import AgendaFilter, Scope, Tally
from reports.agenda_lists import AskedList
from reports.agenda_page import AgendaLine, AgendaPage
from routing.workbench import HandOverRow
from web.entrance import Entrance, PageVisitor
from web.gate import Visitor
from web.house import House
from web.pages.case import DOOR
from web.pages.in_hand import (
    Asked,
    Queue,
    Station,
    asked,
    counted,
    page_of,
    whole_and_page,
)
from web.pages.shell import Shell
from web.pages.typed import typed_form

PATH = "/desk/hand-over"
HANDING = "hand_over"
MOST_UNITS = 5
MOST_ROWS = 100
LONGEST_BATCH = 60
Wanted = Annotated[Asked, Depends(asked)]
Sent = Annotated[dict[str, str], Depends(typed_form)]

QUEUE = Queue(
    name="hand-over",
    title=Text(zh="交办台", en="Hand-over workbench"),
    filters=AgendaFilter(machine="suggestion", effects=(HANDING,)),
    scope=Scope.SEEN,
    todo=Text(
        zh="没有待交办的建议。建议立案编号后会出现在这里。",
        en="Nothing to hand over. What is registered appears here.",
    ),
)
BENCH = Station(
    path=PATH,
    title=QUEUE.title,
    roles=frozenset({"committee_clerk", "committee_head", "government_clerk"}),
    queues=(QUEUE,),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A case on the bench as it was chosen or is proposed; `separate`: each unit answers alone.

    `told`: what the dry run or the hand-over said of it; None before either.
    """

    line: AgendaLine
    proposal: HandOverRow
    chosen: bool
    separate: bool
    units: tuple[str, ...]
    version: int
    told: str | None = None
    fine: bool = False
    performed: bool = False

    @property
    def proposed(self) -> tuple[tuple[str, str], ...]:
        """Units with their kinds: of the main case where it is merged, or those of the rules."""
        by_rules = tuple((one.unit, one.kind) for one in self.proposal.proposal.assignments)
        return (self.proposal.bound or by_rules)[:MOST_UNITS]

    @property
    def slots(self) -> range:
        """Places for units that the page shows: one more than are taken."""
        return range(min(max(len(self.units) + 1, 2), MOST_UNITS))


def workbench_routes(house: House, entrance: Entrance, shell: Shell) -> APIRouter:
    """The bench, its dry run and the batch."""
    router = APIRouter(include_in_schema=False)

    def page(
        request: Request,
        visitor: Visitor,
        wanted: Asked,
        rows: Sequence[Row],
        whole: Sequence[Tally] | None = None,
        **facts: object,
    ) -> Response:
        return shell.page(
            request,
            "desk_hand_over.html",
            visitor,
            HTTPStatus.OK,
            rows=rows,
            **_who(house.directory(visitor)),
            lights=counted(_whole(house, visitor) if whole is None else whole, PATH),
            asked=wanted,
            **facts,
        )

    @router.get(PATH)
    def bench(request: Request, visitor: PageVisitor, wanted: Wanted) -> Response:
        BENCH.let_in(visitor)
        whole, found = whole_and_page(house, visitor, QUEUE, wanted)
        rows = _proposed(house, visitor, found.lines)
        return page(
            request,
            visitor,
            wanted,
            rows,
            whole,
            step="choose",
            batch="",
            **_beside(wanted, found),
        )

    @router.post(PATH)
    def take(request: Request, visitor: PageVisitor, wanted: Wanted, sent: Sent) -> Response:
        BENCH.let_in(visitor)
        entrance.csrf(request, visitor, sent.get("csrf", ""))
        rows = _as_sent(_proposed(house, visitor, _lines_of(house, visitor, sent)), sent)
        batch = sent.get("batch", "").strip()[:LONGEST_BATCH]
        step = sent.get("step", "try")
        if step == "choose":
            return page(request, visitor, wanted, rows, step="choose", batch=batch)
        chosen = [one for one in rows if one.chosen or step == "try-all"]
        commands = [_command(house, visitor, one, batch, sent) for one in chosen]
        if step == "do":
            told = _done(house, visitor, chosen, commands)
            gone = _gone(sent, told)
            return page(request, visitor, wanted, told, step="done", batch=batch, gone=gone)
        tried = _tried(house, visitor, chosen, commands)
        return page(request, visitor, wanted, tried, step="tried", batch=batch)

    return router


def _beside(wanted: Asked, page: AgendaPage) -> dict[str, object]:
    """The page of the list, and where those before and after it are."""
    return {
        "page": page,
        "before": wanted.address(PATH, page=page.page - 1) if page.page > 1 else "",
        "next": wanted.address(PATH, page=page.page + 1) if page.page < page.pages else "",
    }


def _who(directory: Directory) -> dict[str, object]:
    """The units to choose from and how many of them, and how units and people are called."""
    units = sorted(directory.units.values(), key=attrgetter("name"))
    return {
        "units": units,
        "most": MOST_UNITS,
        "names": {one.code: one.name for one in units},
        "people": {code: one.name for code, one in directory.people.items()},
    }


def _whole(house: House, visitor: Visitor) -> Sequence[Tally]:
    """All that waits for a hand-over, counted."""
    (found,) = house.lists(visitor, (AskedList(scope=QUEUE.scope, filters=QUEUE.filters),))
    return found.tallies


def _lines_of(house: House, visitor: Visitor, sent: Mapping[str, str]) -> Sequence[AgendaLine]:
    """The cases of the form that still wait for a hand-over."""
    named = [name.removeprefix("version-") for name in sent if name.startswith("version-")]
    if not named:
        return ()
    queue = replace(QUEUE, filters=replace(QUEUE.filters, cases=tuple(named[:MOST_ROWS])))
    (found,) = house.lists(visitor, (page_of(queue, Asked(), size=MOST_ROWS),))
    return found.page.lines


def _proposed(house: House, visitor: Visitor, lines: Sequence[AgendaLine]) -> list[Row]:
    """Each case with the units of its main case where it is merged, or those of the rules."""
    proposals = house.proposals(visitor, tuple(one.case for one in lines))
    known = {one.case: one for one in proposals}
    rows = []
    for line in lines:
        one = known.get(line.case)
        if one is None:
            continue
        bare = Row(
            line=line,
            proposal=one,
            chosen=False,
            separate=False,
            units=(),
            version=one.version,
        )
        rows.append(
            replace(
                bare,
                separate=any(kind == "separate" for _, kind in bare.proposed),
                units=tuple(unit for unit, _ in bare.proposed),
            )
        )
    return rows


def _as_sent(rows: Sequence[Row], sent: Mapping[str, str]) -> list[Row]:
    """The rows as the form has them; those that the form does not name stay as proposed."""
    return [_row_as_sent(one, sent) for one in rows]


def _row_as_sent(row: Row, sent: Mapping[str, str]) -> Row:
    case = row.line.case
    if f"version-{case}" not in sent:
        return row
    units = [sent.get(f"unit-{case}-{place}", "").strip() for place in range(MOST_UNITS)]
    version = sent[f"version-{case}"]
    return replace(
        row,
        chosen=f"take-{case}" in sent,
        separate=sent.get(f"kind-{case}") == "separate",
        units=tuple(one[:LONGEST_BATCH] for one in units if one),
        version=int(version) if version.isascii() and version.isdigit() else row.version,
    )


def _command(
    house: House, visitor: Visitor, row: Row, batch: str, sent: Mapping[str, str]
) -> Command:
    """What is asked for the row; the same form sent twice is the same request."""
    form: dict[str, object] = {"assignments": list(_shares(row))}
    if batch:
        form["batch"] = batch
    told = [visitor.person, sent.get("begun", ""), row.line.case, str(row.version), batch]
    told += ["separate" if row.separate else "lead", *row.units]
    key = hashlib.sha256("\n".join(told).encode()).hexdigest()[:40]
    return Command(
        congress=visitor.congress,
        action=_handing(house.profile(visitor)),
        actor=visitor.person,
        now=house.now(),
        case=row.line.case,
        form=form,
        expected_version=row.version,
        request_key=f"bench-{key}",
    )


def _handing(profile: Profile) -> str:
    """The action of the rules that hands over."""
    return next(
        action.name
        for action in profile.machines["suggestion"].actions.values()
        if any(effect.name == HANDING for move in action.moves for effect in move.then)
    )


def _shares(row: Row) -> Iterator[dict[str, str]]:
    """Rows of the form; a unit that the rules proposed brings the rule and its reason with it."""
    proposed = {one.unit: one for one in row.proposal.proposal.assignments}
    for place, unit in enumerate(row.units):
        kind = "separate" if row.separate else ("lead" if place == 0 else "joint")
        share = {"unit": unit, "kind": kind}
        known = proposed.get(unit)
        if known is not None:
            share |= {"rule": known.rule, "reason": known.reason}
        yield share


def _tried(
    house: House, visitor: Visitor, rows: Sequence[Row], commands: Sequence[Command]
) -> list[Row]:
    """The dry run: nothing is stored."""
    found = []
    for row, command in zip(rows, commands, strict=True):
        try:
            house.try_out(visitor, command, door=DOOR)
        except BihuanError as error:
            found.append(replace(row, told=error.message(visitor.language), fine=False))
        else:
            found.append(replace(row, told="", fine=True))
    return found


def _done(
    house: House, visitor: Visitor, rows: Sequence[Row], commands: Sequence[Command]
) -> list[Row]:
    """Each by itself: a refused one keeps no other back."""
    verdicts = house.perform_many(visitor, commands)
    return [_judged(row, one, visitor) for row, one in zip(rows, verdicts, strict=True)]


def _judged(row: Row, verdict: Verdict, visitor: Visitor) -> Row:
    error = verdict.error
    told = "" if error is None else error.message(visitor.language)
    return replace(row, told=told, fine=error is None, performed=error is None)


def _gone(sent: Mapping[str, str], told: Sequence[Row]) -> tuple[str, ...]:
    """Chosen cases that wait no more: a click came twice, or somebody was faster."""
    chosen = [name.removeprefix("take-") for name in sent if name.startswith("take-")]
    known = {one.line.case for one in told}
    return tuple(one for one in chosen if one not in known)
