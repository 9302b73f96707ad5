"""`report outcome`: the outcome lights of a month, case by case and unit by unit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer
from rich.console import RenderableType

from app.cli.door import AsJson, call_of
from app.cli.output import shown, table
from app.cli.questions import report
from app.words import word
from engine.outcome import Accord, month_of
from engine.profile import Profile, Text
from reports.outcome import OutcomeFilter, OutcomePage, OutcomeSort, outcomes


def add_to(_app: typer.Typer) -> None:
    """Add the command of this module to those of `report`."""
    report.command("outcome", help="成效灯 · the outcome lights of a month")(outcome)


def outcome(  # each filter of the list is an option
    context: typer.Context,
    *,
    month: Annotated[str, typer.Option(metavar="YYYY-MM", help="月份,默认本月 · month")] = "",
    unit: Annotated[str, typer.Option(metavar="CODE", help="只看此单位 · one unit")] = "",
    light: Annotated[str, typer.Option(metavar="CODE", help="只看此灯 · one agreed light")] = "",
    accord: Annotated[Accord | None, typer.Option(help="一致、待定或不一致 · accord")] = None,
    sort: Annotated[OutcomeSort, typer.Option(help="排序 · order")] = OutcomeSort.NUMBER,
    after: Annotated[str, typer.Option(help="上一页给出的位置 · cursor")] = "",
    limit: Annotated[int, typer.Option(min=1, max=500)] = 50,
    as_json: AsJson = False,
) -> None:
    """What the parties said, whether they agree, and counts by unit. No time light: see `due`."""
    call = call_of(context, as_json=as_json)
    with call.services() as services:
        code = services.congress()
        profile = services.profile_of(code)
        with services.reading() as connection:
            page = outcomes(
                connection,
                code,
                month or month_of(services.today),
                rules=services.profile,
                directory=services.directory(code),
                today=services.today,
                filters=OutcomeFilter(unit=unit or None, light=light or None, accord=accord),
                sort=sort,
                after=after or None,
                limit=limit,
            )
    call.give(page, *_tables(page, profile))


def _tables(page: OutcomePage, profile: Profile) -> Iterator[RenderableType]:
    scheme = profile.supervision.outcome
    lights = {one.code: one.label for one in profile.choices[scheme.lights]} if scheme else {}
    parties = {one.code: one.label for one in scheme.parties} if scheme else {}
    rows = [
        (
            *(one.number or one.case, one.title, one.units, word(one.accord)),
            _named(lights, one.light),
            [
                f"{_named(parties, party)}: {_named(lights, said)}"
                for party, said in one.said.items()
            ],
            [_named(parties, party) for party in one.missing],
        )
        for one in page.lines
    ]
    columns = (
        *("编号 number", "标题 title", "单位 units", "是否一致", "成效灯 light"),
        *("各方评定 said", "待评定 missing"),
    )
    yield table(f"{page.month} 成效灯 {page.total}件 cases", columns, rows)
    counts = [
        (
            one.name,
            [f"{_named(lights, light)} {count}" for light, count in sorted(one.lights.items())],
            one.pending,
            one.disputed,
        )
        for one in page.units
    ]
    heads = ("单位 unit", "一致 agreed", "待定 pending#", "不一致 disputed#")
    yield table("按单位 by unit", heads, counts)
    if page.after:
        yield f"下一页 next page: --after {page.after}"


def _named(labels: dict[str, Text], code: str | None) -> str:
    if code is None:
        return ""
    return shown(labels[code]) if code in labels else code
