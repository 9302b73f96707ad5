"""Delivery from plain data: working hours, digest, and the roles in which a delegate stands in."""

from __future__ import annotations

from datetime import time

from engine.delivery import DeliveryRule, Hours
from workflows.parts import Plain

NO_DIGEST = "none"


def build_delivery(plain: Plain | None) -> DeliveryRule:
    """The section `delivery` of `supervision.yaml`; without it everything leaves at once."""
    if plain is None:
        return DeliveryRule()
    digest = plain.get("digest", NO_DIGEST)
    return DeliveryRule(
        hours=_hours(plain["hours"]) if "hours" in plain else None,
        working_days_only=plain.get("working_days_only", False),
        digest_at=None if digest == NO_DIGEST else time.fromisoformat(digest["at"]),
        urgent_at_once=plain.get("urgent_at_once", True),
    )


def _hours(plain: Plain) -> Hours:
    return Hours(start=time.fromisoformat(plain["from"]), end=time.fromisoformat(plain["to"]))


def build_delegation(plain: Plain | None) -> tuple[str, ...]:
    """The section `delegation`: roles; without it nobody stands in for anybody."""
    return () if plain is None else tuple(plain["roles"])
