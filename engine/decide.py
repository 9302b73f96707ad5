"""`decide`: what an action would change. Pure; the page, the dry run and the Desk all ask it.

Steps of `decide`:
1. find the action and its subject; 2. may the actor do it; 3. does it exist in this state;
4. read the form; 5. take the first move whose condition holds; 6. apply state, effects, clocks;
7. try automatic actions until none applies; 8. no open state without owner and clock.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from engine.case import Case, Signatory
from engine.command import CLOCK, Command, Decision, Notice, Possible, Step, Surroundings
from engine.effects import EFFECTS
from engine.errors import (
    InvariantBroken,
    NotAllowed,
    NotAuthorized,
    TimerGone,
    UnknownAction,
    UnknownCase,
    UnknownPerson,
    UnknownSubject,
)
from engine.facts import CASE_FACTS, form_facts
from engine.forms import emptied_in, read_form, require_conditional
from engine.invariants import check_invariants, owners_of
from engine.lifecycle import set_state, settle_clocks, state_of
from engine.machine import MACHINES
from engine.obligations import (
    clock_and_rung,
    is_named,
    is_pending,
    mark_fired,
    plan_following,
)
from engine.profile import Action, Move, Profile, Text
from engine.relations import Relating, people, resolve, wording
from engine.work import Work, subject_of

MAX_AUTOMATIC = 8
"""Automatic steps after one action; more means that a profile turns in circles."""


def decide(case: Case | None, command: Command, at: Surroundings) -> Decision:
    """The change that the command makes to the case, or the error that refuses it.

    `case` is None for the action that begins one; then `command.case` names the id it gets.
    """
    action = find_action(at.profile, command.action)
    before = case
    if case is None:
        case = _new_case(action, command, at)
    _check_subject(action, case, command)
    work = _work_on(case, action, command, at)
    _check_actor(work, action, begins=before is None)
    _check_timer(work, action)
    _check_allowed(work, action, begins=before is None)
    work.form = read_form(action, command.form, at)
    work.emptied = emptied_in(command.form, work.form)
    mark_fired(work)
    _step(work, action, automatic=False)
    plan_following(work)
    _run_automatic(work)
    check_invariants(work)
    return _decided(work, action, before)


def decide_nothing(case: Case, command: Command, at: Surroundings, refusal: str) -> Decision:
    """A due rung whose action is refused: the timer is fired all the same, the refusal noted."""
    action = find_action(at.profile, command.action)
    work = _work_on(case, action, replace(command, form={"refused": refusal}), at)
    _check_timer(work, action)
    mark_fired(work)
    plan_following(work)
    return _decided(work, action, case)


def _work_on(case: Case, action: Action, command: Command, at: Surroundings) -> Work:
    return Work(
        command=command,
        at=at,
        case=case,
        form={},
        subject_number=command.subject,
        machine=action.machine,
    )


def _decided(work: Work, action: Action, before: Case | None) -> Decision:
    """What has become of the working copy."""
    return Decision(
        command=work.command,
        before=before,
        after=work.case.changed(version=work.case.version + 1),
        steps=tuple(work.steps),
        notices=_once(work),
        numbers_taken=work.numbers_taken,
        topic=work.topic,
        stands_in_for=work.stands_in_for,
        left_to_later=work.left_to_later,
        rule=f"{work.profile.reference}#{action.name}",
        facts=work.facts().chosen(CASE_FACTS),
    )


def find_action(profile: Profile, name: str) -> Action:
    """The action of that name; UnknownAction when the profile has none."""
    action = profile.action(name)
    if action is None or action.automatic:
        raise UnknownAction(profile=profile.reference, action=name)
    return action


def possible_actions(case: Case, actor: str, at: Surroundings, on: date) -> tuple[Possible, ...]:
    """What the actor may do on the day, conditions and forms apart, in the profile's order."""
    found: list[Possible] = []
    for machine in at.profile.machines:
        subjects = (None,) if machine == "suggestion" else case.subjects(machine)
        for subject in subjects:
            number, state = (subject.number, subject.state) if subject else (None, case.state)
            relating = Relating(
                profile=at.profile, directory=at.directory, on=on, case=case, subject=subject
            )
            found += [
                Possible(action=action.name, subject=number)
                for action in MACHINES.of(at.profile, machine).actions_in(state)
                if not action.automatic
                and not action.creates
                and actor in people(action.by, relating)
            ]
    return tuple(found)


def owners(case: Case, at: Surroundings, now: datetime) -> tuple[str, ...]:
    """Who must act next on a case; nobody when it has ended."""
    looking = Command(congress=case.congress, action="", actor="", now=now)
    return owners_of(Work(command=looking, at=at, case=case, form={}))


