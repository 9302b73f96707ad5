"""A small invented year in a database, played through the Desk, whose figures a hand can count.

| case | what becomes of it |
|---|---|
| crossing | key topic 1; 交通局 with 住建局; A, two indicators; both deputies satisfied; closed |
| canteen | 教育局; B with two promises, one kept; basically satisfied; closed |
| bus | 交通局, extended; A; dissatisfied, handled again with A; the deputy stays silent; closed |
| lamps | returned by 教育局, now with 住建局, which received it |
| pool | recess; registered and not handed over |
| nephew | refused |
| fence | withdrawn before the review |
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine

from tests.support.played import Played, played_once, recalled, sql_world
from tests.support.world import World, local


def small_year(database: Engine) -> Played:
    """Play the year."""
    world = sql_world(database)
    ids = {}
    for name, play in _STORIES.items():
        world.at("2026-01-21")
        play(world)
        ids[name] = world.case
    return Played(world=world, ids=ids)


def small_year_again(database: Engine) -> Played:
    """The year that is in a copy of IN_SMALL_YEAR."""
    return recalled(database, _STORIES, now=_END, hand="fence")


_END = local("2026-01-21") + timedelta(minutes=3)
IN_SMALL_YEAR = played_once("small_year", small_year, small_year_again)
"""A database with the year in it, played once and copied for each test."""


def _draft(world: World, title: str, field: str, *cosigners: str, kind: str = "session") -> None:
    world.case = ""
    form: dict[str, object] = {
        "title": title,
        "text": "现状和建议各一段。",
        "field": field,
        "kind": kind,
        "origin": "citizens",
        "cosigners": list(cosigners),
    }
    world.case = world.do("draft", "wang-fang", form=form).case
    world.do("submit", "wang-fang")
    for person in cosigners:
        world.do("confirm_signature", person)


def _register(world: World) -> None:
    world.do("pass_first_review", "reviewer")
    world.do("register", "committee")


def _hand_over(world: World, *units: tuple[str, str]) -> None:
    rows = [{"unit": unit, "kind": kind} for unit, kind in units]
    world.at("2026-01-26").do("hand_over", "committee", assignments=rows)


def _rate(world: World, person: str, result: str) -> None:
    comment = {"comment": "没有时间表"} if result == "dissatisfied" else {}
    world.do("rate", person, form=comment, process="satisfied", result=result)


def _crossing(world: World) -> None:
    _draft(world, "关于增设人行过街设施的建议", "transport", "li-ming")
    _register(world)
    world.do(
        "designate_key",
        "chairpersons",
        topic_number=1,
        topic_title="上学路上的安全",
        lead_official="official",
        supervising_leader="supervision",
        decided_on="2026-01-24",
        decided_by="主任会议",
    )
    _hand_over(world, ("transport", "lead"), ("housing", "joint"))
    world.do("receive", "clerk-housing", subject=2)
    world.do("give_opinion", "clerk-housing", subject=2, opinion="同意。")
    world.do("accept_opinion", "clerk-transport", subject=2)
    indicators = [
        {"label": "过街设施", "quantity": "2", "unit": "处", "text": "建成过街设施"},
        {"label": "护学岗", "quantity": None, "unit": "", "text": "护学岗全覆盖 | 每日两班"},
    ]
    world.replied("transport", indicators=indicators)
    _rate(world, "wang-fang", "satisfied")
    _rate(world, "li-ming", "satisfied")
    world.do("close", "committee")


def _canteen(world: World) -> None:
    _draft(world, "关于改善学校食堂的建议", "education")
    _register(world)
    _hand_over(world, ("education", "lead"))
    promises = [
        {"text": "改造食堂", "due_on": "2026-05-31"},
        {"text": "公布菜单", "due_on": "2026-12-31"},
    ]
    world.replied("education", result="B", text="列入计划。", commitments=promises)
    _rate(world, "wang-fang", "basic")
    world.do("close", "committee")
    world.do("keep_commitment", "clerk-education", subject=2, evidence="菜单已公布。")


def _bus(world: World) -> None:
    _draft(world, "关于延长公交线路的建议", "transport")
    _register(world)
    _hand_over(world, ("transport", "lead"))
    world.do("receive", "clerk-transport", subject=1)
    world.do("request_extension", "head-transport", subject=1, reason="涉及面广", clock="reply")
    world.do("endorse_extension", "office", subject=1)
    world.do("approve_extension", "committee", subject=1)
    _answer(world, 1)
    _rate(world, "wang-fang", "dissatisfied")
    world.do("order_rehandling", "committee-head", reason="请说明时间")
    world.do("receive", "clerk-transport", subject=2)
    _answer(world, 2)
    world.tick("2026-06-30")
    world.do("close", "committee")


def _answer(world: World, number: int) -> None:
    met: dict[str, object] = {
        "on": world.now.date().isoformat(),
        "form": "phone",
        "rank": "staff",
        "summary": "电话",
    }
    world.do("record_contact", "clerk-transport", subject=number, form=met)
    world.do("draft_reply", "clerk-transport", subject=number, result="A", text="已延长。")
    world.do("check_reply", "office", subject=number)
    world.do("sign_reply", "head-transport", subject=number, document_number="临交〔2026〕2号")
    world.do("deliver_reply", "clerk-transport", subject=number)


def _lamps(world: World) -> None:
    _draft(world, "关于安装路灯的建议", "city-management")
    _register(world)
    _hand_over(world, ("education", "lead"))
    world.do(
        "request_return",
        "head-education",
        subject=1,
        reason="不属本单位职责",
        proposed_unit="housing",
    )
    world.do("approve_return", "leader", subject=1, reason="同意", unit="housing")
    world.do("receive", "clerk-housing", subject=2)


def _pool(world: World) -> None:
    _draft(world, "关于建设游泳馆的建议", "culture-tourism-sport", kind="recess")
    _register(world)


def _nephew(world: World) -> None:
    _draft(world, "关于亲属工作的建议", "organisation-personnel")
    world.do("pass_first_review", "reviewer")
    world.do("refuse", "committee", ground="private-matter", reason="属个人事项")


def _fence(world: World) -> None:
    _draft(world, "关于修补围栏的建议", "city-management")
    world.do("withdraw", "wang-fang", reason="已经修好")


_STORIES = {
    "crossing": _crossing,
    "canteen": _canteen,
    "bus": _bus,
    "lamps": _lamps,
    "pool": _pool,
    "nephew": _nephew,
    "fence": _fence,
}
