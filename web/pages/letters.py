"""答复模板 and 签发流程: what a draft of a reply begins with, and through whose hands it goes.

The letters are the rules' own; here the facts of the case are put into them. Refuses to know what
a reply must say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from engine.case import Assignment, Reply
from engine.congress import Directory
from engine.profile import Profile, Text
from notifications.templates import letter
from web.house import SeenCase
from web.pages.sheet import Sheet
from web.pages.typed import name_of
from web.pages.wording import Frame

DRAFTS = "draft_reply"
TEXT = name_of("text")
KEPT = "\n\n——以下是套用模板前写的内容——\n"
CHAIN = (
    ("draft_reply", "drafted_by", "drafted_at"),
    ("check_reply", "checked_by", ""),
    ("sign_reply", "signed_by", "signed_at"),
    ("deliver_reply", "", "delivered_at"),
)
"""Each hand: the effect of its action, and the facts of the reply that tell it has acted."""
PASSING = frozenset({one for one, *_ in CHAIN} | {"reject_reply", "countersign_reply"})
ALIVE = ("draft", "checked", "signed", "delivered")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """One of those through whose hands a reply goes; `by` and `at` once it has acted."""

    label: Text
    who: Text
    by: str = ""
    at: datetime | None = None
    done: bool = False
    next: bool = False


def has_effect(profile: Profile, action: str, effect: str) -> bool:
    """Whether one of the action's moves does this."""
    known = profile.action(action)
    return known is not None and any(
        one.name == effect for move in known.moves for one in move.then
    )


def letters_of(sheet: Sheet) -> tuple[tuple[str, Text], ...]:
    """The letters that this form offers, by name."""
    if sheet.seen is None or not has_effect(sheet.seen.profile, sheet.form.action, DRAFTS):
        return ()
    return tuple((name, one.label) for name, one in sheet.seen.profile.letters.items())


def with_letter(sheet: Sheet, name: str, directory: Directory, frame: Frame, person: str) -> Sheet:
    """The form with the letter in its text; what somebody wrote before stands below it."""
    seen = sheet.seen
    if seen is None or name not in dict(letters_of(sheet)):
        return sheet
    facts = _facts(seen, sheet.form.subject, directory, frame, person)
    made = {
        key: letter(one, facts, frame.language).strip() for key, one in seen.profile.letters.items()
    }
    written = sheet.values.get(TEXT, "").replace("\r\n", "\n").strip()
    others = [one for one in made.values() if written.startswith(one)]
    if others:
        written = written.removeprefix(others[0]).removeprefix(KEPT).strip()
    text = f"{made[name]}{KEPT}{written}" if written else made[name]
    return replace(sheet, values={**sheet.values, TEXT: text})


def _facts(
    seen: SeenCase, subject: int | None, directory: Directory, frame: Frame, person: str
) -> Mapping[str, str]:
    case = seen.view.case
    share = _share(seen, subject)
    unit = directory.units.get(share.unit) if share else None
    writer = directory.people.get((share.handler if share else None) or person)
    met = [one.on for _, one in seen.view.contacts if share and one.assignment == share.number]
    deputies = [name for name, state in seen.view.signatories if state == "confirmed"]
    zh = frame.language != "en"
    return {
        "number": case.number or "",
        "title": case.title,
        "congress": directory.congress.name,
        "deputies": f"{'、'.join(deputies)}代表" if zh else ", ".join(deputies),
        "unit": unit.name if unit else "",
        "today": _written(frame.today, frame),
        "contact": _written(max(met), frame) if met else "",
        "handler": writer.name if writer else "",
        "phone": writer.phone if writer else "",
        "email": writer.email if writer else "",
    }


def _written(day: date, frame: Frame) -> str:
    """As at the foot of a letter."""
    return frame.say(f"{day.year}年{day.month}月{day.day}日", f"{day.day} {day:%B %Y}")


def _share(seen: SeenCase, subject: int | None) -> Assignment | None:
    return next((one for one in seen.view.case.assignments if one.number == subject), None)


def chain_of(seen: SeenCase, subject: int | None, directory: Directory) -> tuple[Hand, ...]:
    """Through whose hands the reply of a share goes, and where it is; none without a share."""
    share = _share(seen, subject)
    if share is None or share.kind == "joint":
        return ()
    mine = [
        one
        for one in seen.view.case.replies
        if one.assignment == share.number and one.round == seen.view.case.round
    ]
    last = mine[-1] if mine and mine[-1].state in ALIVE else None
    reached = -1 if last is None else ALIVE.index(last.state)
    official = _official(seen.profile, share.state)
    found: list[Hand] = []
    for at, (effect, by, when) in enumerate(CHAIN):
        hand = _hand(effect, seen.profile)
        if hand is None:
            continue
        if effect == "deliver_reply" and official is not None:
            found.append(official)
        waits = at == reached + 1 and not (official and effect == "deliver_reply")
        acted = _acted(hand, last, by, when, directory) if last and at <= reached else hand
        found.append(replace(acted, next=waits))
    return tuple(found)


def _official(profile: Profile, state: str) -> Hand | None:
    """The lead official, where the reply waits for that signature too."""
    for action in profile.machines["assignment"].actions.values():
        signs = has_effect(profile, action.name, "countersign_reply")
        if signs and any(state in move.sources for move in action.moves):
            hand = _hand("countersign_reply", profile)
            return hand and replace(hand, next=True)
    return None


def _hand(effect: str, profile: Profile) -> Hand | None:
    """The action with the effect, and the roles that may do it."""
    for action in profile.machines["assignment"].actions.values():
        if has_effect(profile, action.name, effect):
            roles = dict.fromkeys(profile.roles[one.role].zh for one in action.by)
            english = dict.fromkeys(profile.roles[one.role].en for one in action.by)
            who = Text(zh="或".join(roles), en=" or ".join(english))
            return Hand(label=action.label, who=who)
    return None


def _acted(hand: Hand, reply: Reply, by: str, when: str, directory: Directory) -> Hand:
    code = getattr(reply, by) if by else None
    known = directory.people.get(code) if code else None
    return replace(
        hand,
        done=True,
        by=known.name if known else "",
        at=getattr(reply, when) if when else None,
    )


def chain_beside(sheet: Sheet, directory: Directory) -> tuple[Hand, ...]:
    """The hands of the reply that the action writes, passes on or sends back; none for others."""
    if sheet.seen is None:
        return ()
    passes = any(has_effect(sheet.seen.profile, sheet.form.action, one) for one in PASSING)
    return chain_of(sheet.seen, sheet.form.subject, directory) if passes else ()


def chains_of(seen: SeenCase, directory: Directory) -> Mapping[int, tuple[Hand, ...]]:
    """By the number of each reply that is on its way: its hands."""
    return {
        one.number: chain_of(seen, one.assignment, directory)
        for _, one in seen.view.replies
        if one.state in ALIVE and one.state != "delivered"
    }
