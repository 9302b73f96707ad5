"""Short messages 短信 through whatever gateway there is: its request and its answer are settings.

Refuses to know any provider.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn
from urllib.parse import urlencode, urlsplit

from engine.outbox import Message
from engine.wording import cut
from notifications.calling import OF_THE_MESSAGE, Answer, Calling, call
from notifications.channels import DeliveryFailed

PHONE = re.compile(r"\+?[0-9]{5,20}")
BLANKS = re.compile(r"[ ()-]")
PLACES = ("phone", "text", "subject", "id")
PLACE = re.compile(r"\{(phone|text|subject|id)\}")
LONGEST_TEXT = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsSettings:
    """A gateway: what it is sent, and how its answer says that it took the message.

    `form` is sent as a form, or after the question mark with GET; `json` as a document. In texts
    `{phone}`, `{text}`, `{subject}` and `{id}` are filled in. Taken is an answer with one of
    `statuses` whose JSON field `answer_field` (a path with points) is `answer_value`.
    """

    url: str = field(repr=False)
    calling: Calling
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    json: object = field(default=None, repr=False)
    statuses: tuple[int, ...] = (200,)
    answer_field: str = ""
    answer_value: str = ""
    longest: int = LONGEST_TEXT


class SmsChannel:
    """Sends each message through the gateway."""

    def __init__(self, settings: SmsSettings) -> None:
        self._settings = settings

    def send(self, message: Message) -> None:
        settings = self._settings
        phone = BLANKS.sub("", message.address)
        if not PHONE.fullmatch(phone):
            self._fail(f"电话号码无效 / not a phone number: {message.address!r}", permanent=True)
        filled = {
            "phone": phone,
            "text": cut(message.body, settings.longest),
            "subject": message.subject,
            "id": message.id,
        }
        answer = self._call(filled)
        if answer.status not in settings.statuses:
            self._fail(answer.said, permanent=answer.status in OF_THE_MESSAGE)
        wanted = settings.answer_value
        if settings.answer_field and value_in(answer, settings.answer_field) != wanted:
            self._fail(f"{settings.answer_field} ≠ {wanted}: {answer.said}", permanent=False)

    def _call(self, filled: Mapping[str, str]) -> Answer:
        settings = self._settings
        url = settings.url
        headers = dict(settings.headers)
        body: bytes | None = None
        if settings.json is not None:
            headers.setdefault("Content-Type", "application/json; charset=utf-8")
            body = json.dumps(fill(settings.json, filled), ensure_ascii=False).encode()
        elif settings.form is not None:
            form = urlencode({name: fill(value, filled) for name, value in settings.form.items()})
            if settings.method == "GET":
                url += ("&" if urlsplit(url).query else "?") + form
            else:
                headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
                body = form.encode()
        return call(settings.method, url, settings.calling, headers=headers, body=body)

    def _fail(self, reason: str, *, permanent: bool) -> NoReturn:
        raise DeliveryFailed(
            channel=self._settings.calling.channel, reason=reason, permanent=permanent
        )


def fill(shape: object, filled: Mapping[str, str]) -> object:
    """The document with its places filled in, each once: what was filled in is not read again."""
    if isinstance(shape, str):
        return PLACE.sub(lambda found: filled[found.group(1)], shape)
    if isinstance(shape, Mapping):
        return {name: fill(one, filled) for name, one in shape.items()}
    if isinstance(shape, list):
        return [fill(one, filled) for one in shape]
    return shape


def value_in(answer: Answer, path: str) -> str | None:
    """The value of a field of the answer as a text; None where there is none."""
    try:
        found = json.loads(answer.body)
    except ValueError:
        return None
    for step in path.split("."):
        if not isinstance(found, dict) or step not in found:
            return None
        found = found[step]
    if isinstance(found, bool):
        return "true" if found else "false"
    return str(found) if isinstance(found, str | int | float) else None
