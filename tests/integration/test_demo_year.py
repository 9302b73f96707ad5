"""The Yongkang year through the public door: what is left behind and what the report says."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from rich.console import Console

from app.demo.command import DemoResult, print_result, run_demo
from app.demo.schedule import load_plan
from db.audit import AuditTrail
from db.database import open_database, reading
from engine.audit import verify
from engine.clocks import ClockState
from reports.rows import CaseRow, of_session, read_rows
from tests.support.published_report import DEPUTIES, FIGURES, NAMES, OFFICIALS, SUBJECTS

SEED = 2024
WEEKS = date(2024, 2, 5)

pytestmark = pytest.mark.xdist_group("year")  # one worker plays the year, once


@dataclass(frozen=True, kw_only=True)
class Year:
    """A year that was played to its end."""

    result: DemoResult
    text: str
    word: str
    rows: tuple[CaseRow, ...]
    url: str


def _console() -> Console:
    return Console(file=io.StringIO(), width=120)


def _words_of(path: Path) -> str:
    document = Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    """The whole year, once, on SQLite."""
    out = tmp_path_factory.mktemp("year")
    url = f"sqlite:///{out / 'bihuan.db'}"
    result = run_demo(url, seed=SEED, out=out, until=None, console=_console())
    database = open_database(url)
    with reading(database) as connection:
        rows = read_rows(connection, of_session("yongkang", "18-3"))
    database.dispose()
    word, text = result.files
    return Year(
        result=result,
        text=text.read_text(encoding="utf-8"),
        word=_words_of(word),
        rows=rows,
        url=url,
    )


@pytest.mark.timeout(400)
def test_397_suggestions_go_round_the_loop(year: Year) -> None:
    funnel = {step.name: step.count for step in year.result.report.funnel}
    assert funnel["registered"] == funnel["handed_over"] == funnel["answered"] == 397
    assert funnel["closed"] == 397
    assert funnel["raised"] == 397 + funnel["refused"] + funnel["withdrawn"]
    assert 0 < funnel["rated"] < 397  # some deputies stay silent


@pytest.mark.timeout(400)
def test_what_a_year_holds_has_happened(year: Year) -> None:
    cases = [row.case for row in year.rows if row.case.registered_at]
    assert sum(one.topic is not None for one in cases) == 20
    assert sum(one.round > 1 for one in cases) == 8
    assert sum(bool(one.returns) for one in cases) == 19
    assert sum(bool(one.extensions) for one in cases) == 23
    assert sum(one.merged_into is not None for one in cases) == 8
    assert {row.state for one in cases for row in one.commitments} >= {"kept", "running"}
    assert any(row.state == "silent" for one in cases for row in one.evaluations)
    assert any(row.kind == "order" for one in cases for row in one.supervisions)


@pytest.mark.timeout(400)
def test_what_is_due_again_is_done_in_time_and_every_order_is_answered(year: Year) -> None:
    cases = [row.case for row in year.rows]
    orders = [row for one in cases for row in one.orders]
    assert orders
    assert {row.state for row in orders} == {"closed"}
    assert all(row.answer and row.unit for row in orders)
    again = {"progress_report", "commitment_update", "outcome_judgement"}
    assert not again & {row.clock for one in cases for row in one.supervisions}
    met = {row.kind for one in cases for row in one.clocks if row.state is ClockState.MET}
    assert again <= met
    judged = {one.id for one in cases if one.judgements}
    assert judged == {one.id for one in cases if one.topic is not None}


@pytest.mark.timeout(400)
def test_nothing_bad_is_told_of_a_named_person(year: Year) -> None:
    key = [row.case for row in year.rows if row.case.topic is not None]
    assert len(key) == 20
    for case in key:
        assert not case.supervisions
        assert not case.returns
        assert not any(clock.late for clock in case.clocks)
        assert all(one.state == "given" for one in case.evaluations)
        assert all(one.process == one.result == "satisfied" for one in case.evaluations)


@pytest.mark.timeout(400)
def test_the_named_deputies_appear_with_their_own_suggestion_only(year: Year) -> None:
    cast, _ = load_plan(SEED)
    named = {one.code for one in cast.deputies if not one.invented}
    for row in year.rows:
        if row.case.topic is None:
            assert not named & {one.deputy for one in row.case.signatories}


@pytest.mark.timeout(400)
def test_every_figure_and_name_of_the_published_report_is_in_ours(year: Year) -> None:
    plain = year.text.replace("\\", "")
    for written in (plain, year.word):
        for number, deputies in DEPUTIES.items():
            assert all(name in written for name in deputies), number
        for name in NAMES.values():
            missing = [one for one in name if one not in written]
            assert not missing
        for figure in FIGURES:
            quantity, unit, beside = figure[1], figure[2], figure[3]
            assert re.search(rf"(?<![\d.]){re.escape(quantity)}(?![\d.])", written), figure
            assert unit in written
            assert beside in written, figure
        for subject in SUBJECTS.values():
            assert subject in written
    officials = year.result.report.topics
    assert len(officials) == 10
    assert len({one.lead_official for one in officials}) == len(OFFICIALS) == 7


@pytest.mark.timeout(400)
def test_the_report_is_printed_with_chinese_signs(year: Year) -> None:
    for written in (year.text, year.word):
        assert re.findall(r".*[\u4e00-\u9fff”）][,;:?!].*", written) == []


@pytest.mark.timeout(400)
def test_the_audit_verifies_and_the_summary_prints(year: Year) -> None:
    database = open_database(year.url)
    entries, head = AuditTrail(database).chain("yongkang")
    assert verify(entries, head=head) == year.result.audit_sequence
    database.dispose()
    console = _console()
    print_result(year.result, console)
    printed = console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO
    assert "满意率" in printed
    assert "397" in printed


@pytest.mark.timeout(400)
def test_playing_it_again_changes_nothing(year: Year, tmp_path: Path) -> None:
    again = run_demo(year.url, seed=SEED, out=tmp_path, until=None, console=_console())
    assert again.progress.repeated == again.progress.performed
    assert again.audit_digest == year.result.audit_digest
    for old, new in zip(year.result.files, again.files, strict=True):
        assert old.read_bytes() == new.read_bytes()


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> DemoResult:
    """The first weeks, on SQLite."""
    out = tmp_path_factory.mktemp("other")
    url = f"sqlite:///{out / 'other.db'}"
    return run_demo(url, seed=SEED, out=out, until=WEEKS, console=_console())


@pytest.mark.timeout(200)
def test_the_same_seed_gives_the_same_year_on_either_database(
    database_url: str, other: DemoResult, tmp_path: Path
) -> None:
    here = run_demo(database_url, seed=SEED, out=tmp_path, until=WEEKS, console=_console())
    assert here.audit_digest == other.audit_digest
    assert here.files[1].read_bytes() == other.files[1].read_bytes()
    numbers = [(one.id, one.number) for one in here.report.suggestions]
    assert numbers == [(one.id, one.number) for one in other.report.suggestions]
    assert len(numbers) > 300
