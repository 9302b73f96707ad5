"""Charts: exact geometry of small inputs, and the odd ones: nothing, one, huge, long, hostile."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from web.charts import (
    COLUMNS,
    ROW,
    Bar,
    Frame,
    Stack,
    bar_chart,
    column_chart,
    funnel_chart,
    stacked_chart,
)

SVG = "{http://www.w3.org/2000/svg}"
FRAME = Frame(name="lights", title="各单位时间灯", desc="共两个单位。", unit="件")
TWO = (Bar(label="交通局", value=8), Bar(label="教育局", value=2, tone="late", note="20%"))


def _drawn(chart: str) -> ET.Element:
    return ET.fromstring(chart)  # noqa: S314  # our own drawing


def _rects(chart: str) -> list[dict[str, str]]:
    return [dict(one.attrib) for one in _drawn(chart).iter(f"{SVG}rect")]


def _boxes(chart: str) -> list[tuple[str, str, str, str]]:
    return [(one["x"], one["y"], one["width"], one["height"]) for one in _rects(chart)]


def test_bars_are_as_long_as_their_share_of_the_longest() -> None:
    chart = bar_chart(FRAME, TWO)
    assert _boxes(chart) == [("0%", "22", "100%", "14"), ("0%", "66", "25%", "14")]
    assert [one["class"] for one in _rects(chart)] == ["tone-plain", "tone-late"]
    assert _drawn(chart).get("height") == str(2 * ROW)


def test_words_stand_above_their_bar_and_end_with_the_number() -> None:
    texts = list(_drawn(bar_chart(FRAME, TWO)).iter(f"{SVG}text"))
    assert ["".join(one.itertext()) for one in texts] == ["交通局", "8件", "教育局", "2件20%"]
    assert [one.get("y") for one in texts] == ["16", "16", "60", "60"]


def test_a_funnel_lies_around_the_middle() -> None:
    assert _boxes(funnel_chart(FRAME, TWO)) == [
        ("0%", "22", "100%", "14"),
        ("37.5%", "66", "25%", "14"),
    ]


def test_parts_of_a_stack_follow_one_another_and_empty_ones_are_not_drawn() -> None:
    parts = (
        Bar(label="红", value=1, tone="late"),
        Bar(label="黄", value=0, tone="soon"),
        Bar(label="绿", value=2, tone="good"),
    )
    chart = stacked_chart(FRAME, (Stack(label="交通局", parts=parts),))
    assert _boxes(chart) == [("0%", "22", "33.33%", "14"), ("33.33%", "22", "66.67%", "14")]
    assert [one["class"] for one in _rects(chart)] == ["tone-late", "tone-good"]


def test_columns_stand_on_one_ground() -> None:
    chart = column_chart(FRAME, TWO)
    boxes = _boxes(chart)
    assert boxes == [
        ("8.33%", "20", "33.33%", str(COLUMNS)),
        ("58.33%", "146", "33.33%", str(COLUMNS // 4)),
    ]
    assert {int(y) + int(height) for _, y, _, height in boxes} == {20 + COLUMNS}


@pytest.mark.parametrize("draw", [bar_chart, funnel_chart])
def test_nothing_has_no_length_and_something_can_be_seen(draw: object) -> None:
    assert callable(draw)
    none = draw(FRAME, (Bar(label="无", value=0),))
    assert _rects(none)[0]["width"] == "0%"
    speck = draw(FRAME, (Bar(label="多", value=10**12), Bar(label="少", value=1)))
    assert [one["width"] for one in _rects(speck)] == ["100%", "0.5%"]
    assert "1000000000000件" in speck


def test_a_single_column_of_nothing_has_no_height() -> None:
    assert _boxes(column_chart(FRAME, (Bar(label="无", value=0),))) == [
        ("16.67%", "188", "66.67%", "0")
    ]
    tiny = _boxes(column_chart(FRAME, (Bar(label="多", value=10**9), Bar(label="少", value=1))))
    assert tiny[1][3] == "1"


def test_charts_of_nothing_at_all_are_empty_and_still_say_what_they_are() -> None:
    for chart in (
        bar_chart(FRAME, ()),
        funnel_chart(FRAME, ()),
        stacked_chart(FRAME, ()),
        column_chart(FRAME, ()),
    ):
        drawn = _drawn(chart)
        assert drawn.get("height") == "0"
        assert [one.tag.removeprefix(SVG) for one in drawn] == ["title", "desc"]


def test_a_chart_is_one_picture_with_title_and_description() -> None:
    drawn = _drawn(bar_chart(FRAME, TWO))
    named = {one.get("id"): one.text for one in drawn}
    assert drawn.get("role") == "img"
    labels = [named[one] for one in str(drawn.get("aria-labelledby")).split()]
    assert labels == ["各单位时间灯", "共两个单位。"]


def test_a_long_name_is_cut_where_it_is_drawn_and_whole_in_the_tip() -> None:
    name = "综合行政执法局(城市管理局、数字城管指挥中心)直属二分局"
    drawn = _drawn(bar_chart(FRAME, (Bar(label=name, value=3),)))
    label = next(one for one in drawn.iter(f"{SVG}text") if one.get("class") == "label")
    assert label.text == "综合行政执法局(城市管理…"
    assert [one.text for one in drawn.iter(f"{SVG}title")][1] == f"{name} 3件"
    latin = _drawn(bar_chart(FRAME, (Bar(label="a" * 26, value=1), Bar(label="b" * 27, value=1))))
    shown = [one.text for one in latin.iter(f"{SVG}text") if one.get("class") == "label"]
    assert shown == ["a" * 26, "b" * 25 + "…"]


def test_nothing_in_a_label_becomes_markup_and_nothing_needs_a_style() -> None:
    evil = Frame(name='x" onload="y', title="<script>", desc="&", unit="<b>")
    chart = str(bar_chart(evil, (Bar(label="</title><script>", value=1, note="<i>"),)))
    assert "<script" not in chart
    assert "<b>" not in chart
    assert _drawn(chart).get("onload") is None
    for every in (chart, str(column_chart(FRAME, TWO)), str(funnel_chart(FRAME, TWO))):
        assert "style=" not in every
        assert "<style" not in every


def test_less_than_none_and_a_colour_that_is_no_class_are_refused() -> None:
    with pytest.raises(ValueError, match="less than none"):
        bar_chart(FRAME, (Bar(label="负", value=-1),))
    with pytest.raises(ValueError, match="colour class"):
        bar_chart(FRAME, (Bar(label="色", value=1, tone='red" x="'),))
