"""Effects that tell: notices decided once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import cast

from engine.clocks import Clock
from engine.command import Notice
from engine.effects.spec import EVERYWHERE, EffectSpec
from engine.lifecycle import state_of
from engine.machine import MACHINES
from engine.obligations import clock_and_rung, fire_at_of
from engine.profile import Grant, Rung
from engine.relations import people, resolve
from engine.work import Work

Params = Mapping[str, object]


def reached_rung(work: Work) -> tuple[Clock, Rung] | None:
    """The clock and rung of the command; None when a person acts."""
    key = work.command.rung
    if key is None:
        return None
    clock, rung = clock_and_rung(work, key)
    return None if rung is None else (clock, rung)


def notify(work: Work, params: Params) -> None:
    """Tell the people of the grants."""
    grants = cast("tuple[Grant, ...]", params["to"])
    tell(work, str(params["notice"]), grants, occasion=f"v{work.case.version + 1}")


def tell_rung(work: Work, _params: Params) -> None:
    """Tell the rung's audience that the rung was reached.

    When time was missed, several rungs of the clock are due at once and go off one after the
    other. Whom a later one of them tells is left to the last such: one notice, of the right rung.
    """
    found = reached_rung(work)
    if found is None or found[1].notice is None:
        return
    clock, rung = found
    told_later = _told_later(work, clock, rung)
    later: dict[str, str] = {}
    if told_later:
        audience = people(rung.audience, work.relating)
        later = {one: told_later[one] for one in audience if one in told_later}
    for name in dict.fromkeys(later.values()):
        work.left_to_later[name] = tuple(one for one in later if later[one] == name)
    plan = work.command.rung.plan if work.command.rung else 0
    occasion = f"{clock.kind}:{clock.number}:{rung.name}:{clock.round}:{plan}"
    tell(
        work,
        str(rung.notice),
        rung.audience,
        occasion=occasion,
        clock=clock,
        rung=rung,
        without=frozenset(later),
    )


def _told_later(work: Work, clock: Clock, rung: Rung) -> dict[str, str]:
    """Whom later rungs that are due by now will tell, each with the name of the last such rung."""
    if all(one.kind != clock.kind for one in state_of(work).clocks):
        # This rung ends the clock, and the later ones with it.
        return {}
    ladder = work.profile.clocks[clock.kind].ladder
    found: dict[str, str] = {}
    for one in ladder[ladder.index(rung) + 1 :]:
        due = fire_at_of(one, clock.due_on, work.at.calendar) <= work.now
        if due and one.notice is not None and _will_tell(work, one):
            found.update(dict.fromkeys(people(one.audience, work.relating), one.name))
    return found


def _will_tell(work: Work, rung: Rung) -> bool:
    """Whether the rung's action is possible as things stand, and tells its audience."""
    action = work.profile.machines[work.machine].actions[rung.action]
    facts = work.facts().with_given({"rung": rung.name})
    machine = MACHINES.of(work.profile, work.machine)
    state = state_of(work).name
    move = machine.find(state, action, facts) if machine.has_move(state, action.name) else None
    return move is not None and any(effect.name == "tell_rung" for effect in move.then)


def tell(  # the facts of one notice
    work: Work,
    template: str,
    grants: Iterable[Grant],
    *,
    occasion: str,
    clock: Clock | None = None,
    rung: Rung | None = None,
    without: Collection[str] = (),
) -> None:
    """One notice per person; its key (case, occasion, template, recipient) decides it once.

    Who stands in for somebody on leave is told in that person's place; the person finds the same
    in the inbox and nowhere else.
    """
    definition = work.profile.clocks[clock.kind] if clock else None
    facts = {
        **_names(work),
        "clock": definition.label.zh if definition else "",
        "due_on": clock.due_on.isoformat() if clock else "",
        "rung": rung.label.zh if rung else "",
        "reason": str(work.value("reason", work.value("note", ""))),
    }
    audience = resolve(grants, work.relating)
    replaced = {absent for absent in audience.values() if absent is not None}
    for person in sorted(set(audience) - set(without)):
        absent = audience[person]
        standing = {} if absent is None else {"stands_in_for": _name(work, absent)}
        work.notices.append(
            Notice(
                key=f"{work.case.id}:{work.subject_key}:{occasion}:{template}:{person}",
                recipient=person,
                template=template,
                facts={**facts, "recipient": _name(work, person), **standing},
                urgent=rung.urgent if rung else False,
                rung=work.command.rung if rung else None,
                stands_in_for=absent,
                stays_in=person in replaced,
            )
        )


def _name(work: Work, person: str) -> str:
    known = work.directory.people.get(person)
    return known.name if known else person


def _names(work: Work) -> dict[str, str]:
    case, directory = work.case, work.directory
    lead = directory.people.get(case.lead_deputy)
    subject = work.subject
    unit = directory.units.get(subject.unit) if subject and subject.unit else None
    state = work.profile.machines["suggestion"].states[case.state]
    delivered = [one.result for one in case.replies if one.state == "delivered"]
    code = work.profile.results.get(delivered[-1]) if delivered else None
    return {
        "number": case.number or "",
        "title": case.title,
        "case": case.id,
        "congress": directory.congress.name,
        "state": state.label.zh,
        "deputy": lead.name if lead else case.lead_deputy,
        "unit": unit.name if unit else "",
        "result": code.label.zh if code else "",
    }


SPECS = (
    EffectSpec(
        name="notify",
        apply=notify,
        params={"notice": "notice", "to": "grants"},
        machines=EVERYWHERE,
    ),
    EffectSpec(name="tell_rung", apply=tell_rung, machines=EVERYWHERE),
)
