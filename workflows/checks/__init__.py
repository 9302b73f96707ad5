"""Checks of meaning, split by topic: what a profile may not say although its shape is right."""

from __future__ import annotations

from collections.abc import Mapping

from engine.profile import Profile
from workflows.checks import (
    access,
    actions,
    clocks,
    codes,
    delivery,
    effects,
    machines,
    notices,
    supervision,
)
from workflows.parts import Plain
from workflows.problems import Report


def check_meaning(profile: Profile, documents: Mapping[str, Plain], report: Report) -> None:
    """Run every check; problems go to the report."""
    machines.check(profile, report)
    actions.check(profile, report)
    effects.check(profile, report)
    clocks.check(profile, documents["clocks.yaml"], report)
    codes.check(profile, report)
    notices.check(profile, report)
    supervision.check(profile, report)
    delivery.check(profile, report)
    access.check(profile, report)
