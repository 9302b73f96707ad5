"""The named effects that a profile's moves may use: one registry over files by subject matter.

Each effect declares its parameters and the form fields it reads, so that a profile is checked
before it is ever used.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.effects import (
    handing,
    handling,
    judging,
    promising,
    rating,
    replying,
    signing,
    supervising,
    telling,
    timing,
)
from engine.effects.spec import EffectSpec

EFFECTS: Mapping[str, EffectSpec] = {
    spec.name: spec
    for module in (
        *(signing, handing, handling, replying, rating, promising),
        *(supervising, judging, timing, telling),
    )
    for spec in module.SPECS
}
"""Every effect by name."""
