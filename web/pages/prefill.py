"""What a form holds when it is opened first: what it changes, as it is now.

By the effects of the action, so that no action is known by name. Refuses to know what was typed:
a draft that was kept goes before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.case import Case, Reply
from engine.profile import FieldType
from web.house import ActionForm, SeenCase
from web.pages.typed import PARTS, name_of

Present = Callable[[Case, int | None], Mapping[str, object]]


def present_values(form: ActionForm, seen: SeenCase | None) -> dict[str, str]:
    """The values of the fields as a page shows them; nothing for what begins or only adds."""
    action = seen.profile.action(form.action) if seen else None
    if seen is None or action is None:
        return {}
    found: dict[str, object] = {}
    for name in dict.fromkeys(one.name for move in action.moves for one in move.then):
        if name in PRESENT:
            found |= PRESENT[name](seen.view.case, form.subject)
    shown: dict[str, str] = {}
    for one in form.fields:
        value = found.get(one.name)
        if value in (None, "", ()):
            continue
        if one.type in PARTS:
            shown |= _rows(one.name, one.type, value)
        else:
            shown[name_of(one.name)] = str(value)
    return shown


def emptied_fields(
    form: ActionForm, seen: SeenCase | None, typed: Mapping[str, object]
) -> tuple[str, ...]:
    """Fields that were handed in empty and would else stay as they are: a page means what it shows.

    `typed`: the fields as they were read, which has no empty ones. The case is not looked at, so
    that a second click says the same as the first.
    """
    action = seen.profile.action(form.action) if seen else None
    effects = {one.name for move in action.moves for one in move.then} if action else set()
    stays = {name for effect in effects for name in STAYS.get(effect, ())}
    return tuple(one.name for one in form.fields if one.name in stays and one.name not in typed)


def _rows(name: str, kind: FieldType, rows: object) -> dict[str, str]:
    found: dict[str, str] = {}
    listed = rows if isinstance(rows, tuple) else ()
    for number, row in enumerate(listed):
        for part in PARTS[kind]:
            value = getattr(row, part, None)
            found[name_of(name, number, part)] = "" if value is None else str(value)
    return {f"n-{name}": str(len(listed)), **found}


def _text(case: Case, _subject: int | None) -> Mapping[str, object]:
    """The suggestion itself, whose author changes it."""
    return {
        "title": case.title,
        "text": case.text,
        "field": case.field,
        "keywords": "、".join(case.keywords),
        "origin": case.origin,
        "secrecy": case.secrecy,
    }


def _reply(case: Case, subject: int | None) -> Mapping[str, object]:
    """The draft that was sent back, to be mended instead of typed anew."""
    last = _last_reply(case, subject)
    if last is None or last.state != "rejected":
        return {}
    return {
        "result": last.result,
        "text": last.text,
        "commitments": last.commitments,
        "indicators": tuple(one for one in case.indicators if one.reply == last.number),
    }


def _checked(case: Case, subject: int | None) -> Mapping[str, object]:
    """The result that the unit has chosen, which the checking office may correct."""
    last = _last_reply(case, subject)
    return {} if last is None else {"result": last.result}


def _batch(case: Case, _subject: int | None) -> Mapping[str, object]:
    """The batch in which the case was handed over before."""
    return {"batch": case.batch}


def _last_reply(case: Case, subject: int | None) -> Reply | None:
    mine = [one for one in case.replies if one.assignment == subject and one.round == case.round]
    return mine[-1] if mine else None


def _of_share(field: str) -> Present:
    """A fact of the share that the action replaces."""

    def present(case: Case, subject: int | None) -> Mapping[str, object]:
        share = next((one for one in case.assignments if one.number == subject), None)
        return {} if share is None else {field: getattr(share, field)}

    return present


PRESENT: Mapping[str, Present] = {
    "take_text": _text,
    "draft_reply": _reply,
    "check_reply": _checked,
    "hand_over": _batch,
    "give_opinion": _of_share("opinion"),
    "assign_handler": _of_share("handler"),
}
"""By effect: what it would replace."""
STAYS: Mapping[str, tuple[str, ...]] = {
    "take_text": ("title", "text", "field", "keywords", "origin", "secrecy"),
    "check_reply": ("result",),
    "hand_over": ("batch",),
}
"""By effect: what stays as it is where a field is left out."""
