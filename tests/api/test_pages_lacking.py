"""Forms of the administrator: what is lacking is summed up at the top, each line at its field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from tests.support.command_line import CONGRESS_FILE
from tests.support.databases import sqlite_url
from tests.support.signed_in import Pages, pages_over

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ADMIN = """\
  - code: admin
    name: 蒋安
    appointments: [{role: administrator}]
"""


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with sqlite_url(tmp_path) as url:
        file = tmp_path / "linxi.yaml"
        file.write_text(CONGRESS_FILE + ADMIN, encoding="utf-8")
        made = CliRunner().invoke(app, ["--database", url, "init", "--congress-file", str(file)])
        assert made.exit_code == 0, made.output
        with pages_over(url, "linxi", NOW) as opened:
            yield opened


def _summed_up(text: str) -> dict[str, str]:
    """The lines of the summary by the field to which they lead; each field must be there."""
    summary = text.partition('id="errors"')[2].partition("</ul>")[0]
    told = dict(re.findall(r'<a href="#([^"]+)">(.*?)</a>', summary, re.DOTALL))
    for field in told:
        assert f'id="{field}"' in text, field
    return told


@pytest.mark.parametrize(
    ("path", "form", "fields"),
    [
        ("/admin/people/new", {}, {"f-code", "f-name", "f-reason"}),
        ("/admin/people/new", {"code": "xu-li", "name": " ", "reason": "调入"}, {"f-name"}),
        ("/admin/people/wang-fang", {"name": "王芳"}, {"f-reason"}),
        ("/admin/accounts/new", {}, {"f-person", "f-reason"}),
        ("/admin/accounts/admin/password", {}, {"f-why-password"}),
        ("/admin/accounts/admin/disable", {"reason": "  "}, {"f-why-disable"}),
        ("/admin/accounts/admin/end-sessions", {"from": "list"}, {"f-why-end-sessions"}),
    ],
)
def test_what_is_lacking_is_told_at_the_top_and_at_its_field(
    pages: Pages, path: str, form: dict[str, str], fields: set[str]
) -> None:
    pages.get("admin", "/admin")
    before = pages.services.trail.head("linxi").sequence
    answer = pages.post("admin", path, **form)
    assert answer.status_code == 422
    told = _summed_up(answer.text)
    assert set(told) == fields
    for words in told.values():
        assert words.startswith("请填写“")
        assert answer.text.count(words) == 2
    assert pages.services.trail.head("linxi").sequence == before


def test_nothing_chosen_is_told_and_nothing_is_sent(pages: Pages) -> None:
    answer = pages.post("admin", "/admin/notices")
    assert answer.status_code == 422
    assert "请勾选要重发的通知" in answer.text
    assert "请填写“原因”" in answer.text


def test_whoever_may_not_is_told_that_and_not_what_is_lacking(pages: Pages) -> None:
    for path in ("people/new", "accounts/new", "accounts/admin/disable", "notices"):
        answer = pages.post("committee", f"/admin/{path}")
        assert answer.status_code == 403, path
        assert 'id="errors"' not in answer.text


def test_a_file_that_cannot_be_read_leads_to_where_it_is_chosen(pages: Pages) -> None:
    for place in ("import", "calendar"):
        answer = pages.upload("admin", f"/admin/{place}", "a.yaml", b"people: [")
        assert answer.status_code >= 400
        assert set(_summed_up(answer.text)) == {"f-file"}
