"""成效灯 counted: how many suggestions have which agreed light, none yet, or a disputed one.

And which of a key topic a figure counts.

Refuses to know who judged what: a light counts once the parties agree on it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.outcome import Accord
from engine.profile import Profile, Text
from reports.duties import Light
from reports.topics_in_hand import TopicCase, TopicInHand

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """The suggestions of a topic that one of its figures counts."""

    topic: TopicInHand
    label: Text
    cases: tuple[TopicCase, ...]


ANSWERED = "answered"
LIGHTS: Mapping[str, Text] = {
    Light.RED: Text(zh="超期", en="Overdue"),
    Light.YELLOW: Text(zh="临期", en="Due soon"),
}


def picked_of(
    topics: Sequence[TopicInHand], columns: Sequence[Column], number: str, figure: str
) -> Picked | None:
    """What the address asks for; None where it asks for no figure of these topics.

    A figure is `answered`, `light.red`, `light.yellow`, or `outcome.` with a value.
    """
    topic = next((one for one in topics if str(one.number) == number), None)
    kind, _, code = figure.partition(".")
    known: dict[str, Mapping[str, Text]] = {
        ANSWERED: {"": Text(zh="已答复", en="Answered")},
        "light": LIGHTS,
        "outcome": {one.code: one.label for one in columns},
    }
    label = known.get(kind, {}).get(code)
    if topic is None or label is None:
        return None

    def counts(one: TopicCase) -> bool:
        if kind == ANSWERED:
            return one.answered
        return code == (one.light if kind == "light" else one.outcome_code)

    return Picked(topic=topic, label=label, cases=tuple(filter(counts, topic.cases)))
