"""Key topics 重点建议方面 at a glance: who leads, where their suggestions stand, lights, results.

Counts are of cases that may be seen; the indicators are those of delivered replies to cases whose
readings nobody writes down: they would be read here in passing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from db.tables import suggestions
from engine.case import Case
from engine.clocks import ClockState
from engine.congress import KeyTopic
from engine.outcome import OutcomeStanding, outcomes_of
from engine.profile import Stage, Text
from reports.agenda import OF_CASES, Looking
from reports.duties import Light, light
from reports.names import Names
from reports.rows import read_rows
from reports.topics import IndicatorLine, indicators_of


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicCase:
    """One suggestion of a topic: 时间灯 of its most urgent clock and 成效灯 of its last month."""

    id: str
    number: str | None
    title: str
    state: Text
    stage: Stage
    ended: bool
    answered: bool
    units: tuple[str, ...]
    light: Light | None
    outcome: OutcomeStanding | None
    outcome_label: Text | None

    @property
    def outcome_code(self) -> str:
        """The agreed light, or `pending` or `disputed`; empty where nothing is judged."""
        if self.outcome is None:
            return ""
        return self.outcome.light or self.outcome.accord.value


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicInHand:
    """A topic with its suggestions; `answered` of them have all their replies.

    `outcomes`: how many have which `outcome_code`. `kept_back`: how many have results that are read
    on their own pages only.
    """

    number: int
    session: str
    title: str
    lead_official: str
    supervising_leader: str
    leads: bool
    supervises: bool
    cases: tuple[TopicCase, ...]
    answered: int
    lights: Mapping[str, int]
    outcomes: Mapping[str, int]
    indicators: tuple[IndicatorLine, ...]
    kept_back: int


def topics_in_hand(
    connection: Connection, looking: Looking, *, mine: bool
) -> tuple[TopicInHand, ...]:
    """Topics of the present session in order of number; `mine`: those I lead or supervise."""
    session = looking.directory.congress.session
    known = [
        one
        for one in looking.directory.topics.values()
        if one.session == session
        and (not mine or looking.person in (one.lead_official, one.supervising_leader))
    ]
    here = suggestions.c
    rows = read_rows(
        connection,
        here.congress == looking.congress,
        here.session == session,
        here.topic.in_([one.number for one in known]),
        looking.seen,
    )
    return tuple(
        _topic(one, [row.case for row in rows if row.case.topic == one.number], looking)
        for one in sorted(known, key=lambda one: one.number)
    )


def _topic(topic: KeyTopic, cases: Sequence[Case], looking: Looking) -> TopicInHand:
    names = Names(looking.directory)
    lines = tuple(_case(one, looking, names) for one in cases)
    told = [one for one in cases if not _is_logged(one, looking)]
    results = {one.id for one in cases if indicators_of(one)}
    return TopicInHand(
        number=topic.number,
        session=topic.session,
        title=topic.title,
        lead_official=names.person(topic.lead_official),
        supervising_leader=names.person(topic.supervising_leader),
        leads=looking.person == topic.lead_official,
        supervises=looking.person == topic.supervising_leader,
        cases=lines,
        answered=sum(one.answered for one in lines),
        lights=Counter(one.light.value for one in lines if one.light is not None),
        outcomes=Counter(one.outcome_code for one in lines if one.outcome_code),
        indicators=tuple(line for one in told for line in indicators_of(one)),
        kept_back=len(results - {one.id for one in told}),
    )


def _is_logged(case: Case, looking: Looking) -> bool:
    rules = looking.pins[case.profile, case.profile_version].access
    return rules.is_logged(case.secrecy)


_URGENCY = (Light.RED, Light.YELLOW, Light.GREEN)


def _case(case: Case, looking: Looking, names: Names) -> TopicCase:
    profile = looking.pins[case.profile, case.profile_version]
    state = profile.machines[OF_CASES].states[case.state]
    shown = {
        light(one, profile, today=looking.today, calendar=looking.calendar)
        for one in case.clocks
        if one.state is ClockState.RUNNING
    }
    standings = outcomes_of(case, profile) if case.judgements else ()
    last = standings[-1] if standings else None
    scheme = profile.supervision.outcome
    codes = profile.choices[scheme.lights] if scheme else ()
    agreed = last.light if last else None
    return TopicCase(
        id=case.id,
        number=case.number,
        title=case.title,
        state=state.label,
        stage=state.stage,
        ended=state.final,
        answered=case.answered_at is not None,
        units=names.units(one.unit for one in case.assignments if one.kind != "joint"),
        light=next((one for one in _URGENCY if one in shown), None),
        outcome=last,
        outcome_label=next((one.label for one in codes if one.code == agreed), None),
    )
