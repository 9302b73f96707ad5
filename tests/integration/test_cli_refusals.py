"""What may not be done: each refusal has its own code and exit code, and nothing is changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command_line import DRAFT, Line, bare_line, line

__all__ = ["bare_line", "line"]

SUBMIT = ("act", "submit", "--case", "CASE")


@pytest.mark.parametrize(
    ("arguments", "code", "ends"),
    [
        ((*SUBMIT, "--as", "li-ming"), "not-authorized", 1),
        (("act", "register", "--case", "CASE", "--as", "committee"), "not-allowed", 1),
        (("act", "draft", "--as", "wang-fang", "--set", "title=短"), "form-incomplete", 1),
        ((*SUBMIT, "--as", "wang-fang", "--set", "colour=red"), "form-invalid", 1),
        ((*SUBMIT, "--as", "wang-fang", "--expect-version", "7"), "stale-case", 4),
        (
            ("act", "submit", "--case", "CASE", "--as", "wang-fang", "--request-key", "first"),
            "request-key-reused",
            4,
        ),
        (("act", "submit", "--case", "第9号", "--as", "wang-fang"), "unknown-case", 3),
        ((*SUBMIT, "--as", "nobody"), "unknown-person", 3),
        (("act", "receive", "--case", "CASE", "--as", "zhao-min"), "unknown-subject", 3),
        (("act", "dance", "--case", "CASE", "--as", "wang-fang"), "unknown-action", 3),
        (("act", "submit", "--as", "wang-fang"), "option-invalid", 2),
        ((*SUBMIT,), "option-invalid", 2),
        ((*SUBMIT, "--as", "wang-fang", "--set", "nonsense"), "option-invalid", 2),
        ((*SUBMIT, "--as", "wang-fang", "--form", "nowhere.yaml"), "file-unreadable", 2),
        ((*SUBMIT, "--as", "wang-fang", "--at", "gestern"), "option-invalid", 2),
        (("inbox", "nobody"), "unknown-person", 3),
        (("case", "show", "第9号"), "unknown-case", 3),
        (("case", "list", "--after", "zzz"), "invalid-value", 1),
        (("--congress", "nowhere", "case", "list"), "unknown-congress", 3),
    ],
)
def test_a_refusal_has_its_code_and_changes_nothing(
    line: Line, arguments: tuple[str, ...], code: str, ends: int
) -> None:
    case = line.drafted()
    before = line.dump()
    given = [case if one == "CASE" else one for one in arguments]
    machine = line.run(*given, "--json")
    assert (machine.json["error"]["code"], machine.code) == (code, ends)
    assert machine.json["exit"] == ends
    people = line.run(*given)
    assert people.code == ends
    assert people.err.count(f"[{code}]") == 2
    assert people.out == ""
    assert line.dump() == before


def test_the_same_request_key_twice_gets_the_first_answer(line: Line) -> None:
    line.drafted()
    first = line.act("submit", *_second_of(line)).json["receipt"]
    before = line.dump()
    again = line.act("submit", *_second_of(line)).json["receipt"]
    assert again == {**first, "first": False}
    assert line.dump() == before


def _second_of(line: Line) -> tuple[str, ...]:
    case = line.run("case", "list", "--json").json["lines"][0]["id"]
    return ("wang-fang", "2026-01-21T11:00", "--case", case, "--request-key", "second")


def test_the_time_may_be_given_only_where_the_setting_allows_it(line: Line) -> None:
    refused = line.run(
        *("act", "draft", "--as", "wang-fang", "--at", "2026-01-21T10:00", *DRAFT, "--json"),
        BIHUAN_ALLOW_TIME_TRAVEL="0",
    )
    assert refused.json["error"]["code"] == "time-travel-refused"
    assert line.run("case", "list", "--json").json["total"] == 0


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("- {case: a, colour: red}", "colour"),
        ("- just words", "row 1"),
        ("- {case: a, subject: one}", "subject"),
        ("case: a", "list"),
        ("- {case: a, case: b}", ":1:"),
    ],
)
def test_a_batch_that_cannot_be_read_is_refused_whole(
    line: Line, tmp_path: Path, text: str, named: str
) -> None:
    file = tmp_path / "batch.yaml"
    file.write_text(text, encoding="utf-8")
    before = line.dump()
    refused = line.run("act", "submit", "--as", "wang-fang", "--batch", str(file), "--json")
    assert (refused.json["error"]["code"], refused.code) == ("file-unreadable", 2)
    assert named in refused.json["error"]["en"]
    assert line.dump() == before


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("BIHUAN_PORT", "80a"),
        ("BIHUAN_PORT", "70000"),
        ("BIHUAN_LANGUAGE", "fr"),
        ("BIHUAN_DATABASE_URL", "mysql://host/db"),
        ("BIHUAN_CONSOLE_NOTICES", "perhaps"),
        ("BIHUAN_SMTP_HOST", "mail.example.org"),
        ("BIHUAN_DATABSE_URL", "sqlite:///misspelt.db"),
    ],
)
def test_a_bad_setting_is_named_in_both_languages(line: Line, setting: str, value: str) -> None:
    refused = line.run("case", "list", "--json", **{setting: value})
    assert (refused.json["error"]["code"], refused.code) == ("setting-invalid", 2)
    named = "BIHUAN_SMTP_SENDER" if setting == "BIHUAN_SMTP_HOST" else setting
    assert named in refused.json["error"]["zh"]
    assert named in refused.json["error"]["en"]


def test_a_password_in_an_address_is_never_shown(line: Line) -> None:
    url = "postgresql://bihuan:geheim@127.0.0.1:1/bihuan"
    refused = line.run("case", "list", BIHUAN_DATABASE_URL=url)
    assert refused.code == 6
    assert "geheim" not in refused.err + refused.out
    misspelt = line.run("case", "list", BIHUAN_DATABASE_URL="postgres:bihuan:geheim@host")
    assert misspelt.code == 2
    assert "geheim" not in misspelt.err + misspelt.out


def test_what_nobody_expected_ends_with_seventy(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object, **_named: object) -> object:
        raise RuntimeError("the moon fell down")

    monkeypatch.setattr("app.cli.cases.list_cases", broken)
    told = line.run("case", "list")
    assert told.code == 70
    assert "the moon fell down" in told.err
    assert "Traceback" not in told.err
    assert "Traceback" in line.run("--debug", "case", "list").err
    assert line.run("case", "list", "--json").json["error"]["code"] == "unexpected"


def test_a_text_cannot_play_with_the_terminal(line: Line) -> None:
    draft = [one.replace("text=", "text=\x1b[2J\x1b]0;x\x07") for one in DRAFT]
    made = line.run("act", "draft", "--as", "wang-fang", *draft, "--json")
    if made.code == 0:
        words = line.run("case", "show", made.json["receipt"]["case"]).out
        assert "\x1b" not in words
    else:
        assert made.json["error"]["code"] == "form-invalid"


def test_a_field_without_a_value_is_emptied(line: Line) -> None:
    case = line.drafted()
    edit = ("act", "edit", "--case", case, "--as", "wang-fang", "--json")

    def keywords() -> object:
        return line.run("case", "show", case, "--json").json["case"]["keywords"]

    for given, kept in (("keywords=过街、校园", ["过街", "校园"]), ("keywords=", [])):
        assert line.run(*edit, "--set", given).code == 0
        assert keywords() == kept
    refused = line.run(*edit, "--set", "title=")
    assert (refused.code, refused.json["error"]["code"]) == (1, "form-invalid")
