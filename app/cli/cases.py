"""`search`, `case list` and `case show`: finding a suggestion and seeing all there is to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Annotated, Any

import typer
from rich.console import RenderableType

from app.cli.door import AsJson, Call, call_of
from app.cli.output import plain, shown, table
from app.cli.readers import add_to as add_readers
from app.cli.why import add_to as add_why
from app.errors import OptionInvalid
from app.readings import note_at_the_command_line
from app.wiring import Services
from app.words import subject_word, word
from engine.case import Case
from engine.command import Possible
from engine.errors import UnknownPerson
from engine.profile import Profile, Stage
from reports.case_view import CaseView, case_lines
from reports.cases import CaseFilter, CasePage, CaseSort, list_cases, stage_states
from reports.search import Eyes, Found, search_cases
from reports.visible import EVERYBODY

case = typer.Typer(no_args_is_help=True, help="建议 · cases")
KINDS = ("session", "recess")
FOUND = 50


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    add_why(case)
    add_readers(case)
    app.add_typer(case, name="case")
    app.command("search", help="全文检索 · by words anywhere in a case")(search)


def search(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="要找的字词;引号内不拆分")],
    *,
    session: Annotated[str, typer.Option(help="会次 · session")] = "",
    unit: Annotated[str, typer.Option(help="有份的单位 · a unit with a share")] = "",
    after: Annotated[str, typer.Option(help="上一页给出的位置 · cursor")] = "",
    limit: Annotated[int, typer.Option(min=1, max=500)] = FOUND,
    as_json: AsJson = False,
) -> None:
    """Cases in which all words stand: number, title, text, replies, contacts, units, deputies."""
    call = call_of(context, as_json=as_json)
    with call.services() as services:
        code = services.congress()
        labels = _labels(services.profile_of(code))
        eyes = Eyes(
            seen=EVERYBODY, quoted=partial(_quoted, services), directory=services.directory(code)
        )
        with services.reading() as connection:
            page = search_cases(
                connection,
                code,
                text,
                eyes=eyes,
                filters=CaseFilter(session=session or None, unit=unit or None),
                after=after or None,
                limit=limit,
            )
    rows = [
        (one.number or one.id, one.title, labels.get(one.state, one.state), _excerpt(one))
        for one in page.lines
    ]
    more = "以上 or more" if page.more else ""
    title = f"“{shown(text)}”共{page.total}件{more} found"
    columns = ("编号 number", "标题 title", "状态 state", "摘录 excerpt")
    following = [f"下一页 next page: --after {page.after}"] if page.after else []
    call.give(page, table(title, columns, rows), *following)


def _quoted(services: Services, case: Case) -> Case | None:
    """As in the web: nothing is quoted in passing where each reading is written down."""
    access = services.profile(case.profile, case.profile_version).access
    return None if access.is_logged(case.secrecy) else case


def _excerpt(found: Found) -> str:
    """What was found stands in 【】."""
    pieces = found.excerpt.pieces if found.excerpt else ()
    return "".join(f"【{one.text}】" if one.found else one.text for one in pieces)


@case.command("list", help="建议列表 · a page of cases, filtered and sorted")
def list_(  # each filter of the list is an option
    context: typer.Context,
    *,
    session: Annotated[str, typer.Option(help="会次 · session")] = "",
    state: Annotated[list[str] | None, typer.Option(help="状态,可多次 · states")] = None,
    stage: Annotated[Stage | None, typer.Option(help="环节 提交办督")] = None,
    kind: Annotated[str, typer.Option(help="session 会议期间 | recess 闭会期间")] = "",
    field: Annotated[str, typer.Option(help="类别 · field")] = "",
    unit: Annotated[str, typer.Option(help="有份的单位 · a unit with a share")] = "",
    deputy: Annotated[str, typer.Option(help="署名代表 · a deputy who signed")] = "",
    key: Annotated[bool | None, typer.Option("--key/--no-key", help="重点建议")] = None,
    late: Annotated[bool, typer.Option("--late", help="有期限已过 · overdue today")] = False,
    sort: Annotated[CaseSort, typer.Option(help="排序 · order")] = CaseSort.NUMBER,
    after: Annotated[str, typer.Option(help="上一页给出的位置 · cursor")] = "",
    limit: Annotated[int, typer.Option(min=1, max=500)] = 50,
    as_json: AsJson = False,
) -> None:
    """One page, the total, and where the next page begins."""
    call = call_of(context, as_json=as_json)
    if kind and kind not in KINDS:
        raise OptionInvalid(option="--kind", reason=f"可用 / use {', '.join(KINDS)}")
    with call.services() as services:
        code = services.congress()
        profile = services.profile_of(code)
        filters = CaseFilter(
            session=session or None,
            states=_states(profile, state or [], stage),
            kind=kind or None,
            field=field or None,
            unit=unit or None,
            deputy=deputy or None,
            key=key,
            late_on=services.today if late else None,
        )
        with services.reading() as connection:
            page = list_cases(
                connection, code, filters=filters, sort=sort, after=after or None, limit=limit
            )
    call.give(page, *_page(page, _labels(profile)))


def _states(profile: Profile, named: list[str], stage: Stage | None) -> tuple[str, ...]:
    known = profile.machines["suggestion"].states
    unknown = [one for one in named if one not in known]
    if unknown:
        reason = f"没有状态 / no state {unknown[0]}; 可用 / use {'、'.join(known)}"
        raise OptionInvalid(option="--state", reason=reason)
    return (*named, *(stage_states(profile, stage) if stage else ()))


def _page(page: CasePage, labels: dict[str, str]) -> Iterator[RenderableType]:
    columns = (
        *("编号 number", "标题 title", "状态 state", "领衔 lead", "单位 units"),
        *("重点 topic#", "到期 due"),
    )
    rows = [
        (
            *(one.number or one.id, one.title, labels.get(one.state, one.state)),
            *(one.lead_deputy, one.units, one.topic, one.due_on),
        )
        for one in page.lines
    ]
    yield table(f"共{page.total}件 cases", columns, rows)
    if page.after:
        yield f"下一页 next page: --after {page.after}"


def _labels(profile: Profile) -> dict[str, str]:
    states = profile.machines["suggestion"].states
    return {name: shown(one.label) for name, one in states.items()}


@case.command("show", help="一件建议的全部情况 · text, people, history, clocks, who acts next")
def show(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(metavar="REF", help="编号或 id")],
    *,
    actor: Annotated[str, typer.Option("--as", help="此人可办什么 · what this person may do")] = "",
    as_json: AsJson = False,
) -> None:
    """Everything that is known of the case, and with --as what the person may do now."""
    call = call_of(context, as_json=as_json)
    with call.services() as services:
        code = services.congress()
        view, profile = _view(services, code, reference, services.today)
        possible: tuple[Possible, ...] = ()
        if actor:
            if actor not in services.directory(code).people:
                raise UnknownPerson(congress=code, person=actor)
            possible = services.desk.possible(code, reference, actor, services.clock())
    answer = _answer(view)
    if actor:
        answer["possible"] = [_action(one, profile) for one in possible]
    call.give(answer, *_shown(view))
    if actor and not call.as_json:
        _show_possible(call, actor, possible, profile)


def _view(services: Services, code: str, reference: str, today: date) -> tuple[CaseView, Profile]:
    found, at, _ = services.desk.look(code, reference, services.clock())
    note_at_the_command_line(services, found)
    view = case_lines(
        found,
        services.trail.history(found.id),
        profile=at.profile,
        directory=at.directory,
        calendar=at.calendar,
        today=today,
    )
    return view, at.profile


def _answer(view: CaseView) -> dict[str, Any]:
    """The case as it is kept without its machinery, and the lines around it."""
    content = plain(replace(view, case=view.case.changed(timers=())))
    if not isinstance(content, dict):
        raise TypeError
    return content


def _action(one: Possible, profile: Profile) -> dict[str, object]:
    action = profile.action(one.action)
    return {
        "action": one.action,
        "subject": one.subject,
        "label": action.label if action else None,
        "form": action.form if action else (),
    }


def _show_possible(
    call: Call, actor: str, possible: tuple[Possible, ...], profile: Profile
) -> None:
    rows = []
    for one in possible:
        action = profile.action(one.action)
        fields = action.form if action else ()
        wanted = [f"{each.name}{'*' if each.required else ''}" for each in fields]
        rows.append((one.action, one.subject, action.label if action else "", wanted))
    columns = ("动作 action", "对象 subject#", "名称 label", "填写(*必填)form")
    call.console.print(table(f"{actor} 现在可办 may do now", columns, rows))


def _shown(view: CaseView) -> Iterator[RenderableType]:
    known = view.case
    yield f"{known.number or known.id}  {shown(known.title)}"
    yield (
        f"状态 state: {shown(view.state)}  第{known.round}轮 round  第{known.version}版 version  "
        f"规则 {known.profile}/v{known.profile_version}  id {known.id}"
    )
    yield f"类别 field: {known.field}  {word(known.kind)}  公开 secrecy: {known.secrecy}"
    yield shown(known.text)
    signed = [(name, word(state)) for name, state in view.signatories]
    yield table("署名 signatories", ("代表 deputy", "状态 state"), signed)
    owners = [(subject_word(one.subject), one.state, one.unit, one.owners) for one in view.owners]
    columns = ("对象 subject", "状态 state", "单位 unit", "责任人 owners")
    yield table("下一步由谁办 who must act next", columns, owners)
    clocks = [
        (
            *(one.label, subject_word(one.subject), word(one.state), one.due_on),
            *(one.days_left, word(one.light), one.late),
        )
        for one in view.clocks
    ]
    names = ("期限 clock", "对象 subject", "状态 state", "到期 due", "剩余#", "灯", "逾期 late")
    yield table("期限 clocks", names, clocks)
    yield from _of_the_units(view)
    history = [
        (one.sequence, one.at, one.actor, one.action, one.subject, one.to) for one in view.history
    ]
    titles = ("序号#", "时间 at", "何人 who", "何事 what", "对象#", "变为 became")
    yield table("办理记录 history", titles, history)


def _of_the_units(view: CaseView) -> Iterator[RenderableType]:
    """Shares, contacts, replies, ratings and promises, those there are."""
    if view.shares:
        shares = [
            (one.number, one.unit, word(one.kind), one.state, one.handler) for one in view.shares
        ]
        columns: tuple[str, ...] = ("号#", "单位 unit", "方式 kind", "状态 state", "经办 handler")
        yield table("承办 assignments", columns, shares)
    if view.contacts:
        contacts = [(name, one.on, one.form, one.rank, one.summary) for name, one in view.contacts]
        columns = ("代表 deputy", "日期 on", "方式 form", "层级 rank", "内容 summary")
        yield table("沟通 contacts", columns, contacts)
    if view.replies:
        answers = [
            (
                *(one.number, unit, one.round, word(one.state)),
                *(one.result, one.document_number, one.text),
            )
            for unit, one in view.replies
        ]
        columns = ("号#", "单位 unit", "轮#", "状态 state", "结果", "文号 number", "内容 text")
        yield table("答复 replies", columns, answers)
    if view.evaluations:
        grades = [
            (name, one.round, word(one.state), one.process, one.result, one.comment)
            for name, one in view.evaluations
        ]
        columns = ("代表 deputy", "轮#", "状态 state", "过程 process", "结果 result", "意见")
        yield table("评价 evaluations", columns, grades)
    if view.commitments:
        promises = [
            (one.number, unit, one.text, one.due_on, one.state) for unit, one in view.commitments
        ]
        columns = ("号#", "单位 unit", "承诺 promise", "到期 due", "状态 state")
        yield table("承诺 commitments", columns, promises)
    yield from _supervised(view)


def _supervised(view: CaseView) -> Iterator[RenderableType]:
    """Orders and outcome lights, those there are."""
    if view.orders:
        orders = [
            (one.number, unit, subject_word(one.subject), one.reason, one.state, one.answer)
            for unit, one in view.orders
        ]
        columns = ("号#", "单位 unit", "对象 subject", "事由 reason", "状态 state", "回复 answer")
        yield table("督办单 orders", columns, orders)
    if view.outcomes:
        months = [
            (
                *(one.month, word(one.accord), one.light),
                [f"{party}: {said.light}" for party, said in one.said.items()],
                one.missing,
            )
            for one in view.outcomes
        ]
        heads = ("月份 month", "是否一致", "成效灯 light", "各方评定 said", "待评定 missing")
        yield table("成效灯 outcome", heads, months)
