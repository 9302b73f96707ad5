"""`/metrics` for Prometheus: figures of the house from rows, and of requests from this process.

Nothing is kept in the library's global registry, and no clock is read here: the seconds of a
request come from the timer that `app` hands over. Only this module knows prometheus-client.
"""

from __future__ import annotations

import hmac
import ipaddress
import threading
from bisect import bisect_left
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Protocol

from fastapi import FastAPI, Request
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from web.api.refusals import SCHEMA
from web.problems import MEDIA_TYPE, problem

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper ends of the spans into which the seconds of a request are sorted."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER = "other"
"""Stands for methods and paths that are none of ours: strangers must not make labels."""
FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
"""Marks of a proxy: its request comes from this machine, but its client does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueMeasure:
    """Rows that wait, those of them that are due, and seconds since the oldest fell due."""

    pending: int
    due: int
    lag_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerMeasure:
    """A worker: seconds since its last sign of life, whether a tick fails, what it has done."""

    worker: str
    age_seconds: float
    failing: bool
    fired: int
    delivered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CongressMeasure:
    """A congress: cases that have not ended, running clocks that were due before today."""

    congress: str
    open_cases: int
    overdue_clocks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseMeasures:
    """The figures of one moment."""

    timers: QueueMeasure
    outbox: QueueMeasure
    dead: int
    workers: tuple[WorkerMeasure, ...]
    congresses: tuple[CongressMeasure, ...]


class MeasureReader(Protocol):
    """Gives the figures of the house."""

    def measures(self) -> HouseMeasures | None:
        """As the rows are now; None when the database cannot be used."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Metering:
    """Figures, a timer in seconds, and the token that opens `/metrics` from afar (empty: none)."""

    reader: MeasureReader
    timer: Callable[[], float]
    token: str = field(default="", repr=False)


@dataclass(slots=True)
class _Tally:
    """Requests of one kind: how many fell into each span, and their seconds together."""

    spans: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0


class RequestMeter:
    """Counts the requests of this process; from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tallies: dict[tuple[str, str, str], _Tally] = {}

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request that was answered."""
        key = (method if method in METHODS else OTHER, route, str(status))
        with self._lock:
            tally = self._tallies.setdefault(key, _Tally())
            tally.spans[bisect_left(BOUNDS, seconds)] += 1
            tally.seconds += seconds

    def collect(self) -> Iterator[Metric]:
        """What was counted (called by the registry)."""
        family = HistogramMetricFamily(
            "bihuan_http_request_seconds",
            "Requests answered by this process, by route, and how long they took",
            labels=("method", "route", "status"),
        )
        with self._lock:
            kept = [(key, [*one.spans], one.seconds) for key, one in self._tallies.items()]
        for key, spans, seconds in sorted(kept):
            family.add_metric(key, buckets=_cumulated(spans), sum_value=seconds)
        yield family


def _cumulated(spans: list[int]) -> list[tuple[str, float]]:
    total, found = 0, []
    for bound, count in zip((*map(str, BOUNDS), "+Inf"), spans, strict=True):
        total += count
        found.append((bound, float(total)))
    return found


class HouseCollector:
    """The figures from rows, read when they are asked for."""

    def __init__(self, reader: MeasureReader) -> None:
        self._reader = reader

    def collect(self) -> Iterator[Metric]:
        """The figures (called by the registry)."""
        found = self._reader.measures()
        usable = found is not None
        yield _gauge("database_up", "1 when the database can be used", [((), float(usable))])
        if found is None:
            return
        yield from _queue("timers", "Timers neither fired nor cancelled", found.timers)
        yield from _queue("outbox", "Notices on their way out", found.outbox)
        yield _gauge("outbox_dead", "Notices given up", [((), float(found.dead))])
        yield from _workers(found.workers)
        yield _gauge(
            "open_cases",
            "Cases that have not ended",
            [((one.congress,), float(one.open_cases)) for one in found.congresses],
            labels=("congress",),
        )
        yield _gauge(
            "overdue_clocks",
            "Running clocks that were due before today",
            [((one.congress,), float(one.overdue_clocks)) for one in found.congresses],
            labels=("congress",),
        )


