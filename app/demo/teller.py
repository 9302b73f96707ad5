"""What a storyline is told in: events, and the teller that collects those of one suggestion.

Pure: the same plan, cast and calendar give the same events. Each event has a request key of its
own, so that a demo that was killed can be played again and goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from app.demo.plan import PlannedSuggestion
from app.demo.records import Cast
from engine.calendar import WorkingCalendar, local_instant
from engine.profile import Profile

LAPSING_COSIGNERS = 5
"""With this many co-signers the last one of an ordinary suggestion never confirms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One command of the year, before it is given its congress and case id."""

    at: datetime
    story: str
    step: str
    action: str
    actor: str
    subject: int | None = None
    form: Mapping[str, object] = field(default_factory=dict)
    batch: str | None = None

    @property
    def key(self) -> str:
        """The request key: the same on every run."""
        return f"demo:{self.story}:{self.step}"


@dataclass(slots=True, kw_only=True)
class Teller:
    """Collects the events of one suggestion; `place` spreads them over the day."""

    plan: PlannedSuggestion
    cast: Cast
    calendar: WorkingCalendar
    profile: Profile
    place: int
    main_id: str | None = None
    events: list[Event] = field(default_factory=list)
    count: int = 0

    def tell(  # one event has these facts
        self,
        day: date,
        action: str,
        actor: str,
        *,
        subject: int | None = None,
        hour: int = 10,
        batch: str | None = None,
        filled: Mapping[str, object] | None = None,
        **fields: object,
    ) -> None:
        """Add an event on the day; events of one suggestion keep their order within the hour."""
        self.count += 1
        minute, second = divmod(self.place % 400 * 6 + self.count, 60)
        at = local_instant(day, time(hour, minute % 60, second))
        self.events.append(
            Event(
                at=at,
                story=self.plan.key,
                step=f"{self.count:02d}-{action}",
                action=action,
                actor=actor,
                subject=subject,
                form=dict(filled or {}) | fields,
                batch=batch,
            )
        )

    def after(self, day: date, working_days: int) -> date:
        """So many working days later."""
        return self.calendar.add_working_days(day, working_days)

    def worked(self, day: date) -> date:
        """The day, or the first working day after it."""
        return self.calendar.next_working_day(day)

    def confirmed(self) -> tuple[str, ...]:
        """The lead deputy and the co-signers who confirm."""
        cosigners = self.plan.cosigners
        lapses = len(cosigners) >= LAPSING_COSIGNERS and self.plan.topic is None
        return (self.plan.lead_deputy, *(cosigners[:-1] if lapses else cosigners))
