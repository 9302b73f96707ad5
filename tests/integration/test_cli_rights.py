"""`workflow matrix` and `case readers`: who may do what, and who has read what."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

from app.house import HouseOfRows
from app.settings import Settings
from app.wiring import unchecked
from tests.support.command_line import Line, bare_line, line
from tests.support.world import shipped_profile
from web.gate import Visitor

__all__ = ["bare_line", "line"]
NOW = datetime(2026, 1, 22, 2, 0, tzinfo=UTC)


def test_the_matrix_has_every_action_and_role_of_the_profile(bare_line: Line) -> None:
    matrix = bare_line.run("workflow", "matrix", "zhejiang-county", "--json").json
    profile = shipped_profile()
    assert matrix["roles"] == list(profile.roles)
    given = {(one["machine"], one["name"]): one["roles"] for one in matrix["actions"]}
    said = {
        (machine.name, action.name): {grant.role for grant in action.by}
        for machine in profile.machines.values()
        for action in machine.actions.values()
    }
    assert {key: set(roles) for key, roles in given.items()} == said
    assert given["suggestion", "rate"] == {"deputy": ["rater"]}
    reading = {one["name"]: one["roles"] for one in matrix["reading"]}
    assert reading["whole"]["unit_clerk"] == ["unit"]
    assert reading["by_secrecy"]["deputy"] == ["any@registered", "delegation@submitted"]
    assert not {one for one in reading["ratings"] if one.startswith("unit_")}


def test_the_matrix_as_a_page_says_which_relation_is_needed(line: Line) -> None:
    page = line.run("workflow", "matrix").out
    assert page == line.run("workflow", "matrix", "zhejiang-county/v1").out
    (row,) = [one for one in page.splitlines() if one.endswith(" |") and "`rate` |" in one]
    assert row.split(" | ")[1:3] == ["待评价 yet to rate", "—"]
    assert "## 阅读 Reading" in page


def test_an_unknown_profile_has_no_matrix(bare_line: Line) -> None:
    assert bare_line.run("workflow", "matrix", "no-such").code == 3


def test_readers_of_a_case_that_is_not_open_are_listed(line: Line) -> None:
    case = line.drafted()
    with closing(sqlite3.connect(line.file)) as opened, opened:
        opened.execute("UPDATE suggestions SET secrecy = 'closed'")
    settings = Settings(database_url=f"sqlite:///{line.file}")
    with unchecked(settings, clock=lambda: NOW) as services:
        visitor = Visitor(
            congress="linxi", person="wang-fang", name="王芳", roles=frozenset({"deputy"})
        )
        HouseOfRows(services).case(visitor, case, door="page")
    (read,) = line.run("case", "readers", case, "--json").json["reads"]
    assert (read["person"], read["door"]) == ("wang-fang", "page")
    assert read["why"] == "closed deputy:lead_deputy"
    assert "王芳" in line.run("case", "readers", case).out
    assert line.run("case", "readers", "no-such").code == 3


def test_the_command_line_reads_what_is_not_open_in_the_name_of_whoever_has_the_machine(
    line: Line,
) -> None:
    case = line.drafted()
    with closing(sqlite3.connect(line.file)) as opened, opened:
        opened.execute("UPDATE suggestions SET secrecy = 'closed'")
    told = [
        line.run("case", "show", case),
        line.run("case", "why", case),
        line.run("audit", "show", "--json"),
        line.run("file", "list", case),
        line.run("route", "--case", case),
        line.run("act", "submit", "--as", "wang-fang", "--case", case, "--dry-run"),
    ]
    assert [one.code for one in told] == [0] * len(told)
    found = line.run("case", "readers", case, "--json").json["reads"]
    assert {one["door"] for one in found} == {"cli"}
    assert [one["person"] for one in found].count("system") == len(told) - 1
    assert [one["person"] for one in found].count("wang-fang") == 1
    assert {one["why"] for one in found} == {"closed cli"}


def test_the_command_line_quotes_nothing_in_passing(line: Line) -> None:
    case = line.drafted()
    with closing(sqlite3.connect(line.file)) as opened, opened:
        opened.execute("UPDATE suggestions SET secrecy = 'closed'")
    (hit,) = line.run("search", "过街", "--json").json["lines"]
    assert (hit["id"], hit["excerpt"]) == (case, None)
    assert line.run("case", "list").code == 0
    assert line.run("audit", "show").code == 0
    assert line.run("case", "readers", case, "--json").json["reads"] == []
