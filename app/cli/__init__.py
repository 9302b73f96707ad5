"""The command line `bihuan`: one module a group of commands, put together here."""

from __future__ import annotations

from typing import Annotated

import typer

from app.cli import acting, cases, demo, keeping, questions, rules, running, setup
from app.cli.door import Door, Options, remember

app = typer.Typer(
    name="bihuan",
    cls=Door,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="闭环 · 代表建议 提交办督 closed-loop handling of deputies' suggestions",
)
for module in (setup, demo, running, rules, cases, acting, questions, keeping):
    module.add_to(app)


@app.callback()
def root(
    context: typer.Context,
    *,
    database: Annotated[
        str, typer.Option(metavar="URL", help="数据库 · instead of BIHUAN_DATABASE_URL")
    ] = "",
    congress: Annotated[
        str, typer.Option(metavar="CODE", help="人大 · instead of BIHUAN_CONGRESS")
    ] = "",
    debug: Annotated[
        bool, typer.Option(help="出错时显示详情 · traceback of what is unexpected")
    ] = False,
) -> None:
    """What is said before the command."""
    remember(context, Options(database=database, congress=congress, debug=debug))


def main() -> None:
    """The program `bihuan`."""
    app()
