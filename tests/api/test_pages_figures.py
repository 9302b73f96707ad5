"""Every number opens its list: whoever looks, at whatever page, what is counted is what is listed.

A crawl over the pages of each role. Numbers that open nothing are said here, each with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest

from app.settings import Settings
from app.wiring import unchecked
from tests.support.databases import database_of
from tests.support.hall import NOBODY, Hall, hall_over
from tests.support.numbers import Figure, figures_of, listed_behind, read_page
from tests.support.reported import IN_SMALL_YEAR, small_year_again
from tests.support.world import CONGRESS, World, local

NOW = local("2026-07-01", 9)
DESK = ("/desk", "/desk/hand-over", "/desk/supervision", "/desk/topics", "/desk/second-round")
STARTS: Mapping[str, tuple[str, ...]] = {
    "committee": ("/overview", "/desk/review", *DESK),
    "chairpersons": ("/lead", "/desk/topics"),
    "supervision": ("/lead", "/desk/supervision"),
    "official": ("/lead",),
    "office": ("/government",),
    "clerk-transport": ("/unit",),
    "head-housing": ("/unit",),
    "wang-fang": ("/mine", "/mine/promises"),
    "reviewer": ("/waiting",),
    NOBODY: (f"/public/{CONGRESS}", f"/public/{CONGRESS}/overdue", f"/congresses/{CONGRESS}"),
}
"""Pages that each of them opens."""
MENU = ("committee", "official", "office", "clerk-transport", "wang-fang")
"""Who opens all that the menu offers as well."""
FIGURES = {"committee": 60, "chairpersons": 6, "official": 10, "office": 3, "clerk-transport": 3}
"""So many numbers at least must be found to be links, or the crawl looks at nothing."""
OF_ALL = re.compile(r"/(public|congresses)/")
"""Figures of the whole congress, the same for everybody: not all of it may be listed in public."""
SUMS = {"/desk/supervision"}
"""Its last row sums columns of which each number opens its list."""


def _play(world: World) -> None:
    """More in hand: late and in time, received and not, a key suggestion with both lights."""
    for day, unit in (("2026-03-02", "transport"), ("2026-06-22", "transport")):
        world.at(day).handed_over(unit, "housing", cosigners=("li-ming",))
    world.at("2026-06-24").handed_over("education")
    world.do("receive", "clerk-education", subject=1)
    world.at("2026-06-25").registered("chen-jing").do(
        "designate_key",
        "chairpersons",
        topic_number=1,
        topic_title="上学路上的安全",
        lead_official="official",
        supervising_leader="supervision",
        decided_on="2026-01-24",
        decided_by="主任会议",
    )
    units = [{"unit": "transport", "kind": "lead"}]
    world.do("hand_over", "committee", assignments=units)
    for person in ("clerk-transport", "office", "committee"):
        world.do("judge_outcome", person, light="blue", month="2026-06")
    world.at("2026-06-26").registered()
    world.raised()


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    folder = tmp_path_factory.mktemp("figures")
    with database_of("sqlite", folder, prepared=IN_SMALL_YEAR) as url:
        settings = Settings(database_url=url, congress=CONGRESS, portal=True)
        with unchecked(settings, clock=lambda: NOW) as services:
            world = small_year_again(services.database).world
            _play(world)
            world.tick("2026-07-01", 8)
            with hall_over(services, [one for one in STARTS if one]) as opened:
                yield opened


class _Visit:
    """One person's way through the pages; each is asked for once."""

    def __init__(self, hall: Hall, person: str) -> None:
        self._client = hall.clients[person]
        self._seen: dict[str, str] = {}

    def page(self, address: str) -> str:
        """What stands there, wherever the address leads."""
        bare = address.partition("#")[0]
        if bare not in self._seen:
            answer = self._client.get(bare, follow_redirects=True)
            assert answer.status_code == 200, (bare, answer.status_code)
            self._seen[bare] = answer.text
        return self._seen[bare]

    def menu(self, address: str) -> list[str]:
        """Where the menu of the page leads."""
        page = read_page(self.page(address))
        navigation = [one for one in page.every() if one.tag == "nav"]
        links = [
            each.attrs["href"] for nav in navigation for each in nav.every() if each.tag == "a"
        ]
        return [one for one in links if re.match(r"/(?!account|static|language)[a-z]", one)]


def _said_why(path: str, figure: Figure) -> bool:
    """Whether there is a reason for a number that opens nothing, and it is right as far as told."""
    if figure.value == 0 or OF_ALL.match(path):
        return True
    if figure.in_heading:
        return figure.lines_below() == figure.value
    return path in SUMS and figure.where.startswith("合计|") and figure.column() == figure.value


@pytest.mark.parametrize("person", STARTS)
def test_every_number_opens_a_list_of_as_many(hall: Hall, person: str) -> None:
    visit, opened = _Visit(hall, person), 0
    asked = dict.fromkeys(
        (*STARTS[person], *(visit.menu(STARTS[person][0]) if person in MENU else ()))
    )
    wrong = []
    for path in asked:
        for figure in figures_of(read_page(visit.page(path))):
            if not figure.href:
                if not _said_why(path, figure):
                    wrong.append((path, figure, "opens nothing"))
                continue
            opened += 1
            listed = listed_behind(visit.page, path, figure.href)
            if listed != figure.value:
                wrong.append((path, figure, f"lists {listed}"))
    assert wrong == []
    assert opened >= FIGURES.get(person, 0)
