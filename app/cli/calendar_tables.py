"""How the calendar and its changes look: years, days, and clocks that moved; also as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from rich.console import RenderableType
from rich.table import Table

from app.calendar_csv import CHINESE
from app.calendar_days import weekday
from app.calendar_views import DayView, YearView
from app.calendars import WORKED, CalendarReport, CalendarWish, ChangedDay
from app.cli.output import shown, table
from app.words import subject_word
from engine.calendar import AdditionKind, DayKind, DayKindName, YearStatus
from engine.case_recount import Moved
from engine.congress_recount import RecountReport
from engine.profile import Profile

SHOWN = 60
"""Clocks in a table; all of them are in the JSON."""
KINDS = {kind: f"{chinese} {kind.value}" for chinese, kind in CHINESE.items()}
STATUS: Mapping[YearStatus | None, str] = {
    YearStatus.PUBLISHED: "已公布 published",
    YearStatus.PROVISIONAL: "暂定 provisional",
    None: "没有 none",
}
DRY = "试算,没有保存任何内容 · dry run, nothing was stored"


# --------------------------------------------------------------------------- years and days


def year_lines(view: YearView, *, national: bool) -> Iterator[RenderableType]:
    """The days that are no ordinary ones; what the place settled stands in place of the rest."""
    own = {one.day: one for one in view.additions}
    days: list[tuple[date, str, str, str]] = [
        (day, kind, name, "")
        for kind, listed in (("放假 rest", view.holidays), ("上班 work", view.workdays))
        for day, name in listed.items()
        if day not in own
    ]
    for one in own.values():
        kind = "放假 rest" if one.kind is AdditionKind.HOLIDAY else "上班 work"
        days.append((one.day, kind, one.name, one.source))
    rows = [
        (day, weekday(day), kind, name, f"地方 regional: {source}" if source else "全国 national")
        for day, kind, name, source in sorted(days)
    ]
    title = f"{view.year} {view.calendar} · {STATUS[view.status]} · {shown(view.source)}"
    columns = ("日期 day", "星期", "类 kind", "名称 name", "依据 source")
    yield _whole(table(title, columns, rows), 0)
    if not (view.counted or national):
        yield from _not_there(view.year)
    elif view.status is YearStatus.PROVISIONAL:
        yield "暂定:公布后导入 · provisional: once published, bihuan calendar import FILE"


def _not_there(year: int) -> Iterator[str]:
    yield f"日历中没有{year}年,期限只按周末计算 · not in the calendar, counted by weekends alone"
    yield f"采用产品自带的 to take what the product has: bihuan calendar national {year}"


def day_lines(view: DayView) -> Iterator[RenderableType]:
    """The answer first, then the reasons."""
    answer = "上班 worked" if view.worked else "休息 not worked"
    yield f"{view.day} {weekday(view.day)} · {answer}"
    yield f"类 kind: {_kind(view.kind, view.name)}"
    if view.regional:
        yield f"依据 source: 地方 regional: {shown(view.source)}"
        yield f"全国日历 nationally: {_of(view.nationally)}"
    elif view.status is not None:
        yield f"依据 source: {shown(view.source)}"
    if view.status is None:
        yield from _not_there(view.day.year)
    else:
        yield f"{view.day.year}年 year: {STATUS[view.status]}"
    if not view.worked:
        following = view.next_working_day
        yield f"下一个工作日 next working day: {following} {weekday(following)}"


def _kind(kind: DayKindName, name: str) -> str:
    return f"{KINDS[kind]} {shown(name)}" if name else KINDS[kind]


def _of(day: DayKind) -> str:
    return _kind(day.kind, day.name)


def _turn(one: ChangedDay) -> str:
    """Whether offices work on a day on which they would have rested, or the other way round."""
    was, is_ = (day.kind in WORKED for day in (one.before, one.after))
    if was == is_:
        return "不变 same"
    return "改为上班 now worked" if is_ else "改为休息 now a rest day"


# --------------------------------------------------------------------------------- changes


def of_report(report: CalendarReport, profile: Profile) -> dict[str, object]:
    """What JSON says of a change."""
    return {
        "changed": report.changed,
        "years": report.years,
        "days": report.days,
        "recount": recounted(report.recount, profile),
    }


def recounted(done: RecountReport, profile: Profile) -> dict[str, object]:
    """What JSON says of a recount."""
    return {
        "calendar": done.calendar,
        "looked_at": done.looked_at,
        "changed": done.changed,
        "moved": [
            {
                "case": one.case,
                "number": one.number,
                "clock": one.clock,
                "kind": one.kind,
                "label": _label(one, profile),
                "subject": one.subject,
                "due_was": one.due_was,
                "due_on": one.due_on,
                "was_provisional": one.was_provisional,
                "provisional": one.provisional,
                "reminder_moved": one.reminder,
            }
            for one in done.moved
        ],
        "failed": [{"case": case, "reason": reason} for case, reason in done.failed],
    }


def report_lines(
    wish: CalendarWish, report: CalendarReport, profile: Profile, *, dry_run: bool
) -> Iterator[RenderableType]:
    """Days, years and clocks; what became of it stands last, where the eye is."""
    yield shown(wish.words)
    for one in report.years:
        yield f"{one.year}年 year: {STATUS[one.before]} → {STATUS[one.after]}"
    if report.days:
        rows = [
            (one.day, weekday(one.day), _of(one.before), _of(one.after), _turn(one))
            for one in report.days
        ]
        columns = ("日期 day", "星期", "原来 before", "现在 after", "作息 worked")
        yield _whole(table(f"变动的日子 {len(rows)} days that change", columns, rows), 0)
    yield from _clock_lines(report.recount, profile)
    if dry_run:
        if not report.changed:
            yield "与库中一致,没有可改的 · nothing would change"
        yield DRY
    elif report.changed:
        yield f"已保存 stored · 日历第{report.recount.calendar}版 version of the calendar"
    else:
        yield "与库中一致,没有改动 · nothing had changed"


def recount_lines(
    done: RecountReport, profile: Profile, *, dry_run: bool
) -> Iterator[RenderableType]:
    """What a recount did, or would do."""
    yield from _clock_lines(done, profile)
    if dry_run:
        yield DRY
    elif not done.failed:
        yield "期限都已按现行日历计算 · every open clock is counted under the present calendar"


def _clock_lines(done: RecountReport, profile: Profile) -> Iterator[RenderableType]:
    if done.moved:
        ordered = sorted(done.moved, key=_by_weight)
        rows = [_row(one, profile) for one in ordered[:SHOWN]]
        columns = (
            *("编号 number", "期限 clock", "原到期 before", "现到期 after"),
            *("暂定 provisional", "下次提醒 reminder"),
        )
        yield _whole(table(f"变动的期限 {len(ordered)} clocks that change", columns, rows), 2, 3)
        if len(ordered) > SHOWN:
            left = len(ordered) - SHOWN
            yield f"……另有{left}个,全部见 --json · {left} more, all of them with --json"
    if done.looked_at or done.moved:
        yield _summary(done)
    if done.failed:
        title = f"未能重算 {len(done.failed)} not counted anew"
        yield table(title, ("建议 case", "为何 why"), done.failed)
        yield "其余已算;改正后 the others are done; mend it, then: bihuan calendar recompute"


def _summary(done: RecountReport) -> str:
    later = sum(one.due_on > one.due_was for one in done.moved)
    earlier = sum(one.due_on < one.due_was for one in done.moved)
    certain = sum(one.was_provisional and not one.provisional for one in done.moved)
    reminders = sum(one.reminder for one in done.moved)
    return (
        f"在办 open cases: {done.looked_at} · 有变 changed: {done.changed} · "
        f"推后 later: {later} · 提前 earlier: {earlier} · "
        f"由暂定转确定 certain now: {certain} · 提醒改期 reminders moved: {reminders}"
    )


def _by_weight(one: Moved) -> tuple[object, ...]:
    """Other days first, then other reminders, then what merely became certain."""
    return one.due_on == one.due_was, not one.reminder, one.due_on, one.number or one.case


def _row(one: Moved, profile: Profile) -> tuple[object, ...]:
    days = (one.due_on - one.due_was).days
    was, is_ = ("是 yes" if value else "否 no" for value in (one.was_provisional, one.provisional))
    return (
        one.number or one.case,
        f"{_label(one, profile)} {subject_word(one.subject)}",
        one.due_was,
        f"{one.due_on} ({days:+})" if days else one.due_on,
        was if was == is_ else f"{was} → {is_}",
        "改期 moved" if one.reminder else "不变 same",
    )


def _whole(made: Table, *columns: int) -> Table:
    """A day that is broken in two can hardly be read: let others make room."""
    for each in columns:
        made.columns[each].no_wrap = True
    return made


def _label(one: Moved, profile: Profile) -> str:
    """A clock of older rules may be none of the present ones: its code stands for itself."""
    known = profile.clocks.get(one.kind)
    return known.label.zh if known else one.kind
