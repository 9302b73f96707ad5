"""The command line `bihuan`: one module a group of commands, put together here."""

from __future__ import annotations

from typing import Annotated

import typer

from app.cli.accounts import add_to as add_accounts
from app.cli.acting import add_to as add_acting
from app.cli.bulletin import add_to as add_bulletin
from app.cli.calendar import add_to as add_calendar
from app.cli.cases import add_to as add_cases
from app.cli.demo import add_to as add_demo
from app.cli.door import Door, Options, remember
from app.cli.feeds import add_to as add_feeds
from app.cli.files import add_to as add_files
from app.cli.keeping import add_to as add_keeping
from app.cli.notices import add_to as add_notices
from app.cli.outcome import add_to as add_outcome
from app.cli.people import add_to as add_people
from app.cli.questions import add_to as add_questions
from app.cli.rules import add_to as add_rules
from app.cli.running import add_to as add_running
from app.cli.setup import add_to as add_setup

app = typer.Typer(
    name="bihuan",
    cls=Door,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="闭环 · 代表建议 提交办督 closed-loop handling of deputies' suggestions",
)
for add in (
    *(add_setup, add_people, add_accounts, add_demo, add_running, add_rules, add_calendar),
    *(add_cases, add_acting, add_questions, add_bulletin, add_outcome, add_feeds, add_notices),
    *(add_keeping, add_files),
):
    add(app)


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
