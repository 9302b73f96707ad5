"""A case as somebody may see it: what is kept back is taken out, never only left unprinted.

Everything that is shown of a case is made from what `as_seen` gives. Refuses to decide what is
seen: that is `engine.access`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

from engine.access import Sight
from engine.audit import AuditEntry
from engine.case import Case, Evaluation, Signatory, Supervision
from engine.congress import Directory
from engine.profile import Profile

AUTHOR = "提出人"
"""Stands for every deputy who signed, where the author is hidden."""

_RATES = "record_evaluation"
_NEVER_NAMED = frozenset({"id", "congress", "session", "profile", "state", "title", "number"})


def as_seen(case: Case, sight: Sight, person: str, directory: Directory) -> Case:
    """The case without what is kept from this person (`""`: the public).

    Nothing is left of a case that is not visible but its id; ask `sight.visible` first.
    """
    if not sight.details:
        return _summary(case)
    kept = case
    if not sight.replies:
        kept = _delivered_only(kept)
    if not sight.ratings:
        kept = kept.changed(evaluations=tuple(_masked(kept.evaluations, person)))
    if "instructions" in sight.hidden:
        kept = kept.changed(supervisions=tuple(_unsaid(kept.supervisions, sight)))
    return kept if sight.author else _without_author(kept, directory)


def history_as_seen(
    entries: Sequence[AuditEntry], case: Case, sight: Sight, person: str, profile: Profile
) -> tuple[AuditEntry, ...]:
    """The entries without those that tell what `as_seen` takes out; `case` is the whole one."""
    if not sight.details:
        return ()
    found: Iterable[AuditEntry] = entries
    open_rounds = unfinished_rounds(case.evaluations)
    if not sight.ratings and open_rounds:
        since = min(one.opened_at for one in case.evaluations if one.round in open_rounds)
        rating = rating_actions(profile)
        found = [
            one
            for one in found
            if one.action not in rating or one.at < since or one.actor == person
        ]
    if not sight.author:
        signed = {one.deputy for one in case.signatories}
        found = [replace(one, actor=AUTHOR) if one.actor in signed else one for one in found]
    return tuple(found)


def unfinished_rounds(evaluations: Iterable[Evaluation]) -> frozenset[int]:
    """Rounds in which a rating is still missing."""
    return frozenset(one.round for one in evaluations if one.state == "open")


def _summary(case: Case) -> Case:
    """Number, title and state, and what kind of case it is."""
    nobody = Signatory(number=1, deputy=AUTHOR, lead=True, state="confirmed")
    return Case(
        id=case.id,
        congress=case.congress,
        session=case.session,
        profile=case.profile,
        profile_version=case.profile_version,
        version=case.version,
        state=case.state,
        round=case.round,
        kind=case.kind,
        title=case.title,
        text="",
        field=case.field,
        keywords=(),
        origin="",
        created_at=case.created_at,
        number=case.number,
        secrecy=case.secrecy,
        submitted_at=case.submitted_at,
        registered_at=case.registered_at,
        ended_at=case.ended_at,
        signatories=(nobody,),
    )


def _delivered_only(case: Case) -> Case:
    """Without replies that the unit has not let out of its hands, and what belongs to them."""
    replies = tuple(one for one in case.replies if one.state == "delivered")
    numbers = {one.number for one in replies}
    return case.changed(
        replies=replies,
        indicators=tuple(one for one in case.indicators if one.reply in numbers),
        assignments=tuple(replace(one, opinion=None, opinion_at=None) for one in case.assignments),
    )


def _masked(evaluations: Sequence[Evaluation], person: str) -> Iterable[Evaluation]:
    """As long as one is missing, all of a round look as if they were; one's own does not."""
    open_rounds = unfinished_rounds(evaluations)
    for one in evaluations:
        if one.round not in open_rounds or one.deputy == person:
            yield one
        else:
            yield replace(one, state="open", process=None, result=None, comment=None, at=None)


def _unsaid(supervisions: Iterable[Supervision], sight: Sight) -> Iterable[Supervision]:
    """That an instruction 批示 was given stays; what it says is read by those whom it is for."""
    for one in supervisions:
        kept = one.number in sight.instructed - sight.instructions
        yield replace(one, note="") if kept else one


def rating_actions(profile: Profile) -> frozenset[str]:
    """By which a rating is given."""
    return frozenset(
        action.name
        for machine in profile.machines.values()
        for action in machine.actions.values()
        if any(one.name == _RATES for move in action.moves for one in move.then)
    )


def author_hidden_in(case: Case, directory: Directory) -> Callable[[str], str]:
    """Takes every name and code of who signed the case out of a text."""
    codes = frozenset(one.deputy for one in case.signatories)
    names = sorted(
        {directory.people[one].name for one in codes if one in directory.people},
        key=len,
        reverse=True,
    )

    def hide(text: str) -> str:
        if text in codes or text.rpartition(":")[2] in codes:
            return AUTHOR
        for name in names:
            text = text.replace(name, AUTHOR)
        return text

    return hide


def _without_author(case: Case, directory: Directory) -> Case:
    """Nobody who signed is named, neither by code nor by name, in any text but the title."""
    hide = author_hidden_in(case, directory)
    changes = {
        one.name: _rewritten(getattr(case, one.name), hide)
        for one in fields(case)
        if one.name not in _NEVER_NAMED
    }
    return case.changed(**changes)


def _rewritten(value: Any, hide: Callable[[str], str]) -> Any:  # noqa: ANN401  # any field of a case
    """The same value with each text in it rewritten; what holds no text stays what it was."""
    if type(value) is str:
        return hide(value)
    if isinstance(value, tuple):
        return tuple(_rewritten(one, hide) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        changes = {
            one.name: new
            for one in fields(value)
            if (new := _rewritten(old := getattr(value, one.name), hide)) is not old
        }
        return replace(value, **changes) if changes else value
    return value
