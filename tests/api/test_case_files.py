"""Attachments through the running web: by pages and as an API, on both databases."""

from __future__ import annotations

import re
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import update

from app.attachments import FilesOfHouse
from app.doctor import ReadinessOf
from app.house import HouseOfRows
from app.public import FiguresOfRows
from db.database import writing
from db.tables import accounts
from engine.audit import verify
from tests.support import files
from tests.support.acting import perform
from tests.support.databases import url_fixture
from tests.support.gates import PASSWORD, WITH_ACCOUNT, GateHouse, house_over
from tests.support.standing import standing

ORIGIN = {"Origin": "http://testserver"}
WRITTEN: dict[str, Any] = {
    "title": "关于增设过街设施的建议",
    "text": "人车混行。",
    "field": "transport",
    "kind": "session",
    "origin": "research",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """The small congress with a draft of 王芳, and browsers of several people."""

    gates: GateHouse
    case: str
    folder: Path
    wang: TestClient
    li: TestClient
    nobody: TestClient

    @property
    def place(self) -> str:
        return f"/cases/{self.case}/files"

    @property
    def api(self) -> str:
        return f"/api/v1/suggestions/{self.case}/files"

    def csrf(self, client: TestClient) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', client.get(self.place).text)
        assert found is not None
        return found[1]

    def upload(
        self, content: bytes, name: str = "a.pdf", *, csrf: str | None = None, reason: str = "照片"
    ) -> Response:
        given = self.csrf(self.wang) if csrf is None else csrf
        return self.wang.post(
            self.place,
            data={"csrf": given, "reason": reason},
            files={"file": (name, content)},
            headers=ORIGIN,
            follow_redirects=False,
        )

    def kept(self) -> list[Path]:
        return [one for one in self.folder.rglob("*") if one.is_file()]

    def actions(self) -> list[str]:
        return [one.action for one in self.gates.services.trail.history(self.case)]


database_url = url_fixture(WITH_ACCOUNT)


@pytest.fixture
def town(database_url: str, tmp_path: Path) -> Iterator[Town]:
    folder = tmp_path / "kept"
    with house_over(database_url, files=str(folder), file_megabytes=1) as gates:
        services = gates.services
        gates.desk.add("li-ming", "liming", PASSWORD)
        house = HouseOfRows(services)
        drafted = perform(gates, "draft", "wang-fang", **WRITTEN)
        with writing(services.database) as connection:
            connection.execute(update(accounts).values(must_change=False))
        with standing(
            figures=FiguresOfRows(services),
            readiness=ReadinessOf(services),
            house=house,
            gate=gates.gate,
            files=FilesOfHouse(services, house),
        ) as found:
            browsers = [TestClient(found.application) for _ in range(3)]
            for client, name in zip(browsers, ("wangfang", "liming"), strict=False):
                client.cookies.set("bihuan", gates.sign_in(name))
            wang, li, nobody = browsers
            yield Town(
                gates=gates, case=drafted.case, folder=folder, wang=wang, li=li, nobody=nobody
            )
            for client in browsers:
                client.close()


def test_a_file_goes_in_and_comes_out_as_it_was(town: Town) -> None:
    assert "还没有附件" in town.wang.get(town.place).text
    answer = town.upload(files.PDF, "答复函.pdf")
    assert (answer.status_code, answer.headers["location"]) == (303, town.place)
    assert "答复函.pdf" in town.wang.get(town.place).text
    sent = town.wang.get(f"{town.place}/1")
    assert sent.content == files.PDF
    assert sent.headers["content-type"] == "application/pdf"
    assert sent.headers["x-content-type-options"] == "nosniff"
    assert sent.headers["content-security-policy"].startswith("sandbox")
    assert sent.headers["content-disposition"] == (
        "attachment; filename=\"bihuan-1.pdf\"; filename*=UTF-8''%E7%AD%94%E5%A4%8D%E5%87%BD.pdf"
    )
    assert town.actions()[-1] == "attachment_added"
    chain, head = town.gates.services.trail.chain("linxi")
    verify(chain, head=head)


REFUSED = (
    (files.EXE, "report.pdf", 415),
    (files.PDF[:-9], "a.pdf", 415),
    (b"<html><script>alert(1)</script>\x00", "a.html", 415),
    (files.archive({"x": "x"}), "a.docx", 415),
    (files.PDF + files.archive({**files.WORD}), "a.pdf", 415),
    (files.PDF + b" " * 1_048_576, "a.pdf", 413),
    (files.PDF + b" " * 9_000_000, "a.pdf", 413),
)


def test_what_is_refused_is_told_on_the_page_and_not_kept(town: Town) -> None:
    for content, name, status in REFUSED:
        answer = town.upload(content, name)
        assert answer.status_code == status
        assert 'role="alert"' in answer.text
    assert town.kept() == []
    assert "attachment_added" not in town.actions()


BOMB = files.archive({**files.WORD, "word/media/big.bin": bytes(64 * 1_048_576)})
HARMFUL = {
    "a bomb.docx": BOMB,
    "a bomb.zip": BOMB,
    "a bomb that lies.docx": files.declared_small(BOMB, "word/media/big.bin"),
    "a bomb of sheets.xlsx": files.archive({**files.EXCEL, "xl/a.xml": bytes(64 * 1_048_576)}),
    "a list of members without end.docx": b"PK" + files.listing(18_000),
    "a zip in a pdf.pdf": files.PDF[:-1] + files.archive({**files.WORD}),
    "an archive.zip": files.archive({"a.txt": "a"}),
    "climbing.docx": files.archive({**files.WORD, "../../../etc/cron.d/x": "x"}),
    "on a drive.xlsx": files.archive({**files.EXCEL, "C:\\x.dll": "x"}),
    "macros.docx": files.archive({**files.WORD, "word/vbaProject.bin": "x"}),
    "a program.pdf": files.EXE,
    "a program.xlsx": files.EXE,
    "pixels.png": files.png(100_000, 100_000),
    "half.docx": files.archive({**files.WORD})[:90],
}


# What is refused never comes near the database; that it is not kept there is looked at above.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_bombs_climbers_and_programs_are_refused_through_both_doors(town: Town) -> None:
    headers = {"X-CSRF-Token": town.csrf(town.wang), **ORIGIN}
    for name, content in HARMFUL.items():
        tracemalloc.start()
        page = town.upload(content, name)
        answer = town.wang.post(
            town.api, data={"reason": "x"}, files={"file": (name, content)}, headers=headers
        )
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert page.status_code == 415, name
        assert (answer.status_code, answer.json()["code"]) == (415, "file-refused"), name
        assert peak < 12 * 1_048_576, name
    assert town.kept() == []
    assert "attachment_added" not in town.actions()
    answer = town.wang.post(
        town.api,
        data={"reason": "x"},
        files={"file": ("a.pdf", files.PDF + b" " * 1_048_576)},
        headers=headers,
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "file-too-large")
    assert town.kept() == []


CLIMBING = ("../../etc/cron.d/x", "..\\..\\x", "/etc/x", "C:\\x", "%2e%2e%2fx", "x\u202efdp.exe")


def test_a_name_that_climbs_leads_nowhere(town: Town) -> None:
    for name in CLIMBING:
        assert town.upload(files.TEXT, name).status_code == 303
    names = [one["name"] for one in town.wang.get(town.api).json()["files"]]
    assert len(names) == len(CLIMBING)
    assert not [one for one in names if re.search(r"[/\\\u202e]|^\.", one) or one[-4:] != ".txt"]
    (kept,) = town.kept()
    assert kept.parent.parent == town.folder
    assert town.wang.get(f"{town.place}/..%2f..%2f1").status_code == 404
    for number in range(1, len(CLIMBING) + 1):
        told = town.wang.get(f"{town.place}/{number}").headers["content-disposition"]
        assert told.startswith(f'attachment; filename="bihuan-{number}.txt"; ')
        assert "/" not in told


def test_a_page_handed_in_as_text_goes_out_as_text(town: Town) -> None:
    town.upload(b"<script>alert(1)</script>", "../../<img src=x>\u202ecod.html")
    page = town.wang.get(town.place).text
    assert "<img" not in page
    assert "_img src_x_cod.html.txt" in page
    sent = town.wang.get(f"{town.place}/1")
    assert sent.headers["content-type"] == "text/plain; charset=utf-8"
    assert [one.parent.parent for one in town.kept()] == [town.folder]


def test_a_stream_that_lies_about_its_length_is_cut_off(town: Town) -> None:
    def endless() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
        for _ in range(1_000):
            yield bytes(65_536)

    answer = town.wang.post(
        town.place,
        content=endless(),
        headers={**ORIGIN, "Content-Type": "multipart/form-data; boundary=x"},
    )
    assert answer.status_code == 413
    assert town.kept() == []


NO_FORMS = (
    ("multipart/form-data", b"x"),
    ("multipart/form-data; boundary=x", b"no form at all"),
    ("multipart/form-data; boundary=x", b"--x\r\n\r\n\r\n--x--\r\n"),
    ("application/json", b"{}"),
    ("", b""),
)


def test_a_request_that_is_no_form_is_told_so(town: Town) -> None:
    csrf = town.csrf(town.wang)
    for kind, body in NO_FORMS:
        headers = {**ORIGIN, "Content-Type": kind, "X-CSRF-Token": csrf}
        page = town.wang.post(town.place, content=body, headers=headers)
        assert page.status_code == 422
        answer = town.wang.post(town.api, content=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (422, "upload-unreadable")


def test_a_forged_form_does_nothing(town: Town) -> None:
    for answer in (
        town.upload(files.PDF, csrf=""),
        town.upload(files.PDF, csrf="x"),
        town.wang.post(
            town.place,
            data={"csrf": town.csrf(town.wang), "reason": "x"},
            files={"file": ("a.pdf", files.PDF)},
            headers={"Origin": "http://elsewhere"},
        ),
        town.wang.post(town.api, data={"reason": "x"}, files={"file": ("a.pdf", files.PDF)}),
    ):
        assert answer.status_code == 403
    assert town.kept() == []


def test_nobody_comes_near_who_may_not_see_the_case(town: Town) -> None:
    town.upload(files.PDF)
    assert town.nobody.get(f"{town.place}/1", follow_redirects=False).status_code == 303
    assert town.nobody.get(f"{town.api}/1").status_code == 401
    # A draft is its author's alone.
    for answer in (
        town.li.get(town.place),
        town.li.get(f"{town.place}/1"),
        town.li.get(town.api),
        town.li.get(f"{town.api}/1"),
    ):
        assert answer.status_code == 404
    unknown = town.wang.get(f"{town.api}/2").json()
    assert unknown["code"] == "unknown-file"
    assert town.wang.get("/api/v1/suggestions/nothing/files").json()["code"] == "unknown-case"


def test_who_added_it_takes_it_back_with_a_reason(town: Town) -> None:
    town.upload(files.PDF)
    csrf = town.csrf(town.wang)
    refused = town.wang.post(f"{town.place}/1/remove", data={"csrf": csrf, "reason": " "})
    assert refused.status_code == 422
    done = town.wang.post(
        f"{town.place}/1/remove",
        data={"csrf": csrf, "reason": "传错了"},
        headers=ORIGIN,
        follow_redirects=False,
    )
    assert done.status_code == 303
    assert town.wang.get(f"{town.place}/1").status_code == 404
    assert "a.pdf" not in town.wang.get(town.place).text
    assert town.actions()[-1] == "attachment_removed"
    assert len(town.kept()) == 1
    again = town.upload(files.PDF, "b.pdf")
    assert again.status_code == 303
    assert town.wang.get(f"{town.place}/2").content == files.PDF


def test_the_api_does_the_same(town: Town) -> None:
    headers = {"X-CSRF-Token": town.csrf(town.wang), **ORIGIN}
    made = town.wang.post(
        town.api,
        data={"reason": "照片"},
        files={"file": ("现场.PNG", files.png())},
        headers=headers,
    )
    assert made.status_code == 201
    line = made.json()
    assert (line["number"], line["name"], line["added_by"]) == (1, "现场.png", "王芳")
    assert town.wang.get(town.api).json() == {"files": [line], "may_add": True}
    assert town.wang.get(f"{town.api}/1").content == files.png()
    gone = town.wang.delete(f"{town.api}/1", params={"reason": "传错了"}, headers=headers)
    assert gone.status_code == 204
    assert town.wang.get(town.api).json()["files"] == []
    twice = town.wang.delete(f"{town.api}/1", params={"reason": "传错了"}, headers=headers)
    assert twice.json()["code"] == "unknown-file"


def test_altered_bytes_are_never_given_out(town: Town) -> None:
    town.upload(files.PDF)
    town.kept()[0].write_bytes(files.PDF + b"%")
    answer = town.wang.get(f"{town.api}/1")
    assert (answer.status_code, answer.json()["code"]) == (503, "file-damaged")


def test_many_at_once_each_get_a_number(town: Town) -> None:
    csrf = town.csrf(town.wang)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: town.upload(files.PDF, f"{n}.pdf", csrf=csrf), range(8)))
    assert {one.status_code for one in answers} == {303}
    numbers = [one["number"] for one in town.wang.get(town.api).json()["files"]]
    assert numbers == list(range(1, 9))
    assert len(town.kept()) == 1
    chain, head = town.gates.services.trail.chain("linxi")
    verify(chain, head=head)


