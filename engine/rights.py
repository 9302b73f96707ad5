"""Who may read what, as a profile says it: readers, what secrecy shows, what waits to be final.

`engine.access` decides by these records. Refuses to know cases and people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Showing(StrEnum):
    """How much of a case is shown: nothing, number and title and state, all but who wrote it, all.

    In rising order; `rank` compares them.
    """

    NOTHING = "nothing"
    SUMMARY = "summary"
    AUTHOR_HIDDEN = "author_hidden"
    WHOLE = "whole"

    @property
    def rank(self) -> int:
        """Its place in the order."""
        return _ORDER[self]


_ORDER = {one: place for place, one in enumerate(Showing)}


class Since(StrEnum):
    """From which step of its way on a case may be read."""

    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    REGISTERED = "registered"
    HANDED_OVER = "handed_over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who may read: a role, narrowed by a relation to the case, from a step on."""

    role: str
    relation: str = "any"
    since: Since = Since.DRAFTED


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicRule:
    """What the public portal shows by secrecy, from which step on."""

    since: Since = Since.REGISTERED
    secrecy: Mapping[str, Showing] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRules:
    """Reading rights; whoever is not named reads nothing.

    `whole`: readers of all of a case, whatever its secrecy. `by_secrecy`: readers who see what
    `secrecy` lets them. `replies` and `ratings`: who sees replies that are not delivered, and
    ratings of a round in which some are still missing. `instructions`: who reads the words of an
    instruction 批示, by their relation to what it is about. `history`: what a search in the history
    of the whole congress tells of a case by its secrecy; nothing said means what others see.
    """

    whole: tuple[Reader, ...] = ()
    by_secrecy: tuple[Reader, ...] = ()
    secrecy: Mapping[str, Showing] = field(default_factory=dict)
    replies: tuple[Reader, ...] = ()
    ratings: tuple[Reader, ...] = ()
    instructions: tuple[Reader, ...] = ()
    history: Mapping[str, Showing] = field(default_factory=dict)
    public: PublicRule = field(default_factory=PublicRule)

    def shown_to_others(self, secrecy: str) -> Showing:
        """What a degree of secrecy lets others see; nothing for one that is not declared."""
        return self.secrecy.get(secrecy, Showing.NOTHING)

    def told_in_history(self, secrecy: str) -> Showing:
        """What a search in the history tells of who did what with such a case."""
        return (self.history or self.secrecy).get(secrecy, Showing.NOTHING)

    def is_logged(self, secrecy: str) -> bool:
        """Whether each reading of such a case is written down: of all that is not open."""
        return self.shown_to_others(secrecy) is not Showing.WHOLE
