"""The door of the command line: what every command is given, and the one place for errors.

A command asks `call_of` for settings and parts, and answers with `give`: for people or as JSON.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, NoReturn

import typer
from rich.console import Console, RenderableType
from typer.core import TyperGroup

from app.cli.exits import ExitCode, exit_code_of
from app.cli.output import console_on, shown, write_json
from app.enrolment import check_actor
from app.errors import OptionInvalid, TimeTravelRefused
from app.log import configure_logging
from app.people import By
from app.settings import Settings, read_settings
from app.wiring import Services, opened, unchecked
from engine.calendar import SHANGHAI
from engine.errors import BihuanError
from engine.usable_text import is_usable

AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON · answer as JSON")]
Actor = Annotated[str, typer.Option(metavar="PERSON", help="由谁办理,默认系统管理员 · who does it")]
Reason = Annotated[str, typer.Option(help="为什么,记入办理记录 · why, for the audit")]

_OPTIONS = "bihuan.options"
_AS_JSON = "bihuan.as-json"
_UNUSABLE = "bihuan.unusable"
_NOT_UTF8 = "命令行中有不是 UTF-8 的字符 / the command line holds what is no UTF-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is said before the command: it overrides the environment."""

    database: str = ""
    congress: str = ""
    debug: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One run of a command."""

    settings: Settings
    as_json: bool

    @property
    def console(self) -> Console:
        """Where people read; a machine reads standard output, so talk goes elsewhere then."""
        return console_on(sys.stderr if self.as_json else sys.stdout)

    def instant(self, services: Services, at: str) -> datetime:
        """The moment of `--at`, in Asia/Shanghai unless it says otherwise; without it, now.

        TimeTravelRefused where the settings do not allow it.
        """
        if not at:
            return services.clock()
        if not self.settings.allow_time_travel:
            raise TimeTravelRefused(at=at)
        try:
            moment = datetime.fromisoformat(at)
        except ValueError as error:
            raise OptionInvalid(option="--at", reason="应为 ISO 8601 / use ISO 8601") from error
        return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)

    @contextmanager
    def services(self) -> Iterator[Services]:
        """The parts over a database that is ready."""
        with opened(self.settings) as services:
            yield services

    @contextmanager
    def unchecked(self) -> Iterator[Services]:
        """The parts over whatever is there."""
        with unchecked(self.settings) as services:
            yield services

    def give(self, answer: object, *shown_as: RenderableType) -> None:
        """The answer: as JSON, or as it is shown."""
        if self.as_json:
            write_json(answer)
            return
        for one in shown_as:
            self.console.print(one, soft_wrap=isinstance(one, str))

    def end(self, code: ExitCode) -> NoReturn:
        """End with a code other than 0 after an answer was given."""
        raise typer.Exit(code)


def by_of(services: Services, congress: str, actor: str, reason: str) -> By:
    """Who changes something, why and when; UnknownPerson when the congress has no such person."""
    check_actor(services, congress, actor)
    return By(actor=actor, reason=reason, now=services.clock())


def remember(context: typer.Context, options: Options) -> None:
    """Keep what was said before the command."""
    context.meta[_OPTIONS] = options


def call_of(context: typer.Context, *, as_json: bool) -> Call:
    """What a command is given; SettingInvalid when the environment is wrong."""
    context.meta[_AS_JSON] = as_json
    options: Options = context.meta.get(_OPTIONS, Options())
    environment = dict(os.environ)
    if options.database:
        environment["BIHUAN_DATABASE_URL"] = options.database
    settings = read_settings(environment)
    if options.congress:
        settings = replace(settings, congress=options.congress)
    configure_logging(settings.log_level)
    return Call(settings=settings, as_json=as_json)


class Door(TyperGroup):
    """The root of all commands: every error ends here, in words and with its exit code."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]  # a Context is what comes
        """Read the command line; that it can be kept is looked at before anything is done."""
        ctx.meta[_UNUSABLE] = not all(is_usable(one) for one in args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]  # a Context is what comes
        """Run the command."""
        try:
            _require_usable(ctx)
            return super().invoke(ctx)
        except BihuanError as error:
            _tell(ctx, error)
            raise typer.Exit(exit_code_of(error)) from error
        except (typer.Exit, typer.Abort, typer.TyperException):
            raise
        except BrokenPipeError:
            # Somebody closed the pipe, `… | head`: nobody is left to be told anything.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(ExitCode.OK) from None
        except Exception as error:
            _tell_unexpected(ctx, error)
            raise typer.Exit(ExitCode.UNEXPECTED) from error


def _require_usable(context: typer.Context) -> None:
    if context.meta.get(_UNUSABLE):
        raise OptionInvalid(option="…", reason=_NOT_UTF8)


def _tell(context: typer.Context, error: BihuanError) -> None:
    if context.meta.get(_AS_JSON):
        write_json({"error": error, "exit": int(exit_code_of(error))})
        return
    _say(error.code, error.message("zh"), error.message("en"))


def _tell_unexpected(context: typer.Context, error: Exception) -> None:
    options: Options = context.meta.get(_OPTIONS, Options())
    if options.debug:
        traceback.print_exception(error, file=sys.stderr)
    cause = shown(f"{type(error).__name__}: {error}")
    zh = f"意外错误:{cause}。可加 --debug 查看详情:bihuan --debug …"
    en = f"Unexpected: {cause}. For the traceback: bihuan --debug …"
    if context.meta.get(_AS_JSON):
        told = {"code": "unexpected", "zh": zh, "en": en, "facts": {}}
        write_json({"error": told, "exit": int(ExitCode.UNEXPECTED)})
        return
    _say("unexpected", zh, en)


def _say(code: str, zh: str, en: str) -> None:
    console = console_on(sys.stderr)
    console.print(f"错误 [{code}] {shown(zh)}", soft_wrap=True)
    console.print(f"error [{code}] {shown(en)}", soft_wrap=True)
