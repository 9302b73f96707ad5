"""The working copy of one decision: the case as it becomes, and what is to be told.

Lives only while `decide` runs. Effects change it through these few doors; nothing here reaches
outside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from engine.calendar import local_day
from engine.case import ROWS_OF, Assignment, Case, Commitment, Order, Subject
from engine.command import Command, Notice, Step, Surroundings
from engine.congress import Directory, KeyTopic
from engine.errors import FormInvalid, UnknownSubject
from engine.facts import Facts, case_facts, subject_facts
from engine.profile import Profile
from engine.relations import Relating


@dataclass(slots=True, kw_only=True)
class Work:
    """One decision in the making."""

    command: Command
    at: Surroundings
    case: Case
    form: Mapping[str, object]
    emptied: frozenset[str] = frozenset()
    subject_number: int | None = None
    machine: str = "suggestion"
    notices: list[Notice] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    numbers_taken: dict[str, int] = field(default_factory=dict)
    topic: KeyTopic | None = None
    stands_in_for: str | None = None
    left_to_later: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _facts_of: tuple[object, ...] = ()
    _facts: Facts | None = None

    @property
    def now(self) -> datetime:
        """The instant of the action."""
        return self.command.now

    @property
    def actor(self) -> str:
        """Who acts."""
        return self.command.actor

    @property
    def profile(self) -> Profile:
        """The rules the case is pinned to."""
        return self.at.profile

    @property
    def directory(self) -> Directory:
        """People and bodies."""
        return self.at.directory

    @property
    def subject(self) -> Subject | None:
        """The assignment, commitment or order the action is about, as it is now."""
        return subject_of(self.case, self.machine, self.subject_number)

    @property
    def assignment(self) -> Assignment:
        """The subject assignment; only effects of assignment actions ask for it."""
        subject = self.subject
        if not isinstance(subject, Assignment):
            raise UnknownSubject(
                case=self.case.id, machine="assignment", subject=self.subject_number
            )
        return subject

    @property
    def commitment(self) -> Commitment:
        """The subject commitment; only effects of commitment actions ask for it."""
        subject = self.subject
        if not isinstance(subject, Commitment):
            raise UnknownSubject(
                case=self.case.id, machine="commitment", subject=self.subject_number
            )
        return subject

    @property
    def order(self) -> Order:
        """The subject order; only effects of order actions ask for it."""
        subject = self.subject
        if not isinstance(subject, Order):
            raise UnknownSubject(case=self.case.id, machine="order", subject=self.subject_number)
        return subject

    @property
    def subject_key(self) -> str:
        """How clocks name the subject: `case`, `assignment:3`, `commitment:1`, `order:2`."""
        return subject_key(self.machine, self.subject_number)

    @property
    def relating(self) -> Relating:
        """What relations may look at, as of now."""
        return Relating(
            profile=self.profile,
            directory=self.directory,
            on=local_day(self.now),
            case=self.case,
            subject=self.subject,
        )

    def relating_to(self, machine: str, number: int | None) -> Relating:
        """What relations may look at for another subject of the case."""
        return Relating(
            profile=self.profile,
            directory=self.directory,
            on=local_day(self.now),
            case=self.case,
            subject=subject_of(self.case, machine, number),
        )

    def change(self, **fields: Any) -> None:  # noqa: ANN401  # forwards to dataclasses.replace
        """Change fields of the case."""
        self.case = self.case.changed(**fields)

    def change_subject(self, **fields: Any) -> None:  # noqa: ANN401  # forwards to dataclasses.replace
        """Change fields of the subject assignment, commitment or order."""
        subject = self.subject
        if subject is not None:
            self.put(ROWS_OF[self.machine], replace(subject, **fields))

    def put(self, children: str, row: Any) -> None:  # noqa: ANN401  # any child record with a number
        """Add a child, or replace the one of the same number."""
        rows = getattr(self.case, children)
        kept = tuple(row if one.number == row.number else one for one in rows)
        if all(one.number != row.number for one in rows):
            kept = (*rows, row)
        self.change(**{children: kept})

    def next_number(self, children: str) -> int:
        """The number that the next child gets."""
        return max((one.number for one in getattr(self.case, children)), default=0) + 1

    def value(self, name: str, default: object = None) -> Any:  # noqa: ANN401  # form values are checked by forms
        """A form value, already checked."""
        return self.form.get(name, default)

    def kept(self, name: str, present: object, empty: object) -> Any:  # noqa: ANN401  # form values are checked by forms
        """A form value; as it is now where the field was left out, `empty` where it was emptied."""
        return self.form.get(name, empty if name in self.emptied else present)

    def refuse_emptied(self, action: str, *names: str) -> None:
        """FormInvalid where one of these fields was emptied: there must always be one."""
        for name in names:
            if name in self.emptied:
                reason = "不能清空,请填写 / cannot be emptied, fill it in"
                raise FormInvalid(action=action, field=name, reason=reason)

    def facts(self) -> Facts:
        """All facts as of now, without those of the form; kept until case or subject change."""
        key = (self.case, self.machine, self.subject_number)
        known = self._facts
        if known is None or any(a is not b for a, b in zip(self._facts_of, key, strict=True)):
            self._facts_of = key
            self._facts = known = Facts(partial(self._all_facts, self.case, self.subject))
        return known

    def _all_facts(self, case: Case, subject: Subject | None) -> dict[str, object]:
        return {
            **case_facts(case, self.profile),
            **subject_facts(case, self.profile, subject, self.now),
            "actor": self.actor,
            "by_clock": self.command.rung is not None,
            "rung": self.command.rung.rung if self.command.rung else "",
        }


def subject_of(case: Case, machine: str, number: int | None) -> Subject | None:
    """The assignment, commitment or order of that number; None for the suggestion itself."""
    if number is None:
        return None
    for one in case.subjects(machine):
        if one.number == number:
            return one
    return None


def subject_key(machine: str, number: int | None) -> str:
    """How clocks name a subject."""
    return "case" if machine == "suggestion" or number is None else f"{machine}:{number}"


def machine_of_key(key: str) -> tuple[str, int | None]:
    """The inverse of `subject_key`."""
    if key == "case":
        return "suggestion", None
    machine, _, number = key.partition(":")
    return machine, int(number)
