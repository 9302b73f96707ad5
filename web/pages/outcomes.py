"""成效灯 counted: how many suggestions have which agreed light, are not judged yet, or disputed.

Refuses to know who judged what: a light counts once the parties agree on it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.outcome import Accord
from engine.profile import Profile, Text
from reports.topics_in_hand import TopicCase

WITHOUT = {
    Accord.PENDING: Text(zh="待评定", en="Pending"),
    Accord.DISPUTED: Text(zh="三方不一致", en="Disputed"),
}
"""What stands beside the lights as long as there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A value that the outcome of a case may have; `light`: it is one that parties agree on."""

    code: str
    label: Text
    light: bool


def outcome_columns(profile: Profile) -> tuple[Column, ...]:
    """The lights of the rules in their order, then what has none; nothing without such lights."""
    scheme = profile.supervision.outcome
    if scheme is None:
        return ()
    lights = (
        Column(code=one.code, label=one.label, light=True) for one in profile.choices[scheme.lights]
    )
    others = (Column(code=one.value, label=text, light=False) for one, text in WITHOUT.items())
    return (*lights, *others)


def outcome_counts(cases: Iterable[TopicCase]) -> Mapping[str, int]:
    """How many cases have which outcome."""
    return Counter(one.outcome_code for one in cases if one.outcome_code)
