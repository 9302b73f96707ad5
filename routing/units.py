"""Proposes units 拟办 from the profile's routing table, with the rule and the evidence.

A suggestion that no rule covers gets no unit at all: it belongs on the list of the hand-over
desk, never to a unit by default.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from engine.profile import Profile, RoutingRule, Text


class Place(IntEnum):
    """Where a keyword was found; the value is its weight.

    A title names the matter, a text also names its surroundings.
    """

    TEXT = 1
    KEYWORDS = 3
    TITLE = 4


PLACES = {
    Place.TITLE: Text(zh="标题", en="title"),
    Place.KEYWORDS: Text(zh="关键词", en="keywords"),
    Place.TEXT: Text(zh="正文", en="text"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A keyword of a rule and the best place it was found in."""

    keyword: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A rule that covers the suggestion, and by what; no evidence means: by its field alone."""

    rule: RoutingRule
    evidence: tuple[Evidence, ...]

    @property
    def named(self) -> bool:
        """Whether the suggestion's own title or keywords name the matter."""
        return any(one.place is not Place.TEXT for one in self.evidence)

    @property
    def weight(self) -> int:
        """The evidence added up."""
        return sum(one.place for one in self.evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedAssignment:
    """One unit's proposed share: a row for the form of a hand-over."""

    unit: str
    kind: str  # lead, joint
    rule: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What is proposed, why, and every rule that would have covered it, the winner first."""

    assignments: tuple[ProposedAssignment, ...]
    matches: tuple[Match, ...]
    reason: Text

    @property
    def uncovered(self) -> bool:
        """Whether it must go to the hand-over desk's list."""
        return not self.matches


def propose(
    profile: Profile,
    *,
    field: str,
    title: str,
    text: str = "",
    keywords: Iterable[str] = (),
) -> Proposal:
    """Units for a suggestion.

    1. a rule covers it when the field is among the rule's (or the rule names none) and one of
    the rule's keywords occurs (or the rule has none) · 2. rules whose keywords stand in title or
    keywords come before those found in the text only · 3. then the highest priority wins, then
    the weightier evidence, then the name.
    """
    given = tuple(keywords)
    found = [
        match
        for rule in profile.routing
        if (match := _match(rule, field=field, title=title, text=text, keywords=given)) is not None
    ]
    if not found:
        return Proposal(assignments=(), matches=(), reason=_uncovered(profile, field))
    found.sort(key=_rank)
    winner = found[0]
    return Proposal(assignments=_assignments(winner), matches=tuple(found), reason=_reason(winner))


def _match(
    rule: RoutingRule, *, field: str, title: str, text: str, keywords: tuple[str, ...]
) -> Match | None:
    if rule.fields and field not in rule.fields:
        return None
    if not rule.keywords:
        # A rule without fields and keywords would be the default unit that must not be.
        return Match(rule=rule, evidence=()) if rule.fields else None
    evidence = tuple(
        Evidence(keyword=one, place=place)
        for one in rule.keywords
        if (place := _place(one, title=title, text=text, keywords=keywords)) is not None
    )
    return Match(rule=rule, evidence=evidence) if evidence else None


def _place(keyword: str, *, title: str, text: str, keywords: tuple[str, ...]) -> Place | None:
    if keyword in title:
        return Place.TITLE
    if any(keyword in one for one in keywords):
        return Place.KEYWORDS
    return Place.TEXT if keyword in text else None


def _rank(match: Match) -> tuple[bool, int, int, str]:
    return (not match.named, -match.rule.priority, -match.weight, match.rule.name)


def _assignments(match: Match) -> tuple[ProposedAssignment, ...]:
    rule = match.rule
    units = dict.fromkeys((rule.lead, *rule.joint))
    return tuple(
        ProposedAssignment(
            unit=unit,
            kind="lead" if unit == rule.lead else "joint",
            rule=rule.name,
            reason=_reason(match).zh,
        )
        for unit in units
    )


def _reason(match: Match) -> Text:
    """The rule's reason, and where its keywords were found."""
    rule = match.rule
    if not match.evidence:
        return rule.reason
    zh = ";".join(
        f"{PLACES[place].zh}有{'、'.join(f'“{one}”' for one in words)}"
        for place, words in _by_place(match)
    )
    en = "; ".join(
        f"{', '.join(f'“{one}”' for one in words)} in the {PLACES[place].en}"
        for place, words in _by_place(match)
    )
    return Text(zh=f"{rule.reason.zh}({zh})", en=f"{rule.reason.en} ({en})")


def _by_place(match: Match) -> Iterable[tuple[Place, list[str]]]:
    for place in PLACES:
        words = [one.keyword for one in match.evidence if one.place is place]
        if words:
            yield place, words


def _uncovered(profile: Profile, field: str) -> Text:
    labels = {one.code: one.label for one in profile.choices.get("fields", ())}
    label = labels.get(field, Text(zh=field, en=field))
    return Text(
        zh=f"类别“{label.zh}”下没有规则提到其中的事项,请交办会研究确定承办单位",
        en=f"no rule of the field “{label.en}” names the matter; the hand-over desk decides",
    )
