"""People, their wishes and leaves on the command line, and what a delegate may do meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command_line import Line, bare_line, line

__all__ = ["bare_line", "line"]

LONG = ("--from", "2026-01-01", "--until", "2035-12-31")
LEAVE = ("person", "leave", "add", "zhao-min", "--delegate", "head-transport")


def _handed_over(line: Line) -> str:
    """A suggestion that waits for 赵敏 of 交通局 to sign for receipt."""
    case = line.drafted()
    line.act("submit", "wang-fang", "2026-01-21T11:00", "--case", case)
    line.act("pass_first_review", "reviewer", "2026-01-22T09:00", "--case", case)
    line.act("register", "committee", "2026-01-22T10:00", "--case", case)
    rows = '[{"unit": "transport", "kind": "lead"}]'
    line.act(
        *("hand_over", "committee", "2026-01-23T10:00", "--case", case),
        *("--set", f"assignments={rows}"),
    )
    return case


def test_a_delegate_finds_it_in_the_inbox_acts_and_the_audit_names_both(line: Line) -> None:
    leave = ("person", "leave", "add", "zhao-min", "--delegate", "office", *LONG)
    assert line.run(*leave, "--reason", "产假", "--json").json["number"] == 1
    case = _handed_over(line)
    inbox = line.run("inbox", "office", "--json").json
    (notice,) = inbox["notices"]["entries"]
    assert notice["subject"].startswith("【代赵敏】请签收交办件")
    waiting = [(one["case"], one["subject"]) for one in inbox["waiting"]]
    assert (case, "assignment:1") in waiting
    shown = line.run("case", "show", case, "--as", "office", "--json").json
    assert "receive" in {one["action"] for one in shown["possible"]}
    line.act("receive", "office", "2026-01-23T11:00", "--case", case, "--subject", "1")
    last = line.run("audit", "show", "--case", case, "--json").json["entries"][-1]
    assert (last["action"], last["actor"]) == ("receive", "office")
    assert last["content"]["stands_in_for"] == "zhao-min"


def test_without_a_leave_the_same_is_refused(line: Line) -> None:
    case = _handed_over(line)
    refused = line.run(
        *("act", "receive", "--as", "office", "--at", "2026-01-23T11:00:00+08:00"),
        *("--case", case, "--subject", "1", "--json"),
    )
    assert refused.json["error"]["code"] == "not-authorized"
    assert line.run("inbox", "office", "--json").json["notices"]["unread"] == 0


def test_wishes_are_changed_one_by_one(line: Line) -> None:
    console = {"BIHUAN_CONSOLE_NOTICES": "1"}
    first = line.run(
        *("person", "prefer", "zhao-min", "--channel", "console", "--digest", "daily"),
        *("--language", "en", "--json"),
        **console,
    )
    wishes = {"person": "zhao-min", "channels": ["console"], "digest": "daily", "language": "en"}
    assert first.json["wishes"] == wishes
    second = line.run("person", "prefer", "zhao-min", "--digest", "at-once", "--json")
    assert second.json["wishes"] == {**wishes, "digest": "at-once"}
    third = line.run(
        *("person", "prefer", "zhao-min", "--every-channel", "--digest", "rules"),
        *("--language", "default", "--json"),
    )
    assert third.json["wishes"] == {
        "person": "zhao-min",
        "channels": [],
        "digest": None,
        "language": None,
    }
    unknown = line.run("person", "prefer", "zhao-min", "--channel", "pigeon", "--json", **console)
    assert (unknown.json["error"]["code"], unknown.code) == ("unknown-channel", 3)
    both = line.run(
        "person", "prefer", "zhao-min", "--channel", "console", "--every-channel", "--json"
    )
    assert (both.json["error"]["code"], both.code) == ("option-invalid", 2)


def test_an_english_reader_has_an_english_inbox(line: Line) -> None:
    line.run("person", "prefer", "zhao-min", "--language", "en")
    _handed_over(line)
    (notice,) = line.run("inbox", "zhao-min", "--json").json["notices"]["entries"]
    assert notice["subject"].startswith("Please sign for receipt")


def test_a_leave_is_listed_ended_and_taken_back(line: Line) -> None:
    line.run(*LEAVE, *LONG)
    later = ("--from", "2036-01-01", "--until", "2036-02-01")
    assert line.run(*LEAVE, *later, "--json").json["number"] == 2
    listed = line.run("person", "leave", "list", "--json").json["leaves"]
    assert [(one["person"], one["number"]) for one in listed] == [("zhao-min", 1), ("zhao-min", 2)]
    on = line.run("person", "leave", "list", "--on", "2036-01-15", "--json").json["leaves"]
    assert [one["number"] for one in on] == [2]
    mine = line.run("person", "leave", "list", "--person", "office", "--json").json["leaves"]
    assert mine == []
    until = ("--until", "2026-03-31")
    ended = line.run("person", "leave", "end", "zhao-min", "1", *until, "--json").json["ended"]
    assert ended["last_day"] == "2026-03-31"
    assert line.run("person", "leave", "end", "zhao-min", "2", "--json").json["ended"] is None
    gone = line.run("person", "leave", "end", "zhao-min", "2", "--json")
    assert (gone.json["error"]["code"], gone.code) == ("unknown-leave", 3)
    shown = line.run("person", "show", "zhao-min", "--json").json
    assert [one["number"] for one in shown["leaves"]] == [1]
    assert shown["person"]["name"] == "赵敏"


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--delegate", "zhao-min", *LONG), 1, "leave-refused"),
        (("--delegate", "ghost", *LONG), 3, "unknown-person"),
        (("--delegate", "office", "--from", "soon", "--until", "2026-01-01"), 2, "option-invalid"),
        (
            ("--delegate", "office", "--from", "2026-02-01", "--until", "2026-01-01"),
            1,
            "leave-refused",
        ),
    ],
)
def test_a_leave_that_cannot_be_is_refused_in_words(
    line: Line, arguments: tuple[str, ...], code: int, told: str
) -> None:
    before = line.dump()
    refused = line.run("person", "leave", "add", "zhao-min", *arguments, "--json")
    assert (refused.code, refused.json["error"]["code"]) == (code, told)
    assert line.dump() == before


def test_a_person_is_shown_for_people_too(line: Line) -> None:
    line.run(*LEAVE, *LONG)
    shown = line.run("person", "show", "head-transport")
    assert "吴越" in shown.out
    assert "赵敏" in shown.out
    assert line.run("person", "show", "ghost").code == 3


FILE = """\
people:
  - code: sun-li
    name: 孙立
    phone: "+86 138-0000-0000"
    addresses: {dingtalk: sl-1, wecom: ""}
    appointments: [{role: unit_clerk, unit: education}]
    preferences: {channels: [email], digest: daily, language: en}
    leaves:
      - {delegate: zhao-min, first_day: 2026-05-01, last_day: 2026-05-03, reason: 年休假}
      - {delegate: office, first_day: 2026-06-01, last_day: 2026-06-03}
