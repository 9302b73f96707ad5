"""Clocks and ladders: a source for each number, used somewhere, rungs in order and able to act."""

from __future__ import annotations

from engine.command import CLOCK
from engine.periods import PeriodUnit
from engine.profile import ClockDefinition, ClockStart, Profile, Rung
from workflows.checks.effects import clocks_used
from workflows.checks.grants import check_grants
from workflows.parts import Place, Plain
from workflows.problems import Report

_DAYS_PER_WORKING_DAY = 7 / 5


def check(profile: Profile, plain: Plain, report: Report) -> None:
    """Check every clock, and every ladder with the machine whose clocks use it."""
    place = Place(report, "clocks.yaml")
    ladders: dict[str, set[str]] = {name: set() for name in plain["ladders"]}
    for kind, clock in profile.clocks.items():
        here = place.at("clocks", kind)
        machines = [name for name in profile.machines if kind in clocks_used(profile, name)]
        _check_use(clock, machines, here)
        _check_clock(profile, clock, here)
        ladder = plain["clocks"][kind].get("ladder")
        if ladder in ladders:
            ladders[ladder].update(machines)
            _check_ladder(profile, clock.ladder, machines, place.at("ladders", ladder))
    for name, users in ladders.items():
        if not users:
            place.at("ladders", name).problem(
                f"提醒阶梯“{name}”没有期限使用", f"no clock uses ladder “{name}”"
            )


def _check_use(clock: ClockDefinition, machines: list[str], place: Place) -> None:
    if not machines:
        place.problem(f"期限“{clock.kind}”没有状态使用", f"no state uses clock “{clock.kind}”")
    if len(machines) > 1:
        listed = "、".join(machines)
        place.problem(
            f"期限“{clock.kind}”同时用于 {listed},应各用各的",
            f"clock “{clock.kind}” is used in several machines: {', '.join(machines)}",
        )
    if clock.start is ClockStart.PROMISED and machines not in ([], ["commitment"]):
        place.at("starts").problem(
            "promised 只用于承诺的期限", "promised is for clocks of commitments"
        )
    if clock.start is ClockStart.RECEIVED and machines not in ([], ["assignment"]):
        place.at("starts").problem(
            "received 只用于承办的期限", "received is for clocks of assignments"
        )
    if clock.start is ClockStart.HANDED_OVER and {"commitment", "order"} & set(machines):
        place.at("starts").problem(
            "承诺和督办单的期限不能从交办起算",
            "a clock of a commitment or an order cannot count from the hand-over",
        )


def _check_clock(profile: Profile, clock: ClockDefinition, place: Place) -> None:
    if clock.source not in profile.sources:
        place.at("source").problem(
            f"没有依据“{clock.source}”,请在 profile.yaml 的 sources 中写明",
            f"there is no source “{clock.source}” in profile.yaml",
        )
    if clock.anchor is not None and (
        clock.anchor not in profile.clocks or profile.clocks[clock.anchor].anchor is not None
    ):
        place.at("before", "clock").problem(
            f"不能从期限“{clock.anchor}”倒推", f"cannot count back from clock “{clock.anchor}”"
        )
    if clock.extension is not None:
        for index, role in enumerate(clock.extension.approvers):
            if role not in profile.roles:
                place.at("extension", "approvers", index).problem(
                    f"没有角色“{role}”", f"unknown role “{role}”"
                )


def _check_ladder(
    profile: Profile, ladder: tuple[Rung, ...], machines: list[str], place: Place
) -> None:
    seen: set[str] = set()
    for index, rung in enumerate(ladder):
        here = place.at(index)
        if rung.name in seen:
            here.at("name").problem(f"档“{rung.name}”重复", f"rung “{rung.name}” appears twice")
        seen.add(rung.name)
        if index and _day(rung) <= _day(ladder[index - 1]):
            here.at("offset").problem(
                f"档“{rung.name}”不晚于前一档“{ladder[index - 1].name}”",
                f"rung “{rung.name}” is not later than “{ladder[index - 1].name}” before it",
            )
        for machine in machines:
            check_grants(profile, rung.audience, machine, here.at("audience"))
            _check_action(profile, rung, machine, here)
        _check_notice(profile, rung, here)


def _day(rung: Rung) -> float:
    """About how many days from the due day; enough to tell rungs apart."""
    amount = rung.offset.amount
    return amount * (_DAYS_PER_WORKING_DAY if rung.offset.unit is PeriodUnit.WORKING_DAYS else 1)


def _check_action(profile: Profile, rung: Rung, machine: str, place: Place) -> None:
    here = place.at("action")
    action = profile.machines[machine].actions.get(rung.action)
    if action is None:
        elsewhere = profile.action(rung.action)
        if elsewhere is None:
            here.problem(f"没有动作“{rung.action}”", f"there is no action “{rung.action}”")
        else:
            here.problem(
                f"动作“{rung.action}”属于 {elsewhere.machine},这个期限在 {machine}",
                f"action “{rung.action}” belongs to {elsewhere.machine}, this clock to {machine}",
            )
        return
    if all(one.role != CLOCK for one in action.by):
        here.problem(
            f"动作“{rung.action}”没有授权给 clock", f"action “{rung.action}” is not for the clock"
        )
    tells = any(effect.name == "tell_rung" for move in action.moves for effect in move.then)
    if rung.notice is not None and not tells:
        here.problem(
            f"动作“{rung.action}”没有 tell_rung,通知“{rung.notice}”发不出去",
            f"action “{rung.action}” has no tell_rung, so notice “{rung.notice}” is never sent",
        )


def _check_notice(profile: Profile, rung: Rung, place: Place) -> None:
    if rung.notice is not None and rung.notice not in profile.notices:
        place.at("notice").problem(
            f"没有通知“{rung.notice}”", f"there is no notice “{rung.notice}”"
        )
    if (rung.notice is None) != (not rung.audience):
        place.problem("notice 与 audience 要么都有,要么都没有", "notice and audience go together")
