"""A seeded fuzz of ids: whatever stands in an address, no foreign case speaks and nothing fails.

Ids of other units' and other congresses' cases, of drafts, files, notices, calendars, accounts
and topics, as they are, written otherwise, and next to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import quote, unquote

import pytest
from httpx2 import Response

from app.feeds import issue_feed
from engine.case import Case
from tests.support.databases import KINDS, database_of
from tests.support.rights import PEOPLE, RIGHTS, Rights, marks_in, open_rights
from tests.support.rights_ids import BAD, others, references
from tests.support.rights_matrix import Book
from tests.support.rights_routes import Whose, routes_of, rule_of
from tests.support.two_congresses import OTHER
from tests.support.world import CONGRESS

SEED = 20_240_607
CURIOUS = ("clerk-education", "li-ming", "second-official", "chen-jing", "keeper")
"""Who sees some cases and not others, and who sees none."""
NAMES: dict[str, tuple[str, ...]] = {
    "number": ("1", "2", "0", "99", "99999999999999999999", "1e3", "\uff11", "0x1"),
    "code": (CONGRESS, OTHER, "wang-fang", "clerk-finance", "nobody", "new"),
    "person": (*PEOPLE, "nobody", "new"),
    "what": ("password", "disable", "sessions", "x"),
    "name": ("all", "mine", "late", "review", "in-hand", "divide", "led", "app.css", "nowhere"),
    "action": ("close", "rate", "draft", "hand_over", "merge", "nothing", "draft_reply"),
    "step": ("title", "check", "nothing"),
    "year": ("2026", "0", "10000", "-1"),
    "month": ("2026-05", "2026-13", "0000-00"),
    "day": ("2026-01-01", "2026-02-30", "0001-01-01", "9999-12-31"),
    "language": ("zh", "en", "fr"),
    "digest": ("0", "a" * 64),
    "version": ("v1", "v0", "v2", "v999999", "1"),
}
QUERIES: dict[str, tuple[str, ...]] = {
    "/api/v1/in-hand": ("unit", "state", "topic", "after", "scope", "machine"),
    "/cases": ("q", "unit", "after", "state", "field", "stage", "kind", "sort", "late"),
    "/api/v1/suggestions": ("unit", "deputy", "after", "state", "field", "session", "key", "sort"),
    "/api/v1/search": ("text", "after", "limit"),
    "/similar": ("title",),
    "/api/v1/notices": ("after", "limit"),
    "/inbox": ("after", "unread"),
    "/api/v1/reports/outcome/2026-05": ("after", "limit"),
    "/api/v1/reports/funnel": ("session",),
    "/api/v1/people": ("role", "unit", "name", "after"),
    "/overview/cases": ("figure", "session", "after"),
    "/unit/list/in-hand": ("unit", "state", "topic", "light", "page", "sort"),
    "/lead/list/led": ("unit", "state", "topic", "page"),
    "/api/v1/audit": ("case", "person", "after"),
    "/admin/audit": ("case", "person", "action", "before", "since"),
    "/admin/notices": ("after",),
    "/mine": ("after", "state"),
    f"/public/{CONGRESS}/suggestions": ("after",),
}
PUBLIC = {"open": {"标", "文"}, "author_hidden": {"标", "文"}, "summary": {"标"}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fuzz:
    """The congress, and what may be told to whom."""

    rights: Rights
    book: Book
    rng: Random

    def unseen(self, person: str) -> list[Case]:
        """What the person must not learn of, drafts and the other congress among it."""
        return [one for one in self.rights.cases if not self.book.visible(person, one)]

    def check(self, person: str, answer: Response) -> None:
        """No failure, no mark of what may not be read, no id but those that were asked for."""
        asked = str(answer.request.url)
        assert answer.status_code < 500, (person, asked, answer.text[:300])
        public = "/public/" in asked or "/congresses/" in asked
        for sign, name in marks_in(answer.text):
            case = self.rights.named(name)
            may = self.book.marks(person, case)
            if public and case.registered_at is not None and case.congress == CONGRESS:
                may |= PUBLIC.get(case.secrecy, set())
            assert sign in may, (person, asked, sign, name)
        if public or asked.partition("?")[0].endswith("/audit"):
            # Whoever searches the whole history is told in which case something was done.
            return
        told = set(re.findall(r"(?<![\w-])(?:case|more|abroad)-\d+(?![\w-])", answer.text))
        allowed = {one.id for one in self.rights.cases if self.book.visible(person, one)}
        twice = unquote(unquote(asked))
        assert {one for one in told - allowed if one not in twice} == set(), (person, asked)

    def values(self, name: str, person: str) -> Iterator[str]:
        """What to put in place of a parameter."""
        if name in ("ref", "reference"):
            yield from references(self.unseen(person), self.rng, 3)
            yield from references(self.rights.here, self.rng, 1)
            yield self.rng.choice(BAD)
        else:
            yield from others(NAMES[name], self.rng, 3)


@pytest.fixture(scope="module", params=KINDS)
def fuzz(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Fuzz]:
    folder = tmp_path_factory.mktemp("rights")
    with (
        database_of(request.param, folder, prepared=RIGHTS) as url,
        open_rights(url, folder / "files") as rights,
    ):
        book = Book(directory=rights.services.directory(CONGRESS))
        # Other ids on each: together they try twice as many.
        yield Fuzz(rights=rights, book=book, rng=Random(f"{SEED} {request.param}"))


def _sent(method: str, path: str) -> dict[str, Any]:
    if method == "GET":
        return {}
    if path.startswith("/api/"):
        reason: dict[str, Any] = {"params": {"reason": "说明"}}
        return reason if method == "DELETE" else {"json": {"form": {"reason": "说明"}}}
    return {"data": {"reason": "说明", "step": "draft", "f-reason": "说明"}}


def test_no_id_in_an_address_opens_what_is_not_ones_own(fuzz: Fuzz) -> None:
    tried = marked = 0
    for method, path in routes_of(fuzz.rights.application):
        names = [one for one in re.findall(r"{(\w+)}", path) if one not in ("token", "notice")]
        rule = rule_of(method, path)
        if not names or rule is None:
            continue
        closed = rule.whose in (Whose.READERS, Whose.FILES)
        for person in [*fuzz.rng.sample(CURIOUS, 3 if closed else 1), "keeper"]:
            for values in zip(*(fuzz.values(one, person) for one in names), strict=False):
                at = path
                for name, value in zip(names, values, strict=True):
                    at = at.replace(f"{{{name}}}", value)
                answer = fuzz.rights.ask(person, at, method, **_sent(method, path))
                fuzz.check(person, answer)
                tried += 1
                marked += bool(marks_in(answer.text))
    assert tried > 500
    assert marked, "the fuzz found nothing to read at all"


def test_no_filter_and_no_word_brings_forth_what_is_not_ones_own(fuzz: Fuzz) -> None:
    cursors = _cursors(fuzz.rights)
    for path, parameters in QUERIES.items():
        for name in parameters:
            for person in CURIOUS[:2] + CURIOUS[-1:]:
                known = [one.id for one in fuzz.unseen(person)] + ["transport", "5-2", "关于", "1"]
                values = cursors if name == "after" else known
                asked = next(others(values, fuzz.rng, 1))
                more = "figure=step.submitted" if path == "/overview/cases" else ""
                more = "text=标" if path.endswith("/search") and name != "text" else more
                fuzz.check(person, fuzz.rights.ask(person, f"{path}?{name}={asked}&{more}"))


def _cursors(rights: Rights) -> Sequence[str]:
    """Cursors of somebody who sees more."""
    found = []
    for path in (
        *("/api/v1/suggestions?limit=2", "/api/v1/suggestions?limit=2&sort=due"),
        *("/api/v1/search?text=标&limit=2", "/api/v1/notices?limit=2"),
        "/api/v1/reports/outcome/2026-05?limit=1",
    ):
        following = rights.ask("committee", path).json()["next"]
        if following:
            found.append(following)
    assert len(found) > 2
    return found


def test_another_ones_cursor_shows_nothing_that_ones_own_would_not(fuzz: Fuzz) -> None:
    for cursor in _cursors(fuzz.rights):
        for path in (
            "/api/v1/suggestions",
            "/api/v1/search",
            "/api/v1/notices",
            "/inbox",
            "/cases",
        ):
            for person in CURIOUS[:2]:
                at = f"{path}?after={quote(cursor)}&text=标"
                fuzz.check(person, fuzz.rights.ask(person, at))


def test_a_notice_is_its_recipients_alone(fuzz: Fuzz) -> None:
    mine = fuzz.rights.ask("committee", "/api/v1/notices?limit=200").json()
    assert mine["unread"] > 2
    notices = [one["id"] for one in mine["items"]]
    for person in CURIOUS:
        for notice in (*notices[:2], *others(notices, fuzz.rng, 3)):
            at = f"/api/v1/notices/{notice}/read"
            fuzz.check(person, fuzz.rights.ask(person, at, "POST"))
            fuzz.check(person, fuzz.rights.ask(person, "/inbox", "POST", data={"notice": notice}))
    assert fuzz.rights.ask("committee", "/api/v1/notices").json()["unread"] == mine["unread"]
    own = fuzz.rights.ask("clerk-transport", "/api/v1/notices").json()["items"]
    assert own
    after = fuzz.rights.ask("clerk-transport", f"/api/v1/notices?after={notices[0]}").json()
    assert after["items"] == [], "the place of somebody else's notice in time is nobody's business"


def test_a_calendar_opens_by_its_own_token_only(fuzz: Fuzz) -> None:
    made = issue_feed(
        fuzz.rights.services, CONGRESS, "committee", label="测试", actor="setup", reason="测试"
    )
    token = made.url.rpartition("/")[2].removesuffix(".ics")
    opened = fuzz.rights.ask("", f"/feeds/{token}.ics")
    assert (opened.status_code, "BEGIN:VCALENDAR" in opened.text) == (200, True)
    near = (
        token[:-1],
        token + "a",
        token.swapcase(),
        quote(token + " "),
        made.feed.id,
        "committee",
    )
    for other in (*near, *BAD):
        answer = fuzz.rights.ask("clerk-education", f"/feeds/{other}.ics")
        assert answer.status_code in (404, 422), other
        assert not marks_in(answer.text)


def test_no_row_of_a_bulk_and_no_form_names_what_is_not_ones_own(fuzz: Fuzz) -> None:
    for person in CURIOUS:
        names = [unquote(one) for one in references(fuzz.unseen(person), fuzz.rng, 30)]
        usable = [one[:60] for one in names if one.isprintable()]
        rows: list[dict[str, Any]] = [
            {"case": one, "action": "withdraw", "form": {"reason": "说明"}} for one in usable
        ]
        for dry in ("", "?dry_run=true"):
            answer = fuzz.rights.ask(person, f"/api/v1/actions{dry}", "POST", json={"rows": rows})
            assert answer.status_code == 200, answer.text
            for one in answer.json()["items"]:
                told = one["problem"] or {}
                name = usable[one["row"]]
                seen = [each for each in fuzz.rights.here if name in (each.id, each.number)]
                if not seen or not fuzz.book.visible(person, seen[0]):
                    assert told.get("code") == "unknown-case", (person, name, one)
            assert not {name for _, name in marks_in(answer.text)}