def test_what_a_form_lacks_is_told_at_its_field_and_what_it_was_for_is_kept(town: Town) -> None:
    csrf = town.csrf(town.wang)
    sent = {"csrf": csrf, "reason": "3月5日面商照片"}
    nothing = town.wang.post(town.place, data=sent, files={"file": ("", b"")}, headers=ORIGIN)
    assert nothing.status_code == 422
    assert 'href="#f-file"' in nothing.text
    assert 'value="3月5日面商照片"' in nothing.text
    wrong = town.upload(files.EXE, "a.pdf", reason="3月5日面商照片")
    assert 'href="#f-file"' in wrong.text
    assert 'value="3月5日面商照片"' in wrong.text
    untold = town.upload(files.PDF, reason=" ")
    assert untold.status_code == 422
    assert 'href="#f-reason"' in untold.text
    assert "请填写“用途”" in untold.text
    assert town.kept() == []
    town.upload(files.PDF)
    remove = {"csrf": csrf, "reason": ""}
    kept = town.wang.post(f"{town.place}/1/remove", data=remove, headers=ORIGIN)
    assert kept.status_code == 422
    assert 'href="#f-remove-1"' in kept.text
    assert "请填写“为什么移除”" in kept.text
    assert "<details open>" in kept.text
    town.wang.cookies.set("bihuan-language", "en")
    english = town.wang.post(f"{town.place}/1/remove", data=remove, headers=ORIGIN)
    assert "“Why remove it” is missing" in english.text
    assert "<title>Error: Files" in english.text
    assert len(town.kept()) == 1
