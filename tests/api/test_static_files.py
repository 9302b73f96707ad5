"""Styles and scripts: kept for ever under an address of their content, packed when that saves."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from web.pages.static_files import FOLDER, address_of, static_routes


@pytest.fixture
def client() -> Iterator[TestClient]:
    application = FastAPI()
    application.include_router(static_routes())
    with TestClient(application) as found:
        yield found


@pytest.mark.parametrize("name", sorted(one.name for one in FOLDER.iterdir()))
def test_a_file_comes_whole_packed_or_not(client: TestClient, name: str) -> None:
    written = (FOLDER / name).read_bytes()
    for accepted in ("gzip", "identity"):
        found = client.get(address_of(name), headers={"Accept-Encoding": accepted})
        assert found.status_code == 200
        assert found.content == written
        assert found.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert found.headers["vary"] == "Accept-Encoding"
        assert found.headers.get("content-encoding") == (
            "gzip" if accepted == "gzip" and len(written) >= 1_000 else None
        )


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
def test_what_a_browser_has_is_not_sent_again(client: TestClient, accepted: str) -> None:
    asked = {"Accept-Encoding": accepted}
    tag = client.get(address_of("look.css"), headers=asked).headers["etag"]
    again = client.get(address_of("look.css"), headers={**asked, "If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    other = client.get(address_of("look.css"), headers={**asked, "If-None-Match": '"other"'})
    assert other.status_code == 200


def test_packed_and_unpacked_have_tags_of_their_own(client: TestClient) -> None:
    tags = {
        client.get(address_of("look.css"), headers={"Accept-Encoding": one}).headers["etag"]
        for one in ("gzip", "identity")
    }
    assert len(tags) == 2


def test_another_content_has_another_address(client: TestClient) -> None:
    address = address_of("look.css")
    forged = re.sub(r"/static/[0-9a-f]{12}/", "/static/000000000000/", address)
    assert client.get(forged).status_code == 404
    assert client.get(address.replace("look.css", "roles.css")).status_code == 404
