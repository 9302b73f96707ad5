"""A file that is sent twice is there once: by programs with a key, by pages with a double click.

On both databases; another file under the same key is refused, and leaves nothing behind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier

import pytest
from httpx2 import Response

from app.settings import Settings
from app.wiring import unchecked
from tests.support import files
from tests.support.databases import KINDS, database_of
from tests.support.gates import Watch
from tests.support.hall import Hall, hall_over
from tests.support.played import sql_world
from tests.support.world import CONGRESS, local

WHO, OTHER = "committee", "committee-head"
KEY = {"Idempotency-Key": "photo-1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A case to which both may add files, and where their bytes lie."""

    hall: Hall
    case: str
    folder: Path

    @property
    def place(self) -> str:
        return f"/cases/{self.case}/files"

    @property
    def api(self) -> str:
        return f"/api/v1/suggestions/{self.case}/files"

    def listed(self) -> list[str]:
        return [one["name"] for one in self.hall.get(WHO, self.api).json()["files"]]

    def steps(self) -> list[str]:
        history = self.hall.services.trail.history(self.case)
        return [one.action for one in history if one.action.startswith("attachment")]

    def kept(self) -> int:
        return sum(one.is_file() for one in self.folder.rglob("*"))

    def send(
        self,
        content: bytes = files.PDF,
        *,
        person: str = WHO,
        name: str = "a.pdf",
        reason: str = "照片",
        key: dict[str, str] = KEY,
    ) -> Response:
        headers = {"Authorization": f"Bearer {self.hall.tokens[person]}", **key}
        given = {"file": (name, content)}
        client = self.hall.clients[""]
        return client.post(self.api, files=given, data={"reason": reason}, headers=headers)

    def form(self, part: str) -> dict[str, str]:
        """What a form of the page holds that nobody sees."""
        page = self.hall.get(WHO, self.place).text
        _, _, here = page.partition(f'action="{part}"')
        hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', here.split("</form>")[0])
        return dict(hidden)

    def upload(self, form: dict[str, str], content: bytes = files.PDF) -> Response:
        client, given = self.hall.clients[WHO], {"file": ("b.pdf", content)}
        told = {**form, "reason": "测算表"}
        return client.post(self.place, files=given, data=told, follow_redirects=False)


@pytest.fixture(params=KINDS)
def desk(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("once")
    with database_of(request.param, folder) as url:
        settings = Settings(database_url=url, congress=CONGRESS, files=str(folder / "kept"))
        with unchecked(settings, clock=Watch(now=local("2026-03-02"))) as services:
            case = sql_world(services.database).handed_over("transport").case
            with hall_over(services, (WHO, OTHER)) as hall:
                yield Desk(hall=hall, case=case, folder=folder / "kept")


def _at_once(call: Callable[[], Response]) -> list[Response]:
    gate = Barrier(2)

    def go(_: int) -> Response:
        gate.wait(timeout=30)
        return call()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(go, range(2)))


def test_a_key_adds_one_file_however_often_it_comes(desk: Desk) -> None:
    told = _at_once(desk.send)
    told.append(desk.send())
    assert [one.status_code for one in told] == [201, 201, 201], [one.text for one in told]
    assert len({one.text for one in told}) == 1
    replays = [one.headers.get("idempotency-replayed") for one in told]
    assert sorted(one or "" for one in replays) == ["", "true", "true"]
    assert (desk.listed(), desk.steps(), desk.kept()) == (["a.pdf"], ["attachment_added"], 1)


def test_a_key_with_anything_else_is_refused_and_leaves_nothing(desk: Desk) -> None:
    assert desk.send().status_code == 201
    for changed in (
        desk.send(files.PDF + b" "),
        desk.send(name="b.pdf"),
        desk.send(reason="扫描件"),
    ):
        assert (changed.status_code, changed.json()["code"]) == (422, "request-key-reused")
    assert (desk.listed(), desk.kept()) == (["a.pdf"], 1)
    # The key of an action names no file, and that of a file no action.
    urge = f"/suggestions/{desk.case}/actions/urge"
    body = {"subject": 1, "form": {"note": "请尽快"}}
    assert desk.hall.call(WHO, urge, body, KEY).json()["code"] == "request-key-reused"
    assert desk.hall.call(WHO, urge, body, {"Idempotency-Key": "urge"}).status_code == 200
    used = desk.send(key={"Idempotency-Key": "urge"})
    assert used.json()["code"] == "request-key-reused"
    # Somebody else counts from 1 as well, and without a key each call is a wish of its own.
    assert desk.send(person=OTHER).status_code == 201
    assert desk.send(key={}).status_code == 201
    assert desk.listed() == ["a.pdf"] * 3


def test_a_file_taken_back_twice_is_taken_back_once(desk: Desk) -> None:
    assert desk.send().status_code == 201
    headers = {"Authorization": f"Bearer {desk.hall.tokens[WHO]}", "Idempotency-Key": "back"}
    client, path = desk.hall.clients[""], f"{desk.api}/1"

    def take(reason: str) -> int:
        return client.delete(path, params={"reason": reason}, headers=headers).status_code

    assert [take("传错了"), take("传错了"), take("另一个原因")] == [204, 204, 422]
    assert desk.steps() == ["attachment_added", "attachment_removed"]


def test_a_double_click_at_the_page_adds_one_file(desk: Desk) -> None:
    form = desk.form(desk.place)
    told = _at_once(lambda: desk.upload(form))
    assert [one.status_code for one in told] == [303, 303], [one.text for one in told]
    assert (desk.listed(), desk.steps()) == (["b.pdf"], ["attachment_added"])
    # Another file from the same page is another wish, and so is the same file from the next page.
    assert desk.upload(form, files.PDF + b" ").status_code == 303
    assert desk.upload(desk.form(desk.place)).status_code == 303
    assert desk.listed() == ["b.pdf"] * 3


def test_a_double_click_takes_back_one_file_and_says_so_twice(desk: Desk) -> None:
    desk.upload(desk.form(desk.place))
    path = f"{desk.place}/1/remove"
    form = {**desk.form(path), "reason": "传错了"}
    client = desk.hall.clients[WHO]
    told = _at_once(lambda: client.post(path, data=form, follow_redirects=False))
    assert [one.status_code for one in told] == [303, 303], [one.text for one in told]
    assert desk.steps() == ["attachment_added", "attachment_removed"]
