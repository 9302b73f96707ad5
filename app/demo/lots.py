"""Deals what happens to each ordinary suggestion: outcomes, returns, extensions, silences.

Shares are quotas, not chances: every seed gives the same year in numbers. Refuses to know
what the suggestions are about.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from app.demo.plan import Outcome

# Shares of the ordinary suggestions; illustrative, since the report gives none.
_OUTCOMES = (
    (Outcome.PARTIAL, 0.20),
    (Outcome.COMMITTED, 0.08),
    (Outcome.REFERENCE, 0.05),
    (Outcome.DEFERRED, 0.03),
)
_RETURNED = 0.05
_SENT_BACK = 0.04
_EXTENDED = 0.06
_DISSATISFIED = 0.02
_SILENT = 0.05
_LATE = 0.06
_FIRST_ROUNDS = (Outcome.DEFERRED, Outcome.REFERENCE)
_SECOND_ROUNDS = (Outcome.PARTIAL, Outcome.COMMITTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """What chance deals to one suggestion, apart from its subject."""

    outcome: Outcome = Outcome.DONE
    rehandled_outcome: Outcome | None = None
    sent_back_for_revision: bool = False
    returned: bool = False
    needs_extension: bool = False
    dissatisfied_first_round: bool = False
    silent_deputy: bool = False
    late_receipt: bool = False


def deal_lots(rng: random.Random, total: int, *, quiet: frozenset[int]) -> list[Lot]:
    """One lot for each place of the year.

    Those in `quiet` (merged pairs, recess) are neither returned, extended nor handled twice, so
    that their dates stay simple. No suggestion meets more than one such event.
    """
    lots = [Lot(outcome=outcome) for outcome in _outcomes(rng, total)]
    free = [place for place in range(total) if place not in quiet]
    rng.shuffle(free)
    for place in _next(free, _RETURNED, total):
        lots[place] = replace(lots[place], returned=True)
    for place in _next(free, _SENT_BACK, total):
        lots[place] = replace(lots[place], sent_back_for_revision=True)
    for place in _next(free, _EXTENDED, total):
        lots[place] = replace(lots[place], needs_extension=True)
    for place in _next(free, _DISSATISFIED, total):
        lots[place] = replace(
            lots[place],
            dissatisfied_first_round=True,
            outcome=rng.choice(_FIRST_ROUNDS),
            rehandled_outcome=rng.choice(_SECOND_ROUNDS),
        )
    for place in _next(free, _SILENT, total):
        lots[place] = replace(lots[place], silent_deputy=True)
    for place in rng.sample(range(total), round(_LATE * total)):
        lots[place] = replace(lots[place], late_receipt=True)
    return lots


def _outcomes(rng: random.Random, total: int) -> list[Outcome]:
    outcomes = [one for one, share in _OUTCOMES for _ in range(round(share * total))]
    outcomes += [Outcome.DONE] * (total - len(outcomes))
    rng.shuffle(outcomes)
    return outcomes


def _next(free: list[int], share: float, total: int) -> list[int]:
    """Take the next few of those to whom nothing has happened yet."""
    count = round(share * total)
    taken = free[:count]
    del free[:count]
    return taken
