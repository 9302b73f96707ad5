"""A walk through the life of a case: people do what they may, and now and then what they may not.

Forms are made up from the profile's own fields, so a new action needs nothing here. Every
accepted command is kept, so that a walk can be walked again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from engine.calendar import local_day
from engine.case import Case
from engine.command import Command, Possible
from engine.errors import BihuanError, ConditionFailed, InvariantBroken, TimerGone
from engine.perform import Desk
from engine.profile import FieldType, FormField
from engine.store import Store
from tests.support.world import CONGRESS, PEOPLE, UNITS, local, memory_store, shipped_profile

ONWARDS = (
    "submit",
    "confirm_signature",
    "pass_first_review",
    "resubmit",
    "register",
    "hand_over",
    "reassign",
    "refuse_return",
    "refuse_extension",
    "receive",
    "accept_opinion",
    "give_opinion",
    "record_contact",
    "draft_reply",
    "check_reply",
    "sign_reply",
    "sign_as_official",
    "ask_official",
    "deliver_reply",
    "rate",
    "accept_with_explanation",
    "close",
)
"""What brings a case nearer to its end, in the order in which it is tried."""
RARE = frozenset({"withdraw", "instruct", "ask_official"})
OFFICIALS = frozenset({"official", "second-official"})
NEVER_MEANT = (InvariantBroken, ConditionFailed)
"""Refusals that no walk may meet: the shipped profile would be at fault."""


@dataclass(slots=True, kw_only=True)
class Walk:
    """One case on its way through a store in memory."""

    store: Store
    desk: Desk
    now: datetime
    case: str = ""
    other: str = ""
    accepted: list[Command] = field(default_factory=list)

    def look(self) -> Case:
        """The case as it is kept."""
        return self.desk.look(CONGRESS, self.case, self.now)[0]

    def perform(self, command: Command) -> BihuanError | None:
        """Do it; the refusal when there is one."""
        try:
            receipt = self.desk.perform(command)
        except NEVER_MEANT:
            raise
        except BihuanError as error:
            return error
        self.accepted.append(command)
        self.case = self.case or receipt.case
        return None

    def command(self, action: str, actor: str, subject: int | None, rng: Random) -> Command:
        """A command on the case with a form made up for it."""
        self.now += timedelta(minutes=rng.randint(1, 600))
        return Command(
            congress=CONGRESS,
            action=action,
            actor=actor,
            now=self.now,
            case=self.case,
            subject=subject,
            form=made_up_form(self, action, subject, rng),
        )

    def possible(self) -> list[tuple[Possible, str]]:
        """Everything that anybody may do now, with who may."""
        return [
            (one, person.code)
            for person in PEOPLE
            for one in self.desk.possible(CONGRESS, self.case, person.code, self.now)
        ]

    def anything(self, rng: Random) -> Command:
        """One of the possible actions, each kind as likely as the other; nonsense if none is.

        Withdrawing and words that move nothing are rare, or hardly a walk would get far.
        """
        found = self.possible()
        if rng.random() < 0.95:
            found = [pair for pair in found if pair[0].action not in RARE]
        if not found:
            return self.nonsense(rng)
        action = rng.choice(sorted({one.action for one, _ in found}))
        one, actor = rng.choice([pair for pair in found if pair[0].action == action])
        return slipped(self.command(one.action, actor, one.subject, rng), rng)

    def nonsense(self, rng: Random) -> Command:
        """Any action by anybody on any subject."""
        machines = shipped_profile().machines.values()
        action = rng.choice([name for one in machines for name in one.actions])
        actor = rng.choice(PEOPLE).code
        return self.command(action, actor, rng.choice((None, 1, 2, 3)), rng)

    def onwards(self, rng: Random) -> Iterator[Command]:
        """Commands that may bring the case nearer to its end, the likeliest first."""
        found = self.possible()
        case = self.look()
        met = {one.assignment for one in case.contacts}
        # Once in a reply: who has signed is not asked to sign again.
        signed = {one.assignment for one in case.replies if one.signed_by in OFFICIALS}
        done = {"record_contact": met, "ask_official": signed}
        for action in ONWARDS:
            for one, actor in found:
                if one.action == action and one.subject not in done.get(action, ()):
                    yield self.command(action, actor, one.subject, rng)

    def pass_time(self, days: int) -> int:
        """Let days pass and the clock act; how many of its commands were refused as gone."""
        self.now += timedelta(days=days)
        gone = 0
        while commands := self.store.due_commands(self.now, 50):
            for verdict in self.desk.perform_many(commands):
                if verdict.error is None:
                    self.accepted.append(verdict.command)
                elif isinstance(verdict.error, TimerGone):
                    gone += 1
                else:
                    raise verdict.error
        return gone


def new_walk(rng: Random) -> Walk:
    """A case just drafted, beside another one that was handed over."""
    store = memory_store()
    walk = Walk(store=store, desk=Desk(store, lambda: "unused"), now=local("2026-01-21"))
    _must(walk, "draft", "li-ming", {**DRAFT, "cosigners": []})
    _must(walk, "submit", "li-ming", {})
    _must(walk, "pass_first_review", "reviewer", {})
    _must(walk, "register", "committee", {})
    rows = [{"unit": "transport", "kind": "lead"}, {"unit": "finance", "kind": "joint"}]
    _must(walk, "hand_over", "committee", {"assignments": rows})
    walk.other, walk.case = walk.case, ""
    cosigners = rng.sample(("li-ming", "chen-jing"), rng.randint(0, 2))
    kind = rng.choice(("session", "recess"))
    _must(walk, "draft", "wang-fang", {**DRAFT, "kind": kind, "cosigners": cosigners})
    return walk


DRAFT: Mapping[str, object] = {
    "title": "关于夜间公交的建议",
    "text": "建议延长夜间公交。",
    "field": "transport",
    "kind": "session",
    "origin": "citizens",
}


def _must(walk: Walk, action: str, actor: str, form: Mapping[str, object]) -> None:
    walk.now += timedelta(minutes=1)
    command = Command(
        congress=CONGRESS,
        action=action,
        actor=actor,
        now=walk.now,
        case=walk.case or None,
        form=form,
        request_key=None if walk.case else f"begin-{len(walk.accepted)}",
    )
    error = walk.perform(command)
    assert error is None, error


def made_up_form(walk: Walk, action: str, subject: int | None, rng: Random) -> dict[str, object]:
    """Values for the fields of an action; what is not required is filled in every other time."""
    definition = shipped_profile().action(action)
    assert definition is not None
    return {
        one.name: _value(walk, one, subject, rng)
        for one in definition.form
        if one.required or one.required_when is not None or rng.random() < 0.5
    }


def slipped(command: Command, rng: Random) -> Command:
    """The same command, seldom with a field too few or too many."""
    form = dict(command.form)
    if form and rng.random() < 0.05:
        form.pop(rng.choice(sorted(form)))
    if rng.random() < 0.05:
        form["no-such-field"] = 1
    return replace(command, form=form)


def _value(walk: Walk, one: FormField, subject: int | None, rng: Random) -> object:
    today = local_day(walk.now)
    if one.name == "month":
        return f"{today - timedelta(days=rng.choice((0, 0, 31))):%Y-%m}"
    made: Mapping[FieldType, Callable[[], object]] = {
        FieldType.DATE: lambda: today - timedelta(days=rng.randint(0, 5)),
        FieldType.INTEGER: lambda: rng.randint(1, 2),
        FieldType.BOOLEAN: lambda: rng.random() < 0.8,
        FieldType.CHOICE: lambda: rng.choice(_codes(one)),
        FieldType.PERSON: lambda: rng.choice(_people_for(walk, one, subject)),
        FieldType.PERSONS: lambda: rng.sample(DEPUTIES, rng.randint(1, 2)),
        FieldType.UNIT: lambda: rng.choice(UNITS).code,
        FieldType.CASE: lambda: walk.other,
        FieldType.PERIOD: lambda: {"months": rng.randint(4, 7)},
        FieldType.ASSIGNMENTS: lambda: _shares(walk, rng),
        FieldType.COMMITMENTS: lambda: [
            {"text": "按期建成", "due_on": today + timedelta(days=rng.randint(0, 200))}
        ],
        FieldType.INDICATORS: lambda: [
            {"label": "里程", "quantity": rng.randint(1, 90), "unit": "公里"}
        ],
    }
    return made.get(one.type, lambda: f"文字{rng.randint(1, 9)}")()


DEPUTIES = ("wang-fang", "li-ming", "chen-jing")


def _codes(one: FormField) -> list[str]:
    profile = shipped_profile()
    if one.choices == "results":
        return list(profile.results)
    return [choice.code for choice in profile.choices[str(one.choices)]]


def _people_for(walk: Walk, one: FormField, subject: int | None) -> list[str]:
    if one.name == "deputy":
        return [signed.deputy for signed in walk.look().signatories]
    if one.name == "handler" and subject is not None:
        share = walk.look().assignment(subject)
        return [f"clerk-{share.unit}", f"head-{share.unit}"] if share else ["office"]
    return ["official", "second-official"]


def _shares(walk: Walk, rng: Random) -> list[dict[str, str]]:
    """Units for the case: those of the main case of a merged one, else any free ones."""
    case = walk.look()
    free = [one.code for one in UNITS]
    states = shipped_profile().machines["assignment"].states
    taken = {one.unit for one in case.assignments if not states[one.state].final}
    if case.merged_into is not None and rng.random() < 0.9:
        main = walk.desk.look(CONGRESS, case.merged_into, walk.now)[0]
        rows = [
            {"unit": one.unit, "kind": one.kind}
            for one in main.assignments
            if one.unit not in taken and not states[one.state].final
        ]
        if any(row["kind"] != "joint" for row in rows):
            return rows
    free = [one for one in free if one not in taken or rng.random() < 0.1] or free
    chosen = rng.sample(free, rng.randint(1, len(free)))
    kinds = rng.choice((("lead", "joint"), ("separate", "joint"), ("separate", "separate")))
    return [
        {"unit": unit, "kind": kinds[0] if place == 0 else kinds[1]}
        for place, unit in enumerate(chosen)
    ]
