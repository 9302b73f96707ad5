"""Checks that the data files of the cast fit together: codes known, nobody twice, counts right.

Refuses to know files: it looks at the loaded cast only.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.demo.reading import DemoDataError
from app.demo.records import Cast


def check(cast: Cast) -> None:
    """The files must fit together: codes known, nobody twice, counts as published."""
    units = {one.code for one in cast.units}
    fields = {one.code for one in cast.fields}
    officials = {one.code for one in cast.officials}
    supervisors = {one.code for one in cast.supervisors}
    keys = {one.code for one in cast.key_suggestions}
    for kind, codes in (
        ("unit", [one.code for one in cast.units]),
        ("field", [one.code for one in cast.fields]),
        ("key suggestion", [one.code for one in cast.key_suggestions]),
        ("lead deputy", [one.lead_deputy for one in cast.key_suggestions]),
        ("unit of a portfolio", [unit for one in cast.officials for unit in one.units]),
    ):
        _refuse(f"{kind} twice", [code for code in codes if codes.count(code) > 1])
    for official in cast.officials:
        _refuse("portfolio without a unit", [] if official.units else [official.portfolio])
        _refuse("unknown unit", [one for one in official.units if one not in units])
    _refuse("unknown town", [one.town for one in cast.delegations if one.town not in units])
    for topic in cast.topics:
        _refuse("unknown official", [one for one in (topic.lead_official,) if one not in officials])
        _refuse(
            "unknown supervisor", [one for one in (topic.supervisor,) if one not in supervisors]
        )
        named = (topic.lead_unit, *topic.joint_units)
        for one in topic.suggestions:
            named += (one.lead_unit, *one.joint_units)
        _refuse("unknown unit", [code for code in named if code not in units])
        _refuse(
            "unknown field", [one.field for one in topic.suggestions if one.field not in fields]
        )
        told = [one.suggestion for one in topic.indicators]
        _refuse("unknown key suggestion", [one for one in told if one not in keys])
    counted = {
        "key": len(keys),
        "topics": len(cast.topics),
        "ordinary": sum(one.ordinary for one in cast.fields),
    }
    printed = {
        "key": cast.headline.key,
        "topics": cast.headline.topics,
        "ordinary": cast.headline.ordinary,
    }
    _refuse("count differs from the headline", [k for k in counted if counted[k] != printed[k]])


def _refuse(what: str, offenders: Iterable[str]) -> None:
    found = sorted(set(offenders))
    if found:
        raise DemoDataError(
            where="app/demo/data",
            chinese=f"数据对不上（{what}）：{'、'.join(found)}，请核对",
            english=f"{what}: {', '.join(found)}; correct the data",
        )
