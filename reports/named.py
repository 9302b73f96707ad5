"""Named sets of a session's cases, each as one condition in SQL: `step.received`, `light.red`.

A number of the overview counts such a set, and the list behind the number is narrowed by the
very same condition: they cannot differ. Refuses to know pages.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Subquery,
    Text,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)

from db.tables import assignments, clocks, evaluations, replies, returns, suggestions
from engine.calendar import WorkingCalendar, local_instant
from engine.clocks import ClockState
from engine.conditions import Condition, evaluate
from engine.errors import InvalidValue
from engine.facts import REPLY_CLOCKS
from engine.grammar import FactType
from engine.periods import PeriodUnit
from engine.profile import Formula, Profile
from reports.arrears import obligations
from reports.duties import Light
from reports.rows import Rules, of_session

AGES = (30, 60, 90, 180)
"""Days since hand-over at which an open case grows into the next group of ages."""
LEVELS = {Light.GREEN: 0, Light.YELLOW: 1, Light.RED: 2}
FURTHEST = 400
"""No clock turns yellow further ahead than this."""
ONE_DAY = timedelta(days=1)
PARTS = ("part", "whole")

_here = suggestions.c
_share = assignments.c

ALL_CASES = true()
REGISTERED_CASES = _here.registered_at.is_not(None)
"""What a set may be taken from besides what somebody sees."""


def _answering() -> tuple[ColumnElement[bool], ...]:
    """Shares that have to answer: lead and separate ones that were not returned."""
    returned = exists().where(
        returns.c.case_id == _share.case_id,
        returns.c.assignment == _share.number,
        returns.c.state == "approved",
    )
    return _share.case_id == _here.id, _share.kind != "joint", ~returned


def _received() -> ColumnElement[bool]:
    waiting = exists().where(*_answering(), _share.received_at.is_(None))
    return or_(_was_answered(), and_(exists().where(*_answering()), ~waiting))


def _was_answered() -> ColumnElement[bool]:
    return or_(_here.answered_at.is_not(None), _here.round > 1)


def _rated() -> ColumnElement[bool]:
    """In a round that is over, as `engine.ratings.final_ratings` has it."""
    here, other = evaluations.c, evaluations.alias("of_the_round").c
    unfinished = exists().where(
        other.case_id == here.case_id, other.round == here.round, other.state == literal("open")
    )
    return exists().where(here.case_id == _here.id, here.state == literal("given"), ~unfinished)


def _open() -> ColumnElement[bool]:
    return _here.handed_over_at.is_not(None) & _here.ended_at.is_(None)


STEPS: Mapping[str, Callable[[], ColumnElement[bool]]] = {
    "raised": lambda: _here.id.is_not(None),
    "submitted": lambda: _here.submitted_at.is_not(None),
    "refused": lambda: _here.refusal_ground.is_not(None),
    "withdrawn": lambda: and_(
        _here.ended_at.is_not(None),
        _here.answered_at.is_(None),
        _here.refusal_ground.is_(None),
    ),
    "registered": lambda: _here.registered_at.is_not(None),
    "handed_over": lambda: _here.handed_over_at.is_not(None),
    "received": _received,
    "answered": _was_answered,
    "rated": _rated,
    "closed": lambda: _here.ended_at.is_not(None) & _here.answered_at.is_not(None),
}
"""The steps of `reports.funnel`, as conditions."""


def age_names() -> tuple[str, ...]:
    """Names of the groups of ages, the youngest first: `0-30` … `181`."""
    firsts = (0, *(one + 1 for one in AGES))
    return (
        *(f"{first}-{last}" for first, last in zip(firsts, AGES, strict=False)),
        f"{firsts[-1]}",
    )


@dataclass(frozen=True, kw_only=True)  # no slots: what was asked for is kept
class NamedSets:
    """The sets of one session, as one visitor may see them: `seen` is the condition for that."""

    connection: Connection
    congress: str
    session: str
    profile: Profile
    rules: Rules
    calendar: WorkingCalendar
    today: date
    seen: ColumnElement[bool]

    def condition(self, name: str) -> ColumnElement[bool]:
        """What holds for the cases of the set; InvalidValue for a name that is none."""
        kind, _, rest = name.partition(".")
        found: ColumnElement[bool] | None = None
        if name == "open":
            found = _open()
        elif kind == "step" and rest in STEPS:
            found = STEPS[rest]()
        elif kind == "age" and rest in age_names():
            found = self._aged(rest)
        elif kind == "light":
            found = self._lit(*rest.partition(".")[::2])
        elif kind in ("pace", "late") and rest:
            found = self._paced(kind, rest)
        elif kind == "rate":
            found = self._rated_as(*rest.partition(".")[::2])
        if found is None:
            raise InvalidValue(
                what="统计项 / figure",
                value=name[:60],
                reason="没有这一项 / there is no such figure",
            )
        return found

    @property
    def whole(self) -> ColumnElement[bool]:
        """All cases of the session that may be seen."""
        return of_session(self.congress, self.session) & self.seen

    def _aged(self, name: str) -> ColumnElement[bool]:
        first, _, last = name.partition("-")
        handed = _here.handed_over_at
        conditions = [_open(), handed < self._since(int(first) - 1)]
        if last:
            conditions.append(handed >= self._since(int(last)))
        return and_(*conditions)

    def _since(self, days: int) -> Any:  # noqa: ANN401  # an instant, bound by the column's type
        """The beginning of the day that lies so many days back."""
        return local_instant(self.today - timedelta(days=days), time())

    @cached_property
    def lights(self) -> Subquery:
        """Per case and unit with an open share: how late the unit's running clocks are (level)."""
        mine = and_(
            clocks.c.case_id == _share.case_id,
            clocks.c.subject == literal("assignment:") + cast(_share.number, Text),
            clocks.c.state == ClockState.RUNNING.value,
            or_(false(), *(self._of(profile, *kinds) for profile, kinds in self._binding)),
        )
        level = case(
            (clocks.c.due_on < self.today, LEVELS[Light.RED]),
            (self._is_yellow(), LEVELS[Light.YELLOW]),
            else_=LEVELS[Light.GREEN],
        )
        return (
            select(_share.case_id, _share.unit, func.max(level).label("level"))
            .select_from(suggestions.join(assignments, _share.case_id == _here.id))
            .outerjoin(clocks, mine)
            .where(self.whole, _open(), _share.ended_at.is_(None))
            .group_by(_share.case_id, _share.unit)
            .subquery()
        )

    @cached_property
    def _binding(self) -> tuple[tuple[Profile, tuple[str, ...]], ...]:
        """Profiles to which cases are pinned, with the kinds of clocks that bind a share's unit."""
        pins = select(_here.profile, _here.profile_version).where(
            of_session(self.congress, self.session)
        )
        found = []
        for name, version in self.connection.execute(pins.distinct()):
            profile = self.rules(name, version)
            kinds = [kind for kind, by in obligations(profile).items() if by == "share"]
            found.append((profile, tuple(sorted(kinds))))
        return tuple(found)

    def _of(self, profile: Profile, *kinds: str) -> ColumnElement[bool]:
        return and_(
            _here.profile == profile.name,
            _here.profile_version == profile.version,
            clocks.c.kind.in_(kinds),
        )

    def _is_yellow(self) -> ColumnElement[bool]:
        conditions = [
            self._of(profile, kind) & (clocks.c.due_on <= self._yellow_until(profile, kind))
            for profile, kinds in self._binding
            for kind in kinds
        ]
        return or_(false(), *conditions)

    def _yellow_until(self, profile: Profile, kind: str) -> date:
        """The last due day of which a clock of the kind is yellow today (see `duties.light`)."""
        rule = profile.supervision.lights
        ahead = rule.by_clock.get(kind, rule.yellow)
        if ahead.unit is not PeriodUnit.WORKING_DAYS:
            return self.today + timedelta(days=ahead.amount)
        last = self.today
        for _ in range(FURTHEST):
            if self.calendar.add_working_days(last + ONE_DAY, -ahead.amount) > self.today:
                break
            last += ONE_DAY
        return last

    def _lit(self, shown: str, unit: str) -> ColumnElement[bool] | None:
        """Cases in which a unit, any or the one named, has the light."""
        if shown not in LEVELS:
            return None
        query = select(self.lights.c.case_id).where(self.lights.c.level == LEVELS[Light(shown)])
        return _here.id.in_(query.where(self.lights.c.unit == unit) if unit else query)

    def _paced(self, kind: str, unit: str) -> ColumnElement[bool]:
        """Cases that the unit has answered; the late ones among them."""
        conditions = [*delivered_share(), _share.unit == unit]
        if kind == "late":
            conditions.append(was_late())
        return exists().where(*conditions)

    def _rated_as(self, name: str, part: str) -> ColumnElement[bool] | None:
        formula = next((one for one in self.profile.formulas if one.name == name), None)
        if formula is None or part not in PARTS:
            return None
        kinds = kinds_of([formula])
        fitting = [
            texts for texts, facts, _ in self.fact_groups(kinds) if counts(formula, part, facts)
        ]
        if not fitting:
            return false()
        return tuple_(*(fact_text(one) for one in kinds)).in_(fitting)

    def fact_groups(
        self, kinds: Mapping[str, FactType]
    ) -> Iterable[tuple[tuple[str, ...], Mapping[str, object], int]]:
        """How many cases have the same facts: the facts as the database spells and means them."""
        columns = [fact_text(one).label(f"fact_{one}") for one in kinds]
        query = select(*columns, func.count()).where(self.whole).group_by(*columns)
        for *texts, count in self.connection.execute(query):
            facts = {
                name: _meant(text, kind)
                for (name, kind), text in zip(kinds.items(), texts, strict=True)
            }
            yield tuple(texts), facts, count


