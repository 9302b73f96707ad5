"""`inbox`, `due` and `report`: what waits for whom, what falls due, what came of it all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType

from app.cli.door import AsJson, call_of
from app.cli.output import table
from app.papers import Format, write_paper
from app.public import illustrative_of, known_session, topic_facts
from app.wiring import Services
from app.words import word
from engine.errors import UnknownPerson
from notifications.inbox import InboxPage, read_inbox
from reports.annual import AnnualReport, annual_report
from reports.due import due_lines
from reports.funnel import FunnelStep, funnel
from reports.paper import paper_of
from reports.rates import Rate, percent_text, rates
from reports.waiting import WaitingLine, waiting_for

report = typer.Typer(no_args_is_help=True, help="报告 · reports")
STAGES: Mapping[str, str] = {
    "raise": "认真提",
    "hand-over": "精准交",
    "handle": "扎实办",
    "supervise": "及时督",
}
OfSession = Annotated[str, typer.Option(metavar="CODE", help="会次,默认本次 · default: present")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("inbox", help="收件箱 · what waits for a person and what they were told")(inbox)
    app.command("due", help="到期 · what falls due up to a day")(due)
    app.add_typer(report, name="report")


# ----------------------------------------------------------------------------------- inbox


def inbox(
    context: typer.Context,
    person: Annotated[str, typer.Argument(help="人员代码 · code of a person")],
    *,
    unread: Annotated[bool, typer.Option("--unread", help="只看未读")] = False,
    mark_read: Annotated[str, typer.Option(metavar="ID", help="此通知已读")] = "",
    after: Annotated[str, typer.Option(help="上一页给出的位置")] = "",
    limit: Annotated[int, typer.Option(min=1, max=500)] = 20,
    as_json: AsJson = False,
) -> None:
    """Tasks by due day, then notices, newest first."""
    call = call_of(context, as_json=as_json)
    with call.services() as services:
        code = services.congress()
        directory = services.directory(code)
        if person not in directory.people:
            raise UnknownPerson(congress=code, person=person)
        if mark_read:
            services.inbox.mark_read(code, person, mark_read, services.clock())
        with services.reading() as connection:
            waiting = waiting_for(
                connection,
                code,
                person,
                rules=services.profile,
                directory=directory,
                calendar=services.calendar(code),
                today=services.today,
            )
        page = read_inbox(
            services.inbox,
            code,
            person,
            rules_behind=lambda cases: services.rules_behind(code, cases),
            language=directory.preferences_of(person).language or call.settings.language,
            limit=limit,
            after=after or None,
            unread_only=unread,
        )
    answer = {"person": person, "waiting": waiting, "notices": page}
    call.give(answer, *_inbox_lines(waiting, page))


def _inbox_lines(waiting: tuple[WaitingLine, ...], page: InboxPage) -> Iterator[RenderableType]:
    tasks = [
        (
            word(one.light),
            one.due_on,
            one.days_left,
            one.number or one.case,
            one.title,
            one.subject,
            one.state,
            one.clock,
        )
        for one in waiting
    ]
    columns = (
        *("灯", "到期 due", "剩余#", "编号 number", "标题 title", "对象 subject"),
        *("状态 state", "期限 clock"),
    )
    yield table(f"待办 {len(tasks)} waiting", columns, tasks)
    notices = [
        (
            one.decided_at,
            "急" if one.urgent else "",
            one.subject,
            one.body,
            "" if one.read_at else "未读 unread",
            one.id,
        )
        for one in page.entries
    ]
    names = ("时间 at", "急", "主题 subject", "内容 body", "已读", "id")
    yield table(f"通知 notices, 未读 {page.unread} unread", names, notices)
    if page.next_after:
        yield f"下一页 next page: --after {page.next_after}"


# ------------------------------------------------------------------------------------- due


def due(
    context: typer.Context,
    *,
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="到哪一天为止 · up to this day; default today"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Running clocks that are due on or before the day, with who must act. Days count from it."""
    call = call_of(context, as_json=as_json)
    with call.services() as services:
        day = on.date() if on else services.today
        code = services.congress()
        with services.reading() as connection:
            lines = due_lines(
                connection,
                code,
                rules=services.profile,
                directory=services.directory(code),
                calendar=services.calendar(code),
                until=day,
                today=day,
            )
    rows = [
        (
            word(one.light),
            one.due_on,
            one.days_left,
            one.number or one.case,
            one.title,
            one.label,
            one.unit,
            one.owners,
        )
        for one in lines
    ]
    columns = (
        *("灯", "到期 due", "剩余#", "编号 number", "标题 title"),
        *("期限 clock", "单位 unit", "责任人 owners"),
    )
    answer = {"on": day, "lines": lines}
    call.give(answer, table(f"截至{day}到期 {len(rows)} due", columns, rows))


