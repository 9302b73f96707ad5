"""Times: how long actions took, and what the time of an action goes to.

A store that wraps another and holds a stop-watch to each step of its transactions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from statistics import quantiles
from time import perf_counter
from typing import Any

from engine.command import Command
from engine.store import Store, Transaction

STEPS = ("answer", "case", "next_number", "save", "commit")
"""Methods with a watch on each, besides the ends of a transaction; the rest is deciding."""


class Watch:
    """Seconds by step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    @contextmanager
    def on(self, step: str) -> Iterator[None]:
        """Add the time of the block to the step."""
        began = perf_counter()
        try:
            yield
        finally:
            self.seconds[step] += perf_counter() - began


class TimedTransaction:
    """A transaction with a watch on the steps that reach the database."""

    def __init__(self, inner: Transaction, watch: Watch) -> None:
        self._inner = inner
        self._watch = watch

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # any method of a transaction
        found = getattr(self._inner, name)
        return self._timed(name, found) if name in STEPS else found

    def _timed(self, step: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any) -> Any:  # noqa: ANN401  # any method of a transaction
            with self._watch.on(step):
                return method(*arguments)

        return timed


class TimedStore:
    """A store whose transactions are timed."""

    def __init__(self, inner: Store, watch: Watch) -> None:
        self._inner = inner
        self._watch = watch

    @contextmanager
    def begin(self, congress: str) -> Iterator[Any]:
        opening = self._inner.begin(congress)
        with self._watch.on("begin"):
            transaction = opening.__enter__()
        try:
            yield TimedTransaction(transaction, self._watch)
        except BaseException as error:
            opening.__exit__(type(error), error, error.__traceback__)
            raise
        else:
            with self._watch.on("end"):
                opening.__exit__(None, None, None)

    @contextmanager
    def read(self, congress: str) -> Iterator[Transaction]:
        with self._inner.read(congress) as transaction:
            yield transaction

    @contextmanager
    def begin_unless_held(self, congress: str) -> Iterator[Transaction | None]:
        with self._inner.begin_unless_held(congress) as transaction:
            yield transaction

    def due_congresses(self, now: datetime) -> Sequence[str]:
        return self._inner.due_congresses(now)

    def due_commands(self, now: datetime, limit: int) -> Sequence[Command]:
        return self._inner.due_commands(now, limit)

    def postpone(self, command: Command, until: datetime, error: str) -> None:
        self._inner.postpone(command, until, error)


class Times:
    """How long each action took on one side, in seconds."""

    def __init__(self) -> None:
        self.each: list[float] = []

    def take(self, act: Callable[[], object]) -> None:
        """Do it and note how long it took."""
        began = perf_counter()
        act()
        self.each.append(perf_counter() - began)

    @property
    def throughput(self) -> float:
        """Actions a second."""
        return len(self.each) / sum(self.each)

    def percentile(self, hundredth: int) -> float:
        """The time that so many of a hundred actions stay under, in seconds."""
        return quantiles(self.each, n=100, method="inclusive")[hundredth - 1]
