"""`serve` and `worker`: the processes that stay."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer
import uvicorn

from app.cli.door import AsJson, Call, call_of
from app.cli.exits import ExitCode
from app.doors import application_of
from app.errors import OptionInvalid
from app.log import WithoutTokens
from app.patience import HeadInTime
from app.ticking import start_ticking, tick_once, ticker_of
from app.wiring import Services, called, sqlite_in
from db.backup import file_of
from db.statistics import refresh_statistics


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("serve", help="启动网页和提醒 · serve pages, and tick on SQLite")(serve)
    app.command("worker", help="触发期限、发送通知 · fire what is due, send what waits")(worker)


def serve(
    context: typer.Context,
    *,
    host: Annotated[str, typer.Option(help="地址 · instead of BIHUAN_HOST")] = "",
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="端口")] = None,
    out: Annotated[
        Path | None, typer.Option(file_okay=False, help="演示目录 · a folder that demo wrote")
    ] = None,
    with_worker: Annotated[
        bool | None,
        typer.Option("--worker/--no-worker", help="默认:SQLite 上同时提醒 · tick here as well"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Serve until stopped. On PostgreSQL run `bihuan worker` beside it."""
    call = call_of(context, as_json=as_json)
    if out is not None:
        call = replace(call, settings=replace(call.settings, database_url=sqlite_in(out)))
    where, at = host or call.settings.host, port or call.settings.port
    with call.services() as services, ExitStack() as stack:
        # Before connections are opened that stay open.
        refresh_statistics(services.database)
        application = application_of(services)
        on_sqlite = file_of(services.database) is not None
        ticks = on_sqlite if with_worker is None else with_worker
        if ticks:
            stack.callback(start_ticking(services, _writer(call)).stop)
        answer = {
            "url": f"http://{where}:{at}",
            "database": called(services.database),
            "worker": ticks,
        }
        call.give(
            answer,
            f"网页 pages: {answer['url']}  数据库 database: {answer['database']}",
            f"提醒 worker: {'同进程 in this process' if ticks else '另行启动 bihuan worker'}",
        )
        sys.stdout.flush()
        level = call.settings.log_level.lower()
        logging.getLogger("uvicorn.access").addFilter(WithoutTokens())
        # When it has closed its doors, uvicorn gives the signal on to whoever was there before.
        signal.signal(signal.SIGTERM, _end)
        uvicorn.run(
            application,
            host=where,
            port=at,
            log_level=level,
            server_header=False,
            http=HeadInTime,
        )


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    """Leave by the ordinary way, so that running ticks end and connections are given back."""
    raise SystemExit(ExitCode.OK)


def worker(
    context: typer.Context,
    *,
    once: Annotated[
        bool, typer.Option("--once", help="办完到时的就结束 · one go, then end")
    ] = False,
    at: Annotated[
        str, typer.Option(help="与 --once 一起:此刻,限试用 · as of a moment, for trials")
    ] = "",
    console: Annotated[
        bool, typer.Option("--console", help="通知也打在屏幕上 · notices on the screen too")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Tick until SIGTERM or Ctrl-C. Any number of workers may share a database."""
    call = call_of(context, as_json=as_json)
    if at and not once:
        told = "只能与 --once 一起 / only together with --once"
        raise OptionInvalid(option="--at", reason=told)
    if console:
        call = replace(call, settings=replace(call.settings, console_notices=True))
    with call.services() as services:
        if once:
            _once(call, services, call.instant(services, at))
            return
        ticker = ticker_of(services, _writer(call))
        call.console.print(f"开始 ticking: {called(services.database)}(Ctrl-C 停止 to stop)")
        ticker.run()
    call.give({"stopped": True}, "已停止 stopped")


def _once(call: Call, services: Services, at: datetime) -> None:
    """Everything that is due now; what was refused is put off and stands in the log."""
    pulse = tick_once(services, at, _writer(call))
    answer = {"fired": pulse.fired, "delivered": pulse.delivered}
    call.give(answer, f"触发 fired: {pulse.fired}  发送 delivered: {pulse.delivered}")


def _writer(call: Call) -> Callable[[str], None]:
    return call.console.print