# ---------------------------------------------------------------------------------- report


@report.command("annual", help="年度报告 · the annual report as a document")
def annual(
    context: typer.Context,
    *,
    session: OfSession = "",
    layout: Annotated[Format, typer.Option("--format", help="格式")] = Format.BOTH,
    out: Annotated[Path, typer.Option(file_okay=False, help="目录 · folder")] = Path("out"),
    as_json: AsJson = False,
) -> None:
    """Every figure is counted from rows; the files are written to the folder."""
    call = call_of(context, as_json=as_json)
    with call.services() as services:
        code = services.congress()
        found = _annual(services, code, session)
    paper = paper_of(found)
    name = f"{code}-{found.session.code}-report"
    files = write_paper(paper, out, name, layout)
    answer = {
        "session": found.session.code,
        "as_of": found.as_of,
        "total": found.headline.total.value,
        "answered": found.headline.answered.value,
        "topics": [topic_facts(one) for one in found.topics],
        "files": files,
    }
    call.give(answer, *(f"报告 report: {one}" for one in files))


def _annual(services: Services, code: str, session: str) -> AnnualReport:
    directory = services.directory(code)
    with services.reading() as connection:
        return annual_report(
            connection,
            code,
            session or directory.congress.session,
            profile=services.profile_of(code),
            directory=directory,
            as_of=services.today,
            illustrative=illustrative_of(services, code),
        )


@report.command("funnel", help="各环节件数 · how many cases came how far")
def show_funnel(
    context: typer.Context, *, session: OfSession = "", as_json: AsJson = False
) -> None:
    """The loop, stage by stage, for a session and the recess after it."""
    call = call_of(context, as_json=as_json)
    with call.services() as services:
        code = services.congress()
        wanted = known_session(services.directory(code), session)
        with services.reading() as connection:
            steps = funnel(connection, code, wanted)
    call.give({"session": wanted, "steps": [_step(one) for one in steps]}, _funnel_table(steps))


def _step(step: FunnelStep) -> dict[str, object]:
    return {
        "name": step.name,
        "stage": step.stage,
        "label": step.label,
        "count": step.count,
        "aside": step.aside,
        "cases": step.cases,
    }


def _funnel_table(steps: tuple[FunnelStep, ...]) -> RenderableType:
    rows = [
        (STAGES[one.stage.value], one.label, one.count, "退出 left the loop" if one.aside else "")
        for one in steps
    ]
    columns = ("环节 stage", "步骤 step", "件数 cases#", "")
    return table("闭环各环节 the loop, stage by stage", columns, rows)


@report.command("rates", help="各项比率及算法 · rates with their formulas")
def show_rates(context: typer.Context, *, session: OfSession = "", as_json: AsJson = False) -> None:
    """Each rate with its formula and both of its numbers."""
    call = call_of(context, as_json=as_json)
    with call.services() as services:
        code = services.congress()
        wanted = known_session(services.directory(code), session)
        profile = services.profile_of(code)
        with services.reading() as connection:
            found = rates(connection, code, wanted, profile)
    rows = [
        (
            one.label,
            percent_text(one.percent),
            len(one.numerator),
            len(one.denominator),
            one.wording,
        )
        for one in found
    ]
    columns = ("指标 rate", "结果#", "分子#", "分母#", "算法 formula")
    answer = {"session": wanted, "rates": [_rate(one) for one in found]}
    call.give(answer, table("各项比率 rates", columns, rows))


def _rate(rate: Rate) -> dict[str, object]:
    return {
        "name": rate.name,
        "label": rate.label,
        "formula": rate.wording,
        "percent": rate.percent,
        "numerator": len(rate.numerator),
        "denominator": len(rate.denominator),
        "rule": {"numerator": rate.numerator_rule, "denominator": rate.denominator_rule},
    }
