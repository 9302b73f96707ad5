"""Reading rights from plain data: readers, what secrecy shows, what waits to be final."""

from __future__ import annotations

from collections.abc import Iterable

from engine.rights import AccessRules, PublicRule, Reader, Showing, Since
from workflows.parts import Plain


def build_access(plain: Plain) -> AccessRules:
    """The rules of `access.yaml`."""
    reading, unfinished, public = plain["reading"], plain["unfinished"], plain["public"]
    return AccessRules(
        whole=_readers(reading["whole"]),
        by_secrecy=_readers(reading["by_secrecy"]),
        secrecy=_showings(plain["secrecy"]),
        replies=_readers(unfinished["replies"]),
        ratings=_readers(unfinished["ratings"]),
        instructions=_readers(plain.get("inside", {}).get("instructions", ())),
        history=_showings(plain.get("history", {})),
        public=PublicRule(since=Since(public["since"]), secrecy=_showings(public["secrecy"])),
    )


def _readers(plain: Iterable[Plain]) -> tuple[Reader, ...]:
    return tuple(
        Reader(
            role=one["role"],
            relation=one.get("relation", "any"),
            since=Since(one.get("since", Since.DRAFTED)),
        )
        for one in plain
    )


def _showings(plain: Plain) -> dict[str, Showing]:
    return {code: Showing(shown) for code, shown in plain.items()}
