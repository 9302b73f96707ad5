"""The page of one case for everybody: text, people, history, clocks, replies, what I may do.

Shows what the house lets the visitor see; what is kept from them is said to be kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from engine.congress import Directory
from engine.profile import OutcomeParty, Profile, Stage, Text
from reports.case_view import HistoryLine
from web.entrance import PageVisitor
from web.gate import Visitor
from web.house import ActionForm, House, SeenCase
from web.pages.letters import chains_of
from web.pages.sheet import whole
from web.pages.shell import Shell
from web.pages.wording import NEXT

DOOR = "page"
SHORT = 20
"""Characters of a promise or an order by which it is called."""
STATES = {
    "pending": Text(zh="待确认", en="not confirmed yet"),
    "confirmed": Text(zh="已确认", en="confirmed"),
    "declined": Text(zh="不附议", en="declined"),
    "lapsed": Text(zh="逾期未确认", en="lapsed"),
    "draft": Text(zh="草稿", en="draft"),
    "checked": Text(zh="已审核", en="checked"),
    "signed": Text(zh="已签发", en="signed"),
    "delivered": Text(zh="已送达", en="delivered"),
    "rejected": Text(zh="退回重拟", en="sent back"),
    "open": Text(zh="待评价", en="not rated yet"),
    "given": Text(zh="已评价", en="rated"),
    "silent": Text(zh="逾期未评价", en="not rated in time"),
    "running": Text(zh="计时中", en="running"),
    "paused": Text(zh="暂停计时", en="paused"),
    "met": Text(zh="按要求完成", en="met"),
    "stopped": Text(zh="不再计时", en="fell away"),
    "lead": Text(zh="主办", en="lead"),
    "joint": Text(zh="会办", en="joint"),
    "separate": Text(zh="分办", en="separate"),
}
"""Words for what the engine keeps as a plain word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Words for the codes of the rules that a case is pinned to."""

    profile: Profile

    def code(self, listed: str, code: str | None) -> Text:
        """A choice of a list; what the rules do not know stays as it is."""
        for one in self.profile.choices.get(listed, ()):
            if one.code == code:
                return one.label
        return Text(zh=code or "—", en=code or "—")

    def result(self, code: str) -> Text:
        """The result code of a reply."""
        known = self.profile.results.get(code)
        label = known.label if known else Text(zh="", en="")
        return Text(zh=f"{code} {label.zh}".strip(), en=f"{code} {label.en}".strip())

    def light(self, code: str) -> Text:
        """A 成效灯 of the rules."""
        scheme = self.profile.supervision.outcome
        return self.code(scheme.lights, code) if scheme else Text(zh=code, en=code)

    @property
    def parties(self) -> tuple[OutcomeParty, ...]:
        """Who judges the outcome."""
        scheme = self.profile.supervision.outcome
        return scheme.parties if scheme else ()

    def state(self, machine: str, name: str) -> Text:
        """A state of a machine."""
        known = self.profile.machines[machine].states.get(name)
        return known.label if known else Text(zh=name, en=name)

    def plain(self, word: str) -> Text:
        """What the engine keeps as a plain word."""
        return STATES.get(word, Text(zh=word, en=word))


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """The key topic 重点建议方面 that a case belongs to, and who leads and supervises it."""

    title: str
    lead: str
    supervising: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Entries that say the same of several units, and what those are called."""

    first: HistoryLine
    names: tuple[str, ...]


def case_routes(house: House, shell: Shell) -> APIRouter:
    """`/cases/{ref}`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/cases/{ref}")
    def case(request: Request, ref: str, visitor: PageVisitor) -> Response:
        seen = house.case(visitor, ref, door=DOOR)
        names = subject_names(seen)
        details = "details" not in seen.hidden
        directory = house.directory(visitor)
        return shell.page(
            request,
            "case.html",
            visitor,
            seen=seen,
            offers=offers_of(seen),
            topic=topic_of(seen, directory) if details else None,
            main=_main(house, visitor, seen) if details else None,
            ref=seen.view.case.number or seen.view.case.id,
            words=Words(profile=seen.profile),
            stage=stage_of(seen),
            ended=seen.profile.machines["suggestion"].states[seen.view.case.state].final,
            names=names,
            notes=loop_notes(seen),
            next=NEXT,
            steps=steps_of(seen.view.history, names),
            beside=shell.beside,
            chains=chains_of(seen, directory) if seen.view.replies else {},
            why=house.why(visitor, ref, door=DOOR) if details else (),
            proofs={one.shown.sequence: one for one in house.audit(visitor, ref, door=DOOR)}
            if details
            else {},
            done=_done(seen, request.query_params.get("done", "")),
        )

    return router


def offers_of(seen: SeenCase) -> tuple[ActionForm, ...]:
    """What may be done now whose conditions hold, what leads onward first."""
    ready = [(one.rank.order, one) for one in seen.actions if one.rank is not None]
    return tuple(form for _, form in sorted(ready, key=lambda one: one[0]))


def topic_of(seen: SeenCase, directory: Directory) -> Topic | None:
    """The key topic of the case, with names for codes."""
    case = seen.view.case
    known = directory.topics.get((case.session, case.topic)) if case.topic is not None else None
    if known is None:
        return None
    lead, supervising = (
        directory.people[code].name if code in directory.people else code
        for code in (known.lead_official, known.supervising_leader)
    )
    return Topic(title=known.title, lead=lead, supervising=supervising)


def _main(house: House, visitor: Visitor, seen: SeenCase) -> str | None:
    """The case that this one was merged into; empty for whom that one is not open."""
    main = seen.view.case.merged_into
    if main is None:
        return None
    return main if house.sees(visitor, main) else ""


def stage_of(seen: SeenCase) -> Stage:
    """Where in the loop the case is."""
    return seen.profile.machines["suggestion"].states[seen.view.case.state].stage


def subject_names(seen: SeenCase) -> dict[tuple[str, int], str]:
    """What shares, promises and orders are called beside an action."""
    view = seen.view
    names = {("assignment", one.number): one.unit for one in view.shares}
    for unit, promise in view.commitments:
        names["commitment", promise.number] = f"{unit}：{_short(promise.text)}"
    for unit, order in view.orders:
        names["order", order.number] = unit or _short(order.reason)
    return names


def _short(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[:SHORT]}…"


def steps_of(
    history: Sequence[HistoryLine], names: Mapping[tuple[str, int], str]
) -> tuple[Step, ...]:
    """The history in order; what was done to several units in one instant is one step."""
    found: list[Step] = []
    for one in history:
        name = () if one.subject is None else (names.get((one.machine, one.subject), ""),)
        last = found[-1] if found else None
        if last and _alike(last.first, one):
            found[-1] = Step(first=last.first, names=last.names + name)
        else:
            found.append(Step(first=one, names=name))
    return tuple(found)


def _alike(before: HistoryLine, one: HistoryLine) -> bool:
    if one.subject is None or before.subject is None:
        return False
    return (before.at, before.actor, before.action, before.to, before.said) == (
        one.at,
        one.actor,
        one.action,
        one.to,
        one.said,
    )


def loop_notes(seen: SeenCase) -> dict[Stage, Text]:
    """Under the stage where the case is: its state."""
    return {stage_of(seen): seen.view.state}


def _done(seen: SeenCase, said: str) -> HistoryLine | None:
    """The entry that was just made, when the address names one of this case's."""
    sequence = whole(said)
    return next((one for one in seen.view.history if one.sequence == sequence), None)
