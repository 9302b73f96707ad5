"""What an effect declares about itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from engine.case import ROWS_OF, Case, Subject
from engine.congress import Directory
from engine.work import Work, subject_of

Apply = Callable[[Work, Mapping[str, object]], None]
EVERYWHERE = ("suggestion", *ROWS_OF)
"""All machines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nomination:
    """Where somebody is to be named: in which case (None: one that begins), about what, by whom."""

    case: Case | None
    subject: Subject | None
    actor: str
    directory: Directory


Eligible = Callable[[Nomination], Collection[str]]
"""Codes of those who may be named; the effect refuses anybody else."""


def nomination(work: Work) -> Nomination:
    """The same of what is being done."""
    number = work.subject_number
    subject = subject_of(work.case, work.machine, number)
    return Nomination(case=work.case, subject=subject, actor=work.actor, directory=work.directory)


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectSpec:
    """An effect: its name, what it does to the working copy, its parameters and fields.

    `params`: name → kind (text, boolean, clock, notice, role, series, state, grants, or a list of
    words such as `open|joint`); all are required. `needs`: form fields that must be in the
    action's form. `people`: who may be named in a field, where not everybody may. `machines`:
    where it may be used.
    """

    name: str
    apply: Apply
    params: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    people: Mapping[str, Eligible] = field(default_factory=dict)
    machines: tuple[str, ...] = ("suggestion",)
