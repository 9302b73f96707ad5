"""From plain data of checked shape to the engine's records.

Conditions are compiled here, over the facts that may be asked at their place; what does not
compile is reported with its line and leaves a gap, so that all problems are found in one go.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from engine.conditions import Condition
from engine.facts import FIGURE_FACTS
from engine.periods import (
    CountingRule,
    MonthDay,
    MonthEnd,
    Period,
    PeriodUnit,
    Roll,
    each_month,
)
from engine.profile import (
    Choice,
    ClockDefinition,
    ClockStart,
    ExtensionRule,
    Formula,
    LetterTemplate,
    MeaningClass,
    NoticeTemplate,
    Portfolio,
    Profile,
    ResultCode,
    RoutingRule,
    Rung,
    Source,
    Text,
)
from workflows.build_access import build_access
from workflows.build_machines import build_machine
from workflows.build_supervision import build_supervision
from workflows.parts import NEVER, Place, Plain, condition_at, grants_of, period_of, text_of
from workflows.problems import Report
from workflows.schemas import MACHINES


def build_profile(documents: Mapping[str, Plain], digest: str, report: Report) -> Profile:
    """The profile of the documents; gaps are in the report."""
    head = documents["profile.yaml"]
    codes = documents["codes.yaml"]
    return Profile(
        name=head["name"],
        version=head["version"],
        title=text_of(head["title"]),
        digest=digest,
        sources=_sources(head["sources"], Place(report, "profile.yaml", ("sources",))),
        roles=_texts(head["roles"]),
        machines={
            name: build_machine(name, documents[f"{name}.yaml"], report) for name in MACHINES
        },
        clocks=_clocks(documents["clocks.yaml"], Place(report, "clocks.yaml")),
        results={code: _result(code, one) for code, one in codes["results"].items()},
        choices={name: _choices(listed) for name, listed in codes["choices"].items()},
        numbering=dict(head["numbering"]),
        formulas=_formulas(documents["formulas.yaml"], Place(report, "formulas.yaml")),
        routing=_routing(documents["routing.yaml"]),
        portfolios=_portfolios(documents["routing.yaml"]),
        notices=_notices(documents["notices.yaml"]),
        supervision=build_supervision(documents["supervision.yaml"]),
        access=build_access(documents["access.yaml"]),
        letters=_letters(documents["notices.yaml"]),
    )


def _texts(plain: Plain) -> dict[str, Text]:
    return {code: text_of(one) for code, one in plain.items()}


def _choices(plain: Plain) -> tuple[Choice, ...]:
    return tuple(Choice(code=code, label=text_of(one)) for code, one in plain.items())


def _notices(plain: Plain) -> dict[str, NoticeTemplate]:
    return {
        name: NoticeTemplate(name=name, subject=text_of(one["subject"]), body=text_of(one["body"]))
        for name, one in plain["notices"].items()
    }


def _letters(plain: Plain) -> dict[str, LetterTemplate]:
    return {
        name: LetterTemplate(label=text_of(one["label"]), body=text_of(one["body"]))
        for name, one in plain.get("letters", {}).items()
    }


def _sources(plain: Plain, place: Place) -> dict[str, Source]:
    found = {}
    for code, one in plain.items():
        effective = date.min
        try:
            effective = date.fromisoformat(one["effective"])
        except ValueError:
            place.at(code, "effective").problem(
                f"没有“{one['effective']}”这一天", f"there is no day “{one['effective']}”"
            )
        found[code] = Source(
            code=code,
            title=text_of(one["title"]),
            article=one["article"],
            effective=effective,
            confirmed=one["confirmed"],
        )
    return found


def _result(code: str, plain: Plain) -> ResultCode:
    return ResultCode(
        code=code,
        label=text_of(plain["label"]),
        meaning=MeaningClass(plain["meaning"]),
        needs_due_date=plain.get("needs_due_date", False),
        needs_follow_up=plain.get("needs_follow_up", False),
    )


def _clocks(plain: Plain, place: Place) -> dict[str, ClockDefinition]:
    ladders = {name: tuple(_rung(one) for one in rungs) for name, rungs in plain["ladders"].items()}
    return {
        kind: _clock(kind, one, plain["counting"], ladders, place.at("clocks", kind))
        for kind, one in plain["clocks"].items()
    }


def _clock(
    kind: str,
    plain: Plain,
    counting: Plain,
    ladders: Mapping[str, tuple[Rung, ...]],
    place: Place,
) -> ClockDefinition:
    ladder = plain.get("ladder", "")
    if ladder and ladder not in ladders:
        place.at("ladder").problem(f"没有提醒阶梯“{ladder}”", f"there is no ladder “{ladder}”")
    return ClockDefinition(
        kind=kind,
        label=text_of(plain["label"]),
        rule=_rule(plain, {**counting, **plain}, place),
        start=ClockStart(plain["starts"]),
        source=plain["source"],
        ladder=ladders.get(ladder, ()),
        extension=_extension(plain.get("extension"), place.at("extension")),
        restart_after_return=plain.get("restart_after_return", True),
        anchor=plain["before"]["clock"] if "before" in plain else None,
        repeats=_repeats(plain, place),
    )


def _repeats(plain: Plain, place: Place) -> tuple[MonthDay, ...]:
    """The days of the year of a recurring obligation: listed, or one day of every month."""
    given = [key for key in ("on", "monthly") if key in plain]
    if len(given) != (1 if plain["starts"] == ClockStart.RECURRING else 0):
        place.problem(
            "starts 为 recurring 时应有且只有 on、monthly 之一,否则都不要",
            "a clock that starts: recurring needs exactly one of on, monthly; others need none",
        )
        return ()
    if "monthly" in plain:
        return each_month(plain["monthly"])
    return tuple(
        _month_day(one, place.at("on", index)) for index, one in enumerate(plain.get("on", ()))
    )


def _rule(plain: Plain, counting: Plain, place: Place) -> CountingRule:
    """One way of counting; a promised or recurring day needs none, for it is fixed already."""
    ways = [key for key in ("length", "until", "before") if key in plain]
    fixed = plain["starts"] in (ClockStart.PROMISED, ClockStart.RECURRING)
    if len(ways) != (0 if fixed else 1):
        place.problem(
            "应有且只有 length、until、before 之一(starts 为 promised 或 recurring 时都不要)",
            "needs exactly one of length, until, before (none when it starts: promised or "
            "recurring)",
        )
        ways = []
    return CountingRule(
        period=period_of(plain["length"]) if "length" in ways else _no_period(ways),
        until=_month_day(plain["until"], place.at("until")) if "until" in ways else None,
        before=period_of(plain["before"]["length"]) if "before" in ways else None,
        first_day_counts=counting["first_day_counts"],
        month_end=MonthEnd(counting["month_end"]),
        roll=Roll(counting["roll"]),
    )


def _no_period(ways: list[str]) -> Period | None:
    return None if ways else Period(amount=0, unit=PeriodUnit.DAYS)


def _month_day(plain: Plain, place: Place) -> MonthDay:
    common_year = 2023
    try:
        date(common_year, plain["month"], plain["day"])
    except ValueError:
        place.problem(
            f"不是每年都有{plain['month']}月{plain['day']}日",
            f"day {plain['day']} of month {plain['month']} is not in every year",
        )
    return MonthDay(month=plain["month"], day=plain["day"])


def _extension(plain: Plain | None, place: Place) -> ExtensionRule | None:
    if plain is None:
        return None
    if ("total" in plain) == ("added" in plain):
        place.problem("应有且只有 total、added 之一", "needs exactly one of total, added")
        return None
    total = "total" in plain
    return ExtensionRule(
        period=period_of(plain["total"] if total else plain["added"]),
        total=total,
        approvers=tuple(plain["approvers"]),
        times=plain["times"],
    )


def _rung(plain: Plain) -> Rung:
    return Rung(
        name=plain["name"],
        label=text_of(plain["label"]),
        offset=period_of(plain["offset"]),
        action=plain["action"],
        notice=plain.get("notice"),
        audience=grants_of(plain.get("audience", ())),
        urgent=plain.get("urgent", False),
    )


def _formulas(plain: Plain, place: Place) -> tuple[Formula, ...]:
    return tuple(
        Formula(
            name=name,
            label=text_of(one["label"]),
            wording=text_of(one["wording"]),
            numerator=_over_case(one, "numerator", place.at("formulas", name)),
            denominator=_over_case(one, "denominator", place.at("formulas", name)),
        )
        for name, one in plain["formulas"].items()
    )


def _over_case(plain: Plain, key: str, place: Place) -> Condition:
    return condition_at(plain, key, FIGURE_FACTS, place) or NEVER


def _routing(plain: Plain) -> tuple[RoutingRule, ...]:
    return tuple(
        RoutingRule(
            name=name,
            fields=tuple(one["fields"]),
            keywords=tuple(one.get("keywords", ())),
            lead=one["lead"],
            joint=tuple(one.get("joint", ())),
            priority=one["priority"],
            reason=text_of(one["reason"]),
        )
        for name, one in plain["routing"].items()
    )


def _portfolios(plain: Plain) -> tuple[Portfolio, ...]:
    return tuple(
        Portfolio(code=code, label=text_of(one["label"]), units=tuple(one["units"]))
        for code, one in plain["portfolios"].items()
    )
