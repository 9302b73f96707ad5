"""The texts of a case by which it can be looked for, each with the part of the case it is.

What is not final is none of them: no draft of a reply, no opinion, no rating. Refuses to know who
may read them.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from engine.case import Case
from engine.congress import Directory


class Part(StrEnum):
    """Which part of a case a text is."""

    TEXT = "text"
    REPLY = "reply"
    CONTACT = "contact"
    KEYWORD = "keyword"
    UNIT = "unit"
    DEPUTY = "deputy"


def written_in(case: Case) -> Iterator[tuple[Part, str]]:
    """What people wrote."""
    yield Part.TEXT, case.text
    for reply in case.replies:
        if reply.state == "delivered":
            yield Part.REPLY, f"{reply.document_number or ''} {reply.text}"
    for contact in case.contacts:
        yield Part.CONTACT, contact.summary
    yield Part.KEYWORD, "、".join(case.keywords)


def names_of_units(case: Case, directory: Directory) -> list[str]:
    """How the units that have a share are called, each once."""
    units = dict.fromkeys(one.unit for one in case.assignments)
    return [directory.units[one].name for one in units if one in directory.units]


def names_of_deputies(case: Case, directory: Directory) -> list[str]:
    """Who has signed: the lead deputy, and who has confirmed; nobody who was only asked."""
    signed = [one.deputy for one in case.signatories if one.lead or one.state == "confirmed"]
    return [directory.people[one].name for one in signed if one in directory.people]
