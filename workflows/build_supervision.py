"""Supervision from plain data: urging, time lights, outcome lights, the monthly bulletin."""

from __future__ import annotations

from engine.profile import (
    BulletinRule,
    LightRule,
    OutcomeParty,
    OutcomeScheme,
    SupervisionRules,
    Urging,
)
from workflows.build_delivery import build_delegation, build_delivery
from workflows.parts import Plain, grants_of, period_of, text_of


def build_supervision(plain: Plain) -> SupervisionRules:
    """The rules of `supervision.yaml`."""
    return SupervisionRules(
        urging=_urging(plain["urging"]),
        lights=_lights(plain["lights"]),
        outcome=_outcome(plain["outcome"]) if "outcome" in plain else None,
        bulletin=_bulletin(plain["bulletin"]) if "bulletin" in plain else None,
        delivery=build_delivery(plain.get("delivery")),
        delegable=build_delegation(plain.get("delegation")),
    )


def _urging(plain: Plain) -> Urging:
    return Urging(
        weights=dict(plain["weights"]),
        no_repeat=period_of(plain["no_repeat"]) if "no_repeat" in plain else None,
    )


def _lights(plain: Plain) -> LightRule:
    return LightRule(
        yellow=period_of(plain["yellow"]),
        by_clock={kind: period_of(one) for kind, one in plain.get("clocks", {}).items()},
    )


def _outcome(plain: Plain) -> OutcomeScheme:
    return OutcomeScheme(
        clock=plain["clock"],
        lights=plain["lights"],
        parties=tuple(
            OutcomeParty(code=one["code"], label=text_of(one["label"]), by=grants_of(one["by"]))
            for one in plain["parties"]
        ),
    )


def _bulletin(plain: Plain) -> BulletinRule:
    return BulletinRule(day=plain["day"], audience=grants_of(plain["audience"]))
