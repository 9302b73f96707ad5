"""Reads the channel file: which ways lead out of the house, to whom, by which account.

Secrets stand in the environment, `${NAME}` in the file; no complaint repeats one. The format is
described in docs/operations.md. Refuses to open anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from app.channel_rows import Row
from app.errors import ChannelsInvalid, FileUnreadable
from engine.outbox import ChannelRoute
from notifications.addresses import flaw_of_url
from notifications.apprise_url import ADDRESS, AppriseSettings, flaw_of_apprise
from notifications.calling import Calling
from notifications.channels import without
from notifications.email import EmailSettings
from notifications.sms import LONGEST_TEXT, PLACES, SmsSettings
from notifications.webhook import WebhookSettings
from workflows.problems import Report
from workflows.strict_yaml import MAX_BYTES, parse

NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
REACHES = re.compile(r"[a-z][a-z0-9_-]{0,39}")
MAIL = re.compile(r"[!-?A-~]+@[!-?A-~]+")
HEADER = re.compile(r"[A-Za-z0-9-]{1,60}")
PLACE = re.compile(r"\{([A-Za-z_]+)\}")
FIXED = "fixed"
HIGHEST_PORT = 65_535
SHORTEST_SECRET = 16
LONGEST_WAIT = 15
"""Fifty messages, each this slow, still fit into the lease of a delivery."""
MOST_CHANNELS = 50
LONGEST_SMS = 2000
REACHED_BY = {"email": "email", "sms": "phone", "webhook": FIXED, "console": "code"}
"""What a kind reaches when the file does not say."""
NAMING_A_HOST = frozenset({"mailto", "mailtos", "json", "jsons"})
"""The others have a token where a host would be."""
OURS = frozenset({"host", "content-length", "transfer-encoding", "connection"})
"""Headers that the client writes itself."""

Opening = AppriseSettings | EmailSettings | SmsSettings | WebhookSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelEntry:
    """One channel of the file; a console has nothing to open."""

    kind: str
    route: ChannelRoute
    opening: Opening | None = field(repr=False)


def read_channel_file(
    path: Path, environment: Mapping[str, str], *, taken: frozenset[str], private: bool
) -> tuple[ChannelEntry, ...]:
    """The channels of the file; ChannelsInvalid names everything that is wrong, with its line.

    `taken`: names that settings have given away already. `private`: webhooks and gateways may be
    inside the house.
    """
    try:
        with path.open("rb") as opened:
            text = opened.read(MAX_BYTES + 1).decode("utf-8")
    except OSError as error:
        raise FileUnreadable(file=path, reason=error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise FileUnreadable(file=path, reason="不是 UTF-8 / not UTF-8") from error
    report = Report()
    document = parse(path.name, text, report)
    top = Row(
        document.value if document and not report.problems else {"channels": []},
        path.name,
        report,
        environment,
    )
    if document is not None:
        report.know(path.name, document.lines)
    found = []
    names = set(taken)
    rows = top.rows("channels", most=MOST_CHANNELS)
    top.close()
    for row in rows:
        entry = _entry(row, private=private)
        if entry.route.name in names:
            row.fault("name", "这个名称已经用了", "this name is taken")
        names.add(entry.route.name)
        found.append(entry)
    if report.problems:
        secrets = top.secrets
        told = "\n".join(without(str(one), secrets) for one in report.problems)
        raise ChannelsInvalid(file=path, problems=told)
    return tuple(found)


def where_to(entry: ChannelEntry) -> str:
    """The host that a channel calls, without anything that may be a secret."""
    opening = entry.opening
    if opening is None:
        return ""
    if isinstance(opening, EmailSettings):
        return f"smtp://{opening.host}:{opening.port}"
    parts = urlsplit(opening.url)
    if isinstance(opening, AppriseSettings) and parts.scheme not in NAMING_A_HOST:
        return f"{parts.scheme}://…"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/…"


def _entry(row: Row, *, private: bool) -> ChannelEntry:
    kind = row.choice("kind", tuple(_KINDS))
    name = row.text("name", matching=NAME)
    unsaid = None if kind == "apprise" else REACHED_BY.get(kind, "code")
    reaches = row.text("reaches", unsaid, matching=REACHES)
    address = row.text("address", "")
    only_urgent = row.flag("only_urgent")
    seconds = row.number("timeout_seconds", 10, lowest=1, highest=LONGEST_WAIT)
    if address and reaches != FIXED:
        row.fault("address", "address 只用于 reaches: fixed", "address goes with reaches: fixed")
    opening = _KINDS.get(kind, _console)(
        row, _Frame(name, float(seconds), private, reaches, address)
    )
    row.close()
    route = ChannelRoute(
        name=name,
        reaches=reaches,
        fixed=(address or name) if reaches == FIXED else "",
        only_urgent=only_urgent,
    )
    return ChannelEntry(kind=kind, route=route, opening=opening)


@dataclass(frozen=True, slots=True)
class _Frame:
    """What every kind has."""

    name: str
    seconds: float
    private: bool
    reaches: str
    address: str

    def calling(self, row: Row) -> Calling:
        """Asked for last, when the secrets of the row are known."""
        return Calling(
            channel=self.name,
            timeout_seconds=self.seconds,
            ca_file=row.text("ca_file", "") or None,
            private=self.private,
            secrets=row.secrets,
        )


def _console(_row: Row, _frame: _Frame) -> None:
    return None


def _email(row: Row, frame: _Frame) -> EmailSettings:
    return EmailSettings(
        host=row.text("host"),
        port=row.number("port", 25, lowest=1, highest=HIGHEST_PORT),
        sender=row.text("sender", matching=MAIL),
        sender_name=row.text("sender_name", ""),
        user=row.secret("user", ""),
        password=row.secret("password", ""),
        starttls=row.flag("starttls"),
        ca_file=row.text("ca_file", "") or None,
        timeout_seconds=frame.seconds,
    )


def _apprise(row: Row, frame: _Frame) -> AppriseSettings:
    url = row.secret("url", in_url=True)
    flaw = flaw_of_apprise(url, private=frame.private) if url else ""
    row.fault_of("url", flaw)
    takes, given = ADDRESS in url, frame.reaches != FIXED or bool(frame.address)
    if url and not flaw and takes != given:
        row.fault(
            "url",
            "网址里有 {address} 就要有地址(reaches 或 address),反之亦然",
            "{address} in the URL and an address to put there (reaches, address) go together",
        )
    return AppriseSettings(url=url, calling=frame.calling(row))


def _webhook(row: Row, frame: _Frame) -> WebhookSettings:
    url = _url(row, frame)
    secret = row.secret("secret", from_environment=True)
    previous = row.secret("previous_secret", "", from_environment=True)
    for key, value in (("secret", secret), ("previous_secret", previous)):
        if value and len(value) < SHORTEST_SECRET:
            row.fault(
                key,
                f"密钥不足{SHORTEST_SECRET}个字符",
                f"a secret has at least {SHORTEST_SECRET} signs",
            )
    return WebhookSettings(
        url=url, secret=secret, previous_secret=previous, calling=frame.calling(row)
    )


def _sms(row: Row, frame: _Frame) -> SmsSettings:
    url = _url(row, frame)
    method = row.choice("method", ("POST", "GET", "PUT"), "POST")
    headers = row.inner("headers")
    form, document = row.inner("form"), row.document("json")
    if (form is None) == (document is None) or (method == "GET" and form is None):
        row.fault(
            "form",
            "form 和 json 二选一,GET 用 form",
            "give form or json, one of them; GET takes a form",
        )
    success = row.inner("success")
    written = _headers(headers) if headers else {}
    fields = form.texts() if form else None
    made = SmsSettings(
        url=url,
        calling=frame.calling(row),
        method=method,
        headers=written,
        form=fields,
        json=document,
        statuses=success.numbers("status", (200,), lowest=200, highest=299) if success else (200,),
        answer_field=success.text("field", "") if success else "",
        answer_value=success.text("equals", "") if success else "",
        longest=row.number("longest", LONGEST_TEXT, lowest=20, highest=LONGEST_SMS),
    )
    if success:
        success.close()
    _check_places(row, made.form if made.form is not None else made.json)
    return made


def _url(row: Row, frame: _Frame) -> str:
    url = row.secret("url", in_url=True)
    row.fault_of("url", flaw_of_url(url, private=frame.private) if url else "")
    return url


def _headers(row: Row) -> Mapping[str, str]:
    given = row.texts()
    for name, value in given.items():
        if not HEADER.fullmatch(name) or name.lower() in OURS or not value.isprintable():
            row.fault(name, f"请求头“{name}”不可用", f"header “{name}” may not be used")
    return given


def _check_places(row: Row, shape: object) -> None:
    named = set(PLACE.findall(_all_texts(shape)))
    for one in sorted(named - set(PLACES)):
        known = "、".join(f"{{{name}}}" for name in PLACES)
        row.fault(
            "form", f"没有“{{{one}}}”可填,可用:{known}", f"there is no “{{{one}}}” to fill in"
        )
    if shape is not None and not {"phone", "text"} <= named:
        row.fault("form", "缺少 {phone} 或 {text}", "{phone} or {text} is missing")


def _all_texts(shape: object) -> str:
    if isinstance(shape, Mapping):
        return "\n".join(_all_texts(one) for one in shape.values())
    if isinstance(shape, list):
        return "\n".join(_all_texts(one) for one in shape)
    return shape if isinstance(shape, str) else ""


_KINDS: Mapping[str, Callable[[Row, _Frame], Opening | None]] = {
    "apprise": _apprise,
    "console": _console,
    "email": _email,
    "sms": _sms,
    "webhook": _webhook,
}
