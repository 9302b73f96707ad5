"""Apprise URLs that are opened, told from those that are not, without loading apprise itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from notifications.addresses import flaw_of_url
from notifications.calling import Calling

ADDRESS = "{address}"
CALLING_ANYWHERE = frozenset({"json", "jsons"})
"""Their host is whatever the URL says, so it is kept from inner addresses; mail servers are inside
more often than not, and the robots' hosts are fixed."""
SCHEMES = frozenset({"mailto", "mailtos", "dingtalk", "wecombot", "feishu"}) | CALLING_ANYWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class AppriseSettings:
    """An apprise URL and how it is called."""

    url: str = field(repr=False)
    calling: Calling


def flaw_of_apprise(url: str, *, private: bool) -> str:
    """Why an apprise URL may not be used, in both languages; empty when it may.

    What only apprise itself can tell is found when the channel is opened.
    """
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES:
        known = "、".join(f"{one}://" for one in sorted(SCHEMES))
        return f"apprise 网址可用:{known} / not among the kinds of URL that are opened"
    if "{" in parts.netloc or "}" in parts.netloc:
        return "{address} 不能在主机的位置 / {address} may not stand where the host does"
    if re.search(r"(^|&)redirect=", parts.query):
        return "不能设 redirect / redirect may not be set"
    if parts.scheme in CALLING_ANYWHERE:
        host = parts.netloc.rpartition("@")[2]
        return flaw_of_url(
            f"http{'s' if parts.scheme == 'jsons' else ''}://{host}", private=private
        )
    return ""
