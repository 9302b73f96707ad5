"""Effects of 扎实办 before the reply: handler, contact, joint opinion, extension."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from engine.calendar import local_day
from engine.case import Assignment, Contact, ExtensionRequest
from engine.clocks import Clock, extend
from engine.effects.spec import EffectSpec, Nomination, nomination
from engine.errors import ExtensionRefused, FormInvalid
from engine.obligations import extend_clock, running_clock
from engine.periods import Period
from engine.profile import ExtensionRule
from engine.work import Work

Params = Mapping[str, object]


def of_the_unit(at: Nomination) -> Collection[str]:
    """Everybody who holds a role in the unit of the share."""
    unit = at.subject.unit if isinstance(at.subject, Assignment) else None
    return [one for one in at.directory.people if unit in at.directory.units_of(one)]


def who_signed(at: Nomination) -> Collection[str]:
    """The deputies who signed and have confirmed it."""
    signed = at.case.signatories if at.case is not None else ()
    return [one.deputy for one in signed if one.state == "confirmed"]


def assign_handler(work: Work, _params: Params) -> None:
    """Name the person in the unit who handles the assignment."""
    handler = work.value("handler")
    if handler not in of_the_unit(nomination(work)):
        raise FormInvalid(
            action="指定承办人",
            field="handler",
            reason=f"“{handler}”不在本单位 / is not in the unit",
        )
    work.change_subject(handler=handler)


def record_contact(work: Work, _params: Params) -> None:
    """面商: note who was met, when, in which form and by which rank."""
    deputy = work.value("deputy", work.case.lead_deputy)
    on = work.value("on")
    if deputy not in who_signed(nomination(work)):
        raise FormInvalid(
            action="登记面商", field="deputy", reason="该代表没有签名 / the deputy did not sign"
        )
    if on > local_day(work.now):
        raise FormInvalid(
            action="登记面商", field="on", reason="面商日期在今天之后 / the day lies in the future"
        )
    work.put(
        "contacts",
        Contact(
            number=work.next_number("contacts"),
            assignment=work.assignment.number,
            deputy=deputy,
            on=on,
            form=work.value("form"),
            rank=work.value("rank", ""),
            summary=work.value("summary", ""),
            recorded_by=work.actor,
            recorded_at=work.now,
        ),
    )


def give_opinion(work: Work, _params: Params) -> None:
    """会办意见: the joint unit's opinion for the lead unit."""
    work.change_subject(opinion=work.value("opinion"), opinion_at=work.now, ended_at=work.now)


def clear_opinion(work: Work, _params: Params) -> None:
    """The lead unit sends a joint opinion back for redo."""
    work.change_subject(opinion_at=None, ended_at=None)


def request_extension(work: Work, _params: Params) -> None:
    """延期: ask for more time on a running clock, within what the rule allows."""
    kind = str(work.value("clock", "reply"))
    clock = running_clock(work, kind, work.subject_key)
    rule = work.profile.clocks[kind].extension if kind in work.profile.clocks else None
    reason = ""
    if clock is None or rule is None:
        reason = "没有可延长的期限 / no running clock that may be extended"
    elif (
        sum(one.state == "approved" and one.clock == clock.number for one in work.case.extensions)
        >= rule.times
    ):
        reason = f"最多延长{rule.times}次 / at most {rule.times} times"
    elif any(one.state == "pending" and one.clock == clock.number for one in work.case.extensions):
        reason = "已有待批的延期申请 / a request is pending"
    if reason or clock is None or rule is None:
        raise ExtensionRefused(clock=kind, reason=reason)
    period = work.value("period", rule.period)
    if period.unit is not rule.period.unit or period.amount > rule.period.amount:
        limit = f"{rule.period.amount} {rule.period.unit.value}"
        raise ExtensionRefused(clock=kind, reason=f"超过上限{limit} / over the cap of {limit}")
    _check_gain(work, clock, rule, period)
    work.put(
        "extensions",
        ExtensionRequest(
            number=work.next_number("extensions"),
            assignment=work.assignment.number,
            clock=clock.number,
            reason=work.value("reason"),
            period=period,
            requested_by=work.actor,
            requested_at=work.now,
        ),
    )


def _check_gain(work: Work, clock: Clock, rule: ExtensionRule, period: Period) -> None:
    """An extension that gives no day more, or one that is over already, helps nobody."""
    longer = extend(
        clock, work.now, period, total=rule.total, by="", note="", calendar=work.at.calendar
    )
    due_on, reason = longer.due_on, ""
    if due_on <= clock.due_on:
        reason = f"延长后仍为{due_on},没有更多时间 / it would still be due on {due_on}"
    elif due_on < local_day(work.now):
        reason = f"延长后的{due_on}已经过去 / the new day {due_on} is over already"
    if reason:
        raise ExtensionRefused(clock=clock.kind, reason=reason)


def _pending(work: Work) -> ExtensionRequest:
    number = work.assignment.number
    for one in work.case.extensions:
        if one.assignment == number and one.state == "pending":
            return one
    raise ExtensionRefused(clock="reply", reason="没有待批的申请 / no pending request")


def approve_extension(work: Work, _params: Params) -> None:
    """Agree for the actor's role; once every approving role has agreed the clock is extended.

    Somebody who holds both roles agrees in the one that the action asks for, and later in the
    other: one signature is not two.
    """
    asked = _pending(work)
    clock = next(one for one in work.case.clocks if one.number == asked.clock)
    rule = work.profile.clocks[clock.kind].extension
    if rule is None:
        raise ExtensionRefused(clock=clock.kind, reason="规则不允许延期 / not extendable")
    given = {entry.split(":", 1)[0] for entry in asked.approvals}
    action = work.profile.action(work.command.action)
    asking = {grant.role for grant in action.by} if action else set()
    mine = [
        role
        for role in work.directory.roles_of(work.actor)
        if role in rule.approvers and role in asking and role not in given
    ]
    if not mine:
        raise ExtensionRefused(
            clock=clock.kind, reason="该身份已经同意 / this role has agreed already"
        )
    approvals = (*asked.approvals, *(f"{role}:{work.actor}" for role in mine))
    complete = set(rule.approvers) <= given | set(mine)
    state = "approved" if complete else "pending"
    decided = work.now if complete else None
    work.put("extensions", replace(asked, approvals=approvals, state=state, decided_at=decided))
    if complete:
        _check_gain(work, clock, rule, asked.period)
        by = "、".join(approvals)
        extend_clock(work, clock, asked.period, total=rule.total, by=by, note=asked.reason)


def refuse_extension(work: Work, _params: Params) -> None:
    """Refuse the pending extension."""
    work.put("extensions", replace(_pending(work), state="refused", decided_at=work.now))


SPECS = (
    EffectSpec(
        name="assign_handler",
        apply=assign_handler,
        needs=("handler",),
        people={"handler": of_the_unit},
        machines=("assignment",),
    ),
    EffectSpec(
        name="record_contact",
        apply=record_contact,
        needs=("on", "form"),
        people={"deputy": who_signed},
        machines=("assignment",),
    ),
    EffectSpec(
        name="give_opinion", apply=give_opinion, needs=("opinion",), machines=("assignment",)
    ),
    EffectSpec(name="clear_opinion", apply=clear_opinion, machines=("assignment",)),
    EffectSpec(
        name="request_extension",
        apply=request_extension,
        needs=("reason",),
        machines=("assignment",),
    ),
    EffectSpec(name="approve_extension", apply=approve_extension, machines=("assignment",)),
    EffectSpec(name="refuse_extension", apply=refuse_extension, machines=("assignment",)),
)
