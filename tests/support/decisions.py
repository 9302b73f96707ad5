"""Decisions built by hand, and how a test keeps them in a store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from engine.audit import AuditEntry, ChainHead, attach
from engine.case import Case
from engine.command import Command, Decision, Notice, Receipt, RungKey
from engine.congress import KeyTopic
from engine.store import Store
from tests.support.congress import CONGRESS, NOW


def command(
    action: str = "draft",
    *,
    now: datetime = NOW,
    request_key: str | None = None,
    rung: RungKey | None = None,
) -> Command:
    """A command of Wang Fang."""
    return Command(
        congress=CONGRESS,
        action=action,
        actor="wang-fang",
        now=now,
        request_key=request_key,
        rung=rung,
    )


def decision(
    before: Case | None,
    after: Case,
    *,
    by: Command | None = None,
    notices: tuple[Notice, ...] = (),
    numbers_taken: Mapping[str, int] | None = None,
    topic: KeyTopic | None = None,
) -> Decision:
    """What `decide` would give, with the next version."""
    version = before.version + 1 if before is not None else 1
    return Decision(
        command=by or command(),
        before=before,
        after=replace(after, version=version),
        steps=(),
        notices=notices,
        numbers_taken=dict(numbers_taken or {}),
        topic=topic,
        rule="tiny/v1#draft",
        facts={"state": after.state, "round": after.round, "is_key": False},
    )


def notice(key: str = "case-1:handed-over", recipient: str = "zhao-min") -> Notice:
    """Somebody is to be told."""
    return Notice(
        key=key,
        recipient=recipient,
        template="handed_over",
        facts={"number": "5-2-001", "title": "过街设施"},
        urgent=True,
    )


def entry_for(made: Decision, head: ChainHead) -> AuditEntry:
    """The audit entry of a decision."""
    return attach(
        head,
        case=made.after.id,
        version=made.after.version,
        at=made.command.now,
        actor=made.command.actor,
        action=made.command.action,
        rule=made.rule,
        content={"form": {"text": "“引号”与换行\n"}, "ratio": 0.1, "large": 1e16},
    )


def receipt_for(made: Decision, sequence: int) -> Receipt:
    """The receipt of a decision."""
    return Receipt(
        case=made.after.id,
        number=made.after.number,
        version=made.after.version,
        state=made.after.state,
        action=made.command.action,
        subject=None,
        audit_sequence=sequence,
    )


def keep(store: Store, *made: Decision, fingerprint: str = "fingerprint") -> Case:
    """Save decisions in one transaction and commit; the last case as it was decided."""
    with store.begin(CONGRESS) as transaction:
        for one in made:
            entry = entry_for(one, transaction.head())
            receipt = receipt_for(one, entry.sequence)
            transaction.save(one, entry, receipt, fingerprint)
        transaction.commit()
    return made[-1].after
