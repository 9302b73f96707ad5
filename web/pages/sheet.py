"""One form of an action as it is being filled in: what was typed, on which version of the case.

The request key is made of who, what, on which page and what was typed: a second click on the same
page is the same request, and anything else is another one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.command import Command
from engine.congress import Directory
from engine.errors import BihuanError, FormIncomplete, FormInvalid
from engine.profile import Action, Profile, Text
from web.gate import Visitor
from web.house import ActionForm, Choice, FieldForm, SeenCase
from web.pages.typed import only_typed

LONGEST_NUMBER = 12
OFFICIAL = frozenset(
    {"instruct", "open_order", "merge_into", "record_contact", "record_evaluation"}
    | {"confirm_signature", "decline_signature"}
)
"""Effects that move nothing on and cannot be taken back all the same: others rely on them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """`reference` None: the action begins a case. `sequence`: the last entry that was shown."""

    form: ActionForm
    reference: str | None
    seen: SeenCase | None
    values: Mapping[str, str]
    version: int | None
    sequence: int
    begun: str

    @property
    def place(self) -> str:
        """Where its draft lies."""
        return place_of(self.reference, self.form.action, self.form.subject)

    @property
    def is_grave(self) -> bool:
        """Whether it cannot be taken back: such an answer is checked before it is given.

        It moves something on, or is official. A case that is begun can still be changed, so
        beginning one is not; neither is a word of reminder, a note of progress or who handles it.
        """
        return self._moves_on or self._does(OFFICIAL)

    @property
    def _moves_on(self) -> bool:
        action = self._action
        return action is not None and any(move.target is not None for move in action.moves)

    @property
    def _action(self) -> Action | None:
        return self.seen.profile.action(self.form.action) if self.seen else None

    def _does(self, effects: frozenset[str]) -> bool:
        moves = self._action.moves if self._action else ()
        return any(one.name in effects for move in moves for one in move.then)

    @property
    def alike(self) -> tuple[FieldForm, ...]:
        """Required questions with the same answers, when nothing else must be said: two taps.

        Those taps are the deed: only an answer that differs or has a comment is checked.
        """
        if self._moves_on:
            return ()
        required = [one for one in self.form.fields if one.required]
        is_alike = len({one.choices for one in required}) == 1 and len(required) > 1
        return tuple(required) if is_alike and required[0].choices else ()

    def command(self, visitor: Visitor, form: Mapping[str, object], now: datetime) -> Command:
        """What is asked of the house."""
        told = [visitor.person, self.reference, self.form.action, self.form.subject]
        text = json.dumps([*told, self.version, self.begun, only_typed(self.values)])
        return Command(
            congress=visitor.congress,
            action=self.form.action,
            actor=visitor.person,
            now=now,
            case=self.reference,
            subject=self.form.subject,
            form=form,
            expected_version=self.version,
            request_key=f"page-{hashlib.sha256(text.encode()).hexdigest()[:40]}",
        )


def plain_form(
    action: str, subject: int | None, profile: Profile, directory: Directory
) -> ActionForm | None:
    """The fields of an action that may not be done now, to read once more what was sent twice."""
    known = profile.action(action)
    if known is None:
        return None
    people = tuple(
        Choice(value=one.code, label=Text(zh=one.name, en=one.name))
        for one in directory.people.values()
    )
    fields = tuple(
        FieldForm(
            name=one.name,
            label=one.label,
            type=one.type,
            required=one.required,
            max_length=one.max_length,
            choices=people,
        )
        for one in known.form
    )
    return ActionForm(
        action=action, label=known.label, machine=known.machine, subject=subject, fields=fields
    )


def place_of(reference: str | None, action: str, subject: int | None) -> str:
    """The name of a form under which its draft is kept."""
    return f"act:{reference or ''}:{action}:{'' if subject is None else subject}"


def whole(said: str) -> int | None:
    """A number from a hidden field or an address; None for anything else."""
    fits = said.isascii() and said.isdigit() and len(said) < LONGEST_NUMBER
    return int(said) if fits else None


def last_sequence(seen: SeenCase | None) -> int:
    """The last entry of the history as it is shown."""
    return max((one.sequence for one in seen.view.history), default=0) if seen else 0


def field_errors(form: ActionForm, error: BihuanError, language: str) -> dict[str, str]:
    """The refusal of a form, by field; under no name what belongs to none."""
    if isinstance(error, FormIncomplete):
        told = error.facts["fields"]
        named = [_field_of(form, one) for one in told] if isinstance(told, list) else []
        fields = {one.name: one for one in form.fields}
        return {
            name: _lacking(fields[name], language) if name else error.message(language)
            for name in named
        }
    if isinstance(error, FormInvalid):
        reason = one_language(error.told("reason", language)[0], language)
        return {_field_of(form, error.facts["field"]): reason}
    return {"": error.message(language)}


def one_language(told: str, language: str) -> str:
    """The engine says a reason in both languages, as 应为整数 / must be a whole number."""
    zh, between, en = told.partition(" / ")
    return en if language == "en" and between else zh


def _lacking(field: FieldForm, language: str) -> str:
    when = getattr(field.required_when.words, language) if field.required_when else ""
    if language == "en":
        return f"“{field.label.en}” is missing" + (f": it is {when}" if when else "")
    return f"请填写“{field.label.zh}”" + (f"：{when}" if when else "")


def _field_of(form: ActionForm, told: object) -> str:
    """The engine names a field by label and name, as 日期(on)."""
    text = told.zh if isinstance(told, Text) else str(told)
    for one in form.fields:
        if text == one.name or text.endswith(f"({one.name})"):
            return one.name
    return ""
