"""A change of the calendar that is interrupted, or that one case resists: told, and finished."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.case import Case
from engine.case_recount import Moved, recount_case
from engine.command import Command, Decision, Surroundings
from engine.congress_recount import Recounting, RecountReport
from engine.errors import InvalidValue
from tests.support.calendar_files import YEAR_2027
from tests.support.calendar_line import clocks_of, handed_over, rows_of, year_line
from tests.support.command_line import Line, bare_line
from tests.support.databases import database_url

__all__ = ["bare_line", "database_url", "year_line"]


@pytest.fixture
def published(tmp_path: Path) -> str:
    """The file of 2027."""
    file = tmp_path / "2027.yaml"
    file.write_text(YEAR_2027, encoding="utf-8")
    return str(file)


def _window(line: Line, case: str) -> object:
    return clocks_of(line, case)["return_window"]["due_on"]


def _recount_check(line: Line) -> dict[str, str]:
    found = line.run("doctor", "--json").json["findings"]
    (check,) = (one for one in found if one["check"] == "recount linxi")
    return dict(check)


def test_ctrl_c_loses_nothing(
    year_line: Line, published: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = handed_over(year_line)

    def stopped(_self: Recounting, _congress: str, **_rest: object) -> RecountReport:
        raise KeyboardInterrupt

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Recounting, "run", stopped)
        meanwhile.setattr(Recounting, "preview", stopped)
        kept = rows_of(year_line)
        tried = year_line.run("calendar", "import", published, "--dry-run")
        assert "recompute" not in tried.out
        assert rows_of(year_line) == kept
        broken = year_line.run("calendar", "import", published)
    assert broken.code == 130
    assert "bihuan calendar recompute" in broken.out
    assert _recount_check(year_line)["health"] == "warning"
    assert _window(year_line, case) == "2027-02-04"
    done = year_line.run("calendar", "recompute")
    assert done.code == 0
    assert "every open clock is counted under the present calendar" in done.out
    assert _window(year_line, case) == "2027-02-03"
    assert _recount_check(year_line)["health"] == "well"


def test_a_case_that_cannot_be_counted_is_named_and_the_others_are_done(
    year_line: Line, published: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = (handed_over(year_line, key) for key in ("first", "second"))

    def resisting(
        case: Case, command: Command, at: Surroundings, reason: str
    ) -> tuple[Decision | None, tuple[Moved, ...]]:
        if case.id == bad:
            raise InvalidValue(what="期限 / clock", value="8", reason="坏了 / broken")
        return recount_case(case, command, at, reason)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("engine.congress_recount.recount_case", resisting)
        told = year_line.run("calendar", "import", published, "--json")
        assert told.code == 1
        assert told.json["changed"] is True
        (failed,) = told.json["recount"]["failed"]
        assert failed["case"] == bad
        assert "坏了" in failed["reason"]
        people = year_line.run("calendar", "recompute")
        assert people.code == 1
        assert "未能重算 1 not counted anew" in people.out
        assert "bihuan calendar recompute" in people.out
    assert (_window(year_line, bad), _window(year_line, good)) == ("2027-02-04", "2027-02-03")
    assert _recount_check(year_line)["health"] == "warning"
    assert year_line.run("calendar", "recompute").code == 0
    assert _window(year_line, bad) == "2027-02-03"
    assert _recount_check(year_line)["health"] == "well"
