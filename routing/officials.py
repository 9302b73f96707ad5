"""Proposes the lead official 领办领导 of a suggestion by the portfolios 分管 of its units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.congress import Directory
from engine.profile import Portfolio, Profile, Text

ROLE = "lead_official"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialProposal:
    """Who would lead, by which portfolio and why; `others` hold the same portfolio."""

    official: str
    rule: str
    reason: Text
    others: tuple[str, ...] = ()


def lead_official(
    profile: Profile, directory: Directory, units: Sequence[str]
) -> OfficialProposal | None:
    """The holder of the portfolio of the first unit that has one; units in order of weight.

    None when no unit lies in a portfolio that somebody holds: nobody is guessed.
    """
    for unit in units:
        for portfolio in profile.portfolios:
            if unit not in portfolio.units:
                continue
            holders = directory.holders(ROLE, portfolio=portfolio.code)
            if holders:
                return OfficialProposal(
                    official=holders[0],
                    rule=portfolio.code,
                    reason=_reason(directory, unit, portfolio),
                    others=holders[1:],
                )
    return None


def _reason(directory: Directory, unit: str, portfolio: Portfolio) -> Text:
    known = directory.units.get(unit)
    name = known.name if known else unit
    return Text(
        zh=f"{name}属于分管范围“{portfolio.label.zh}”",
        en=f"{name} belongs to the portfolio “{portfolio.label.en}”",
    )
