"""The administrator's pages: who may enter, what they show, and that every change is audited."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest

from app.accounts import AccountDesk
from db.register import RegisterChanges
from tests.support.calendar_files import YEAR_2027
from tests.support.databases import KINDS, database_of
from tests.support.gates import PASSWORD, begun
from tests.support.signed_in import Pages, pages_over
from web.errors import SignInRefused

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ADMIN = """\
  - code: admin
    name: 蒋安
    appointments: [{role: administrator, post: 信息科科长}]
"""
PLACES = (
    "/admin",
    "/admin/people",
    "/admin/people/new",
    "/admin/people/wang-fang",
    "/admin/units",
    "/admin/sessions",
    "/admin/import",
    "/admin/calendar",
    "/admin/accounts",
    "/admin/accounts/new",
    "/admin/accounts/admin",
    "/admin/notices",
    "/admin/audit",
)
UNITS = b"code,name,system\nhousing,\xe4\xbd\x8f\xe5\xbb\xba\xe5\xb1\x80,government\n"


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with _opened("sqlite", tmp_path) as found:
        yield found


@pytest.fixture(params=KINDS)
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Pages]:
    """On either database."""
    with _opened(request.param, tmp_path) as found:
        yield found


@contextmanager
def _opened(kind: str, folder: Path) -> Iterator[Pages]:
    with (
        database_of(kind, folder, prepared=begun(ADMIN)) as url,
        pages_over(url, "linxi", NOW) as opened,
    ):
        yield opened


def _last(pages: Pages) -> tuple[str, str]:
    """Who made the last entry of the history, and its reason."""
    head = pages.services.trail.head("linxi").sequence
    (entry,) = pages.services.trail.entries("linxi", after=head - 1)
    return entry.actor, str(entry.content.get("reason"))


def _hidden(text: str, name: str) -> str:
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', text)
    assert found is not None
    return unescape(found[1])


def test_only_an_administrator_enters(pages: Pages) -> None:
    for path in PLACES:
        assert pages.get("admin", path).status_code == 200, path
        assert pages.get("", path).status_code == 303
        for person in ("wang-fang", "committee", "zhao-min"):
            refused = pages.get(person, path)
            assert refused.status_code == 403, (person, path)
            assert "系统管理" in refused.text


def test_nobody_else_changes_anything(pages: Pages) -> None:
    for person in ("committee", "admin"):
        pages.cookie(person)
    before = pages.services.trail
    sequence = before.head("linxi").sequence
    for path, form in (
        ("/admin/people/new", {"code": "spy", "name": "某人", "reason": "无"}),
        ("/admin/import/store", {"name": "a.csv", "text": UNITS.decode(), "reason": "无"}),
        ("/admin/calendar/store", {"name": "a.yaml", "text": "year: 2027", "reason": "无"}),
        ("/admin/accounts/new", {"person": "li-ming", "reason": "无"}),
        ("/admin/accounts/admin/disable", {"reason": "无"}),
        ("/admin/accounts/admin/password", {"reason": "无"}),
        ("/admin/accounts/admin/no-code", {"reason": "无"}),
        ("/admin/accounts/admin/connect", {"subject": "spy", "reason": "无"}),
        ("/admin/accounts/admin/disconnect", {"reason": "无"}),
        ("/admin/notices", {"send:n/email": "on", "reason": "无"}),
    ):
        assert pages.post("committee", path, **form).status_code == 403, path
        forged = pages.client("admin").post(path, data={**form, "csrf": "forged"})
        assert forged.status_code == 403, path
    assert before.head("linxi").sequence == sequence


def test_what_the_doctor_found_is_told_in_the_language_of_the_page(pages: Pages) -> None:
    browser = pages.client("admin")
    told = {}
    for language in ("zh", "en"):
        browser.cookies.set("bihuan-language", language)
        table = browser.get("/admin", headers={"Accept": "text/html"}).text
        rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", table, re.DOTALL)
        told[language] = re.sub(r"<[^>]+>", " ", " ".join(rows))
    assert not re.search(r"[\u4e00-\u9fff]", told["en"])
    words = set(re.findall(r"[A-Za-z]{3,}", told["zh"]))
    assert words <= {"bihuan", "worker", "calendar", "import", "recompute", "FILE"}
    assert "从未见过" in told["zh"]
    assert "never seen" in told["en"]


def test_an_administrator_does_nothing_on_cases(pages: Pages) -> None:
    text = pages.get("admin", "/cases").text
    assert "起草" not in text
    assert pages.get("admin", "/overview").status_code == 403


def test_the_state_says_what_is_missing_and_how_to_mend_it(pages: Pages) -> None:
    text = pages.get("admin", "/admin").text
    assert "bihuan worker" in text
    pages.services.heartbeats.beat("w", NOW, started_at=NOW, fired=0, delivered=0, last_error=None)
    assert "请启动 / start: bihuan worker" not in pages.get("admin", "/admin").text


def test_people_are_found_by_name_unit_and_role(pages: Pages) -> None:
    by_unit = pages.get("admin", "/admin/people", q="交通局").text
    assert "赵敏" in by_unit
    assert "王芳" not in by_unit
    deputies = pages.get("admin", "/admin/people", role="deputy").text
    assert "李明" in deputies
    assert "赵敏" not in deputies
    assert "没有这样的人" in pages.get("admin", "/admin/people", q="无此人").text


def test_a_person_is_added_and_changed_with_who_and_why(pages: Pages) -> None:
    form = {
        "code": "sun-li",
        "name": "孙立",
        "phone": "0579-8700000",
        "role-0": "unit_clerk",
        "unit-0": "education",
        "post-0": "办公室主任",
        "reason": "教育局来函",
    }
    assert pages.post("admin", "/admin/people/new", **form).status_code == 303
    assert _last(pages) == ("admin", "教育局来函")
    known = pages.services.directory("linxi").people["sun-li"]
    assert known.name == "孙立"
    assert known.appointments[0].unit == "education"
    left = {"name": "孙立", "role-0": "", "reason": "调离"}
    assert pages.post("admin", "/admin/people/sun-li", **left).status_code == 303
    assert pages.services.directory("linxi").people["sun-li"].appointments == ()
    assert pages.services.directory("linxi").people["sun-li"].phone == ""


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"code": "a b", "name": "某人"}, "code"),
        ({"code": "sun-li", "name": "孙立", "role-0": "unit_clerk"}, "须写明单位"),
        ({"code": "sun-li", "name": "孙立", "role-0": "emperor"}, "没有角色"),
        ({"code": "wang-fang", "name": "孙立"}, "已有人使用"),
        ({"code": "sun-li", "name": "孙立", "phone": "=1+1"}, "phone"),
    ],
)
def test_a_wrong_person_is_told_and_what_was_typed_stays(
    pages: Pages, form: dict[str, str], told: str
) -> None:
    refused = pages.post("admin", "/admin/people/new", **form, reason="试")
    assert refused.status_code == 422
    assert told in refused.text
    assert f'value="{form["name"]}"' in refused.text
    assert pages.services.directory("linxi").people["wang-fang"].name == "王芳"


def test_a_file_is_tried_before_it_is_kept(anywhere: Pages) -> None:
    pages = anywhere
    tried = pages.upload("admin", "/admin/import", "单位.csv", UNITS)
    assert tried.status_code == 200
    assert "住建局" in tried.text
    assert "还没有保存" in tried.text
    assert "housing" not in pages.services.directory("linxi").units
    kept = {name: _hidden(tried.text, name) for name in ("name", "text")}
    stored = pages.post("admin", "/admin/import/store", **kept, reason="机构改革")
    assert "已保存" in stored.text
    assert pages.services.directory("linxi").units["housing"].name == "住建局"
    assert _last(pages) == ("admin", "机构改革")
    again = pages.post("admin", "/admin/import/store", **kept, reason="机构改革")
    assert "没有变更" in again.text


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("../../etc/passwd", UNITS, "应为"),
        ("units.exe", UNITS, "应为"),
        ("units.csv", b"\xff\xfe\x00", "UTF-8"),
        ("units.csv", b"code,name,system\nx,,moon\n", "2"),
        ("units.yaml", b"units: [&a [*a]]", "units.yaml"),
        ("units.csv", b"a" * 1_200_000, "1"),
    ],
)
def test_a_wrong_file_is_told_by_its_own_name(
    pages: Pages, name: str, content: bytes, told: str
) -> None:
    refused = pages.upload("admin", "/admin/import", name, content)
    assert 400 <= refused.status_code < 500
    assert told in refused.text
    assert "/tmp" not in refused.text  # noqa: S108  # where it lay meanwhile
    assert set(pages.services.directory("linxi").units) == {"education", "transport"}


def test_the_files_that_the_page_shows_can_be_imported(pages: Pages) -> None:
    shown = pages.get("admin", "/admin/import").text
    samples = [
        unescape(one) for one in re.findall(r'<pre class="sample">(.*?)</pre>', shown, re.DOTALL)
    ]
    assert len(samples) == 3
    for sample in samples:
        name = "名录.yaml" if sample.startswith("session:") else "名录.csv"
        tried = pages.upload("admin", "/admin/import", name, sample.encode())
        assert tried.status_code == 200, tried.text
        assert "试算结果" in tried.text, sample


def test_an_administrator_begins_with_how_the_system_is(pages: Pages) -> None:
    begun = pages.client("admin").get("/", follow_redirects=False)
    assert begun.headers["location"] == "/admin"


def test_the_calendar_marks_what_is_provisional_and_names_its_source(pages: Pages) -> None:
    settled = pages.get("admin", "/admin/calendar", year="2026").text
    assert "已公布" in settled
    provisional = pages.get("admin", "/admin/calendar", year="2027").text
    assert "尚未公布" in provisional
    assert "没有这一年" in pages.get("admin", "/admin/calendar", year="2040").text


def test_a_calendar_file_is_tried_before_it_is_kept(pages: Pages) -> None:
    wrong = YEAR_2027.replace("2027-10-07, days: 7", "2027-10-07, days: 8")
    refused = pages.upload("admin", "/admin/calendar", "2027.yaml", wrong.encode())
    assert refused.status_code == 422
    assert "2027.yaml" in refused.text
    assert "/tmp" not in refused.text  # noqa: S108  # where it lay meanwhile
    tried = pages.upload("admin", "/admin/calendar", "2027.yaml", YEAR_2027.encode())
    assert tried.status_code == 200
    assert "变动的日子" in tried.text
    assert "尚未公布" in pages.get("admin", "/admin/calendar", year="2027").text
    kept = {name: _hidden(tried.text, name) for name in ("name", "text")}
    stored = pages.post("admin", "/admin/calendar/store", **kept, reason="国办通知")
    assert "已保存" in stored.text
    assert "已公布" in pages.get("admin", "/admin/calendar", year="2027").text
    actor, reason = _last(pages)
    assert actor == "admin"
    assert "国办通知" in reason


def test_accounts_are_disabled_enabled_and_signed_out(pages: Pages) -> None:
    cookie = pages.cookie("zhao-min")
    assert "赵敏" in pages.get("admin", "/admin/accounts").text
    done = pages.post("admin", "/admin/accounts/zhao-min/disable", reason="调离")
    assert done.status_code == 303
    assert pages.gate.visitor(cookie, pages.arrival()) is None
    assert "已停用" in pages.get("admin", "/admin/accounts").text
    assert _last(pages) == ("admin", "调离")
    pages.post("admin", "/admin/accounts/zhao-min/enable", reason="调回")
    assert "已停用" not in pages.get("admin", "/admin/accounts").text
    desk = AccountDesk(pages.services, "linxi", actor="system", reason="重置")
    desk.set_password("zhao-min", PASSWORD)
    assert pages.gate.sign_in("zhao-min", PASSWORD, pages.arrival()).cookie
    pages.post("admin", "/admin/accounts/zhao-min/end-sessions", reason="手机丢失")


def test_a_locked_account_is_unlocked(pages: Pages) -> None:
    pages.cookie("zhao-min")
    for _ in range(4):
        with pytest.raises(SignInRefused):
            pages.gate.sign_in("zhao-min", "wrong-password-1", pages.arrival())
    desk = AccountDesk(pages.services, "linxi", actor="system", reason="看")
    assert desk.of("zhao-min").failures > 0
    pages.post("admin", "/admin/accounts/zhao-min/enable", reason="本人来电")
    assert desk.of("zhao-min").failures == 0


def test_the_history_is_searched_by_person_action_day_and_case(anywhere: Pages) -> None:
    pages = anywhere
    form = {"code": "sun-li", "name": "孙立", "reason": "教育局来函"}
    pages.post("admin", "/admin/people/new", **form)
    for params, found in (
        ({"person": "蒋安"}, True),
        ({"person": "admin"}, True),
        ({"person": "王芳"}, False),
        ({"action": "register"}, True),
        ({"action": "draft"}, False),
        ({"since": "2026-03-02", "until": "2026-03-02"}, True),
        ({"until": "2026-03-01"}, False),
        ({"since": "2026-03-03"}, False),
        ({"case": "没有"}, False),
        ({"since": "not a day"}, True),
    ):
        text = pages.get("admin", "/admin/audit", **params).text
        assert ("教育局来函" in text) is found, params


def test_the_history_goes_on_page_by_page(anywhere: Pages) -> None:
    pages = anywhere
    for number in range(60):
        changes = RegisterChanges(name=f"临溪县人民代表大会{number}")
        pages.services.register.apply(
            "linxi", changes, actor="system", reason=f"第{number}次", now=NOW
        )
    seen: list[str] = []
    path: str | None = "/admin/audit"
    while path:
        text = pages.get("admin", path).text
        seen += re.findall(r'data-name="序号">(\d+)<', text)
        more = re.search(r'<a href="([^"]+)" rel="next">', text)
        path = unescape(more[1]) if more else None
    head = pages.services.trail.head("linxi").sequence
    assert [int(one) for one in seen] == list(range(head, 0, -1))


def test_what_is_stored_needs_a_reason_and_the_file_is_not_asked_for_again(pages: Pages) -> None:
    kept = {"name": "units.csv", "text": UNITS.decode(), "reason": " "}
    lacking = pages.post("admin", "/admin/import/store", **kept)
    assert lacking.status_code == 422
    assert 'href="#f-reason"' in lacking.text
    assert "请填写“原因”" in lacking.text
    assert UNITS.decode().splitlines()[1] in lacking.text
    year = {"name": "a.csv", "text": "不是日历", "reason": ""}
    assert pages.post("admin", "/admin/calendar/store", **year).status_code == 422


def test_a_person_changed_meanwhile_is_merged_and_meddling_with_the_form_breaks_nothing(
    pages: Pages,
) -> None:
    typed = {"name": "李明", "phone": "", "email": "", "reason": "换号", "role-0": "deputy"}
    page = pages.get("admin", "/admin/people/li-ming").text
    (shown,) = re.findall(r'name="shown" value="([^"]*)"', page)
    shown = unescape(shown)
    path = "/admin/people/li-ming"
    first = pages.post("admin", path, **{**typed, "phone": "13800000001"}, shown=shown)
    assert first.headers["location"] == "/admin/people?q=li-ming&done=saved"
    again = pages.post("admin", path, **{**typed, "phone": "13800000001"}, shown=shown)
    assert again.status_code == 303
    second = pages.post("admin", path, **{**typed, "delegation": "城西"}, shown=shown)
    assert second.status_code == 409
    assert 'value="13800000001"' in second.text
    assert 'value="城西"' in second.text
    for meddled in ("{", "[]", "nonsense"):
        assert pages.post("admin", path, **typed, shown=meddled).status_code == 409
    (known,) = [
        one for one in pages.services.directory("linxi").people.values() if one.code == "li-ming"
    ]
    assert (known.phone, known.delegation) == ("13800000001", "")
