"""The inbox 收件箱: notices that a person reads in the house; the row is the item, nothing is sent.

`InboxShelf` is the port that the rows stand behind; `read_inbox` puts them into words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from engine.profile import Profile
from notifications.templates import NoticeUnreadable, Wording, word


class KeptNotice(Protocol):
    """A notice as it is kept for its recipient."""

    @property
    def id(self) -> str: ...
    @property
    def case_id(self) -> str | None: ...
    @property
    def template(self) -> str: ...
    @property
    def facts(self) -> Mapping[str, str]: ...
    @property
    def urgent(self) -> bool: ...
    @property
    def decided_at(self) -> datetime: ...
    @property
    def read_at(self) -> datetime | None: ...


class KeptPage(Protocol):
    """Some notices, and the id to ask for those after them."""

    @property
    def items(self) -> Sequence[KeptNotice]: ...
    @property
    def next_after(self) -> str | None: ...


class InboxShelf(Protocol):
    """Where a person's notices lie, newest first."""

    def page(
        self,
        congress: str,
        person: str,
        *,
        limit: int = 50,
        after: str | None = None,
        unread_only: bool = False,
    ) -> KeptPage:
        """The newest, or those after the last of the page before."""
        ...

    def unread(self, congress: str, person: str) -> int:
        """How many the person has not read."""
        ...

    def mark_read(self, congress: str, person: str, notice: str, now: datetime) -> bool:
        """The person has read it; False when it is not theirs or was read before."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxEntry:
    """A notice in words; one without a case tells of something in the whole congress."""

    id: str
    case: str | None
    subject: str
    body: str
    urgent: bool
    decided_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPage:
    """A page of the inbox, how many are unread in all, and where the next page begins."""

    entries: tuple[InboxEntry, ...]
    unread: int
    next_after: str | None


RulesBehind: TypeAlias = Callable[[AbstractSet[str | None]], Mapping[str | None, Profile]]
"""Asked once a page, for all its cases."""


def read_inbox(
    shelf: InboxShelf,
    congress: str,
    person: str,
    *,
    rules_behind: RulesBehind,
    language: str = "zh",
    limit: int = 50,
    after: str | None = None,
    unread_only: bool = False,
) -> InboxPage:
    """A person's notices in words.

    `rules_behind` gives the rules that cases are pinned to, and those of the congress for None.
    """
    page = shelf.page(congress, person, limit=limit, after=after, unread_only=unread_only)
    rules = rules_behind({one.case_id for one in page.items})
    return InboxPage(
        entries=tuple(
            _entry(one, _worded(one, rules[one.case_id], language)) for one in page.items
        ),
        unread=shelf.unread(congress, person),
        next_after=page.next_after,
    )


def _worded(notice: KeptNotice, profile: Profile, language: str) -> Wording:
    """One broken template must not close the whole inbox: it is shown as what it is."""
    try:
        return word(profile, notice.template, notice.facts, language)
    except NoticeUnreadable as error:
        return Wording(subject=notice.template, body=error.message(language))


def _entry(notice: KeptNotice, wording: Wording) -> InboxEntry:
    return InboxEntry(
        id=notice.id,
        case=notice.case_id,
        subject=wording.subject,
        body=wording.body,
        urgent=notice.urgent,
        decided_at=notice.decided_at,
        read_at=notice.read_at,
    )
