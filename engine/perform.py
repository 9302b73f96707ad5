"""The Desk: the one use case, and the only transaction of an action.

It loads what a decision needs, asks `decide`, and has the store keep case, audit entry, clocks,
timers and notices together. Nothing leaves the process before the commit.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from itertools import groupby

from engine.audit import attach
from engine.calendar import local_day
from engine.case import Case
from engine.command import CaseBrief, Command, Decision, Possible, Receipt, Surroundings
from engine.decide import decide, decide_nothing, find_action, owners, possible_actions
from engine.errors import (
    BihuanError,
    ConditionRefused,
    FormIncomplete,
    NotAllowed,
    RequestKeyReused,
    StaleCase,
    UnknownCase,
    UnknownCongress,
)
from engine.periods import Period
from engine.profile import Action, FieldType
from engine.store import Store, Transaction
from engine.together import Together


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of one command among many: a receipt or the error that refused it."""

    command: Command
    receipt: Receipt | None
    error: BihuanError | None


class Desk:
    """Performs commands. `new_id` gives ids of cases begun without a request key."""

    def __init__(self, store: Store, new_id: Callable[[], str]) -> None:
        self._store = store
        self._new_id = new_id

    def perform(self, command: Command) -> Receipt:
        """Do it, once.

        1. begin · 2. a repeated request key gets the first answer · 3. load the case ·
        4. decide · 5.-6. save with the expected version · 7. commit.
        """
        with self._store.begin(command.congress) as transaction:
            receipt = self._perform(transaction, command)
            transaction.commit()
        return receipt

    def perform_many(self, commands: Iterable[Command]) -> tuple[Verdict, ...]:
        """Many in one transaction a congress: a refused one is taken out and told."""
        verdicts: list[Verdict] = []
        for congress, group in groupby(commands, key=lambda one: one.congress):
            together = tuple(group)
            try:
                with self._store.begin(congress) as transaction:
                    told = self._attempt_all(transaction, together)
                    transaction.commit()
            except UnknownCongress as error:
                told = [Verdict(command=one, receipt=None, error=error) for one in together]
            verdicts += told
        return tuple(verdicts)

    def perform_due(self, congress: str, now: datetime, limit: int) -> tuple[Verdict, ...] | None:
        """Everything of the congress that is due, in one transaction; at most `limit` commands.

        None when somebody else is writing there just now: what is due is left to him.
        """
        with self._store.begin_unless_held(congress) as transaction:
            if transaction is None:
                return None
            told = self._attempt_all(transaction, transaction.due_commands(now, limit))
            transaction.commit()
        return tuple(told)

    def preview(self, command: Command) -> Decision:
        """The dry run: what the command would change, or the error that would refuse it."""
        with self._store.read(command.congress) as transaction:
            return self._decide(transaction, command)

    def preview_many(self, commands: Sequence[Command]) -> tuple[Verdict, ...]:
        """A dry run with a verdict for each command, each on its own."""
        verdicts = []
        for command in commands:
            try:
                decision = self.preview(command)
            except BihuanError as error:
                verdicts.append(Verdict(command=command, receipt=None, error=error))
            else:
                receipt = _receipt(decision, 0)
                verdicts.append(Verdict(command=command, receipt=receipt, error=None))
        return tuple(verdicts)

    def possible(
        self, congress: str, reference: str, actor: str, now: datetime
    ) -> tuple[Possible, ...]:
        """What the actor may do now on the case."""
        with self._store.read(congress) as transaction:
            case, at = _look(transaction, reference)
            return possible_actions(case, actor, at, local_day(now))

    def look(
        self, congress: str, reference: str, now: datetime
    ) -> tuple[Case, Surroundings, tuple[str, ...]]:
        """The case, what surrounds it and who must act next."""
        with self._store.read(congress) as transaction:
            case, at = _look(transaction, reference)
            return case, at, owners(case, at, now)

    def _attempt_all(self, transaction: Transaction, commands: Sequence[Command]) -> list[Verdict]:
        """Each on what the ones before it left; what is kept is written together at the end."""
        together = Together(transaction)
        together.expect(one.case for one in commands if one.case is not None)
        told = [self._attempt(together, one) for one in commands]
        together.write()
        return told

    def _attempt(self, transaction: Transaction, command: Command) -> Verdict:
        try:
            receipt = self._perform(transaction, command)
        except BihuanError as error:
            return Verdict(command=command, receipt=None, error=error)
        return Verdict(command=command, receipt=receipt, error=None)

    def _perform(self, transaction: Transaction, command: Command) -> Receipt:
        head = transaction.head()
        fingerprint = ""
        if command.request_key is not None:
            fingerprint = fingerprint_of(command)
            earlier = transaction.answer(command.request_key)
            if earlier is not None:
                return _repeated(command, fingerprint, earlier)
        decision = self._decide(transaction, command)
        entry = attach(
            head,
            case=decision.after.id,
            version=decision.after.version,
            at=command.now,
            actor=command.actor,
            action=command.action,
            rule=decision.rule,
            content=content_of(decision),
        )
        receipt = _receipt(decision, entry.sequence)
        transaction.save(decision, entry, receipt, fingerprint)
        return receipt

    def _decide(self, transaction: Transaction, command: Command) -> Decision:
        directory = transaction.directory()
        case: Case | None = None
        if command.case is None:
            name, version = directory.congress.profile, directory.congress.profile_version
            command = replace(command, case=self._id_for(command))
        else:
            case = transaction.case(command.case)
            _check_version(case, command)
            name, version = case.profile, case.profile_version
        profile = transaction.profile(name, version)
        action = find_action(profile, command.action)
        at = Surroundings(
            profile=profile,
            directory=directory,
            calendar=transaction.calendar(),
            next_numbers=_next_numbers(transaction, action, case),
            linked=_linked(transaction, action, command, case),
        )
        try:
            return decide(case, command, at)
        except (ConditionRefused, NotAllowed, FormIncomplete) as error:
            # A rung that has lost its point must not stay due for ever.
            if command.rung is None or case is None:
                raise
            return decide_nothing(case, command, at, error.message("zh"))

    def _id_for(self, command: Command) -> str:
        """With a request key the id follows from it, so that a replay gives the same cases."""
        if command.request_key is None:
            return self._new_id()
        text = f"{command.congress}\n{command.request_key}"
        return hashlib.sha256(text.encode()).hexdigest()[:20]


