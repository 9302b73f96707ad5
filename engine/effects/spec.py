"""What an effect declares about itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine.case import ROWS_OF
from engine.work import Work

Apply = Callable[[Work, Mapping[str, object]], None]
EVERYWHERE = ("suggestion", *ROWS_OF)
"""All machines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectSpec:
    """An effect: its name, what it does to the working copy, its parameters and fields.

    `params`: name → kind (text, boolean, clock, notice, role, series, state, grants, or a list of
    words such as `open|joint`); all are required. `needs`: form fields that must be in the
    action's form. `machines`: where it may be used.
    """

    name: str
    apply: Apply
    params: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    machines: tuple[str, ...] = ("suggestion",)