def _queue(name: str, about: str, queue: QueueMeasure) -> Iterator[Metric]:
    yield _gauge(f"{name}_pending", about, [((), float(queue.pending))])
    yield _gauge(f"{name}_due", f"{about}, due by now", [((), float(queue.due))])
    lag = "Seconds since the oldest of them fell due, 0 when none is"
    yield _gauge(f"{name}_lag_seconds", f"{about}: {lag}", [((), queue.lag_seconds)])


def _workers(workers: tuple[WorkerMeasure, ...]) -> Iterator[Metric]:
    labels = ("worker",)
    yield _gauge(
        "worker_heartbeat_age_seconds",
        "Seconds since a worker was last seen",
        [((one.worker,), one.age_seconds) for one in workers],
        labels=labels,
    )
    yield _gauge(
        "worker_failing",
        "1 when a tick of the worker failed when it ran last; bihuan doctor has its words",
        [((one.worker,), float(one.failing)) for one in workers],
        labels=labels,
    )
    fired = CounterMetricFamily("bihuan_fired", "Timers a worker fired", labels=labels)
    delivered = CounterMetricFamily("bihuan_delivered", "Messages a worker sent", labels=labels)
    for one in workers:
        fired.add_metric((one.worker,), one.fired)
        delivered.add_metric((one.worker,), one.delivered)
    yield fired
    yield delivered


def _gauge(
    name: str,
    about: str,
    values: Iterable[tuple[tuple[str, ...], float]],
    *,
    labels: tuple[str, ...] = (),
) -> Metric:
    family = GaugeMetricFamily(f"bihuan_{name}", about, labels=labels)
    for key, value in values:
        family.add_metric(key, value)
    return family


def add_metrics(application: FastAPI, metering: Metering) -> None:
    """Count every request from now on, and answer `/metrics` to those who may see it."""
    meter, registry = RequestMeter(), CollectorRegistry(auto_describe=False)
    registry.register(meter)
    registry.register(HouseCollector(metering.reader))

    @application.middleware("http")
    async def metered(
        request: Request, proceed: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        begun, status = metering.timer(), int(HTTPStatus.INTERNAL_SERVER_ERROR)
        try:
            response = await proceed(request)
            status = response.status_code
        finally:
            taken = max(metering.timer() - begun, 0.0)
            meter.count(request.method, _route(request), status, taken)
        return response

    @application.get(
        "/metrics",
        summary="运行指标",
        response_class=Response,
        tags=["health"],
        responses={
            HTTPStatus.FORBIDDEN: {
                "description": "`metrics-closed`",
                "content": {MEDIA_TYPE: {"schema": {"$ref": SCHEMA}}},
            }
        },
    )
    def metrics(request: Request) -> Response:
        """Figures for Prometheus; to this machine itself, or with the token."""
        if not _may_see(request, metering.token):
            return problem(
                HTTPStatus.FORBIDDEN,
                code="metrics-closed",
                title="运行指标只供本机直接读取,或凭口令读取",
                detail="Only for this machine itself, or with the bearer token of"
                " BIHUAN_METRICS_TOKEN",
            )
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def _route(request: Request) -> str:
    """The pattern of the route, never the path itself: a path may hold a secret."""
    found = getattr(request.scope.get("route"), "path", OTHER)
    return found if isinstance(found, str) else OTHER


def _may_see(request: Request, token: str) -> bool:
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    if token and kind.lower() == "bearer":
        return hmac.compare_digest(given.strip().encode(), token.encode())
    if any(one in request.headers for one in FORWARDED):
        return False
    return request.client is not None and _is_loopback(request.client.host)


def _is_loopback(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
