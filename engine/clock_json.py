"""Clocks as plain JSON values, and back: how their rows keep what happened to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from engine.clocks import Clock, ClockState, Segment, SegmentKind
from engine.periods import period_from_json, period_to_json, rule_from_json, rule_to_json


def clock_to_json(clock: Clock) -> dict[str, Any]:
    """Plain JSON values of a whole clock."""
    return {
        "number": clock.number,
        "kind": clock.kind,
        "subject": clock.subject,
        "round": clock.round,
        "rule": rule_to_json(clock.rule),
        "segments": segments_to_json(clock.segments),
        "state": clock.state.value,
        "due_on": clock.due_on.isoformat(),
        "due_at": clock.due_at.isoformat(),
        "provisional": clock.provisional,
        "stopped_at": clock.stopped_at.isoformat() if clock.stopped_at else None,
        "late": clock.late,
    }


def clock_from_json(value: Mapping[str, Any]) -> Clock:
    """The inverse of `clock_to_json`."""
    stopped_at = value["stopped_at"]
    return Clock(
        number=value["number"],
        kind=value["kind"],
        subject=value["subject"],
        round=value["round"],
        rule=rule_from_json(value["rule"]),
        segments=segments_from_json(value["segments"]),
        state=ClockState(value["state"]),
        due_on=date.fromisoformat(value["due_on"]),
        due_at=datetime.fromisoformat(value["due_at"]),
        provisional=value["provisional"],
        stopped_at=datetime.fromisoformat(stopped_at) if stopped_at else None,
        late=value["late"],
    )


def segments_to_json(segments: Iterable[Segment]) -> list[dict[str, Any]]:
    """Plain JSON values of segments, empty ones left out."""
    return [
        {
            name: value
            for name, value in {
                "kind": one.kind.value,
                "at": one.at.isoformat(),
                "note": one.note,
                "period": period_to_json(one.period),
                "total": one.total,
                "due_on": one.due_on.isoformat() if one.due_on else None,
                "by": one.by,
                "rule": one.rule,
                "counting": rule_to_json(one.counting) if one.counting else None,
            }.items()
            if value
        }
        for one in segments
    ]


def segments_from_json(values: list[Mapping[str, Any]]) -> tuple[Segment, ...]:
    """The inverse of `segments_to_json`."""
    return tuple(
        Segment(
            kind=SegmentKind(one["kind"]),
            at=datetime.fromisoformat(one["at"]),
            note=one.get("note", ""),
            period=period_from_json(one.get("period")),
            total=one.get("total", False),
            due_on=date.fromisoformat(one["due_on"]) if "due_on" in one else None,
            by=one.get("by", ""),
            rule=one.get("rule", ""),
            counting=rule_from_json(one["counting"]) if "counting" in one else None,
        )
        for one in values
    )
