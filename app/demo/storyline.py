"""The storyline of one planned suggestion: the commands of its year, from draft to closing.

Pure: the same plan, cast and calendar give the same events. Each event has a request key of its
own, so that a demo that was killed can be played again and goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from app.demo.plan import Channel, Fate, Outcome, PlannedSuggestion
from app.demo.records import Cast
from engine.calendar import WorkingCalendar, local_instant
from engine.profile import Profile
from routing import propose

RESULT_OF = {
    Outcome.DONE: "A",
    Outcome.PARTIAL: "B",
    Outcome.COMMITTED: "B",
    Outcome.DEFERRED: "C",
    Outcome.REFERENCE: "C",
}
"""Result codes of the profile zhejiang-county for the meaning drawn in the plan."""

LAPSING_COSIGNERS = 5
"""With this many co-signers the last one of an ordinary suggestion never confirms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One command of the year, before it is given its congress and case id."""

    at: datetime
    story: str
    step: str
    action: str
    actor: str
    subject: int | None = None
    form: Mapping[str, object] = field(default_factory=dict)
    batch: str | None = None

    @property
    def key(self) -> str:
        """The request key: the same on every run."""
        return f"demo:{self.story}:{self.step}"


@dataclass(slots=True, kw_only=True)
class Teller:
    """Collects the events of one suggestion; `place` spreads them over the day."""

    plan: PlannedSuggestion
    cast: Cast
    calendar: WorkingCalendar
    profile: Profile
    place: int
    main_id: str | None = None
    events: list[Event] = field(default_factory=list)
    count: int = 0

    def tell(  # one event has these facts
        self,
        day: date,
        action: str,
        actor: str,
        *,
        subject: int | None = None,
        hour: int = 10,
        batch: str | None = None,
        **form: object,
    ) -> None:
        """Add an event on the day; events of one suggestion keep their order within the hour."""
        self.count += 1
        minute, second = divmod(self.place % 400 * 6 + self.count, 60)
        at = local_instant(day, time(hour, minute % 60, second))
        self.events.append(
            Event(
                at=at,
                story=self.plan.key,
                step=f"{self.count:02d}-{action}",
                action=action,
                actor=actor,
                subject=subject,
                form=form,
                batch=batch,
            )
        )

    def after(self, day: date, working_days: int) -> date:
        """So many working days later."""
        return self.calendar.add_working_days(day, working_days)

    def worked(self, day: date) -> date:
        """The day, or the first working day after it."""
        return self.calendar.next_working_day(day)


def tell_story(teller: Teller) -> tuple[Event, ...]:
    """All events of the suggestion, in order."""
    registered = _raise(teller)
    if registered is not None:
        handed = _prepare(teller, registered)
        _handle(teller, handed)
    return tuple(teller.events)


def _raise(teller: Teller) -> date | None:
    """认真提: draft, signatures, reviews, registration; None when it ends there."""
    plan, day = teller.plan, teller.plan.raised_on
    teller.tell(
        day,
        "draft",
        plan.lead_deputy,
        hour=9,
        title=plan.title,
        text=plan.body,
        field=plan.field,
        kind=plan.channel.value,
        keywords="、".join(plan.keywords),
        origin="research" if teller.place % 3 else "citizens",
        cosigners=list(plan.cosigners),
    )
    teller.tell(day, "submit", plan.lead_deputy, hour=9)
    confirming = plan.cosigners
    reviewed = teller.after(day, 1)
    if len(plan.cosigners) >= LAPSING_COSIGNERS and plan.topic is None:
        confirming = plan.cosigners[:-1]
        reviewed = teller.after(day, 7)
    for person in confirming:
        teller.tell(day, "confirm_signature", person, hour=14)
    reviewer = f"reviewer-{teller.place % 2 + 1}"
    if plan.fate is Fate.WITHDRAWN:
        teller.tell(
            reviewed, "withdraw", plan.lead_deputy, reason="与同类建议内容重复，拟合并后再提"
        )
        return None
    if plan.sent_back_for_revision:
        teller.tell(
            reviewed,
            "return_for_revision",
            reviewer,
            reason="请补充具体地点和现状数据，使建议更便于办理",
        )
        reviewed = teller.after(reviewed, 2)
        text = f"{plan.body}（已按审查意见补充地点和现状。）"
        teller.tell(reviewed, "edit", plan.lead_deputy, text=text)
        teller.tell(reviewed, "resubmit", plan.lead_deputy)
        reviewed = teller.after(reviewed, 1)
    teller.tell(reviewed, "pass_first_review", reviewer, note="要素齐全，一事一议")
    registered = teller.after(reviewed, 1)
    if plan.fate is Fate.REFUSED:
        teller.tell(
            registered,
            "refuse",
            "committee-clerk",
            ground=plan.refusal_ground,
            reason="经审查，属于不作为代表建议处理的情形，已向代表说明",
        )
        return None
    teller.tell(registered, "register", "committee-clerk")
    return registered


def _prepare(teller: Teller, registered: date) -> date:
    """精准交: merge, key topic, hand-over; the day of hand-over."""
    plan, calendar = teller.plan, teller.cast.calendar
    session = plan.channel is Channel.SESSION
    handed = calendar.handover_meeting if session else teller.after(registered, 3)
    if teller.main_id is not None:
        day = teller.after(registered, 1)
        teller.tell(
            day, "merge", "committee-clerk", main=teller.main_id, reason="内容相同，合并办理"
        )
    if plan.topic is not None:
        topic = next(one for one in teller.cast.topics if one.number == plan.topic)
        teller.tell(
            calendar.key_topics_decided,
            "designate_key",
            "chairpersons-meeting",
            hour=15,
            topic_number=topic.number,
            topic_title=topic.title,
            lead_official=topic.lead_official,
            supervising_leader=topic.supervisor,
            decided_on=calendar.key_topics_decided.isoformat(),
            decided_by="主任会议",
        )
    teller.tell(
        handed,
        "hand_over",
        "committee-clerk",
        batch="hand-over" if session else None,
        assignments=_assignments(teller),
    )
    return handed


def _assignments(teller: Teller) -> list[dict[str, str]]:
    """Units with the rule and reason of each: the routing table's where it agrees."""
    plan = teller.plan
    advice = propose(
        teller.profile,
        field=plan.field,
        title=plan.title,
        text=plan.body,
        keywords=plan.keywords,
    )
    proposed = {one.unit: one for one in advice.assignments}
    lead = plan.wrong_unit or plan.lead_unit
    rows = []
    for unit, kind in ((lead, "lead"), *((joint, "joint") for joint in plan.joint_units)):
        known = proposed.get(unit)
        agrees = known is not None and known.kind == kind
        reason = known.reason if known is not None and agrees else "交办会协商确定"
        rule = known.rule if known is not None and agrees else "desk"
        rows.append({"unit": unit, "kind": kind, "rule": rule, "reason": reason})
    return rows


