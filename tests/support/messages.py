"""A message to send, for tests of channels."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from engine.outbox import Message

AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def a_message(**changes: object) -> Message:
    """An ordinary one, with what the test names."""
    bare = Message(
        id="0123abcd",
        congress="linxi",
        recipient="zhao-min",
        address="13800000000",
        channel="hook",
        subject="请签收交办件:12",
        body="12《关于过街设施的建议》已交你单位办理,请及时签收。",
        urgent=False,
        attempts=0,
        decided_at=AT,
        case="case-1",
        template="handed_over",
        facts={"number": "12", "title": "关于过街设施的建议"},
    )
    return replace(bare, **changes)  # type: ignore[arg-type]  # each test names fields
