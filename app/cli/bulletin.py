"""`report bulletin`: the monthly bulletin of overdue units, shown, written and issued."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType

from app.bulletins import ShownBulletin, issue_bulletin, shown_bulletin, telling_of
from app.cli.door import AsJson, Call, call_of
from app.cli.output import table
from app.cli.questions import report
from app.enrolment import ADMINISTRATOR, check_actor
from app.errors import BulletinTooEarly, OptionInvalid
from app.papers import Format, write_paper
from app.wiring import Services
from db.bulletins import BulletinIssued
from engine.calendar import local_day
from reports.blocks import Paper
from reports.bulletin import (
    Bulletin,
    BulletinFilter,
    BulletinSort,
    UnitStanding,
    month_before,
    narrowed,
    sorted_by,
)
from reports.bulletin_json import bulletin_to_json
from reports.paper_bulletin import bulletin_paper, summary


def add_to(_app: typer.Typer) -> None:
    """Add the command of this module to those of `report`."""
    report.command("bulletin", help="督办通报 · the monthly bulletin of overdue units")(bulletin)


def bulletin(
    context: typer.Context,
    *,
    month: Annotated[str, typer.Option(metavar="YYYY-MM", help="月份,默认上月 · month")] = "",
    unit: Annotated[str, typer.Option(metavar="CODE", help="只看此单位 · one unit")] = "",
    clock: Annotated[str, typer.Option(metavar="KIND", help="只看此类期限 · one kind")] = "",
    sort: Annotated[BulletinSort, typer.Option(help="排序 · order of the units")] = (
        BulletinSort.OVERDUE
    ),
    layout: Annotated[Format, typer.Option("--format", help="格式")] = Format.BOTH,
    out: Annotated[
        Path | None, typer.Option(file_okay=False, help="写成文件的目录 · folder for files")
    ] = None,
    issue: Annotated[
        bool, typer.Option("--issue", help="印发:固定内容并通知 · freeze it and tell people")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只看印发会怎样 · what --issue would do")
    ] = False,
    actor: Annotated[
        str, typer.Option(metavar="PERSON", help="由谁印发,默认系统管理员 · who issues it")
    ] = ADMINISTRATOR,
    reason: Annotated[str, typer.Option(help="为什么,记入办理记录 · why, for the audit")] = "",
    as_json: AsJson = False,
) -> None:
    """Of an issued month what was frozen; of any other what the rows say now."""
    call = call_of(context, as_json=as_json)
    filters = BulletinFilter(unit=unit or None, kind=clock or None)
    _check_options(filters, sort, issue=issue, dry_run=dry_run)
    with call.services() as services:
        code = services.congress()
        wanted = month or month_before(services.today)
        if issue:
            check_actor(services, code, actor)
        if issue and not dry_run:
            issue_bulletin(services, code, wanted, actor=actor, reason=reason, now=services.clock())
        shown = shown_bulletin(services, code, wanted)
        told = _would_be_told(services, code, shown) if dry_run else None
    seen = narrowed(filters, sorted_by(sort, shown.bulletin))
    paper = bulletin_paper(
        seen,
        dated=services.today,
        issue=shown.issue,
        is_excerpt=filters != BulletinFilter(),
    )
    files = () if out is None else _write(paper, seen, layout=layout, out=out)
    _give(call, shown, seen, told=told, files=files)


def _check_options(
    filters: BulletinFilter, sort: BulletinSort, *, issue: bool, dry_run: bool
) -> None:
    if dry_run and not issue:
        told = "只与 --issue 同用 / only together with --issue"
        raise OptionInvalid(option="--dry-run", reason=told)
    if issue and (filters != BulletinFilter() or sort is not BulletinSort.OVERDUE):
        told = (
            "印发的是全部内容,不能筛选或另行排序 / the whole is issued: no filter, no other order"
        )
        raise OptionInvalid(option="--issue", reason=told)


def _would_be_told(
    services: Services, congress: str, shown: ShownBulletin
) -> tuple[tuple[str, str], ...]:
    """Codes and names; refused as the issue itself would be."""
    known = shown.bulletin
    if shown.frozen is not None:
        issued_on = local_day(shown.frozen.issued_at).isoformat()
        raise BulletinIssued(congress=congress, month=known.month, issued_on=issued_on)
    if not known.is_whole:
        raise BulletinTooEarly(month=known.month)
    telling = telling_of(services, congress, known, local_day(services.clock()))
    return tuple((one.code, one.name) for one in telling.people)


def _write(paper: Paper, seen: Bulletin, *, layout: Format, out: Path) -> tuple[Path, ...]:
    return write_paper(paper, out, f"{seen.code}-{seen.month}-bulletin", layout)


def _give(
    call: Call,
    shown: ShownBulletin,
    seen: Bulletin,
    *,
    told: tuple[tuple[str, str], ...] | None,
    files: tuple[Path, ...],
) -> None:
    frozen = shown.frozen
    issued = None
    if frozen is not None:
        issued = {"at": frozen.issued_at, "by": frozen.issued_by, "digest": frozen.digest}
    answer: dict[str, object] = {
        "issued": issued,
        "summary": summary(seen),
        **bulletin_to_json(seen),
        "files": files,
    }
    lines = [*_tables(seen), *_status(shown), *(f"通报 bulletin: {one}" for one in files)]
    if told is not None:
        answer["would_tell"] = [code for code, _ in told]
        listed = "、".join(name for _, name in told) or "没有人 nobody"
        lines.append(f"试算,未印发 dry run, not issued. 将通知 would tell: {listed}")
    call.give(answer, *lines)


def _tables(seen: Bulletin) -> Iterator[RenderableType]:
    columns = (
        *("单位 unit", "在办 open#", "逾期 overdue#", "未完成 not met#", "最长 days#"),
        *("首次催办 reminded", "督办单 orders#"),
    )
    title = f"{seen.month} 督办通报 bulletin, 截至 until {seen.until}"
    yield table(title, columns, [_unit_row(one) for one in seen.units])
    items = [
        (
            unit.name,
            one.number or one.case,
            one.label,
            one.due_on,
            one.met_on,
            one.days,
            one.first_reminded_on,
        )
        for unit in seen.units
        for one in unit.overdue
    ]
    names = (
        *("单位 unit", "编号 number", "期限 clock", "到期 due", "完成 met"),
        *("逾期天数 days#", "首次催办 reminded"),
    )
    yield table(f"逾期事项 {len(items)} overdue", names, items)
    yield summary(seen)


def _unit_row(one: UnitStanding) -> tuple[object, ...]:
    return (
        *(one.name, len(one.open_items), len(one.overdue), len(one.still_open), one.longest),
        *(one.first_reminded_on, len(one.orders)),
    )


def _status(shown: ShownBulletin) -> Iterator[str]:
    if shown.issue is not None:
        yield f"已印发 issued: {shown.issue.on}  校验值 digest: {shown.issue.digest}"
    else:
        yield "未印发 not issued"
