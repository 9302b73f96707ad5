"""Effects of 精准交: merging, hand-over to units, returns and their arbitration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from engine.case import Assignment, ReturnRequest
from engine.effects.spec import EffectSpec
from engine.errors import FormInvalid
from engine.facts import is_open_assignment
from engine.lifecycle import begin_subject, move_subject
from engine.work import Work

Params = Mapping[str, object]


def merge_into(work: Work, _params: Params) -> None:
    """并案: handle together with a main case; number, reply and rating stay separate."""
    main = work.at.linked[work.value("main")]
    state = work.profile.machines["suggestion"].states.get(main.state)
    reason = ""
    if main.id == work.case.id:
        reason = "不能并入自身 / cannot merge into itself"
    elif main.merged_into is not None:
        reason = "该建议本身已并入他案 / that case is merged itself"
    elif main.number is None:
        reason = "该建议尚未立案 / that case is not registered yet"
    elif state is not None and state.final:
        reason = "该建议已经结束 / that case has ended"
    if reason:
        raise FormInvalid(action="并案", field="main", reason=reason)
    work.change(merged_into=main.id)


def add_assignment(  # one row has these facts
    work: Work, *, unit: str, kind: str, rule: str, reason: str, replaces: int | None = None
) -> None:
    """A unit gets a share of the case in its present round; the share's clocks start."""
    number = work.next_number("assignments")
    initial = work.profile.machines["assignment"].initial
    row = Assignment(
        number=number,
        unit=unit,
        kind=kind,
        state=initial,
        round=work.case.round,
        rule=rule,
        reason=reason,
        handed_over_at=work.now,
        replaces=replaces,
    )
    work.put("assignments", row)
    begin_subject(work, "assignment", number)


def _open_units(work: Work) -> set[str]:
    return {one.unit for one in work.case.assignments if is_open_assignment(one, work.profile)}


def hand_over(work: Work, _params: Params) -> None:
    """Give the case to units; the clocks that count from hand-over start here."""
    rows = cast("list[dict[str, str]]", work.value("assignments"))
    _check_merged(work, rows)
    work.change(
        handed_over_at=work.case.handed_over_at or work.now,
        batch=work.kept("batch", work.case.batch, None),
    )
    taken = _open_units(work)
    for row in rows:
        if row["unit"] in taken:
            raise FormInvalid(
                action="交办",
                field="assignments",
                reason=f"“{row['unit']}”已在承办 / already has a share",
            )
        add_assignment(
            work,
            unit=row["unit"],
            kind=row["kind"],
            rule=row.get("rule", "manual"),
            reason=row.get("reason", ""),
        )


def _check_merged(work: Work, rows: list[dict[str, str]]) -> None:
    """A merged case goes to the units of its main case once that has one that answers.

    Units that have a share here already (after a return) are not named again.
    """
    main = work.at.linked.get(work.case.merged_into or "")
    if main is None:
        return
    taken = _open_units(work)
    wanted = {(unit, kind) for unit, kind in main.units if unit not in taken}
    if all(kind == "joint" for _, kind in wanted):
        return
    given = {(row["unit"], row["kind"]) for row in rows}
    if given != wanted:
        want = "、".join(f"{unit}({kind})" for unit, kind in sorted(wanted))
        raise FormInvalid(
            action="交办",
            field="assignments",
            reason=f"并案办理应与主案相同:{want} / must equal the main case's units",
        )


def set_assignments(work: Work, params: Params) -> None:
    """Move all open assignments (or all open joint ones) to a final state."""
    only_joint = params["of"] == "joint"
    for one in work.case.assignments:
        if is_open_assignment(one, work.profile) and (not only_joint or one.kind == "joint"):
            move_subject(work, "assignment", one.number, str(params["state"]))
            ended = work.case.assignment(one.number)
            if ended is not None:
                work.put("assignments", replace(ended, ended_at=work.now))


def request_return(work: Work, _params: Params) -> None:
    """退办: the unit says why it is not its matter and whose it is."""
    work.put(
        "returns",
        ReturnRequest(
            number=work.next_number("returns"),
            assignment=work.assignment.number,
            reason=work.value("reason"),
            proposed_unit=work.value("proposed_unit"),
            requested_by=work.actor,
            requested_at=work.now,
        ),
    )


def settle_return(work: Work, params: Params) -> None:
    """Decide the pending return; an approved one may name the unit that takes over."""
    approved = bool(params["approved"])
    share = work.assignment
    for one in work.case.returns:
        if one.assignment == share.number and one.state == "pending":
            work.put(
                "returns",
                replace(
                    one,
                    state="approved" if approved else "refused",
                    decided_by=work.actor,
                    decided_at=work.now,
                    decision_reason=work.value("reason"),
                ),
            )
    if not approved:
        return
    work.change_subject(ended_at=work.now)
    unit = work.value("unit")
    if unit is None:
        return
    if unit in _open_units(work):
        raise FormInvalid(
            action="批准退办",
            field="unit",
            reason=f"“{unit}”已在承办 / already has a share",
        )
    add_assignment(
        work,
        unit=unit,
        kind=share.kind,
        rule=f"return:{share.number}",
        reason=work.value("reason", ""),
        replaces=share.number,
    )


SPECS = (
    EffectSpec(name="merge_into", apply=merge_into, needs=("main",)),
    EffectSpec(name="hand_over", apply=hand_over, needs=("assignments",)),
    EffectSpec(name="reassign", apply=hand_over, needs=("assignments",)),
    EffectSpec(
        name="set_assignments", apply=set_assignments, params={"state": "state", "of": "open|joint"}
    ),
    EffectSpec(
        name="request_return",
        apply=request_return,
        needs=("reason", "proposed_unit"),
        machines=("assignment",),
    ),
    EffectSpec(
        name="settle_return",
        apply=settle_return,
        params={"approved": "boolean"},
        needs=("reason",),
        machines=("assignment",),
    ),
)
