"""Markup, scripts, formulas and template signs in every text: shown as what they are, everywhere.

Fields are those that the rules, the API and the pages' own forms offer, columns those of the
tables, routes those that are served: a new one is swept by itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from fastapi.testclient import TestClient
from icalendar import Calendar

from app.doors import application_of
from app.feeds import issue_feed
from app.wiring import unchecked
from engine.profile import FieldType
from tests.support.command_line import Line
from tests.support.databases import sqlite_url
from tests.support.markup import (
    PAYLOADS,
    PRODUCT,
    SIGN,
    came_out_of_a_text,
    forms_in,
    payloads,
    payloads_in,
    poison,
)
from tests.support.rights import KEEPER, PEOPLE, RIGHTS, Rights, open_rights
from tests.support.rights_routes import address, routes_of, rule_of
from tests.support.two_congresses import NOW
from tests.support.world import CONGRESS

CASES = 3
READERS = ("", KEEPER, "committee-head", "wang-fang", "clerk-transport", "official", "office")
ACT = re.compile(r"/cases/[^/]+/act/([a-z_]+)")
WORDS = (FieldType.TEXT, FieldType.LONG_TEXT)
ROWS = (FieldType.ASSIGNMENTS, FieldType.COMMITMENTS, FieldType.INDICATORS)
PLAIN = frozenset({"month", "topic_number"})
"""Texts of a form of their own, which takes no other."""


@dataclass(slots=True, kw_only=True)
class Swept:
    """What went in and what came out."""

    rights: Rights
    reports: Path
    columns: dict[str, int]
    sent: dict[str, set[str]] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    readers: set[str] = field(default_factory=set)

    def everything(self) -> dict[str, str]:
        """The pages of all readers."""
        for one in READERS:
            if one not in self.readers:
                _read_everything(self, one)
        return self.pages


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Swept]:
    """Every action done once with payloads in its fields, then a payload in every free text."""
    folder = tmp_path_factory.mktemp("markup")
    with (
        sqlite_url(folder, prepared=RIGHTS) as url,
        open_rights(url, folder / "files") as before,
    ):
        made = Swept(rights=before, reports=folder / "reports", columns={})
        _report(made, "before")
        _act_on_everything(made)
        made.columns = poison(before.services.database)
        # Directories are kept as they were read: somebody else opens the house anew.
        with unchecked(before.services.settings, clock=lambda: NOW) as services:
            application = application_of(services)
            with TestClient(
                application, follow_redirects=False, raise_server_exceptions=False
            ) as client:
                made.rights = replace(
                    before, application=application, services=services, client=client
                )
                yield made


def _report(swept: Swept, name: str) -> None:
    """The annual report as the command line writes it."""
    url = swept.rights.services.settings.database_url
    line = Line(file=Path(url.removeprefix("sqlite:///")))
    out = ("--out", str(swept.reports / name))
    done = line.run("report", "annual", *out, BIHUAN_CONGRESS=CONGRESS)
    assert done.code == 0, done.err


def _act_on_everything(swept: Swept) -> None:
    """Each action that anybody may do now, with a payload in each of its fields for words."""
    rights, harm = swept.rights, payloads()
    for person in PEOPLE:
        if person == KEEPER:
            continue
        for one in rights.ask(person, "/api/v1/actions").json()["items"]:
            _act(swept, person, "/api/v1/suggestions", one, harm)
        for case in rights.here:
            answer = rights.ask(person, f"/api/v1/suggestions/{case.id}/actions")
            for one in answer.json().get("items", ()):
                where = f"/api/v1/suggestions/{case.id}/actions/{one['action']}"
                _act(swept, person, where, one, harm)


def _act(swept: Swept, person: str, where: str, form: dict[str, Any], harm: Iterator[str]) -> None:
    action = form["action"]
    words = {one["name"] for one in form["fields"] if one["type"] in (*WORDS, *ROWS)}
    if swept.statuses.get(action) in (200, 201) or not words - PLAIN:
        return
    body: dict[str, Any] = {
        "form": {one["name"]: _value(one, harm) for one in form["fields"] if _is_filled(one)}
    }
    body |= {"subject": form["subject"]} if form["subject"] is not None else {}
    body |= {"action": action} if where.endswith("/suggestions") else {}
    answer = swept.rights.ask(person, where, "POST", json=body)
    assert answer.headers["content-type"].startswith(("application/json", "application/problem"))
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.status_code < 500, answer.text
    swept.sent.setdefault(action, set()).update(words)
    swept.statuses[action] = answer.status_code


def _is_filled(one: dict[str, Any]) -> bool:
    return one["required"] or one["type"] in (*WORDS, *ROWS)


def _value(one: dict[str, Any], harm: Iterator[str]) -> object:
    kind, codes = FieldType(one["type"]), [choice["value"] for choice in one["choices"]]
    if one["name"] in PLAIN or kind is FieldType.INTEGER:
        return "2026-05" if one["name"] == "month" else 7
    if kind in WORDS:
        return f"{next(harm)}{next(harm)}"[: one["max_length"]]
    if kind is FieldType.ASSIGNMENTS:
        return [{"unit": codes[-1], "kind": "lead", "reason": next(harm)}]
    if kind is FieldType.COMMITMENTS:
        return [{"text": next(harm), "due_on": "2026-12-01"}]
    if kind is FieldType.INDICATORS:
        return [{"label": next(harm), "quantity": 3, "unit": next(harm)[:20], "text": next(harm)}]
    made: dict[FieldType, object] = {
        FieldType.DATE: "2026-06-11",
        FieldType.BOOLEAN: True,
        FieldType.PERIOD: {"months": 1},
        FieldType.CASE: "第3号",
        FieldType.PERSONS: codes[:1],
    }
    return made.get(kind, codes[0] if codes else "transport")


def _addresses(rights: Rights, person: str) -> Iterator[str]:
    """What is asked for: every route, and for those of a case several cases."""
    cases = [one.id for one in rights.here[::7][:CASES]]
    for method, path in routes_of(rights.application):
        rule = rule_of(method, path)
        if method != "GET" or rule is None:
            continue
        if not _looks(path, person):
            continue
        of_cases = "{ref}" in path or "{reference}" in path
        if of_cases and person in ("official", "office"):
            continue
        for case in cases if of_cases else ("",):
            yield address(path, rule, ref=case, reference=case)


def _looks(path: str, person: str) -> bool:
    """Whether it is worth asking: one of each kind of visitor."""
    if path.startswith("/admin"):
        return person == KEEPER
    if path.startswith(("/public", "/congresses", "/static", "/healthz", "/readyz", "/metrics")):
        return person == ""
    if path.startswith("/api/"):
        return person in ("committee-head", "clerk-transport")
    return person not in ("", KEEPER)


def _read_everything(swept: Swept, person: str) -> dict[str, str]:
    """Every page of every route, and the forms of actions to which they lead; what was wrong."""
    swept.readers.add(person)
    faults: dict[str, str] = {}
    seen: set[str] = set()
    waiting = list(_addresses(swept.rights, person))
    while waiting:
        where = waiting.pop(0)
        answer = swept.rights.ask(person, where)
        kind = answer.headers.get("content-type", "")
        if kind.startswith("text/html"):
            swept.pages[f"{person} {where}"] = answer.text
            wrong = came_out_of_a_text(answer.text)
            if wrong:
                faults[f"{person} {where}"] = f"{sorted(set(wrong))[:6]}"
            for found in ACT.finditer(answer.text):
                if found[1] not in seen:
                    seen.add(found[1])
                    waiting.append(found[0])
        elif "json" in kind:
            json.loads(answer.text)
        elif answer.content:
            assert kind.startswith(("text/css", "text/javascript", "text/plain", "image/")) or (
                "attachment" in answer.headers.get("content-disposition", "")
            ), where
    return faults


@pytest.mark.parametrize("around", ["<p>{}</p>", '<input value="{}">', "<a href='{}'>x</a>"])
def test_the_reader_finds_what_is_not_escaped(around: str) -> None:
    found = {one for one in PAYLOADS if came_out_of_a_text(around.format(one))}
    assert found >= {one for one in PAYLOADS if one.startswith(FIND_OUT[around])}
    assert came_out_of_a_text(around.format("x")) == []


FIND_OUT = {
    "<p>{}</p>": ("<script", '">', "</textarea", "-->", "]]>", "'>"),
    '<input value="{}">': ('">', '" autofocus'),
    "<a href='{}'>x</a>": ("'>", "javascript:"),
}


def test_every_field_for_words_took_payloads(swept: Swept) -> None:
    taken = {name for name, status in swept.statuses.items() if status in (200, 201)}
    refused = {name: status for name, status in swept.statuses.items() if name not in taken}
    assert len(taken) >= 25, refused
    assert len(refused) <= 8, refused
    assert sum(len(one) for one in swept.sent.values()) >= 30
    assert len(swept.columns) >= 25, swept.columns
    assert {"suggestions.title", "people.name", "units.name", "replies.text"} <= set(swept.columns)


@pytest.mark.parametrize("person", READERS)
def test_no_page_holds_an_element_that_its_template_did_not_write(
    swept: Swept, person: str
) -> None:
    assert _read_everything(swept, person) == {}


def test_the_payloads_are_shown_as_what_they_are(swept: Swept) -> None:
    pages = swept.everything()
    assert len(pages) > 100
    assert set().union(*(payloads_in(one) for one in pages.values())) == set(PAYLOADS)
    assert len([one for one, text in pages.items() if SIGN in text]) > 60


def test_what_was_typed_into_a_form_comes_back_as_it_was(swept: Swept) -> None:
    """Forms as the pages show them, with a payload in each field for words, and all the buttons."""
    harm, tried, echoed, faults = payloads(), set(), 0, {}
    for key, page in swept.everything().items():
        person = key.partition(" ")[0]
        for method, action, values, names in forms_in(page):
            shape = (method, re.sub(r"/cases/[^/]+", "/cases/x", action), tuple(names))
            if not names or shape in tried or action == "/sign-out":
                continue
            tried.add(shape)
            where = action or key.partition(" ")[2]
            typed = {**values, **{name: next(harm) for name in names}}
            more = {"data": typed} if method == "post" else {"params": typed}
            answer = swept.rights.ask(person, where, method.upper(), **more)
            assert answer.status_code < 500, (where, answer.text)
            if answer.headers.get("content-type", "").startswith("text/html"):
                wrong = came_out_of_a_text(answer.text)
                echoed += bool(payloads_in(answer.text))
                if wrong:
                    faults[f"{person} {where}"] = sorted(set(wrong))[:6]
    assert faults == {}
    assert len(tried) > 15
    assert echoed > 10


def test_a_paper_holds_texts_and_nothing_that_a_text_made(swept: Swept) -> None:
    _report(swept, "after")
    (old,), (new,) = ((swept.reports / one).glob("*.docx") for one in ("before", "after"))
    assert {one.tag for one in Document(str(new)).element.iter()} <= {
        one.tag for one in Document(str(old)).element.iter()
    }
    said = "".join(one.text or "" for one in Document(str(new)).element.iter())
    assert len({one for one in PAYLOADS if one in said}) >= 5
    (paper,) = (swept.reports / "after").glob("*.md")
    text = paper.read_text(encoding="utf-8")
    assert SIGN in text
    assert re.findall(r"(?<!\\)(?:<[a-z/!]|\]\(javascript)", text) == []
    assert not [one for one in text.splitlines() if one.startswith("=")]


def test_a_calendar_holds_no_line_that_a_text_made(swept: Swept) -> None:
    services = swept.rights.services
    fed = issue_feed(
        services, CONGRESS, "clerk-transport", label="手机", actor="keeper", reason="订阅"
    )
    answer = swept.rights.client.get(f"/feeds/{fed.url.rpartition('/')[2]}")
    calendar = Calendar.from_ical(answer.content)
    events = [one for one in calendar.walk() if one.name == "VEVENT"]
    assert events
    assert any(SIGN in str(one["SUMMARY"]) for one in events)
    assert {name for one in events for name in one} <= KNOWN_TO_CALENDARS
    assert PRODUCT not in answer.text


KNOWN_TO_CALENDARS = {
    *("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "STATUS", "SEQUENCE"),
    *("TRANSP", "CLASS", "URL", "CATEGORIES", "LAST-MODIFIED", "CREATED"),
}
