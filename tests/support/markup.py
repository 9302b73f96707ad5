"""Texts that mean harm, put into every place that holds free words, and a reader that finds them.

A page may hold only the elements and attributes that its templates write; whatever else there is
came out of a text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from html.parser import HTMLParser
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import JSON, Engine, Text, select, update

from db.database import reading, writing
from db.searched import SearchIndex
from db.tables import metadata

SEED = 4
SIGN = "zq-"
"""Stands in every payload, so that its way through a page can be followed."""
PRODUCT = "62615533"
"""What comes out when a template language reads a payload."""
PAYLOADS = (
    "<script>zq-1()</script>",
    '"><img src=x onerror=zq-2()>',
    "'><svg/onload=zq-3()>",
    "</textarea></title></script><iframe src=//zq-4.example>",
    "javascript:zq-5()",
    "{{7919*7907}}${7919*7907}<%=7919*7907%>zq-6",
    "&lt;zq-7&gt;&#60;zq-7 onclick=x&#62;",
    "[zq-8](javascript:zq-8()) ![zq-8](//zq-8.example/x)",
    "--><zq-9 zq-9=1><!--",
    "]]><zq-10 xmlns:x='zq-10'/>",
    '" autofocus onfocus=zq-11() x="',
    '=HYPERLINK("//zq-12.example")',
    "*zq-13*|`zq`|<b>zq-13</b>",
)
NOT_WORDS = frozenset(
    {
        *("id", "congress", "case_id", "person", "code", "session", "profile", "state", "kind"),
        *("field", "origin", "number", "number_key", "secrecy", "merged_into", "party", "light"),
        *("refusal_ground", "deputy", "handler", "proposed_unit", "requested_by", "decided_by"),
        *("recorded_by", "drafted_by", "checked_by", "signed_by", "assigned_to", "opened_by"),
        *("answered_by", "judged_by", "month", "form", "rank", "result", "process", "subject"),
        *("clock", "rung", "actor", "action", "previous", "digest", "fingerprint", "series"),
        *("key", "recipient", "stands_in_for", "template", "channel", "notice_id", "bundle"),
        *("lease_by", "message_id", "token_digest", "created_by", "issued_by", "worker"),
        *(
            "level",
            "system",
            "status",
            "role",
            "portfolio",
            "delegate",
            "language",
            "lead_official",
        ),
        *("supervising_leader", "added_by", "removed_by", "account", "csrf", "outcome", "door"),
        *("password", "totp_secret", "issuer", "external_subject", "media_type", "place", "email"),
        *("request_key", "words", "phone", "address", "unit", "channels"),
    }
)
"""Columns that hold names of things and no words; a new column is words until it stands here."""
WORDS_ALL_THE_SAME = frozenset({"indicators.unit", "topics.decided_by"})
KEPT = frozenset(
    {
        *("audit_entries", "audit_heads", "requests", "bulletins", "search_texts", "profiles"),
        *("number_series", "timers", "web_sessions", "api_tokens", "accounts", "attachments"),
    }
)
"""Chained, counted, made from the others, or judged when they come in (names of files)."""
CHINESE = re.compile("[\u4e00-\u9fff]")
WEB = Path(__file__).parents[2] / "web"
JINJA = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
HARMLESS = re.compile(" (?:aria|data)-[a-z-]+$")
"""Names of attributes that templates put together, and that run nothing."""
BARE = ("style", "iframe", "object", "embed", "base", "link", "meta")


def payloads() -> Iterator[str]:
    """One after the other, in an order of chance that is the same every time."""
    shuffled = list(PAYLOADS)
    Random(SEED).shuffle(shuffled)
    return cycle(shuffled)


def poison(database: Engine) -> dict[str, int]:
    """Add a payload to every free text of every row; how many of each column."""
    found: dict[str, int] = {}
    harm = payloads()
    for table in metadata.sorted_tables:
        if table.name in KEPT:
            continue
        meant = [
            one
            for one in table.columns
            if isinstance(one.type, Text | JSON)
            and not (one.primary_key or one.foreign_keys)
            and (one.name not in NOT_WORDS or f"{table.name}.{one.name}" in WORDS_ALL_THE_SAME)
        ]
        keys = list(table.primary_key.columns)
        with reading(database) as connection:
            rows = connection.execute(select(table)).mappings().all()
        for row in rows:
            changed = {one.name: _poisoned(row[one.name], harm) for one in meant}
            changed = {name: value for name, value in changed.items() if value != row[name]}
            if not changed:
                continue
            with writing(database) as connection:
                here = [one == row[one.name] for one in keys]
                connection.execute(update(table).where(*here).values(changed))
            for name in changed:
                found[f"{table.name}.{name}"] = found.get(f"{table.name}.{name}", 0) + 1
    for _ in SearchIndex(database).rebuild():
        pass
    return found


def _poisoned(value: Any, harm: Iterator[str]) -> Any:  # noqa: ANN401  # any value of a row
    """A text with a payload behind it; of a document those texts that are words."""
    if isinstance(value, str):
        return value + next(harm)
    if isinstance(value, Mapping | list):
        return _within(json.loads(json.dumps(value)), harm)
    return value


def _within(value: Any, harm: Iterator[str]) -> Any:  # noqa: ANN401  # any document
    if isinstance(value, str):
        return value + next(harm) if CHINESE.search(value) else value
    if isinstance(value, dict):
        return {name: _within(one, harm) for name, one in value.items()}
    if isinstance(value, list):
        return [_within(one, harm) for one in value]
    return value


class _Elements(HTMLParser):
    """Elements, attributes and texts of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@cache
