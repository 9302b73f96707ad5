"""`bihuan feed`: an address shown once, listed without its token, ended by id."""

from __future__ import annotations

import logging
from pathlib import Path

import vobject

from app.log import WithoutTokens
from tests.support.command_line import Line, bare_line, line

__all__ = ["bare_line", "line"]


def test_an_address_is_given_out_listed_and_ended(line: Line) -> None:
    made = line.run("feed", "issue", "wang-fang", "--label", "手机", "--json").json
    assert made["url"].startswith("http://127.0.0.1:8000/feeds/")
    token = made["url"].rpartition("/")[2].removesuffix(".ics")
    listed = line.run("feed", "list", "--json")
    assert token not in listed.out
    (row,) = listed.json["feeds"]
    assert (row["id"], row["person"], row["label"]) == (made["id"], "wang-fang", "手机")
    assert row["revoked_at"] is None
    ended = line.run("feed", "revoke", made["id"], "--reason", "手机丢失", "--json")
    assert ended.json == {"revoked": [made["id"]]}
    assert line.run("feed", "list", "--json").json["feeds"][0]["revoked_at"] is not None
    assert token not in line.dump()


def test_the_address_is_the_public_one(line: Line) -> None:
    made = line.run(
        "feed", "issue", "wang-fang", "--json", BIHUAN_PUBLIC_URL="https://rd.example.org/bihuan/"
    )
    assert made.json["url"].startswith("https://rd.example.org/bihuan/feeds/")


def test_what_cannot_be_is_refused(line: Line) -> None:
    made = line.run("feed", "issue", "wang-fang", "--json").json
    cases = (
        (("issue", "nobody"), 3, "unknown-person"),
        (("issue", "wang-fang", "--actor", "nobody"), 3, "unknown-person"),
        (("revoke", "%"), 3, "unknown-feed"),
        (("revoke", made["id"][:6]), 3, "unknown-feed"),
        (("revoke",), 2, "option-invalid"),
        (("revoke", made["id"], "--person", "wang-fang"), 2, "option-invalid"),
        (("revoke", "--person", "nobody"), 3, "unknown-person"),
        (("write", "nobody", "out.ics"), 3, "unknown-person"),
    )
    for arguments, exit_code, code in cases:
        told = line.run("feed", *arguments, "--json")
        assert (told.code, told.json["error"]["code"]) == (exit_code, code)
    assert line.run("feed", "revoke", "--person", "wang-fang").code == 0
    assert line.run("feed", "revoke", made["id"]).code == 3


def test_the_same_calendar_as_a_file(line: Line, tmp_path: Path) -> None:
    line.drafted()
    file = tmp_path / "new" / "wang-fang.ics"
    assert line.run("feed", "write", "wang-fang", str(file)).code == 0
    event = vobject.readOne(file.read_text(encoding="utf-8")).vevent
    assert "起草期限" in event.summary.value
    english = line.run("feed", "write", "wang-fang", str(file), "--lang", "en", "--json")
    assert english.json["bytes"] == len(file.read_bytes())
    assert "Drafting" in file.read_text(encoding="utf-8")


def test_the_access_log_tells_no_token() -> None:
    given = ("127.0.0.1:1", "GET", "/feeds/secret.ics?lang=en", "1.1", 200)
    record = logging.LogRecord("uvicorn.access", logging.INFO, "", 1, "%s", given, None)
    assert WithoutTokens().filter(record)
    assert record.args == ("127.0.0.1:1", "GET", "/feeds/…", "1.1", 200)
