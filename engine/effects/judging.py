"""The effect of 成效灯: one party's judgement of a month, and the clock that waits for all."""

from __future__ import annotations

from collections.abc import Mapping

from engine.calendar import local_day
from engine.case import Judgement
from engine.effects.spec import EffectSpec
from engine.effects.timing import meet
from engine.errors import FormInvalid, InvariantBroken
from engine.obligations import running_clock
from engine.outcome import is_month, month_of, outcome_of
from engine.profile import OutcomeScheme
from engine.relations import people
from engine.work import Work

Params = Mapping[str, object]


def judge_outcome(work: Work, _params: Params) -> None:
    """成效灯 of a month for the actor's party; a second judgement of it replaces the first.

    Without a month it is the one that the clock waits for, unless that lies ahead.
    """
    scheme = _scheme(work)
    clock = running_clock(work, scheme.clock, "case")
    this = month_of(local_day(work.now))
    due = month_of(clock.due_on) if clock else this
    month = work.value("month", min(due, this))
    _check_month(work, month, this)
    party = _party(work, scheme, month)
    earlier = [
        one.number for one in work.case.judgements if (one.month, one.party) == (month, party)
    ]
    work.put(
        "judgements",
        Judgement(
            number=earlier[0] if earlier else work.next_number("judgements"),
            month=month,
            party=party,
            light=work.value("light"),
            by=work.actor,
            at=work.now,
            note=work.value("note", ""),
        ),
    )
    if clock is not None and not outcome_of(work.case, scheme, due).missing:
        meet(work, clock)


def _scheme(work: Work) -> OutcomeScheme:
    scheme = work.profile.supervision.outcome
    if scheme is None:
        raise InvariantBroken(
            action=work.command.action,
            case=work.case.id,
            reason="规则没有成效灯 / the rules have no outcome lights",
        )
    return scheme


def _check_month(work: Work, month: str, this: str) -> None:
    began = month_of(local_day(work.case.handed_over_at or work.case.created_at))
    reason = ""
    if not is_month(month):
        reason = "月份应如 2026-04 / must be like 2026-04"
    elif month > this:
        reason = "不能评判将来的月份 / lies ahead"
    elif month < began:
        reason = f"{began}才开始办理 / handling began in {began}"
    if reason:
        raise FormInvalid(action="评定成效", field="month", reason=reason)


def _party(work: Work, scheme: OutcomeScheme, month: str) -> str:
    """The party that the actor speaks for; of several the first that has not spoken yet."""
    mine = [one.code for one in scheme.parties if work.actor in people(one.by, work.relating)]
    said = outcome_of(work.case, scheme, month).said
    open_ones = [one for one in mine if one not in said]
    if not mine:
        parties = "、".join(one.label.zh for one in scheme.parties)
        raise FormInvalid(
            action="评定成效",
            field="light",
            reason=f"不代表任何一方:{parties} / the actor speaks for none of the parties",
        )
    return (open_ones or mine)[0]


SPECS = (EffectSpec(name="judge_outcome", apply=judge_outcome, needs=("light",)),)
