"""Prints what was measured: both sides, the ratio beside floor and aim, where the time goes."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from tests.benchmark.measure import Measured, Recording
from tests.benchmark.timing import Times

STEPS_IN_WORDS = {
    "begin": "connection, BEGIN, congress and chain head (1 read)",
    "answer": "has this request key an answer (1 read)",
    "case": "load the case with all its children (1 read)",
    "next_number": "take the next number (1 read, registration only)",
    "decide": "decide, audit digest, fingerprint (no database)",
    "save": "compare, bind and send all writes",
    "commit": "COMMIT, on disk",
    "end": "give the connection back",
}


def tell(
    kind: str,
    recording: Recording,
    measured: Measured,
    spent: Mapping[str, float],
    limits: Mapping[str, Mapping[str, float]],
) -> None:
    """Print the two tables of one kind of database."""
    console = Console(width=100)
    console.print(_sides(kind, recording, measured))
    aim, floor = limits["aim"], limits["floor"]
    for side in measured.raw:
        console.print(
            f"{kind} / {side}: throughput ratio {measured.ratio(side):.2f} "
            f"(aim {aim['throughput']}, floor {floor['throughput']}); "
            f"p99 ratio {measured.tail(side):.2f} (aim {aim['tail']}, floor {floor['tail']})"
        )
    console.print(_shares(spent))


def _sides(kind: str, recording: Recording, measured: Measured) -> Table:
    table = Table(
        title=f"{kind}: {len(recording.commands)} actions, {recording.rows:.1f} rows in "
        f"{recording.statements:.1f} statements an action; the product also reads "
        f"{recording.reads:.1f} times",
    )
    for heading in ("side", "actions/s", "p50 ms", "p99 ms"):
        table.add_column(heading, justify="left" if heading == "side" else "right")
    table.add_row("Desk.perform", *_figures(measured.product))
    for side, times in measured.raw.items():
        table.add_row(f"raw {side}", *_figures(times))
    return table


def _figures(times: Times) -> tuple[str, str, str]:
    return (
        f"{times.throughput:.0f}",
        f"{1000 * times.percentile(50):.2f}",
        f"{1000 * times.percentile(99):.2f}",
    )


def _shares(spent: Mapping[str, float]) -> Table:
    total = sum(spent.values())
    table = Table(title="where the time of Desk.perform goes")
    table.add_column("step")
    table.add_column("ms an action", justify="right")
    table.add_column("share", justify="right")
    for step, words in STEPS_IN_WORDS.items():
        if step in spent:
            table.add_row(words, f"{spent[step]:.3f}", f"{spent[step] / total:.0%}")
    return table