def _handle(teller: Teller, handed: date) -> None:
    """扎实办 and 及时督, round by round."""
    plan = teller.plan
    joint = range(2, 2 + len(plan.joint_units))
    lead = 1
    started = handed
    if plan.wrong_unit is not None:
        started = _return(teller, handed)
        lead = 2 + len(plan.joint_units)
    _receive(teller, lead, plan.lead_unit, started)
    for number, unit in zip(joint, plan.joint_units, strict=True):
        _opinion(teller, number, unit, handed, received=teller.after(started, 3))
    if plan.needs_extension:
        _extend(teller, lead, started)
    answered = teller.worked(started + timedelta(days=plan.reply_after_days))
    _reply(teller, lead, answered, outcome=plan.outcome, text=plan.reply)
    if plan.dissatisfied_first_round:
        last = 1 + len(plan.joint_units) + (plan.wrong_unit is not None)
        answered = _rehandle(teller, last + 1, answered)
    _rate_and_close(teller, answered)


def _return(teller: Teller, handed: date) -> date:
    """退办: the first unit says whose it is; the government leader decides."""
    plan = teller.plan
    asked = teller.after(handed, 3)
    teller.tell(
        asked,
        "request_return",
        f"head-{plan.wrong_unit}",
        subject=1,
        reason="经研究，该事项不属于本单位职责",
        proposed_unit=plan.lead_unit,
    )
    decided = teller.after(asked, 2)
    teller.tell(
        decided,
        "approve_return",
        "government-leader",
        subject=1,
        reason="同意退办，由职能单位承办",
        unit=plan.lead_unit,
    )
    return decided


def _receive(teller: Teller, number: int, unit: str, started: date) -> None:
    late = teller.plan.late_receipt
    day = teller.after(started, 6 if late else 1 + teller.place % 2)
    teller.tell(day, "receive", f"clerk-{unit}", subject=number, hour=11)
    teller.tell(
        day, "assign_handler", f"head-{unit}", subject=number, hour=11, handler=f"clerk-{unit}"
    )
    met = teller.after(day, 5 + teller.place % 8)
    _contact(teller, number, unit, met)


def _contact(teller: Teller, number: int, unit: str, day: date) -> None:
    plan = teller.plan
    ranks = ("deputy_head", "section_head", "unit_head")
    teller.tell(
        day,
        "record_contact",
        f"clerk-{unit}",
        subject=number,
        deputy=plan.lead_deputy,
        on=day.isoformat(),
        form=plan.contact_form.value,
        rank="unit_head" if plan.topic else ranks[teller.place % len(ranks)],
        summary="当面听取代表意见，介绍办理思路，代表对办理方向表示认可",
    )


