"""Robots that refuse with status 200: DingTalk and WeCom say in the body whether they took it.

apprise looks at the status of their answers only, so a refused message would count as sent. Here
its own client is asked, and such an answer gets the status that its body means.
"""

from __future__ import annotations

import logging
from types import ModuleType
from typing import Any

import requests

REFUSED = 502
"""Neither the message's fault nor for ever: a robot refuses what comes too fast, for one."""

log = logging.getLogger("apprise")


class _Listening:
    """`requests` for a plugin; of everything but `post` nothing is changed."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever requests has
        return getattr(requests, name)

    def post(self, url: str, **given: Any) -> requests.Response:  # noqa: ANN401  # passed on as it is
        answer = requests.post(url, **given)  # noqa: S113  # the plugin gives the time limit
        said = _refusal(answer)
        if said:
            log.warning("%s", said)
            answer.status_code = REFUSED
        return answer


def listening(plugin: ModuleType) -> None:
    """Let a plugin of apprise hear refusals in the body."""
    if not isinstance(plugin.requests, _Listening):
        plugin.requests = _Listening()  # type: ignore[attr-defined]  # the module's own import


def _refusal(answer: requests.Response) -> str:
    """`errcode` and `errmsg` where the body has an errcode other than 0."""
    if answer.status_code != requests.codes.ok:
        return ""
    try:
        body = answer.json()
    except ValueError:
        return ""
    if not isinstance(body, dict) or body.get("errcode") in (None, 0):
        return ""
    return f"errcode={body['errcode']} {body.get('errmsg', '')}".strip()