def _new_case(action: Action, command: Command, at: Surroundings) -> Case:
    if not action.creates or command.case is None:
        raise UnknownCase(case=None)
    congress = at.directory.congress
    return Case(
        id=command.case,
        congress=command.congress,
        session=congress.session,
        profile=at.profile.name,
        profile_version=at.profile.version,
        version=0,
        state=at.profile.machines["suggestion"].initial,
        round=1,
        kind="session",
        title="",
        text="",
        field="",
        keywords=(),
        origin="",
        created_at=command.now,
        signatories=(
            Signatory(number=1, deputy=command.actor, lead=True, state="confirmed", at=command.now),
        ),
    )


def _check_subject(action: Action, case: Case, command: Command) -> None:
    if action.machine == "suggestion":
        if command.subject is not None:
            raise UnknownSubject(case=case.id, machine="suggestion", subject=command.subject)
        return
    if command.subject is None or subject_of(case, action.machine, command.subject) is None:
        raise UnknownSubject(
            case=case.number or case.id, machine=action.machine, subject=command.subject
        )


def _check_actor(work: Work, action: Action, *, begins: bool) -> None:
    actor = work.actor
    if actor == CLOCK or work.command.rung is not None:
        by_time = actor == CLOCK and work.command.rung is not None
        if not by_time or not any(one.role == CLOCK for one in action.by):
            raise _not_authorized(work, action)
        return
    if actor not in work.directory.people:
        raise UnknownPerson(congress=work.directory.congress.name, person=actor)
    relating = work.relating
    if begins:
        relating = replace(relating, case=None, subject=None)
    may = resolve(action.by, relating)
    if actor not in may:
        raise _not_authorized(work, action)
    work.stands_in_for = may[actor]


def _not_authorized(work: Work, action: Action) -> NotAuthorized:
    return NotAuthorized(
        actor=work.actor,
        subject=_called(work.case),
        action=action.label,
        needed=tuple(wording(one, work.profile) for one in action.by),
    )


def _called(case: Case) -> Text:
    reference = case.number or case.id
    return Text(zh=f"建议{reference}", en=f"case {reference}")


def _check_timer(work: Work, action: Action) -> None:
    """The timer is pending, and the action is the one its rung stands for."""
    key = work.command.rung
    if key is None:
        return
    if not any(is_named(one, key) and is_pending(one) for one in work.case.timers):
        raise TimerGone(case=work.case.number or work.case.id, rung=key.rung)
    clock, rung = clock_and_rung(work, key)
    if rung is None or rung.action != action.name or clock.subject != work.subject_key:
        raise _not_authorized(work, action)


def _check_allowed(work: Work, action: Action, *, begins: bool) -> None:
    state = state_of(work)
    machine = MACHINES.of(work.profile, work.machine)
    if action.creates is not begins or not machine.has_move(state.name, action.name):
        possible = tuple(
            one.label
            for one in machine.actions_in(state.name)
            if any(grant.role != CLOCK for grant in one.by) and not one.creates
        )
        raise NotAllowed(
            subject=_called(work.case),
            state=state.label,
            action=action.label,
            possible=possible,
        )


def _step(work: Work, action: Action, *, automatic: bool) -> None:
    facts = work.facts()
    if not automatic:
        facts = facts.with_given(form_facts(action.form, work.form))
        require_conditional(action, work.form, facts)
    source = state_of(work).name
    target, move = MACHINES.of(work.profile, work.machine).move(source, action, facts)
    set_state(work, work.machine, work.subject_number, target)
    _apply(work, move)
    if move.target is not None or not work.case.clocks:
        settle_clocks(work, work.machine, work.subject_number)
    work.steps.append(
        Step(
            action=action.name,
            machine=work.machine,
            subject=work.subject_number,
            source=source,
            target=target,
            automatic=automatic,
        )
    )


def _apply(work: Work, move: Move) -> None:
    for effect in move.then:
        EFFECTS[effect.name].apply(work, effect.params)


def _run_automatic(work: Work) -> None:
    work.machine, work.subject_number = "suggestion", None
    definition = work.profile.machines["suggestion"]
    automatic = [one for one in definition.actions.values() if one.automatic]
    for _ in range(MAX_AUTOMATIC):
        if not any(_try_automatic(work, one) for one in automatic):
            return
    raise InvariantBroken(
        action=work.command.action,
        case=work.case.id,
        reason="陷入循环 / turning in circles",
    )


def _try_automatic(work: Work, action: Action) -> bool:
    machine = MACHINES.of(work.profile, "suggestion")
    if not machine.has_move(work.case.state, action.name):
        return False
    if machine.find(work.case.state, action, work.facts()) is None:
        return False
    _step(work, action, automatic=True)
    return True


def _once(work: Work) -> tuple[Notice, ...]:
    return tuple({one.key: one for one in work.notices}.values())
