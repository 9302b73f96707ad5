"""办理记录: append-only entries, hash-chained per congress, and the check that finds a break.

The hash covers every field of the entry and the hash before it, over canonical JSON. Refuses to
know where entries are kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from engine.errors import AuditBroken

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One thing that was done: who, when, what, under which rule, with which words.

    `case` is None for a change of the register (people, units, calendars). `content` holds the
    form and the steps.
    """

    congress: str
    sequence: int
    case: str | None
    version: int
    at: datetime
    actor: str
    action: str
    rule: str
    content: Mapping[str, object]
    previous: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainHead:
    """The last entry of a congress: where the next one attaches."""

    congress: str
    sequence: int
    digest: str


_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def digest_of(entry: AuditEntry) -> str:
    """SHA-256 over the canonical JSON of all fields but the digest itself."""
    fields = zip(_HASHED, _hashed(entry), strict=True)
    return _digest(dict(fields))


_HASHED = (
    "congress",
    "sequence",
    "case",
    "version",
    "at",
    "actor",
    "action",
    "rule",
    "content",
    "previous",
)
_hashed = attrgetter(*_HASHED)


def _digest(fields: dict[str, Any]) -> str:
    at = fields["at"].astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(_canonical({**fields, "at": at}).encode()).hexdigest()


def attach(
    head: ChainHead,
    *,
    case: str | None,
    version: int,
    at: datetime,
    actor: str,
    action: str,
    rule: str,
    content: Mapping[str, object],
) -> AuditEntry:
    """The entry that follows the head. `content` must be plain JSON values."""
    fields: dict[str, Any] = {
        "congress": head.congress,
        "sequence": head.sequence + 1,
        "case": case,
        "version": version,
        "at": at,
        "actor": actor,
        "action": action,
        "rule": rule,
        "content": content,
        "previous": head.digest,
    }
    return AuditEntry(**fields, digest=_digest(fields))


def verify(entries: Iterable[AuditEntry], *, head: ChainHead) -> int:
    """Count the entries of a congress in order of sequence; raise AuditBroken at the first break.

    A break is a gap, an altered entry, an entry that does not follow the one before, or an end
    that is not the recorded head (entries cut off).
    """
    previous, sequence = GENESIS, 0
    for entry in entries:
        sequence += 1
        reason = ""
        if entry.sequence != sequence:
            reason = f"序号应为{sequence} / sequence {sequence} is missing"
        elif entry.previous != previous:
            reason = "与前一条不衔接 / does not follow the entry before"
        elif digest_of(entry) != entry.digest:
            reason = "内容被改动 / content was altered"
        if reason:
            raise AuditBroken(sequence=sequence, case=entry.case, reason=reason)
        previous = entry.digest
    if (sequence, previous) != (head.sequence, head.digest):
        reason = f"末尾缺失,应有{head.sequence}条 / cut off, {head.sequence} entries were recorded"
        raise AuditBroken(sequence=sequence + 1, case=None, reason=reason)
    return sequence
