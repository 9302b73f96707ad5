"""Settings from the environment: every one has a default, an unknown or bad one is refused.

docs/settings.md explains each; a test holds that page and this record together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields

from app.errors import SettingInvalid

PREFIX = "BIHUAN_"
LANGUAGES = ("zh", "en")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
HIGHEST_PORT = 65_535
MOST_MEGABYTES = 200
SECRETS = frozenset({"smtp_password", "database_url", "metrics_token", "oidc_secret"})
SHORTEST_TOKEN = 16
"""Their values are never shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How this process runs."""

    database_url: str = field(default="sqlite:///var/bihuan.db", repr=False)
    congress: str = ""
    language: str = "zh"
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = ""
    metrics: bool = True
    metrics_token: str = field(default="", repr=False)
    log_level: str = "WARNING"
    console_notices: bool = False
    smtp_host: str = ""
    smtp_port: int = 25
    smtp_sender: str = ""
    smtp_sender_name: str = ""
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    smtp_starttls: bool = False
    smtp_ca_file: str = ""
    channels_file: str = ""
    files: str = ""
    file_megabytes: int = 20
    session_idle_minutes: int = 60
    session_hours: int = 12
    sign_in_failures: int = 5
    oidc_issuer: str = ""
    oidc_client: str = ""
    oidc_secret: str = field(default="", repr=False)
    oidc_scopes: str = "openid"
    oidc_label: str = "统一身份认证"
    oidc_ca_file: str = ""
    oidc_link_by_email: bool = False
    portal: bool = False
    webhook_log_days: int = 180
    allow_private_webhooks: bool = False
    allow_time_travel: bool = False


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings of an environment; SettingInvalid names the first one that is wrong."""
    known = {PREFIX + one.name.upper(): one.name for one in fields(Settings)}
    given: dict[str, str | int | bool] = {}
    for variable in sorted(environment):
        if not variable.startswith(PREFIX):
            continue
        if variable not in known:
            reason = f"没有这项设置,可用:{'、'.join(known)} / there is no such setting"
            raise SettingInvalid(setting=variable, value="…", reason=reason)
        name = known[variable]
        given[name] = _value(variable, name, environment[variable])
    settings = Settings(**given)  # type: ignore[arg-type]  # each value was read by its reader
    if settings.smtp_host and not settings.smtp_sender:
        raise SettingInvalid(
            setting="BIHUAN_SMTP_SENDER",
            value="",
            reason="设了 BIHUAN_SMTP_HOST 就要设发件地址 / needed with BIHUAN_SMTP_HOST",
        )
    _check_oidc(settings)
    return settings


def _check_oidc(settings: Settings) -> None:
    if settings.oidc_issuer and not settings.oidc_client:
        raise SettingInvalid(
            setting="BIHUAN_OIDC_CLIENT",
            value="",
            reason="设了 BIHUAN_OIDC_ISSUER 就要设客户端标识 / needed with BIHUAN_OIDC_ISSUER",
        )
    if settings.oidc_link_by_email and "email" not in settings.oidc_scopes.split():
        raise SettingInvalid(
            setting="BIHUAN_OIDC_SCOPES",
            value=settings.oidc_scopes,
            reason="按邮箱关联须含 email / must hold email to link by it",
        )


def _value(variable: str, name: str, given: str) -> str | int | bool:
    try:
        return _READERS.get(name, str)(given.strip())
    except ValueError as error:
        shown = "…" if name in SECRETS else given
        raise SettingInvalid(setting=variable, value=shown, reason=str(error)) from error


def _url(given: str) -> str:
    if not re.match(r"(sqlite:///.|postgresql(\+psycopg)?://)", given):
        raise ValueError(
            "应为 sqlite:///文件 或 postgresql://… / use sqlite:///file or postgresql://…"
        )
    return given


def _public_url(given: str) -> str:
    if given and not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", given):
        raise ValueError("应为 https://主机[/路径] / use https://host[/path]")
    return given.rstrip("/")


def _issuer(given: str) -> str:
    inside = r"http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?(/[^\s?#]*)?"
    if given and not re.fullmatch(rf"https://[^\s/?#]+(/[^\s?#]*)?|{inside}", given):
        raise ValueError(
            "应为 https://主机[/路径],本机可用 http / use https://host[/path], http only here"
        )
    return given


def _scopes(given: str) -> str:
    if "openid" not in given.split():
        raise ValueError("须含 openid,以空格分隔 / must hold openid, separated by blanks")
    return " ".join(given.split())


def _token(given: str) -> str:
    if given and not re.fullmatch(rf"[!-~]{{{SHORTEST_TOKEN},}}", given):
        raise ValueError(
            f"至少{SHORTEST_TOKEN}个字符,不含空格和中文 "
            f"/ at least {SHORTEST_TOKEN} plain signs without blanks"
        )
    return given


def _language(given: str) -> str:
    return _one_of(given, LANGUAGES)


def _log_level(given: str) -> str:
    return _one_of(given.upper(), LOG_LEVELS)


def _one_of(given: str, known: tuple[str, ...]) -> str:
    if given not in known:
        raise ValueError(f"可用:{'、'.join(known)} / use {', '.join(known)}")
    return given


def _port(given: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", given) or not 0 < int(given) <= HIGHEST_PORT:
        raise ValueError("应为1至65535的整数 / use a whole number from 1 to 65535")
    return int(given)


def _megabytes(given: str) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", given) or not 0 < int(given) <= MOST_MEGABYTES:
        raise ValueError(
            f"应为1至{MOST_MEGABYTES}的整数 / use a whole number from 1 to {MOST_MEGABYTES}"
        )
    return int(given)


def _count(most: int) -> Callable[[str], int]:
    def read(given: str) -> int:
        if not re.fullmatch(r"[0-9]{1,6}", given) or not 0 < int(given) <= most:
            raise ValueError(f"应为1至{most}的整数 / use a whole number from 1 to {most}")
        return int(given)

    return read


def _flag(given: str) -> bool:
    known = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if given.lower() not in known:
        raise ValueError("应为 1 或 0 / use 1 or 0")
    return known[given.lower()]


_READERS: Mapping[str, Callable[[str], str | int | bool]] = {
    "database_url": _url,
    "language": _language,
    "log_level": _log_level,
    "port": _port,
    "public_url": _public_url,
    "metrics": _flag,
    "metrics_token": _token,
    "smtp_port": _port,
    "session_idle_minutes": _count(1440),
    "session_hours": _count(168),
    "sign_in_failures": _count(20),
    "oidc_issuer": _issuer,
    "oidc_scopes": _scopes,
    "oidc_link_by_email": _flag,
    "file_megabytes": _megabytes,
    "webhook_log_days": _count(3650),
    "console_notices": _flag,
    "smtp_starttls": _flag,
    "portal": _flag,
    "allow_private_webhooks": _flag,
    "allow_time_travel": _flag,
}
