"""Four suggestions that four units answer in time, late, not at all, or with more time granted.

| unit | what it does |
|---|---|
| transport | receives on 3 February (due 29 January); answers on 6 May (due 26 April) |
| education | receives and answers in time, on 2 February |
| housing | never answers; the deputy withdraws on 2 May |
| finance | does not answer in April; is given six months in all on 4 May |
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import Engine

from tests.support.played import Played, played_once, recalled, sql_world
from tests.support.world import World, local

TITLES = {
    "transport": "关于增设过街设施的建议",
    "education": "关于改善学校食堂的建议",
    "housing": "关于安装路灯的建议",
    "finance": "关于公交补贴的建议",
}
MORNINGS = (
    *("2026-02-10", "2026-02-20", "2026-03-05", "2026-03-20", "2026-04-12"),
    *("2026-04-22", "2026-04-26", "2026-04-27", "2026-04-30"),
)


def late_spring(database: Engine) -> Played:
    """Play January to May."""
    world = sql_world(database)
    ids = {unit: _handed_over(world, unit) for unit in TITLES}
    world.at("2026-01-27")
    for unit in ("education", "housing", "finance"):
        world.case = ids[unit]
        world.do("receive", f"clerk-{unit}", subject=1)
    world.tick("2026-01-30")
    world.at("2026-02-02").case = ids["education"]
    _contact(world, "education")
    _answer(world, "education")
    world.at("2026-02-03").case = ids["transport"]
    world.do("receive", "clerk-transport", subject=1)
    for unit in ("transport", "housing", "finance"):
        world.case = ids[unit]
        _contact(world, unit)
    for day in MORNINGS:
        world.tick(day, 9)
    _may(world, ids)
    return Played(world=world, ids=ids)


def late_spring_again(database: Engine) -> Played:
    """The spring that is in a copy of IN_LATE_SPRING."""
    return recalled(database, TITLES, now=_END, hand="transport")


_END = local("2026-05-06") + timedelta(minutes=4)
IN_LATE_SPRING = played_once("late_spring", late_spring, late_spring_again)
"""A database with January to May in it, played once and copied for each test."""


def _may(world: World, ids: Mapping[str, str]) -> None:
    world.at("2026-05-02").case = ids["housing"]
    world.do("withdraw", "wang-fang", reason="已经解决")
    world.at("2026-05-04").case = ids["finance"]
    world.do("request_extension", "head-finance", subject=1, reason="涉及面广", clock="reply")
    world.do("endorse_extension", "office", subject=1)
    world.do("approve_extension", "committee", subject=1)
    world.at("2026-05-06").case = ids["transport"]
    _answer(world, "transport")


def _handed_over(world: World, unit: str) -> str:
    world.case = ""
    form: dict[str, object] = {
        "title": TITLES[unit],
        "text": "现状和建议各一段。",
        "field": "transport",
        "kind": "session",
        "origin": "citizens",
        "cosigners": [],
    }
    world.at("2026-01-21")
    world.case = world.do("draft", "wang-fang", form=form).case
    world.do("submit", "wang-fang")
    world.do("pass_first_review", "reviewer")
    world.do("register", "committee")
    rows = [{"unit": unit, "kind": "lead"}]
    world.at("2026-01-26").do("hand_over", "committee", assignments=rows)
    return world.case


def _contact(world: World, unit: str) -> None:
    met: dict[str, object] = {
        "on": world.now.date().isoformat(),
        "form": "phone",
        "rank": "staff",
        "summary": "电话",
    }
    world.do("record_contact", f"clerk-{unit}", subject=1, form=met)


def _answer(world: World, unit: str) -> None:
    world.do("draft_reply", f"clerk-{unit}", subject=1, result="A", text="已办。")
    world.do("check_reply", "office", subject=1)
    world.do("sign_reply", f"head-{unit}", subject=1, document_number="临办〔2026〕1号")
    world.do("deliver_reply", f"clerk-{unit}", subject=1)
