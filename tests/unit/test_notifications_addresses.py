"""Inner addresses stay unreachable, however they are spelled and whatever a name resolves to."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address

import pytest
import requests

from notifications.addresses import AddressRefused, flaw_of_url, is_public, only_public
from notifications.calling import Calling, call
from tests.support.web_server import Told, WebServer, web_server

INNER = [
    *("127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
    *("169.254.169.254", "100.64.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1", "240.0.0.1"),  # noqa: S104  # an address to be refused
    *("192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "192.0.0.1"),
    *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00::1", "ff02::1", "fec0::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "::127.0.0.1"),
    *("2002:7f00:1::", "2002:0a00:0001::1", "64:ff9b::7f00:1", "64:ff9b::10.0.0.1"),
    *("2001:db8::1", "2001::1"),
]
OUTER = ["1.1.1.1", "223.5.5.5", "2400:3200::1", "::ffff:1.1.1.1", "2002:0101:0101::1"]


@pytest.fixture
def server() -> Iterator[WebServer]:
    with web_server() as running:
        yield running


@pytest.mark.parametrize("address", INNER)
def test_an_inner_address_is_refused(address: str) -> None:
    assert not is_public(ip_address(address))
    host = f"[{address}]" if ":" in address else address
    assert "public address" in flaw_of_url(f"https://{host}/hook", private=False)
    assert flaw_of_url(f"https://{host}/hook", private=True) == ""


@pytest.mark.parametrize("address", [*OUTER, "64:ff9b::1.1.1.1"])
def test_an_outer_address_is_not(address: str) -> None:
    assert is_public(ip_address(address))
    host = f"[{address}]" if ":" in address else address
    assert flaw_of_url(f"https://{host}:8443/hook?x=1", private=False) == ""


@pytest.mark.parametrize(
    ("url", "cause"),
    [
        ("http://2130706433/", "four decimal parts"),
        ("http://0x7f000001/", "four decimal parts"),
        ("http://0x7f.0.0.1/", "four decimal parts"),
        ("http://0177.0.0.1/", "four decimal parts"),
        ("http://127.1/", "four decimal parts"),
        ("http://127.0.0.01/", "four decimal parts"),
        ("http://localhost:8000/", "no public address"),
        ("http://LOCALHOST/", "no public address"),
        ("http://www.localhost/", "no public address"),
        ("http://127。0。0。1/", "ASCII"),
        ("http://\uff11\uff12\uff17.0.0.1/", "ASCII"),
        ("http://exa mple.org/", "ASCII"),
        ("http://example.org/\r\nX: 1", "ASCII"),
        ("http://example.org@127.0.0.1/", "no user and password"),
        ("http://127.0.0.1%2f@example.org/", "no user and password"),
        ("http://example.org#@127.0.0.1/", "#"),
        ("http://127.0.0.1\\@example.org/", "user and password"),
        ("http://127.0.0.1\\.example.org/", "not a host"),
        ("http://[::1/", "not a URL"),
        ("http://example.org:99999/", "not a URL"),
        ("http://example.org:0/", "port 0"),
        ("http:///hook", "not a host"),
        ("http://-example.org/", "not a host"),
        ("ftp://example.org/", "http://"),
        ("file:///etc/passwd", "http://"),
        ("//example.org/", "http://"),
    ],
)
def test_no_spelling_gets_past_the_configuration(url: str, cause: str) -> None:
    assert cause in flaw_of_url(url, private=False)


def test_a_name_is_judged_by_what_it_resolves_to(
    server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lies(*_: object, **__: object) -> list[object]:
        local = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", server.port))
        return [local]

    url = f"http://hooks.linxi.example:{server.port}/"
    assert flaw_of_url(url, private=False) == ""
    monkeypatch.setattr(socket, "getaddrinfo", lies)
    with pytest.raises(AddressRefused, match=r"127\.0\.0\.1") as caught:
        call("POST", url, Calling(channel="hook"), headers={}, body=b"{}")
    assert not caught.value.permanent
    assert "BIHUAN_ALLOW_PRIVATE_WEBHOOKS=1" in caught.value.message("zh")
    assert server.asked == []
    open_to_all = Calling(channel="hook", private=True)
    assert call("POST", url, open_to_all, headers={}, body=b"{}").status == 200


def test_a_name_with_an_inner_and_an_outer_address_is_refused(
    server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def both(*_: object, **__: object) -> list[object]:
        kinds = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kinds, ("10.0.0.1", server.port)), (*kinds, ("127.0.0.1", server.port))]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with pytest.raises(AddressRefused, match=r"10\.0\.0\.1"):
        call("GET", "http://hooks.linxi.example/", Calling(channel="hook"), headers={}, body=None)
    assert server.asked == []


def test_a_second_answer_of_the_name_server_changes_nothing(
    server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = iter(["223.5.5.5", "127.0.0.1"])

    def turns(*_: object, **__: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(given), server.port))]

    monkeypatch.setattr(socket, "getaddrinfo", turns)
    with only_public("hook", private=False):
        (first,) = socket.getaddrinfo("hooks.linxi.example", server.port)
    assert first[4][0] == "223.5.5.5"
    with pytest.raises(AddressRefused):
        call("GET", "http://hooks.linxi.example/", Calling(channel="hook"), headers={}, body=None)
    assert server.asked == []


def test_another_librarys_client_is_kept_too(server: WebServer) -> None:
    with pytest.raises(AddressRefused), only_public("hook", private=False):
        requests.get(server.url, timeout=5)
    assert server.asked == []


def swallowing(port: int) -> None:
    """What some library might do."""
    with suppress(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def test_a_refusal_that_was_swallowed_comes_back(server: WebServer) -> None:
    with pytest.raises(AddressRefused), only_public("hook", private=False):
        swallowing(server.port)


def test_outside_of_a_guarded_call_nothing_is_refused(server: WebServer) -> None:
    with pytest.raises(AddressRefused), only_public("hook", private=False):
        requests.get(server.url, timeout=5)
    assert requests.get(server.url, timeout=5).status_code == 200


def test_redirects_are_not_followed(server: WebServer) -> None:
    server.tells(Told(status=302, headers={"Location": "http://169.254.169.254/latest"}))
    calling = Calling(channel="hook", private=True)
    answer = call("POST", f"{server.url}/hook", calling, headers={}, body=b"{}")
    assert answer.status == 302
    assert "redirects are not followed" in answer.said
    assert len(server.asked) == 1