def written_by_us() -> frozenset[str]:
    """Every element, and every attribute of an element, that our templates and charts write."""
    found: set[str] = set()
    for file in sorted((*WEB.rglob("*.html"), *WEB.rglob("*.py"))):
        source = JINJA.sub(" ", file.read_text(encoding="utf-8"))
        if file.suffix == ".py":
            source = re.sub(r"\{[^{}]*\}", " ", source)
        reader = _Elements()
        reader.feed(source)
        for tag, attributes in reader.elements:
            found |= {tag, *(f"{tag} {name}" for name in attributes)}
    return frozenset(found)


def came_out_of_a_text(page: str) -> list[str]:
    """What of a page none of our templates wrote."""
    reader = _Elements()
    reader.feed(page)
    faults = []
    for tag, attributes in reader.elements:
        parts = {tag, *(f"{tag} {name}" for name in attributes)}
        faults += [one for one in sorted(parts - written_by_us()) if not HARMLESS.search(one)]
        faults += [f"{tag} {one}" for one in attributes if one.startswith("on") or SIGN in one]
        if tag in BARE[:5] or (tag == "script" and "src" not in attributes):
            faults.append(tag)
        for name in ("href", "src", "action", "formaction", "content"):
            value = urlsplit(attributes.get(name, ""))
            led_away = value.scheme not in ("", "mailto", "tel") or SIGN in value.netloc
            if led_away and name != "content":
                faults.append(f"{tag} {name}={attributes[name]}")
    if PRODUCT in page:
        faults.append("a template language read a text")
    return faults


def payloads_in(page: str) -> set[str]:
    """The payloads that a page shows, letter by letter, as texts or as values of fields."""
    reader = _Elements()
    reader.feed(page)
    shown = "".join(reader.texts) + "\n".join(
        value for _, attributes in reader.elements for value in attributes.values()
    )
    return {one for one in PAYLOADS if one in shown}


def forms_in(page: str) -> list[tuple[str, str, dict[str, str], list[str]]]:
    """Method, address, values and names of the fields for words of each form."""
    forms: list[tuple[str, str, dict[str, str], list[str]]] = []
    reader = _Elements()
    reader.feed(page)
    for tag, given in reader.elements:
        name = given.get("name", "")
        if tag == "form":
            forms.append((given.get("method", "get"), given.get("action", ""), {}, []))
        elif not forms or not name:
            continue
        elif tag == "textarea" or (
            tag == "input" and given.get("type", "text") in ("text", "search", "email", "tel")
        ):
            forms[-1][3].append(name)
        elif tag in ("input", "button") and given.get("type") not in ("file", "password"):
            forms[-1][2].setdefault(name, given.get("value", ""))
    return forms
