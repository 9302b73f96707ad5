"""The small congress with working hours, a digest and two templates, for tests of delivery."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import time, timedelta

from sqlalchemy import Engine

from db.outbox import SqlOutbox
from db.store import SqlStore
from engine.command import Notice, RungKey
from engine.congress import Directory
from engine.delivery import DeliveryRule, Hours
from engine.profile import NoticeTemplate, Profile, SupervisionRules, Text
from tests.support.congress import (
    FILES,
    fill,
    routes_of,
    small_calendar,
    small_directory,
    tiny_profile,
)

OFFICE = DeliveryRule(
    hours=Hours(start=time(8, 30), end=time(17, 30)),
    working_days_only=True,
    digest_at=time(9, 30),
)
LEASE = timedelta(minutes=15)


def _template(name: str, zh: str, en: str) -> NoticeTemplate:
    return NoticeTemplate(
        name=name,
        subject=Text(zh=zh, en=en),
        body=Text(zh="{{ title }}请办理", en="see to {{ title }}"),
    )


def office_profile() -> Profile:
    """The tiny profile with rules of delivery."""
    notices = (
        _template("clock_soon", "即将到期:{{ clock }}", "Due soon: {{ clock }}"),
        _template("clock_overdue", "已逾期:{{ clock }}", "Overdue: {{ clock }}"),
        _template("handed_over", "请签收:{{ number }}", "To receive: {{ number }}"),
    )
    return replace(
        tiny_profile(),
        notices={one.name: one for one in notices},
        supervision=SupervisionRules(delivery=OFFICE),
    )


def _load(_files: Mapping[str, str]) -> Profile:
    return office_profile()


def office_of(name: str, version: int) -> Profile:
    """The stored profile, by name."""
    assert (name, version) == ("tiny", 1)
    return office_profile()


def office_store(
    database: Engine, *channels: str, directory: Directory | None = None
) -> tuple[SqlStore, SqlOutbox]:
    """A store over a new database, and its outbox that keeps the hours."""
    fill(
        database,
        directory=directory or small_directory(),
        calendar=small_calendar(),
        files=FILES,
        profile=office_profile(),
    )
    store = SqlStore(database, _load, routes_of(*(channels or ("email",))))
    return store, SqlOutbox(database, store.shelf)


def reminder(
    key: str,
    recipient: str = "zhao-min",
    *,
    template: str = "clock_soon",
    due_on: str = "2026-03-10",
    urgent: bool = False,
    clock: int = 1,
) -> Notice:
    """What the clock tells somebody."""
    return Notice(
        key=key,
        recipient=recipient,
        template=template,
        facts={
            "number": f"第{clock}号",
            "title": f"关于第{clock}件事的建议",
            "clock": "答复期限",
            "due_on": due_on,
            "recipient": "赵敏",
        },
        urgent=urgent,
        rung=RungKey(clock=clock, plan=1, rung=key),
    )
