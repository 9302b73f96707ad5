"""A bulletin as plain JSON and back: how it is frozen, and how it speaks to machines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.profile import Text
from reports.bulletin import Bulletin, OpenItem, OpenOrder, OverdueItem, UnitStanding


def bulletin_to_json(bulletin: Bulletin) -> dict[str, Any]:
    """Plain values: everything that was counted."""
    return {
        "code": bulletin.code,
        "congress": bulletin.congress,
        "month": bulletin.month,
        "until": bulletin.until.isoformat(),
        "is_whole": bulletin.is_whole,
        "units": [_unit_to_json(one) for one in bulletin.units],
    }


def bulletin_from_json(value: Mapping[str, Any]) -> Bulletin:
    """The inverse of `bulletin_to_json`."""
    return Bulletin(
        code=value["code"],
        congress=value["congress"],
        month=value["month"],
        until=date.fromisoformat(value["until"]),
        is_whole=value["is_whole"],
        units=tuple(_unit_from_json(one) for one in value["units"]),
    )


def _unit_to_json(unit: UnitStanding) -> dict[str, Any]:
    return {
        "unit": unit.unit,
        "name": unit.name,
        "open_items": [
            {"case": one.case, "number": one.number, "subject": one.subject}
            for one in unit.open_items
        ],
        "overdue": [_item_to_json(one) for one in unit.overdue],
        "orders": [
            {
                "case": one.case,
                "number": one.number,
                "order": one.order,
                "opened_on": one.opened_on.isoformat(),
            }
            for one in unit.orders
        ],
    }


def _unit_from_json(value: Mapping[str, Any]) -> UnitStanding:
    return UnitStanding(
        unit=value["unit"],
        name=value["name"],
        open_items=tuple(OpenItem(**one) for one in value["open_items"]),
        overdue=tuple(_item_from_json(one) for one in value["overdue"]),
        orders=tuple(
            OpenOrder(**{**one, "opened_on": date.fromisoformat(one["opened_on"])})
            for one in value["orders"]
        ),
    )


def _item_to_json(item: OverdueItem) -> dict[str, Any]:
    return {
        "case": item.case,
        "number": item.number,
        "title": item.title,
        "subject": item.subject,
        "clock": item.clock,
        "kind": item.kind,
        "label": {"zh": item.label.zh, "en": item.label.en},
        "due_on": item.due_on.isoformat(),
        "met_on": _day(item.met_on),
        "days": item.days,
        "first_reminded_on": _day(item.first_reminded_on),
    }


def _item_from_json(value: Mapping[str, Any]) -> OverdueItem:
    return OverdueItem(
        **{
            **value,
            "label": Text(**value["label"]),
            "due_on": date.fromisoformat(value["due_on"]),
            "met_on": _day_of(value["met_on"]),
            "first_reminded_on": _day_of(value["first_reminded_on"]),
        }
    )


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _day_of(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
