"""The figures of `/metrics` from rows (the port `web.metrics.MeasureReader`)."""

from __future__ import annotations

import time
from datetime import datetime

from app.wiring import Services, not_ready
from engine.calendar import local_day
from reports.gauges import Queue, congress_gauges, dead_count, outbox_queue, timer_queue
from web.metrics import (
    CongressMeasure,
    HouseMeasures,
    Metering,
    QueueMeasure,
    WorkerMeasure,
)


def metering_of(services: Services) -> Metering | None:
    """What `/metrics` needs; None when the settings switch it off."""
    settings = services.settings
    if not settings.metrics:
        return None
    return Metering(
        reader=MeasuresOfRows(services), timer=time.perf_counter, token=settings.metrics_token
    )


class MeasuresOfRows:
    """Reads the figures anew each time."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def measures(self) -> HouseMeasures | None:
        """As the rows are now; None when the database cannot be used."""
        services = self._services
        if not_ready(services) is not None:
            return None
        now = services.clock()
        with services.reading() as connection:
            timers, outbox = timer_queue(connection, now), outbox_queue(connection, now)
            dead = dead_count(connection)
            congresses = congress_gauges(connection, local_day(now))
        return HouseMeasures(
            timers=_queue(timers, now),
            outbox=_queue(outbox, now),
            dead=dead,
            workers=tuple(
                WorkerMeasure(
                    worker=one.worker,
                    age_seconds=max((now - one.last_seen_at).total_seconds(), 0.0),
                    failing=one.last_error is not None,
                    fired=one.fired,
                    delivered=one.delivered,
                )
                for one in services.heartbeats.workers()
            ),
            congresses=tuple(
                CongressMeasure(
                    congress=one.congress,
                    open_cases=one.open_cases,
                    overdue_clocks=one.overdue_clocks,
                )
                for one in congresses
            ),
        )


def _queue(queue: Queue, now: datetime) -> QueueMeasure:
    return QueueMeasure(pending=queue.pending, due=queue.due, lag_seconds=queue.lag(now))
