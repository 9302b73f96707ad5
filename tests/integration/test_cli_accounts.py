"""Accounts by command: passwords that nobody reads over a shoulder, and what is never shown."""

from __future__ import annotations

import pytest

from tests.support.command_line import Line, bare_line, line

__all__ = ["bare_line", "line"]
PASSWORD = "mashang-banli-2026"
OTHER = "yijian-luodi-2027"


@pytest.fixture
def account(line: Line) -> Line:
    made = line.run("account", "add", "wang-fang", "--name", "WangFang", stdin=PASSWORD + "\n")
    assert made.code == 0, made.err
    return line


def test_an_account_is_added_and_listed_without_secrets(account: Line) -> None:
    listed = account.run("account", "list", "--json").json["accounts"]
    assert [(one["account"], one["person"], one["must_change"]) for one in listed] == [
        ("wangfang", "wang-fang", True)
    ]
    told = account.run("account", "list")
    assert "王芳" in told.out
    assert "argon2" not in told.out + str(listed)
    assert PASSWORD not in account.dump()


def test_a_password_is_never_an_argument(account: Line) -> None:
    for command in ("add", "password"):
        shown = account.run("account", command, "--help").out
        assert "--password" not in shown
    assert account.run("account", "password", "wang-fang", OTHER, stdin=OTHER).code == 2


@pytest.mark.parametrize("given", ["", "short\n", "wangfang-2026\n", "1234567890\n"])
def test_a_bad_password_is_refused_and_nothing_is_kept(line: Line, given: str) -> None:
    told = line.run("account", "add", "wang-fang", "--name", "wangfang", "--json", stdin=given)
    assert (told.code, told.json["error"]["code"]) == (1, "password-refused")
    assert line.run("account", "list", "--json").json["accounts"] == []


def test_what_is_not_there_is_told(account: Line) -> None:
    for arguments, code in (
        (("account", "disable", "li-ming"), "unknown-account"),
        (("account", "password", "nobody"), "unknown-person"),
        (("account", "token", "revoke", "abc"), "unknown-token"),
        (("account", "token", "issue", "nobody"), "unknown-person"),
    ):
        told = account.run(*arguments, "--json", stdin=OTHER + "\n")
        assert (told.code, told.json["error"]["code"]) == (3, code)
    assert account.run("account", "token", "revoke", "--json").code == 2


def test_what_was_done_is_audited_with_who_and_why(account: Line) -> None:
    why = ("--actor", "committee", "--reason", "本人申请")
    for arguments in (
        ("password", "wang-fang"),
        ("totp", "wang-fang"),
        ("totp", "wang-fang", "--off"),
        ("disable", "wang-fang"),
        ("enable", "wang-fang"),
        ("sessions", "end", "wang-fang"),
        ("token", "issue", "wang-fang", "--label", "OA"),
    ):
        told = account.run("account", *arguments, *why, stdin=OTHER + "\n")
        assert told.code == 0, told.err
    dump = account.dump()
    for what in (
        "password_set",
        "second_factor_set",
        "second_factor_removed",
        "disabled",
        "sessions_ended",
    ):
        assert f"account_{what}" in dump
    assert dump.count("本人申请") >= 7
    assert account.run("audit", "verify").code == 0
    nobody = account.run("account", "disable", "wang-fang", "--actor", "nobody", "--json")
    assert (nobody.code, nobody.json["error"]["code"]) == (3, "unknown-person")


def test_a_token_is_shown_once_and_stops_when_revoked(account: Line) -> None:
    issue = ("account", "token", "issue", "wang-fang", "--label", "OA")
    made = account.run(*issue, "--scope", "act", "--scope", "read", "--days", "9", "--json").json
    assert made["scopes"] == ["read", "act"]
    assert made["token"] not in account.dump()
    listed = account.run("account", "token", "list", "--person", "wang-fang", "--json")
    assert made["token"] not in listed.out
    assert [one["id"] for one in listed.json["tokens"]] == [made["id"]]
    ended = account.run("account", "token", "revoke", made["id"], "--json").json
    assert ended == {"revoked": [made["id"]]}
    assert account.run("account", "token", "revoke", made["id"]).code == 3
    for wrong in (("--scope", "all"), ("--days", "0"), ("--days", "9999")):
        assert account.run(*issue, *wrong).code == 1


