"""What the figures of the overview are called and how they are counted, in both languages."""

from __future__ import annotations

from engine.congress import Directory
from engine.profile import Profile, Text
from reports.duties import Light
from reports.funnel import funnel_of
from web.pages.wording import LIGHTS

OPEN = Text(zh="在办(已交办、未办结)", en="Open (handed over, not closed)")
NO_FIGURE = Text(zh="统计项", en="Figure")


def figure_words(figure: str, profile: Profile, directory: Directory) -> Text:
    """What the cases behind a figure have in common."""
    kind, _, rest = figure.partition(".")
    if kind == "step":
        return next((one.label for one in funnel_of(()) if one.name == rest), NO_FIGURE)
    if kind == "age":
        return age_words(rest)
    if kind == "light":
        return _light(rest, directory)
    if kind in ("pace", "late"):
        unit = _unit(rest, directory)
        zh, en = ("已答复", "answered") if kind == "pace" else ("超期答复", "answered late")
        return Text(zh=f"{unit}{zh}", en=f"{unit}: {en}")
    if kind == "rate":
        return _rate(rest, profile)
    return OPEN if kind == "open" else NO_FIGURE


def age_words(name: str) -> Text:
    """A group of ages, in days since hand-over."""
    first, _, last = name.partition("-")
    if not last:
        return Text(zh=f"{first}天以上", en=f"{first} days or more")
    return Text(zh=f"{first}至{last}天", en=f"{first}–{last} days")


def _light(rest: str, directory: Directory) -> Text:
    shown, _, unit = rest.partition(".")
    if shown not in {one.value for one in Light}:
        return NO_FIGURE
    word = LIGHTS[Light(shown)]
    if not unit:
        return Text(zh=f"在办·{word.zh}", en=f"Open: {word.en.lower()}")
    name = _unit(unit, directory)
    return Text(zh=f"{name}在办·{word.zh}", en=f"{name}: {word.en.lower()}")


def _unit(code: str, directory: Directory) -> str:
    known = directory.units.get(code)
    return known.name if known else code


def _rate(rest: str, profile: Profile) -> Text:
    name, _, part = rest.partition(".")
    for one in profile.formulas:
        if one.name == name:
            zh, en = ("分子", "counted") if part == "part" else ("分母", "looked at")
            return Text(zh=f"{one.label.zh}的{zh}", en=f"{one.label.en}: {en}")
    return NO_FIGURE


def rate_wording(figure: str, profile: Profile) -> Text | None:
    """The formula behind a figure of a rate; None for any other figure."""
    kind, _, rest = figure.partition(".")
    name = rest.partition(".")[0]
    return next(
        (one.wording for one in profile.formulas if kind == "rate" and one.name == name), None
    )
