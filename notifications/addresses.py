"""Keeps calls to the web away from inner addresses 内网地址: whatever a name resolves to.

A URL is looked at when it is configured; the address itself is looked at when a connection is
made to it, so a second answer of the name server, a redirect or an odd spelling changes nothing.
Python asks this module before each connection of the process (an audit hook, put in place with
the first guarded call); only what happens inside `only_public` is ever refused.
"""

from __future__ import annotations

import re
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from engine.errors import BihuanError
from notifications.channels import DeliveryFailed

NAT64 = IPv6Network("64:ff9b::/96")
HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,250}[A-Za-z0-9])?")
SIGNS = re.compile(r"[!-~]+")

Address = IPv4Address | IPv6Address


class AddressRefused(DeliveryFailed):
    """A call would go to an address inside the house. A setting may be mended: not permanent."""

    code = "address-refused"
    zh = (
        "渠道“{channel}”不得连接 {address}:它不是公网地址。"
        "确要发往内网的,设 BIHUAN_ALLOW_PRIVATE_WEBHOOKS=1。"
    )
    en = (
        "Channel “{channel}” may not connect to {address}: it is no public address. "
        "Where that is meant, set BIHUAN_ALLOW_PRIVATE_WEBHOOKS=1."
    )

    def __init__(self, *, channel: str, address: str) -> None:
        BihuanError.__init__(self, channel=channel, address=address)
        self.permanent = False
        self.reason = f"不是公网地址 / no public address: {address}"


def is_public(address: Address) -> bool:
    """Whether an address lies outside: judged by the IPv4 address within, where there is one."""
    if isinstance(address, IPv6Address):
        within = address.ipv4_mapped or address.sixtofour or _translated(address)
        if within is not None:
            return is_public(within)
        if address.is_site_local:
            return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified
    )


def _translated(address: IPv6Address) -> IPv4Address | None:
    return IPv4Address(int(address) & 0xFFFF_FFFF) if address in NAT64 else None


def flaw_of_url(url: str, *, private: bool) -> str:
    """Why a URL may not be called, in both languages; empty when it may.

    Names are not resolved here: what they stand for is looked at with each call.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return f"网址有误:{error} / not a URL: {error}"
    if not SIGNS.fullmatch(url):
        return "网址只能用 ASCII 字符,不含空格 / a URL is ASCII without blanks"
    if parts.scheme not in ("http", "https"):
        return "网址应以 http:// 或 https:// 开头 / a URL begins with http:// or https://"
    if parts.username is not None or parts.password is not None:
        return "网址里不能有用户名和口令 / a URL has no user and password in it"
    if parts.fragment or port == 0:
        return "网址不能带 #… 或端口 0 / a URL has neither #… nor port 0"
    return _flaw_of_host(parts, private=private)


def _flaw_of_host(parts: SplitResult, *, private: bool) -> str:
    host = parts.hostname or ""
    if "[" in parts.netloc:
        literal = _literal(host)
    else:
        if not HOST.fullmatch(host):
            return f"主机名有误“{host}” / not a host: “{host}”"
        literal = _literal(host)
        if literal is None and _is_number(host):
            return (
                f"主机“{host}”是数字,请写成四段十进制 "
                f"/ host “{host}” is a number: write it as four decimal parts"
            )
    inner = literal is not None and not is_public(literal)
    if inner or host == "localhost" or host.endswith(".localhost"):
        if private:
            return ""
        return (
            f"“{host}”不是公网地址;确要发往内网的,设 BIHUAN_ALLOW_PRIVATE_WEBHOOKS=1 "
            f"/ “{host}” is no public address; where that is meant, set "
            "BIHUAN_ALLOW_PRIVATE_WEBHOOKS=1"
        )
    return ""


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _is_number(host: str) -> bool:
    """Whether the system would read the name as an address: 2130706433, 0x7f.1, 127.1."""
    try:
        socket.inet_aton(host)
    except OSError:
        return False
    return True


class _Blocked(OSError):
    """What the library in between is told: it closes its socket and gives up."""


class _Watch:
    """One guarded call, and what it was kept from."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self.refused: AddressRefused | None = None

    def look(self, address: object) -> None:
        """Refuse a connection to anything but a public address given in numbers.

        After the first refusal every one: the next address of the same name does not mend it.
        """
        host = address[0] if isinstance(address, tuple) and address else None
        literal = _literal(str(host))
        if self.refused is None:
            if literal is not None and is_public(literal):
                return
            self.refused = AddressRefused(channel=self._channel, address=str(host or address))
        raise _Blocked(self.refused.reason)


_watch: ContextVar[_Watch | None] = ContextVar("watch", default=None)


@contextmanager
def only_public(channel: str, *, private: bool) -> Iterator[None]:
    """Within, connections to addresses inside the house end with AddressRefused.

    Also when a library in between took the refusal for one of its own failures. `private`: let
    everything through.
    """
    if private:
        yield
        return
    _put_hook()
    watch = _Watch(channel)
    token = _watch.set(watch)
    try:
        yield
    except Exception as error:
        if watch.refused is not None:
            raise watch.refused from error
        raise
    finally:
        _watch.reset(token)
    if watch.refused is not None:
        raise watch.refused


@cache
def _put_hook() -> None:
    """Once a process, for good: Python has no way to take it away again."""
    sys.addaudithook(_before)


def _before(event: str, given: tuple[object, ...]) -> None:
    if event != "socket.connect":
        return
    watch = _watch.get()
    if watch is not None:
        watch.look(given[1])
