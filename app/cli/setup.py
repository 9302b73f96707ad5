"""`init` and `import`: a database to work with, and the people who work with it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType

from app.cli.door import AsJson, call_of
from app.cli.output import table
from app.enrolment import (
    YEARS,
    Enrolment,
    Outcome,
    create,
    enrol,
    fill_calendar,
    judge,
    store_profiles,
)
from app.wiring import Services, called, in_its_time, prepare_folder, require_ready
from db.backup import file_of
from db.schema import head, upgrade
from engine.congress import Directory
from reports.health import congress_lines, unreachable
from workflows import shipped

OUTCOMES = {Outcome.NEW: "新增 new", Outcome.CHANGED: "更新 changed", Outcome.SAME: "不变 same"}
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="YAML 或 CSV 文件")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只试算,不保存 · store nothing")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("init", help="建库、存规则、建人大 · migrate, store rules, set up a congress")(init)
    app.command("import", help="导入单位和人员 · bring units and people in from a file")(import_)


def init(
    context: typer.Context,
    *,
    congress_file: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="人大、会次、单位、人员 · YAML"),
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Bring the database to the present schema and put in what it needs. May be repeated."""
    call = call_of(context, as_json=as_json)
    with call.unchecked() as services:
        before = _revision(services)
        enrolment = _judge_for(services, congress_file, is_there=before == head())
        answer: dict[str, object] = {
            "database": called(services.database),
            "schema": {"before": before, "after": head()},
            "dry_run": dry_run,
            "rows": enrolment.verdicts if enrolment else (),
        }
        if dry_run:
            answer["profiles"] = [f"{name}/v{version}" for name, version in shipped()]
        else:
            prepare_folder(services.database)
            upgrade(services.database)
            answer["profiles"] = store_profiles(services)
            # What is added to a demo is added in its time, or it would wake up years later.
            answer |= _set_up(in_its_time(services), enrolment)
    call.give(answer, *_lines(answer), *_rows(enrolment))


def _revision(services: Services) -> str | None:
    """The schema that is there; a server that cannot be reached is told before anything is done."""
    file = file_of(services.database)
    if file is not None and not file.exists():
        return None
    if unreachable(services.database) is not None:
        require_ready(services)
    return services.schema()[0]


def _judge_for(services: Services, path: Path | None, *, is_there: bool) -> Enrolment | None:
    """The judged file, against the register that is there."""
    if path is None:
        return None
    first = judge(path, known=None)
    known = _directory(services, first.congress) if is_there else None
    return judge(path, known=known) if known else first


def _directory(services: Services, code: str) -> Directory | None:
    with services.reading() as connection:
        codes = {one.code for one in congress_lines(connection)}
    return services.directory(code) if code in codes else None


def _set_up(services: Services, enrolment: Enrolment | None) -> dict[str, object]:
    """Create the congress of the file unless it is there, and fill the calendars of all."""
    at, reason = services.clock(), "bihuan init"
    changed = False
    if enrolment is not None:
        congress = enrolment.file.congress
        if congress is not None and _directory(services, congress.code) is None:
            create(services, congress, reason=reason, now=at)
        changed = enrol(services, enrolment, reason=reason, now=at)
    with services.reading() as connection:
        codes = [one.code for one in congress_lines(connection)]
    years = {code: fill_calendar(services, code, now=at) for code in codes}
    return {"congresses": codes, "changed": changed, "calendar_years": years}


def _lines(answer: dict[str, object]) -> list[str]:
    """What was done, in words."""
    schema = answer["schema"]
    before, after = (schema["before"], schema["after"]) if isinstance(schema, dict) else ("", "")
    told = [
        f"数据库 database: {answer['database']}",
        f"表结构 schema: {before or '无 none'} → {after}",
    ]
    if answer["dry_run"]:
        return [*told, "试算,没有保存任何内容 · dry run, nothing was stored"]
    profiles, codes = answer["profiles"], answer["congresses"]
    told.append(f"新存规则 profiles stored: {_listed(profiles)}")
    told.append(f"人大 congresses: {_listed(codes)}(日历 calendar {YEARS[0]}–{YEARS[1]})")
    if not codes:
        told.append("下一步 next: bihuan init --congress-file FILE.yaml")
    return told


def _listed(names: object) -> str:
    return "、".join(str(one) for one in names) or "—" if isinstance(names, list | tuple) else "—"


def _rows(enrolment: Enrolment | None) -> list[RenderableType]:
    if enrolment is None:
        return []
    rows = [
        (one.line, one.kind, one.code, one.name, OUTCOMES[one.outcome])
        for one in enrolment.verdicts
    ]
    columns = ("行 line#", "类 kind", "代码 code", "名称 name", "结果 verdict")
    return [table("逐行结果 row by row", columns, rows)]


def import_(
    context: typer.Context, file: File, *, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Bring in units and people: all rows or none."""
    call = call_of(context, as_json=as_json)
    with call.services() as services:
        code = services.congress()
        profile = services.profile_of(code)
        enrolment = judge(file, known=services.directory(code), profile=profile)
        changed = False
        if not dry_run:
            changed = enrol(
                services, enrolment, reason=f"bihuan import {file.name}", now=services.clock()
            )
    answer = {
        "congress": code,
        "dry_run": dry_run,
        "changed": changed,
        "rows": enrolment.verdicts,
    }
    call.give(answer, *_rows(enrolment), _ending(dry_run=dry_run, changed=changed))


def _ending(*, dry_run: bool, changed: bool) -> str:
    if dry_run:
        return "试算,没有保存任何内容 · dry run, nothing was stored"
    return "已保存 · stored" if changed else "与库中一致,没有改动 · nothing had changed"
