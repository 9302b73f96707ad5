"""Who may be named in a field of an action's form, as the effects of the action have it.

What a page offers and what the effect takes are the same. Refuses to know pages.
"""

from __future__ import annotations

from engine.effects import EFFECTS
from engine.effects.spec import Nomination
from engine.profile import Action


def nameable(action: Action, field: str, at: Nomination) -> frozenset[str] | None:
    """Codes of those who may be named there; None: everybody, or the rules do not say whom."""
    asked = [
        EFFECTS[effect.name].people[field]
        for move in action.moves
        for effect in move.then
        if field in EFFECTS[effect.name].people
    ]
    if not asked:
        return None
    return frozenset(code for eligible in asked for code in eligible(at))
