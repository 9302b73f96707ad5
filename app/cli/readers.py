"""`case readers`: who read a case that is not open to everybody."""

from __future__ import annotations

from typing import Annotated

import typer

from app.cli.door import AsJson, call_of
from app.cli.output import table
from db.reads import Reads
from reports.names import Names


def add_to(case: typer.Typer) -> None:
    """Add the command to `case`."""
    case.command("readers", help="阅读记录 · who read a case that is not open")(readers)


def readers(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(metavar="REF", help="编号或 id")],
    *,
    limit: Annotated[int, typer.Option(min=1, max=5000, help="最近几条 · the latest")] = 100,
    as_json: AsJson = False,
) -> None:
    """Newest first: when, who, through which door and by which right."""
    call = call_of(context, as_json=as_json)
    with call.services() as services:
        code = services.congress()
        known, at, _ = services.desk.look(code, reference, services.clock())
        found = Reads(services.database).of_case(known.id, limit=limit)
    names = Names(at.directory)
    rows = [(one.at, names.person(one.person), one.door, one.why) for one in found]
    columns = ("时间 at", "何人 who", "途径 door", "依据 right")
    title = f"{known.number or known.id} 阅读记录{len(found)}条 readings"
    call.give({"case": known.id, "reads": found}, table(title, columns, rows))