def delivered_share() -> tuple[ColumnElement[bool], ...]:
    """A share of the case that answered: a reply of it was delivered."""
    delivered = exists().where(
        replies.c.case_id == _share.case_id,
        replies.c.assignment == _share.number,
        replies.c.delivered_at.is_not(None),
    )
    return _share.case_id == _here.id, _share.kind != "joint", delivered


def was_late() -> ColumnElement[bool]:
    """The share's clock of the reply ran out before the reply came."""
    return exists().where(
        clocks.c.case_id == _share.case_id,
        clocks.c.subject == literal("assignment:") + cast(_share.number, Text),
        clocks.c.kind.in_(REPLY_CLOCKS),
        clocks.c.late,
    )


def counts(formula: Formula, part: str, facts: Mapping[str, object]) -> bool:
    """Whether a case with the facts is counted: in the whole, or in the part of it."""
    return evaluate(formula.denominator, facts) and (
        part == "whole" or evaluate(formula.numerator, facts)
    )


def kinds_of(formulas: Iterable[Formula]) -> Mapping[str, FactType]:
    """The facts that the formulas look at, with their kinds, in order of name."""
    found: dict[str, FactType] = {}
    for formula in formulas:
        for one in (formula.numerator, formula.denominator):
            found |= _kinds(one)
    return dict(sorted(found.items()))


def _kinds(condition: Condition) -> Mapping[str, FactType]:
    return dict(zip(condition.names, condition.kinds, strict=True))


def fact_text(name: str) -> ColumnElement[str]:
    """A stored fact as the database spells it: the same value has the same text."""
    return func.coalesce(cast(_here.facts[name], Text), literal("null"))


def _meant(text: str, kind: FactType) -> object:
    """SQLite spells a truth value 1 or 0."""
    value = json.loads(text)
    return bool(value) if kind is FactType.BOOL and value is not None else value
