"""`demo`: Yongkang's year 2024 on a database of its own, with the annual report at the end."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from app.cli.door import AsJson, call_of
from app.demo.command import print_result, run_demo
from app.wiring import sqlite_in

SEED = 2024


def add_to(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("demo", help="永康 2024 年演示 · 397 suggestions round the loop, then the report")(
        demo
    )


def demo(
    context: typer.Context,
    *,
    out: Annotated[
        Path, typer.Option(file_okay=False, help="报告和数据库所在目录 · report and database")
    ] = Path("out"),
    seed: Annotated[int, typer.Option(min=0, max=2**31, help="随机种子 · seed")] = SEED,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="演到哪一天 · last day played")
    ] = None,
    database: Annotated[
        str, typer.Option(metavar="URL", help="数据库,默认为目录中的 bihuan.db · default in OUT")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Play the year; a run that was stopped is continued by running it again.

    What is made up never gets into the database of BIHUAN_DATABASE_URL.
    """
    call = call_of(context, as_json=as_json)
    url = database or sqlite_in(out)
    last = until.date() if until else None
    result = run_demo(url, seed=seed, out=out, until=last, console=call.console)
    if as_json:
        call.give(result.as_dict())
    else:
        print_result(result, call.console)
        call.console.print(f"查看 look: bihuan --database {url} case list")