def test_a_second_factor_is_shown_once(account: Line) -> None:
    told = account.run("account", "codes", "wang-fang", "--json")
    assert (told.code, told.json["error"]["code"]) == (1, "invalid-value")
    shown = account.run("account", "totp", "wang-fang", "--json").json
    assert shown["url"].startswith("otpauth://totp/")
    assert len(set(shown["recovery_codes"])) == 10
    (one,) = account.run("account", "list", "--json").json["accounts"]
    assert (one["second_factor"], one["codes_left"]) == (True, 10)
    made = account.run("account", "codes", "wang-fang", "--json").json["recovery_codes"]
    assert len(set(made)) == 10
    assert made[0] not in account.dump()
    account.run("account", "totp", "wang-fang", "--off")
    (one,) = account.run("account", "list", "--json").json["accounts"]
    assert one["second_factor"] is False


def test_sessions_of_nobody_signed_in_are_none(account: Line) -> None:
    told = account.run("account", "sessions", "end", "wang-fang", "--json")
    assert told.json == {"person": "wang-fang", "ended": 0}


ISSUER = "https://id.example"
WITH_PROVIDER = {"BIHUAN_OIDC_ISSUER": ISSUER, "BIHUAN_OIDC_CLIENT": "bihuan"}


def test_an_account_is_connected_with_the_identity_provider(account: Line) -> None:
    why = ("--actor", "committee", "--reason", "统一身份认证上线")
    done = account.run(
        "account", "oidc", "wang-fang", "--subject", "wf-001", *why, "--json", **WITH_PROVIDER
    )
    assert (done.code, done.json["subject"], done.json["must_change"]) == (0, "wf-001", False)
    assert "account_connected" in account.dump()
    assert "统一身份认证上线" in account.dump()
    ended = account.run("account", "oidc", "wang-fang", "--off", *why, "--json")
    assert (ended.code, ended.json["subject"]) == (0, None)
    assert "account_disconnected" in account.dump()


def test_an_account_may_be_of_the_provider_only(line: Line) -> None:
    made = line.run("account", "add", "li-ming", "--subject", "lm-7", "--json", **WITH_PROVIDER)
    assert (made.code, made.json["subject"], made.json["must_change"]) == (0, "lm-7", False)


def test_a_subject_is_one_persons_and_there_must_be_a_provider(account: Line) -> None:
    connect = ("account", "oidc", "wang-fang", "--json", "--subject")
    unset = account.run(*connect, "wf-001")
    assert (unset.code, unset.json["error"]["code"]) == (1, "provider-not-set")
    none = account.run("account", "add", "li-ming", "--subject", "x", "--json")
    assert (none.code, none.json["error"]["code"]) == (1, "provider-not-set")
    assert len(account.run("account", "list", "--json").json["accounts"]) == 1
    assert account.run(*connect, "wf-001", **WITH_PROVIDER).code == 0
    account.run("account", "add", "li-ming", stdin=OTHER + "\n")
    taken = account.run(
        "account", "oidc", "li-ming", "--subject", "wf-001", "--json", **WITH_PROVIDER
    )
    assert (taken.code, taken.json["error"]["code"]) == (1, "invalid-value")
    for wrong in ("a\nb", "x" * 256):
        assert account.run(*connect, wrong, **WITH_PROVIDER).code == 1
    assert account.run("account", "oidc", "wang-fang", **WITH_PROVIDER).code == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"BIHUAN_OIDC_ISSUER": ISSUER},
        {**WITH_PROVIDER, "BIHUAN_OIDC_ISSUER": "http://id.example"},
        {**WITH_PROVIDER, "BIHUAN_OIDC_ISSUER": "https://id.example?x=1"},
        {**WITH_PROVIDER, "BIHUAN_OIDC_ISSUER": "http://localhost.evil.example"},
        {**WITH_PROVIDER, "BIHUAN_OIDC_SCOPES": "email"},
        {**WITH_PROVIDER, "BIHUAN_OIDC_LINK_BY_EMAIL": "1"},
    ],
)
def test_a_provider_that_is_set_wrongly_is_refused(line: Line, wrong: dict[str, str]) -> None:
    told = line.run("account", "list", "--json", **wrong)
    assert (told.code, told.json["error"]["code"]) == (2, "setting-invalid")
