"""The storyline of one planned suggestion: the commands of its year, from draft to closing."""

from __future__ import annotations

from datetime import date

from app.demo.handling import tell_handling
from app.demo.plan import Channel, Fate
from app.demo.teller import Event, Teller
from routing import propose


def tell_story(teller: Teller) -> tuple[Event, ...]:
    """All events of the suggestion, in order."""
    registered = _raise(teller)
    if registered is not None:
        handed = _prepare(teller, registered)
        tell_handling(teller, handed)
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
    confirming = teller.confirmed()[1:]
    # Who never confirms lapses after five working days; the review comes after that.
    reviewed = teller.after(day, 1 if len(confirming) == len(plan.cosigners) else 7)
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
        # Pairs are all of the session; by the day of the key topics both are registered.
        day = calendar.key_topics_decided
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
