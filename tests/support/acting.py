"""Actions of the small congress through its desk, at a time that the test sets."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from app.wiring import Services
from engine.command import Command, Receipt


class Timed(Protocol):
    """A clock that the test sets."""

    now: datetime


class Place(Protocol):
    """Where the congress is at work: a browser's house, a town, a gate."""

    @property
    def services(self) -> Services: ...

    @property
    def watch(self) -> Timed: ...


def perform(
    place: Place,
    action: str,
    actor: str,
    case: str | None = None,
    subject: int | None = None,
    **form: Any,  # noqa: ANN401  # texts, and rows of lists
) -> Receipt:
    """Somebody acts; without a case it is their new one."""
    command = Command(
        congress="linxi",
        action=action,
        actor=actor,
        now=place.watch.now,
        case=case,
        subject=subject,
        form=form,
    )
    return place.services.desk.perform(command)