def _look(transaction: Transaction, reference: str) -> tuple[Case, Surroundings]:
    case = transaction.case(reference)
    return case, Surroundings(
        profile=transaction.profile(case.profile, case.profile_version),
        directory=transaction.directory(),
        calendar=transaction.calendar(),
    )


def _check_version(case: Case, command: Command) -> None:
    expected = command.expected_version
    if expected is not None and expected != case.version:
        raise StaleCase(case=case.number or case.id, expected=expected, actual=case.version)


def _next_numbers(transaction: Transaction, action: Action, case: Case | None) -> dict[str, int]:
    """Next numbers of the series that the action may take one from."""
    series = {
        str(effect.params["series"])
        for move in action.moves
        for effect in move.then
        if effect.name == "assign_number"
    }
    session = case.session if case is not None else ""
    return {f"{one}/{session}": transaction.next_number(f"{one}/{session}") for one in series}


def _linked(
    transaction: Transaction, action: Action, command: Command, case: Case | None
) -> dict[str, CaseBrief]:
    """Briefs of the cases that the form names and of the main case of a merge."""
    references = [
        given
        for one in action.form
        if one.type is FieldType.CASE and isinstance(given := command.form.get(one.name), str)
    ]
    if case is not None and case.merged_into is not None:
        references.append(case.merged_into)
    found: dict[str, CaseBrief] = {}
    for reference in references:
        try:
            brief = transaction.brief(reference)
        except UnknownCase:
            continue
        found[reference] = found[brief.id] = brief
    return found


def _receipt(decision: Decision, sequence: int) -> Receipt:
    after = decision.after
    return Receipt(
        case=after.id,
        number=after.number,
        version=after.version,
        state=after.state,
        action=decision.command.action,
        subject=decision.command.subject,
        audit_sequence=sequence,
    )


def _repeated(command: Command, fingerprint: str, earlier: tuple[str, str, Receipt]) -> Receipt:
    first_fingerprint, action, receipt = earlier
    if fingerprint != first_fingerprint:
        raise RequestKeyReused(key=command.request_key, first=action)
    return replace(receipt, first=False)


def fingerprint_of(command: Command) -> str:
    """Tells whether a repeated request key came with the same command (the time apart)."""
    return hashlib.sha256(
        json.dumps(
            [
                command.action,
                command.actor,
                command.case,
                command.subject,
                plain(command.form),
            ],
            ensure_ascii=False,
            sort_keys=True,
            default=str,
        ).encode(errors="surrogatepass")
    ).hexdigest()


def content_of(decision: Decision) -> dict[str, object]:
    """What the audit entry says besides who and when: form, steps, rung, what was told."""
    command = decision.command
    content: dict[str, object] = {
        "form": plain(command.form),
        "steps": [
            {
                "action": one.action,
                "machine": one.machine,
                "subject": one.subject,
                "from": one.source,
                "to": one.target,
                "automatic": one.automatic,
            }
            for one in decision.steps
        ],
    }
    if command.subject is not None:
        content["subject"] = command.subject
    if command.rung is not None:
        content["rung"] = [command.rung.clock, command.rung.plan, command.rung.rung]
    if command.request_key is not None:
        content["request"] = command.request_key
    if decision.stands_in_for is not None:
        content["stands_in_for"] = decision.stands_in_for
    content |= _told(decision)
    return content


def _told(decision: Decision) -> dict[str, object]:
    """Who was told, for whom somebody else was, and who was left to a later rung."""
    told: dict[str, object] = {}
    if decision.notices:
        told["told"] = sorted({one.recipient for one in decision.notices})
    delegates = {one.recipient: one.stands_in_for for one in decision.notices if one.stands_in_for}
    if delegates:
        told["told_for"] = delegates
    if decision.left_to_later:
        told["left_to_later"] = plain(decision.left_to_later)
    return told


def plain(value: object) -> object:
    """JSON-able form of a value of a form."""
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Period):
        return {value.unit.value: value.amount}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    return value