"""


def _import(line: Line, folder: Path, text: str) -> object:
    file = folder / "people.yaml"
    file.write_text(text, encoding="utf-8")
    return line.run("import", str(file), "--json").json


def test_a_file_brings_phones_addresses_wishes_and_leaves(line: Line, tmp_path: Path) -> None:
    answer = _import(line, tmp_path, FILE)
    assert isinstance(answer, dict)
    assert [(one["kind"], one["code"], one["outcome"]) for one in answer["rows"]] == [
        ("person", "sun-li", "new"),
        ("preferences", "sun-li", "new"),
        ("leave", "sun-li/1", "new"),
        ("leave", "sun-li/2", "new"),
    ]
    shown = line.run("person", "show", "sun-li", "--json").json
    assert shown["person"]["phone"] == "+86 138-0000-0000"
    assert shown["person"]["addresses"] == {"dingtalk": "sl-1"}
    assert (shown["wishes"]["channels"], shown["wishes"]["digest"]) == (["email"], "daily")
    again = _import(line, tmp_path, FILE.replace("2026-06-03", "2026-06-05"))
    assert isinstance(again, dict)
    assert [one["outcome"] for one in again["rows"]] == ["same", "same", "same", "changed"]
    leaves = line.run("person", "show", "sun-li", "--json").json["leaves"]
    assert [(one["number"], one["last_day"]) for one in leaves] == [
        (1, "2026-05-03"),
        (2, "2026-06-05"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "line_told"),
    [
        ('"+86 138-0000-0000"', '"call me"', ":4:"),
        ("dingtalk: sl-1", "email: sl-1", ":5:"),
        ('addresses: {dingtalk: sl-1, wecom: ""}', "addresses: sl-1", ":5:"),
        ("digest: daily", "digest: hourly", ":7:"),
        ("language: en", "language: fr", ":7:"),
        ("channels: [email]", 'channels: ["E mail"]', ":7:"),
        ("delegate: office", "delegate: ghost", ":10:"),
        ("first_day: 2026-06-01", "first_day: 2026-05-02", ":10:"),
        ("first_day: 2026-06-01, ", "", ":10:"),
    ],
)
def test_a_wrong_person_is_told_with_its_line(
    line: Line, tmp_path: Path, old: str, new: str, line_told: str
) -> None:
    assert old in FILE
    before = line.dump()
    answer = _import(line, tmp_path, FILE.replace(old, new))
    assert isinstance(answer, dict)
    assert answer["error"]["code"] == "rows-refused"
    assert line_told in answer["error"]["facts"]["problems"]
    assert line.dump() == before
