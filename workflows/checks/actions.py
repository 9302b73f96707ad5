"""Actions: unique names, moves between states that exist, order of guards, forms and rights."""

from __future__ import annotations

from engine.command import CLOCK
from engine.machine import EVERY_OPEN_STATE
from engine.profile import Action, FieldType, MachineDefinition, Move, Profile
from workflows.checks.grants import check_grants
from workflows.checks.machines import sources_of
from workflows.parts import Place
from workflows.problems import Report


def check(profile: Profile, report: Report) -> None:
    """Check the actions of every machine."""
    first: dict[str, str] = {}
    creating: list[str] = []
    for name, machine in profile.machines.items():
        place = Place(report, f"{name}.yaml", ("actions",))
        for action in machine.actions.values():
            here = place.at(action.name)
            if action.name in first:
                here.problem(
                    f"动作“{action.name}”在 {first[action.name]}.yaml 中已有",
                    f"action “{action.name}” is in {first[action.name]}.yaml already",
                )
            first.setdefault(action.name, name)
            creating += [action.name] if action.creates else []
            _check_kind(action, machine, here)
            check_grants(profile, action.by, name, here.at("by"))
            _check_form(profile, action, here.at("form"))
            _check_moves(action, machine, here.at("moves"))
    if len(creating) != 1:
        listed = "、".join(creating) or "无"
        Place(report, "suggestion.yaml", ("actions",)).problem(
            f"应有且只有一个创建动作(creates: true),现有:{listed}",
            f"needs exactly one action with creates: true, has {len(creating)}",
        )


def _check_kind(action: Action, machine: MachineDefinition, place: Place) -> None:
    """Who may do it at all: somebody, or nobody when it is automatic."""
    if action.creates:
        _check_creating(action, machine, place)
    if action.automatic:
        _check_automatic(action, machine, place)
        return
    if not action.by:
        place.problem(
            f"动作“{action.name}”没有规定由谁办理(by)",
            f"action “{action.name}” says of nobody that they may do it (by)",
        )
    if any(one.role == CLOCK for one in action.by) and action.form:
        place.at("form").problem(
            "由 clock 办理的动作不能有表单", "an action of the clock may have no form"
        )


def _check_creating(action: Action, machine: MachineDefinition, place: Place) -> None:
    if machine.name != "suggestion":
        place.at("creates").problem(
            "创建动作只属于 suggestion", "only an action of the suggestion begins a case"
        )
    if any(move.sources != (machine.initial,) for move in action.moves):
        place.at("moves").problem(
            f"创建动作只能从起始状态“{machine.initial}”出发",
            f"the creating action starts from “{machine.initial}” only",
        )


def _check_automatic(action: Action, machine: MachineDefinition, place: Place) -> None:
    if machine.name != "suggestion":
        place.at("automatic").problem(
            "自动动作只属于 suggestion", "automatic actions belong to the suggestion"
        )
    for key, given in (("by", action.by), ("form", action.form), ("creates", action.creates)):
        if given:
            place.at(key).problem(f"自动动作不能有 {key}", f"an automatic action may have no {key}")
    for index, move in enumerate(action.moves):
        if move.target is None or move.target in sources_of(machine, move.sources):
            place.at("moves", index).problem(
                "自动动作必须进入另一状态(to),否则会循环",
                "an automatic move must lead to another state (to), or it turns in circles",
            )


def _check_moves(action: Action, machine: MachineDefinition, place: Place) -> None:
    settled: dict[str, int] = {}
    for index, move in enumerate(action.moves):
        here = place.at(index)
        _check_ends(move, machine, here)
        if move.because is not None and move.when is None:
            here.at("because").problem(
                "because 要与 when 一起用", "because needs a condition (when)"
            )
        for source in sources_of(machine, move.sources):
            if source in settled:
                here.problem(
                    f"从“{source}”出发的这一步永远轮不到:前面第{settled[source] + 1}步没有条件",
                    f"this move from “{source}” is never tried: "
                    f"move {settled[source] + 1} before it has no condition",
                )
            elif move.when is None:
                settled[source] = index


def _check_ends(move: Move, machine: MachineDefinition, place: Place) -> None:
    if EVERY_OPEN_STATE in move.sources and len(move.sources) > 1:
        place.at("from").problem("“*”应单独使用", "“*” stands alone")
        return
    for at, source in enumerate(move.sources):
        here = place.at("from", at)
        if source == EVERY_OPEN_STATE:
            continue
        if source not in machine.states:
            here.problem(f"没有状态“{source}”", f"there is no state “{source}”")
        elif machine.states[source].final:
            here.problem(f"终态“{source}”不能有出口", f"final state “{source}” has a way out")
        if source in move.sources[:at]:
            here.problem(f"状态“{source}”重复", f"state “{source}” is named twice")
    if move.target is not None and move.target not in machine.states:
        place.at("to").problem(f"没有状态“{move.target}”", f"there is no state “{move.target}”")


def _check_form(profile: Profile, action: Action, place: Place) -> None:
    seen: set[str] = set()
    for index, one in enumerate(action.form):
        here = place.at(index)
        if one.name in seen:
            here.at("name").problem(f"字段“{one.name}”重复", f"field “{one.name}” appears twice")
        seen.add(one.name)
        if one.required and one.required_when is not None:
            here.at("required_when").problem(
                "required 与 required_when 只用其一", "use one of required and required_when"
            )
        if (one.type is FieldType.CHOICE) != (one.choices is not None):
            here.problem(
                "choices 应与 type: choice 一起用", "choices go with type: choice and the reverse"
            )
        elif one.choices not in (None, "results") and one.choices not in profile.choices:
            here.at("choices").problem(
                f"没有选项表“{one.choices}”", f"there is no list of choices “{one.choices}”"
            )
