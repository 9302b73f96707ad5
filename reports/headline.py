"""The headline figures of an annual report, from rows and their stored facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from engine.profile import MeaningClass, Profile
from reports.figures import Figure, Share, cases_that, cases_with, total_of
from reports.funnel import is_refused, is_withdrawn
from reports.names import Names
from reports.promises import Promises, promises_of
from reports.rates import Rate, rates_of
from reports.rows import CaseRow
from reports.topics import units_of

TOP_UNITS = 10
SILENT = ""
"""Code of the share of answered cases that nobody has rated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """A unit with the cases it answers for, those it answered and those it helped with."""

    unit: str
    lead: Figure
    answered: Figure
    joint: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """All figures of the general part. Shares of results and ratings are of answered cases."""

    total: Figure
    session: Figure
    recess: Figure
    refused: Figure
    withdrawn: Figure
    key: Figure
    topics: Figure
    merged: Figure
    cosigned: Figure
    handed_over: Figure
    answered: Figure
    key_answered: Figure
    closed: Figure
    results: tuple[Share, ...]
    satisfaction: tuple[Share, ...]
    key_satisfaction: tuple[Share, ...]
    rates: tuple[Rate, ...]
    key_rates: tuple[Rate, ...]
    rehandled: Figure
    returns: Figure
    returns_approved: Figure
    extensions: Figure
    contacts: Figure
    reminders: Figure
    orders: Figure
    promises: Promises
    fields: tuple[Figure, ...]
    units: tuple[UnitLine, ...]


def headline_of(
    rows: Sequence[CaseRow],
    everything: Sequence[CaseRow],
    *,
    profile: Profile,
    names: Names,
    as_of: date,
) -> Headline:
    """The figures of the registered `rows`; `everything` also has those that never got so far."""
    key_rows = tuple(row for row in rows if row.case.topic is not None)
    answered = tuple(row for row in rows if row.facts["answered"])
    key_answered = tuple(row for row in answered if row.case.topic is not None)
    key = cases_that("重点建议", key_rows, lambda _: True)
    return Headline(
        total=cases_that("代表建议", rows, lambda _: True),
        session=cases_that("会议期间", rows, lambda row: row.case.kind == "session"),
        recess=cases_that("闭会期间", rows, lambda row: row.case.kind != "session"),
        refused=cases_that("不作为代表建议", everything, lambda row: is_refused(row.case)),
        withdrawn=cases_that("撤回", everything, lambda row: is_withdrawn(row.case)),
        key=key,
        topics=Figure(
            label="重点建议方面",
            value=len({row.case.topic for row in key_rows}),
            unit="个",
            cases=key.cases,
        ),
        merged=cases_that("并案办理", rows, lambda row: bool(row.facts["is_merged"])),
        cosigned=cases_that("联名提出", rows, lambda row: row.facts["cosigners_confirmed"] != 0),
        handed_over=cases_that("交办", rows, lambda row: bool(row.facts["handed_over"])),
        answered=cases_that("全部答复", answered, lambda _: True),
        key_answered=cases_that("重点建议全部答复", key_answered, lambda _: True),
        closed=cases_that("办结", answered, lambda row: row.case.ended_at is not None),
        results=_results(answered, profile),
        satisfaction=_satisfaction(answered, profile),
        key_satisfaction=_satisfaction(key_answered, profile),
        rates=_rates(rows, profile),
        key_rates=_rates(key_rows, profile),
        promises=promises_of(rows, as_of),
        fields=_fields(rows, profile),
        units=_units(rows, names),
        **_handling(rows),
    )


def _handling(rows: Sequence[CaseRow]) -> dict[str, Figure]:
    """What happened on the way: sums over what belongs to the cases."""
    return {
        "rehandled": cases_that("再次办理", rows, lambda row: row.case.round > 1),
        "returns": total_of("申请退办", "次", rows, lambda case: len(case.returns)),
        "returns_approved": total_of(
            "同意退办",
            "次",
            rows,
            lambda case: sum(one.state == "approved" for one in case.returns),
        ),
        "extensions": total_of(
            "批准延期",
            "次",
            rows,
            lambda case: sum(one.state == "approved" for one in case.extensions),
        ),
        "contacts": total_of("面商沟通", "次", rows, lambda case: len(case.contacts)),
        "reminders": total_of(
            "催办",
            "次",
            rows,
            lambda case: sum(one.kind == "reminder" for one in case.supervisions),
        ),
        "orders": total_of(
            "督办单",
            "份",
            rows,
            lambda case: sum(one.kind == "order" for one in case.supervisions),
        ),
    }


def _rates(rows: Iterable[CaseRow], profile: Profile) -> tuple[Rate, ...]:
    return rates_of([(row.case.id, row.facts) for row in rows], profile)


def _results(answered: Sequence[CaseRow], profile: Profile) -> tuple[Share, ...]:
    """By meaning class, labelled with the codes that the profile gives that meaning."""
    shares = []
    for meaning in MeaningClass:
        codes = [one for one in profile.results.values() if one.meaning is meaning]
        label = "；".join(f"{one.code}类 {one.label.zh}" for one in codes) or meaning.value
        figure = cases_with(label, answered, "result_meaning", meaning.value)
        if codes or figure.value:
            shares.append(Share(code=meaning.value, figure=figure, whole=len(answered)))
    return tuple(shares)


def _satisfaction(answered: Sequence[CaseRow], profile: Profile) -> tuple[Share, ...]:
    """By the grade of the last rated round, and those not rated at all."""
    grades = [(one.code, one.label.zh) for one in profile.choices.get("satisfaction", ())]
    return tuple(
        Share(
            code=code,
            figure=cases_with(label, answered, "satisfaction", code),
            whole=len(answered),
        )
        for code, label in (*grades, (SILENT, "未评价"))
    )


def _fields(rows: Sequence[CaseRow], profile: Profile) -> tuple[Figure, ...]:
    labels = {one.code: one.label.zh for one in profile.choices.get("fields", ())}
    found = dict.fromkeys(row.case.field for row in rows)
    figures = [cases_with(labels.get(code, code), rows, "field", code) for code in found]
    return tuple(sorted(figures, key=lambda one: (-one.value, one.label)))


def _units(rows: Sequence[CaseRow], names: Names) -> tuple[UnitLine, ...]:
    """The units that answer for most cases."""
    mine: dict[str, list[CaseRow]] = {}
    helped: dict[str, list[CaseRow]] = {}
    for row in rows:
        for unit in units_of(row.case):
            mine.setdefault(unit, []).append(row)
        for unit in dict.fromkeys(one.unit for one in row.case.assignments if one.kind == "joint"):
            helped.setdefault(unit, []).append(row)
    busiest = sorted(mine, key=lambda unit: (-len(mine[unit]), unit))[:TOP_UNITS]
    return tuple(
        UnitLine(
            unit=names.unit(unit),
            lead=cases_that("主办、分办", mine[unit], lambda _: True),
            answered=cases_that("已答复", mine[unit], lambda row: bool(row.facts["answered"])),
            joint=cases_that("会办", helped.get(unit, ()), lambda _: True),
        )
        for unit in busiest
    )
