"""The overview page: every number opens a list of exactly as many cases; who may look at it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from db.database import open_database
from tests.support.databases import KINDS, database_of
from tests.support.reported import small_year
from tests.support.signed_in import Pages, pages_over
from tests.support.world import CONGRESS, World

NOW = datetime(2026, 6, 30, 1, 0, tzinfo=UTC)
NUMBER = re.compile(r'<a class="count[^"]*" href="([^"]+)">(\d+)</a>')
CASE = re.compile(r'<th scope="row"><a href="/cases/([^"]+)">')
HEADING = re.compile(r'<h1>.*?<span class="nowrap">(\d+)', re.DOTALL)


@pytest.fixture(scope="module", params=KINDS)
def pages(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pages]:
    folder: Path = tmp_path_factory.mktemp("pages")
    with database_of(request.param, folder) as url:
        database = open_database(url)
        small_year(database)
        database.dispose()
        with pages_over(url, CONGRESS, NOW) as opened:
            yield opened


def _numbers(text: str) -> list[tuple[str, int]]:
    return [(unescape(address), int(value)) for address, value in NUMBER.findall(text)]


@pytest.mark.parametrize("person", ["committee", "chairpersons"])
def test_every_number_opens_a_list_of_as_many_cases(pages: Pages, person: str) -> None:
    found = pages.get(person, "/overview")
    assert found.status_code == 200
    numbers = _numbers(found.text)
    assert len(numbers) > 30
    assert len({value for _, value in numbers}) > 3
    for address, value in numbers:
        listed = pages.get(person, address)
        assert listed.status_code == 200, address
        assert len(CASE.findall(listed.text)) == value, address
        heading = HEADING.search(listed.text)
        assert heading is not None
        assert int(heading[1]) == value


def test_a_number_of_the_page_is_a_link_or_a_figure_worked_out_of_links(pages: Pages) -> None:
    text = pages.get("committee", "/overview").text
    cells = re.findall(r'<td class="number[^>]*>(.*?)</td>', text, re.DOTALL)
    assert cells
    for cell in cells:
        plain = re.sub(r"<[^>]+>", "", cell).strip()
        derived = re.fullmatch(r"(\d+(\.\d)?%|—|\d+\.\d 天)", plain)
        assert derived or 'class="count' in cell, cell


def test_charts_say_what_they_are_and_show_the_numbers_of_the_table(pages: Pages) -> None:
    text = pages.get("committee", "/overview").text
    charts = re.findall(r"<svg class=\"chart.*?</svg>", text, re.DOTALL)
    assert len(charts) == 3
    for chart in charts:
        drawn = ET.fromstring(chart)  # noqa: S314  # our own drawing
        assert drawn.get("role") == "img"
        ids = {one.get("id") for one in drawn}
        assert set(str(drawn.get("aria-labelledby")).split()) <= ids
    steps = dict(re.findall(r"figure=step\.(\w+)[^>]*>(\d+)<", text))
    drawn = ET.fromstring(charts[0])  # noqa: S314  # our own drawing
    shown = [
        one.text.removesuffix("件")
        for one in drawn.iter("{http://www.w3.org/2000/svg}text")
        if one.get("class") == "value" and one.text
    ]
    assert shown == [steps[name] for name in steps if name not in ("refused", "withdrawn")]


def test_the_page_needs_no_style_and_no_script_of_its_own(pages: Pages) -> None:
    answer = pages.get("committee", "/overview")
    assert "style=" not in answer.text
    (script,) = re.findall("<script[^>]*>", answer.text)
    assert re.fullmatch(r'<script src="/static/[0-9a-f]+/page\.js" defer>', script)
    assert "unsafe-inline" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/overview", "/overview/cases?figure=rate.satisfaction.part"])
@pytest.mark.parametrize("person", ["wang-fang", "clerk-transport", "head-education", "office"])
def test_those_who_do_not_look_over_the_whole_are_refused(
    pages: Pages, path: str, person: str
) -> None:
    refused = pages.get(person, path)
    assert refused.status_code == 403
    assert "全年总览" in refused.text
    assert "增设" not in refused.text


def test_nobody_comes_in_without_signing_in(pages: Pages) -> None:
    sent = pages.get("", "/overview")
    assert sent.status_code == 303
    assert sent.headers["location"] == "/sign-in?next=/overview"


def test_a_figure_that_is_none_and_a_session_that_is_none_are_refused(pages: Pages) -> None:
    assert pages.get("committee", "/overview/cases", figure="step.none").status_code == 422
    assert pages.get("committee", "/overview", session="9-9").status_code == 422
    assert pages.get("committee", "/overview/cases").status_code == 422


def test_english_words_for_whoever_wants_them(pages: Pages) -> None:
    client = pages.client("committee")
    switched = client.get("/language/en", params={"next": "/overview"})
    assert switched.status_code == 303
    text = client.get("/overview").text
    assert "The year on one page" in text
    assert "Rates and how they are counted" in text


def test_the_overview_follows_what_is_written(pages: Pages) -> None:
    submitted = "/overview/cases?figure=step.submitted&session=5-2"
    before = dict(_numbers(pages.get("committee", "/overview").text))
    assert before == dict(_numbers(pages.get("committee", "/overview").text))
    world = World(desk=pages.services.desk, store=pages.services.store, now=NOW)
    world.keys = 1_000
    form = {
        "title": "关于修缮城西灌渠的建议",
        "text": "渠道渗漏。建议修缮。",
        "field": "transport",
        "kind": "recess",
        "origin": "citizens",
    }
    world.case = world.do("draft", "wang-fang", form=form).case
    world.do("submit", "wang-fang")
    after = dict(_numbers(pages.get("committee", "/overview").text))
    assert after[submitted] == before[submitted] + 1