def _opinion(teller: Teller, number: int, unit: str, handed: date, *, received: date) -> None:
    """会办: receipt, opinion, and the lead unit takes it."""
    teller.tell(teller.after(handed, 2), "receive", f"clerk-{unit}", subject=number, hour=11)
    given = max(teller.after(handed, 10 + teller.place % 5), received)
    teller.tell(
        given,
        "give_opinion",
        f"clerk-{unit}",
        subject=number,
        opinion="支持该建议，涉及本单位职责的部分将配合主办单位落实",
    )
    teller.tell(
        teller.after(given, 2),
        "accept_opinion",
        f"clerk-{teller.plan.lead_unit}",
        subject=number,
    )


def _extend(teller: Teller, number: int, started: date) -> None:
    """延期: asked by the unit, endorsed and approved by both offices."""
    unit = teller.plan.lead_unit
    asked = teller.worked(started + timedelta(days=66))
    teller.tell(
        asked,
        "request_extension",
        f"head-{unit}",
        subject=number,
        reason="涉及面广，需要协调多个部门并落实资金",
        clock="reply",
    )
    endorsed = teller.after(asked, 1)
    teller.tell(endorsed, "endorse_extension", "government-clerk-1", subject=number)
    approved = teller.after(endorsed, 1)
    teller.tell(approved, "approve_extension", "committee-clerk", subject=number)


def _reply(teller: Teller, number: int, answered: date, *, outcome: Outcome, text: str) -> None:
    """答复: draft, check, sign, deliver."""
    plan = teller.plan
    unit = plan.lead_unit
    form: dict[str, object] = {"result": RESULT_OF[outcome], "text": text}
    if plan.commitment is not None and form["result"] == "B":
        promise = plan.commitment
        form["commitments"] = [{"text": promise.text, "due_on": promise.due_on.isoformat()}]
    if plan.topic is not None:
        form["indicators"] = _indicators(teller)
    drafted = teller.after(answered, -3)
    teller.tell(drafted, "draft_reply", f"clerk-{unit}", subject=number, **form)
    checker = f"government-clerk-{teller.place % 2 + 1}"
    teller.tell(teller.after(answered, -2), "check_reply", checker, subject=number)
    teller.tell(
        teller.after(answered, -1),
        "sign_reply",
        f"head-{unit}",
        subject=number,
        document_number=f"{unit}〔{answered.year}〕{plan.key}-{number}号",
    )
    teller.tell(answered, "deliver_reply", f"clerk-{unit}", subject=number)


def _indicators(teller: Teller) -> list[dict[str, object]]:
    topic = next(one for one in teller.cast.topics if one.number == teller.plan.topic)
    return [
        {
            "label": one.label,
            "quantity": None if one.quantity is None else str(one.quantity),
            "unit": one.unit,
            "text": one.text,
        }
        for one in topic.indicators
        if one.suggestion == teller.plan.key
    ]


def _confirmed(teller: Teller) -> tuple[str, ...]:
    plan = teller.plan
    lapsed = len(plan.cosigners) >= LAPSING_COSIGNERS and plan.topic is None
    return (plan.lead_deputy, *(plan.cosigners[:-1] if lapsed else plan.cosigners))


def _rehandle(teller: Teller, number: int, answered: date) -> date:
    """不满意: the committee studies it and has it handled again."""
    plan = teller.plan
    rated = teller.after(answered, 4)
    for place, person in enumerate(_confirmed(teller)):
        first = place == 0
        comment = {"comment": "没有说明下一步安排，希望明确时间和责任单位"} if first else {}
        teller.tell(
            rated,
            "rate",
            person,
            hour=14,
            process="satisfied",
            result="dissatisfied" if first else "basic",
            **comment,
        )
    ordered = teller.after(rated, 3)
    reason = "请会同有关单位与代表当面沟通，明确时间安排后再次答复"
    teller.tell(ordered, "order_rehandling", "committee-head", reason=reason)
    _receive(teller, number, plan.lead_unit, ordered)
    again = teller.after(ordered, 18)
    outcome = plan.rehandled_outcome or plan.outcome
    _reply(teller, number, again, outcome=outcome, text=plan.rehandled_reply)
    return again


def _rate_and_close(teller: Teller, answered: date) -> None:
    plan = teller.plan
    if plan.silent_deputy:
        closed = teller.after(answered, 24)
    else:
        rated = teller.after(answered, 3 + teller.place % 4)
        for person in _confirmed(teller):
            teller.tell(
                rated,
                "rate",
                person,
                hour=14,
                process=plan.rated_process.value,
                result=plan.rated_result.value,
            )
        closed = teller.after(rated, 2)
    teller.tell(closed, "close", "committee-clerk", hour=15, note="办理程序完整，同意办结")
    promise = plan.commitment
    if promise is not None and promise.kept_on is not None:
        kept = max(teller.worked(promise.kept_on), teller.after(closed, 1))
        teller.tell(
            kept,
            "keep_commitment",
            f"clerk-{plan.lead_unit}",
            subject=1,
            evidence=f"承诺事项已完成:{promise.text}",
        )
