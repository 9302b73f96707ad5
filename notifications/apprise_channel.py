"""E-mail, DingTalk 钉钉, WeCom 企业微信, Feishu 飞书 and plain JSON through apprise's clients.

One URL a channel, `{address}` where the person's address goes; a fresh apprise object a message,
nothing on disk. Only the kinds of URL named here are opened.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import apprise
from apprise import Apprise, AppriseAsset, AppriseResult, AppriseResultStatus, NotifyFormat
from apprise.exception import AppriseImproperlyConfigured
from apprise.plugins import dingtalk, wecombot
from apprise.plugins.custom_json import NotifyJSON
from apprise.plugins.email import NotifyEmail
from apprise.plugins.feishu import NotifyFeishu

from engine.outbox import Message
from notifications.addresses import only_public
from notifications.apprise_url import ADDRESS, CALLING_ANYWHERE, AppriseSettings
from notifications.calling import OF_THE_MESSAGE, Calling
from notifications.channels import ChannelDown, DeliveryFailed, without
from notifications.robots import listening

WITH_HEADERS = frozenset({"mailto", "mailtos"}) | CALLING_ANYWHERE
PLUGINS: Mapping[str, Any] = {
    "dingtalk": dingtalk.NotifyDingTalk,
    "feishu": NotifyFeishu,
    "json": NotifyJSON,
    "jsons": NotifyJSON,
    "mailto": NotifyEmail,
    "mailtos": NotifyEmail,
    "wecombot": wecombot.NotifyWeComBot,
}
"""By name rather than through apprise's own register, which loads some two hundred."""
ID_HEADER = "X-Bihuan-Id"
SAMPLE_PHONE, SAMPLE_MAIL = "13800000000", "somebody@example.org"
LONGEST_REASON = 400

_SOCKET = "Socket Exception"
_UNREACHED = re.compile(r"connection error", re.IGNORECASE)
_STATUS = re.compile(r"error=([0-9]{3})\b")
_NOBODY = re.compile(r"there are no .*recipients", re.IGNORECASE)
_SMTP_REFUSED = re.compile(r"\(5[0-9]{2}, ")
_POOL = re.compile(r"HTTPS?ConnectionPool.*? with url: .*?\(Caused by ")
"""requests quotes the path, and with it the robot's token; what comes after says what happened."""


class AppriseChannel:
    """Sends each message by an apprise object of its own."""

    def __init__(self, settings: AppriseSettings) -> None:
        """ValueError when apprise does not know what to do with the URL."""
        self._settings = settings
        _prepare()
        samples = (SAMPLE_PHONE, SAMPLE_MAIL)
        if all(self._plugin(one) is None for one in samples):
            raise ValueError("apprise 不认识这个网址 / apprise does not understand this URL")

    def send(self, message: Message) -> None:
        """DeliveryFailed with what apprise had to say; ChannelDown when nobody could be reached."""
        calling = self._settings.calling
        service = self._plugin(message.address, message.id)
        if service is None:
            reason = f"地址无效 / no address for this channel: {message.address!r}"
            raise DeliveryFailed(channel=calling.channel, reason=reason, permanent=True)
        sender = Apprise(service, asset=service.asset)
        anywhere = urlsplit(self._settings.url).scheme in CALLING_ANYWHERE
        with only_public(calling.channel, private=calling.private or not anywhere):
            result = sender.notify(
                title=message.subject,
                body=message.body,
                body_format=NotifyFormat.TEXT,
                notify_type=apprise.NotifyType.WARNING
                if message.urgent
                else apprise.NotifyType.INFO,
                log_level=logging.DEBUG,
            )
        if not result:
            raise _failure(result, calling)

    def _plugin(self, address: str, message_id: str = "") -> Any:  # noqa: ANN401  # apprise's plugins have no common typed face
        url = self._settings.url.replace(ADDRESS, quote(address, safe=""))
        plugin = PLUGINS[urlsplit(url).scheme]
        parts = plugin.parse_url(url)
        if not parts:
            return None
        if message_id and parts["schema"] in WITH_HEADERS:
            parts["headers"] = {**(parts.get("headers") or {}), ID_HEADER: message_id}
        seconds = self._settings.calling.timeout_seconds
        try:
            return plugin(**parts, cto=seconds, rto=seconds, asset=_asset(seconds))
        except AppriseImproperlyConfigured:
            return None


def _asset(seconds: float) -> AppriseAsset:
    """How apprise behaves: one after another, nothing on disk, no redirects, never for ever."""
    return AppriseAsset(
        app_id="Bihuan",
        app_desc="闭环 Bihuan",
        async_mode=False,
        http_redirects=False,
        interpret_escapes=False,
        interpret_emojis=False,
        secure_logging=True,
        service_timeout=seconds,
        storage_mode="memory",
    )


def _prepare() -> None:
    """Logs hold tokens: what we need of apprise's comes with the result, the rest goes nowhere."""
    logger = logging.getLogger("apprise")
    logger.propagate = False
    logger.setLevel(logging.DEBUG)
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    logging.getLogger("urllib3.connectionpool").setLevel(logging.WARNING)
    listening(dingtalk)
    listening(wecombot)


def _failure(result: AppriseResult, calling: Calling) -> DeliveryFailed:
    told = list(_told(result))
    reason = "; ".join(dict.fromkeys(told)) or "apprise 没有说明 / apprise gave no reason"
    reason = without(reason, calling.secrets)[:LONGEST_REASON]
    if result.status is AppriseResultStatus.TIMEOUT or any(_UNREACHED.search(one) for one in told):
        return ChannelDown(channel=calling.channel, reason=reason)
    permanent = any(
        _SMTP_REFUSED.search(one)
        or _NOBODY.search(one)
        or any(int(status) in OF_THE_MESSAGE for status in _STATUS.findall(one))
        for one in told
    )
    return DeliveryFailed(channel=calling.channel, reason=reason, permanent=permanent)


def _told(result: AppriseResult) -> Iterable[str]:
    """Warnings, and what the socket said, each on one line and without paths."""
    for entry in result.logs():
        level = logging.getLevelName(entry.level)
        if entry.message.startswith(_SOCKET) or (isinstance(level, int) and level > logging.INFO):
            yield " ".join(_POOL.sub("", entry.message).split())
