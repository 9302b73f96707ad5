"""The measuring itself: record the rows of each action, then product and raw in turns.

Both sides write the same actions in small turns, one right after the other, so that whatever
else the machine does hits both alike.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from engine.command import Command
from engine.perform import Desk
from tests.benchmark.raw import Write, raw_postgres, raw_sqlite
from tests.benchmark.recorder import Sent, listen, ready
from tests.benchmark.stages import Stage, desk_over, stage_on
from tests.benchmark.timing import TimedStore, Times, Watch

TURN = 40
"""Actions that one side writes before it is the other's turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What the product sends for each of the commands."""

    commands: tuple[Command, ...]
    writes: tuple[tuple[Sent, ...], ...]
    rows: float
    statements: float
    reads: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Times of the product and of each raw side over the same actions."""

    product: Times
    raw: dict[str, Times]

    def ratio(self, side: str) -> float:
        """The product's throughput as a share of the raw side's."""
        return self.product.throughput / self.raw[side].throughput

    def tail(self, side: str) -> float:
        """The product's p99 as a multiple of the raw side's."""
        return self.product.percentile(99) / self.raw[side].percentile(99)


def record(kind: str, folder: Path, commands: tuple[Command, ...]) -> Recording:
    """Perform the commands once and note what reaches the driver."""
    with stage_on(kind, folder) as stage:
        stage.database.dispose()
        recorder = listen(stage.database)
        desk = desk_over(stage.store())
        sent = []
        for command in commands:
            desk.perform(command)
            sent.append(recorder.take())
    writes = tuple(tuple(ready(one) for one in action if one.writes) for action in sent)
    count = Counter(one.sql.split(maxsplit=1)[0] for action in sent for one in action)
    return Recording(
        commands=commands,
        writes=writes,
        rows=sum(len(one.rows) for action in writes for one in action) / len(commands),
        statements=sum(len(action) for action in writes) / len(commands),
        reads=count["SELECT"] / len(commands),
    )


def compare(kind: str, folder: Path, recording: Recording) -> Measured:
    """Product and raw in turns, each on a database of its own; both must end with equal rows."""
    with ExitStack() as opened:
        ours = opened.enter_context(stage_on(kind, folder))
        sides = {
            name: (stage, opened.enter_context(_writer(stage, name)))
            for name in _sides(kind)
            for stage in (opened.enter_context(stage_on(kind, folder)),)
        }
        measured = _take_turns(
            desk_over(ours.store()), {name: write for name, (_, write) in sides.items()}, recording
        )
        expected = ours.rows()
        for name, (stage, _) in sides.items():
            assert stage.rows() == expected, f"{name} wrote other rows than the product"
    return measured


def _sides(kind: str) -> tuple[str, ...]:
    return ("sqlite3",) if kind == "sqlite" else ("psycopg", "psycopg pipeline")


@contextmanager
def _writer(stage: Stage, name: str) -> Iterator[Write]:
    if name == "sqlite3":
        made = raw_sqlite(stage.path)
    else:
        made = raw_postgres(stage.url, pipeline=name.endswith("pipeline"))
    with made as write:
        yield write


def _take_turns(desk: Desk, raw: dict[str, Write], recording: Recording) -> Measured:
    product, times = Times(), {name: Times() for name in raw}
    total = len(recording.commands)
    # What the harness holds (recorded rows, pytest) is no burden of the product's.
    gc.collect()
    gc.freeze()
    for turn, first in enumerate(range(0, total, TURN)):
        chosen = range(first, min(first + TURN, total))
        runs = [partial(_perform, desk, [recording.commands[n] for n in chosen], product)]
        for name, write in raw.items():
            actions = [recording.writes[n] for n in chosen]
            runs.append(partial(_write, write, actions, times[name]))
        shift = turn % len(runs)
        for run in (*runs[shift:], *runs[:shift]):
            run()
    gc.unfreeze()
    return Measured(product=product, raw=times)


def _perform(desk: Desk, commands: Sequence[Command], times: Times) -> None:
    for command in commands:
        times.take(partial(desk.perform, command))


def _write(write: Write, actions: Sequence[Sequence[Sent]], times: Times) -> None:
    for action in actions:
        times.take(partial(write, action))


def shares(kind: str, folder: Path, commands: Sequence[Command]) -> dict[str, float]:
    """Milliseconds an action by step; `decide` is what the watched steps leave over."""
    watch = Watch()
    with stage_on(kind, folder) as stage:
        desk = desk_over(TimedStore(stage.store(), watch))
        for command in commands:
            with watch.on("all"):
                desk.perform(command)
    total = watch.seconds.pop("all")
    spent = dict(watch.seconds)
    spent["decide"] = total - sum(spent.values())
    return {step: 1000 * seconds / len(commands) for step, seconds in spent.items()}
