"""Charts as SVG that the server draws: bars, stacked bars, a funnel, columns by age.

Lengths are percents of the width, so that a chart fits a phone without shrinking its letters;
heights are pixels. Colours are classes of the style sheet. What a chart shows stands in a table
beside it, where every number is a link. Every text is escaped here. Refuses to know what counts.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from html import escape

ROW = 44
"""Pixels of one bar with the line of words above it."""
WORDS = 16
THICK = 14
COLUMNS = 168
"""Height of the part of a histogram that columns may fill."""
LONGEST = 26
"""Cells of a label, a Chinese sign taking two: more would run into the number on a phone."""
LEAST = Decimal("0.5")
"""Percent of the width that anything above nothing gets, so that it can be seen."""
WHOLE = Decimal(100)
FULL_WIDTH = frozenset("WF")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One number; `tone` is the colour class, `note` what stands beside it, as a share."""

    label: str
    value: int
    tone: str = "plain"
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """One bar of several parts, each with a tone of its own."""

    label: str
    parts: tuple[Bar, ...]

    @property
    def value(self) -> int:
        """All parts together."""
        return sum(one.value for one in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a chart is called and says; `name` makes the ids of a page's charts differ."""

    name: str
    title: str
    desc: str
    unit: str = ""


def bar_chart(frame: Frame, bars: Sequence[Bar]) -> str:
    """Horizontal bars from the left, the longest as wide as the chart."""
    most = _most(one.value for one in bars)
    drawn = [
        _words(frame, place, one.label, one.value, one.note)
        + _bar(place, Decimal(0), _share(one.value, most), one.tone)
        for place, one in enumerate(bars)
    ]
    return _svg(frame, "bars", ROW * len(bars), drawn)


def funnel_chart(frame: Frame, bars: Sequence[Bar]) -> str:
    """The same bars around the middle: each step as wide as what reached it."""
    most = _most(one.value for one in bars)
    drawn = []
    for place, one in enumerate(bars):
        width = _share(one.value, most)
        drawn.append(
            _words(frame, place, one.label, one.value, one.note)
            + _bar(place, (WHOLE - width) / 2, width, one.tone)
        )
    return _svg(frame, "funnel", ROW * len(bars), drawn)


def stacked_chart(frame: Frame, stacks: Sequence[Stack]) -> str:
    """Bars of several parts; a hairline lies between two parts."""
    most = _most(one.value for one in stacks)
    drawn = []
    for place, stack in enumerate(stacks):
        row = _words(frame, place, stack.label, stack.value, "")
        left = Decimal(0)
        for part in stack.parts:
            # Exact shares, not the least visible ones: parts must end where the bar ends.
            width = _exact(part.value, most)
            if part.value:
                row += _bar(place, left, width, part.tone)
            left += width
        drawn.append(row)
    return _svg(frame, "stacked", ROW * len(stacks), drawn)


def column_chart(frame: Frame, bars: Sequence[Bar]) -> str:
    """Columns side by side, for a distribution such as ages; labels stand below."""
    most = _most(one.value for one in bars)
    ground = WORDS + 4 + COLUMNS
    drawn = []
    for place, one in enumerate(bars):
        slot = WHOLE / len(bars)
        middle = slot * place + slot / 2
        tall = _tall(one.value, most)
        left = _number(slot * place + slot / 6)
        column = (
            f'<rect class="tone-{_tone(one.tone)}" x="{left}%" y="{ground - tall}" '
            f'width="{_number(slot * 2 / 3)}%" height="{tall}"/>'
        )
        drawn.append(
            f"<g>{_tip(frame, one.label, one.value)}"
            f"{column}"
            f'<text class="value" x="{_number(middle)}%" y="{ground - tall - 5}" '
            f'text-anchor="middle">{one.value}</text>'
            f'<text class="label" x="{_number(middle)}%" y="{ground + 18}" '
            f'text-anchor="middle">{escape(_short(one.label))}</text></g>'
        )
    base = f'<line class="base" x1="0" x2="100%" y1="{ground}" y2="{ground}"/>'
    return _svg(frame, "columns", ground + 26 if bars else 0, [*drawn, base] if bars else [])


def _svg(frame: Frame, kind: str, height: int, drawn: Sequence[str]) -> str:
    name = escape(frame.name)
    title, desc = f"{name}-title", f"{name}-desc"
    return (
        f'<svg class="chart {kind}" role="img" aria-labelledby="{title} {desc}" width="100%" '
        f'height="{height}" xmlns="http://www.w3.org/2000/svg">'
        f'<title id="{title}">{escape(frame.title)}</title>'
        f'<desc id="{desc}">{escape(frame.desc)}</desc>{"".join(drawn)}</svg>'
    )


def _words(frame: Frame, place: int, label: str, value: int, note: str) -> str:
    y = ROW * place + WORDS
    shown = f"{value}{frame.unit}"
    aside = f'<tspan class="note" dx="6">{escape(note)}</tspan>' if note else ""
    return (
        f"<g>{_tip(frame, label, value)}"
        f'<text class="label" x="0" y="{y}">{escape(_short(label))}</text>'
        f'<text class="value" x="100%" y="{y}" text-anchor="end">{escape(shown)}{aside}</text></g>'
    )


def _bar(place: int, left: Decimal, width: Decimal, tone: str) -> str:
    y = ROW * place + WORDS + 6
    return (
        f'<rect class="tone-{_tone(tone)}" x="{_number(left)}%" y="{y}" '
        f'width="{_number(width)}%" height="{THICK}"/>'
    )


def _tip(frame: Frame, label: str, value: int) -> str:
    return f"<title>{escape(label)} {value}{escape(frame.unit)}</title>"


def _most(values: Iterable[int]) -> int:
    found = tuple(values)
    if any(one < 0 for one in found):
        message = "a chart counts things: there is no less than none"
        raise ValueError(message)
    return max(found, default=0) or 1


def _exact(value: int, most: int) -> Decimal:
    return Decimal(value) * WHOLE / Decimal(most)


def _share(value: int, most: int) -> Decimal:
    return max(_exact(value, most), LEAST) if value else Decimal(0)


def _tall(value: int, most: int) -> int:
    exact = Decimal(value) * COLUMNS / Decimal(most)
    tall = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return max(tall, 1) if value else 0


def _number(value: Decimal) -> str:
    """With two decimals and without trailing noughts."""
    return f"{value.quantize(Decimal('0.01'), rounding=ROUND_HALF_UP).normalize():f}"


def _short(label: str) -> str:
    """As many signs as there is room for; the whole label stands in title and table."""
    room = LONGEST
    for place, sign in enumerate(label):
        room -= 2 if unicodedata.east_asian_width(sign) in FULL_WIDTH else 1
        if room < 0:
            return f"{label[: max(place - 1, 0)]}…"
    return label


def _tone(tone: str) -> str:
    """A class name and nothing else."""
    if not tone.replace("-", "").isalnum():
        message = f"no colour class: {tone}"
        raise ValueError(message)
    return tone
