"""`account`: who may sign in, with which password, second factor, sessions and tokens.

A password is asked for or read from standard input, never taken from the command line, where
everybody on the machine could read it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from app.accounts import SCOPES, AccountDesk
from app.cli.door import Actor, AsJson, Call, Reason, call_of
from app.cli.output import table
from app.enrolment import ADMINISTRATOR, check_actor
from app.errors import OptionInvalid
from app.wiring import Services
from db.accounts import AccountRow, Accounts
from db.api_tokens import ApiTokens, TokenRow
from db.recovery_codes import RecoveryCodes
from reports.names import Names

account = typer.Typer(no_args_is_help=True, help="账号 · who may sign in")
token = typer.Typer(no_args_is_help=True, help="令牌 · by which programs act for somebody")
sessions = typer.Typer(no_args_is_help=True, help="登录 · browsers that are signed in")
account.add_typer(token, name="token")
account.add_typer(sessions, name="sessions")

Person = Annotated[str, typer.Argument(help="人员代码 · code of a person")]
Subject = Annotated[
    str, typer.Option(help="统一身份标识(sub) · how the identity provider knows the person")
]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(account, name="account")


@contextmanager
def _desk(call: Call, actor: str, reason: str) -> Iterator[tuple[Services, AccountDesk]]:
    with call.services() as services:
        code = services.congress()
        check_actor(services, code, actor)
        yield services, AccountDesk(services, code, actor=actor, reason=reason)


@account.command("add", help="建立账号 · an account for a person")
def add(
    context: typer.Context,
    person: Person,
    *,
    name: Annotated[str, typer.Option(help="登录名,默认人员代码 · by which they sign in")] = "",
    subject: Subject = "",
    actor: Actor = ADMINISTRATOR,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Asks for a first password, or reads a line; the person must change it when signing in.

    With --subject there is none: the person signs in by the identity provider only.
    """
    call = call_of(context, as_json=as_json)
    with _desk(call, actor, reason) as (_, desk):
        if subject:
            desk.open(person, name or person, subject)
        else:
            desk.add(person, name or person, _password(call))
        made = desk.of(person)
    how = "由统一身份认证登录" if subject else "首次登录须改密码"
    call.give(_plain(made), f"已建立 added: {made.name}({person}),{how}")


@account.command("password", help="重设密码 · set another password, and sign out everywhere")
def password(
    context: typer.Context,
    person: Person,
    *,
    actor: Actor = ADMINISTRATOR,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Asks for it, or reads a line; the person must change it at the next sign-in."""
    call = call_of(context, as_json=as_json)
    with _desk(call, actor, reason) as (_, desk):
        row = desk.of(person)
        desk.set_password(person, _password(call))
    answer = {"account": row.name, "person": person, "must_change": True}
    call.give(answer, f"已重设 set: {row.name},下次登录须改密码")


@account.command("disable", help="停用账号 · let nobody in by it, at once")
def disable(
    context: typer.Context,
    person: Person,
    *,
    actor: Actor = ADMINISTRATOR,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Ends its sessions; tokens of the person stop while it is disabled."""
    call = call_of(context, as_json=as_json)
    with _desk(call, actor, reason) as (_, desk):
        row = desk.disable(person)
    answer = {"account": row.name, "person": person, "disabled": True}
    call.give(answer, f"已停用 disabled: {row.name}")


@account.command("enable", help="启用账号,解除锁定 · let in again, and end a lock")
def enable(
    context: typer.Context,
    person: Person,
    *,
    actor: Actor = ADMINISTRATOR,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """What failed before is forgotten."""
    call = call_of(context, as_json=as_json)
    with _desk(call, actor, reason) as (_, desk):
        row = desk.enable(person)
    answer = {"account": row.name, "person": person, "disabled": False}
    call.give(answer, f"已启用 enabled: {row.name}")


@account.command("list", help="查看账号 · accounts of the congress")
def list_(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Without anything secret."""
    call = call_of(context, as_json=as_json)
    with call.services() as services:
        code = services.congress()
        names = Names(services.directory(code))
        found = Accounts(services.database).all(code)
        left = RecoveryCodes(services.database).left_of([one.id for one in found])
    rows = [
        (
            *(one.name, names.person(one.person), one.totp_secret is not None),
            left.get(one.id, 0) if one.totp_secret else None,
            one.external_subject,
            *(one.failures, one.locked_until, one.last_seen_at, one.disabled_at),
        )
        for one in found
    ]
    columns = (
        *("账号 name", "何人 whose", "动态码 second factor", "恢复码 codes left#"),
        "统一身份 subject",
        *("失败 failures#", "锁定至 locked until", "最近登录 last sign-in", "停用 disabled"),
    )
    answer = {"accounts": [{**_plain(one), "codes_left": left.get(one.id, 0)} for one in found]}
    call.give(answer, table(f"账号 {len(rows)} accounts", columns, rows))


@account.command("totp", help="动态验证码 · ask for a second factor from now on")
def totp(
    context: typer.Context,
    person: Person,
    *,
    off: Annotated[bool, typer.Option("--off", help="不再要求 · ask for it no more")] = False,
    actor: Actor = ADMINISTRATOR,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Shows the address for an authenticator program and ten recovery codes, this once.

    A new one ends the old one. With --off the person is told.
    """
    call = call_of(context, as_json=as_json)
    with _desk(call, actor, reason) as (_, desk):
        if off:
            desk.ask_no_code(person)
            call.give({"person": person, "second_factor": False}, "不再要求 no longer asked for")
            return
        made = desk.ask_code(person)
    answer = {
        "person": person,
        "second_factor": True,
        "url": made.address,
        "recovery_codes": list(made.codes),
    }
    call.give(
        answer,
        f"请用验证器扫描或录入(只显示这一次) shown this once: {made.address}",
        *_listed(made.codes),
    )


@account.command("codes", help="恢复码 · other recovery codes of a second factor, shown this once")
def codes(
    context: typer.Context,
    person: Person,
    *,
    actor: Actor = ADMINISTRATOR,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Ten codes, each of which lets the person in once without the phone; old ones are over."""
    call = call_of(context, as_json=as_json)
    with _desk(call, actor, reason) as (_, desk):
        made = desk.new_codes(person)
    call.give({"person": person, "recovery_codes": list(made)}, *_listed(made))


def _listed(codes: tuple[str, ...]) -> tuple[str, ...]:
    """For somebody to write down."""
    return ("恢复码,每个只能用一次(只显示这一次) recovery codes, each once:", *codes)


@account.command("oidc", help="统一身份认证 · connect with the identity provider")
def oidc(
    context: typer.Context,
    person: Person,
    *,
    subject: Subject = "",
    off: Annotated[bool, typer.Option("--off", help="不再关联 · connect no more")] = False,
    actor: Actor = ADMINISTRATOR,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Whom the provider knows by the subject signs in by this account; sessions end."""
    call = call_of(context, as_json=as_json)
    if bool(subject) == off:
        told = "--subject 和 --off 二选一 / give --subject or --off, one of them"
        raise OptionInvalid(option="--subject", reason=told)
    with _desk(call, actor, reason) as (_, desk):
        if off:
            desk.disconnect(person)
        else:
            desk.connect(person, subject)
        row = desk.of(person)
    told = f"已关联 connected: {row.name} ← {subject}" if subject else f"已取消 ended: {row.name}"
    call.give(_plain(row), told)


@sessions.command("end", help="全部退出 · sign a person out everywhere")
def end(
    context: typer.Context,
    person: Person,
    *,
    actor: Actor = ADMINISTRATOR,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Every browser has to sign in again; tokens stay."""
    call = call_of(context, as_json=as_json)
    with _desk(call, actor, reason) as (_, desk):
        ended = desk.end_sessions(person)
    call.give({"person": person, "ended": ended}, f"已退出 ended: {ended}")


@token.command("issue", help="发放令牌 · give out a token, shown this once")
def issue(
    context: typer.Context,
    person: Person,
    *,
    label: Annotated[str, typer.Option(help="用途,如“OA” · what for")] = "",
    scope: Annotated[
        list[str] | None, typer.Option(help=f"权限 · {', '.join(SCOPES)}; may be repeated")
    ] = None,
    days: Annotated[int, typer.Option(help="有效天数 · for how many days")] = 90,
    actor: Actor = ADMINISTRATOR,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Whoever has the token acts in that person's name, within its scopes; default: read."""
    call = call_of(context, as_json=as_json)
    with _desk(call, actor, reason) as (_, desk):
        made = desk.issue_token(person, label=label, scopes=scope or ("read",), days=days)
    answer = {**_plain_token(made.row), "token": made.token}
    call.give(
        answer,
        f"令牌(只显示这一次) token, shown this once: {made.token}",
        f"停用 to end it: bihuan account token revoke {made.row.id}",
    )


@token.command("list", help="查看令牌 · tokens given out, without the tokens")
def list_tokens(
    context: typer.Context,
    *,
    person: Annotated[str, typer.Option(metavar="PERSON", help="只看此人")] = "",
    as_json: AsJson = False,
) -> None:
    """Newest first; ended ones stay listed."""
    call = call_of(context, as_json=as_json)
    with call.services() as services:
        code = services.congress()
        names = Names(services.directory(code))
        found = ApiTokens(services.database).issued(code, person or None)
    rows = [
        (
            *(one.id, names.person(one.person), one.label, " ".join(one.scopes)),
            *(one.expires_at, one.last_used_at, one.revoked_at, names.person(one.created_by)),
        )
        for one in found
    ]
    columns = (
        *("id", "何人 whose", "用途 label", "权限 scopes"),
        *("有效至 until", "最近使用 last used", "停用 revoked", "由谁 by"),
    )
    answer = {"tokens": [_plain_token(one) for one in found]}
    call.give(answer, table(f"令牌 {len(rows)} tokens", columns, rows))


@token.command("revoke", help="停用令牌 · end tokens at once")
def revoke(
    context: typer.Context,
    ids: Annotated[list[str] | None, typer.Argument(help="令牌代码 · ids, see token list")] = None,
    *,
    person: Annotated[
        str, typer.Option(metavar="PERSON", help="此人的全部 · all of a person")
    ] = "",
    actor: Actor = ADMINISTRATOR,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """By id, or with --person all of a person."""
    call = call_of(context, as_json=as_json)
    if bool(ids) == bool(person):
        told = "令牌代码和 --person 二选一 / give ids or --person, one of them"
        raise OptionInvalid(option="ID", reason=told)
    with _desk(call, actor, reason) as (_, desk):
        ended = desk.revoke_tokens(ids or (), person=person)
    listed = "、".join(one.id for one in ended) or "没有 none"
    call.give({"revoked": [one.id for one in ended]}, f"已停用 revoked: {listed}")


def _password(call: Call) -> str:
    """What is typed unseen and twice; from a program, the first line it gives."""
    if sys.stdin.isatty():
        asked = typer.prompt("密码 password", hide_input=True, confirmation_prompt=True, err=True)
        return str(asked)
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        call.console.print("请在标准输入给出密码 · give the password on standard input")
    return line


def _plain(one: AccountRow) -> dict[str, object]:
    return {
        "account": one.name,
        "person": one.person,
        "must_change": one.must_change,
        "second_factor": one.totp_secret is not None,
        "subject": one.external_subject,
        "failures": one.failures,
        "locked_until": one.locked_until,
        "created_at": one.created_at,
        "password_set_at": one.password_set_at,
        "last_seen_at": one.last_seen_at,
        "disabled_at": one.disabled_at,
    }


def _plain_token(one: TokenRow) -> dict[str, object]:
    return {
        "id": one.id,
        "person": one.person,
        "label": one.label,
        "scopes": list(one.scopes),
        "created_at": one.created_at,
        "created_by": one.created_by,
        "expires_at": one.expires_at,
        "revoked_at": one.revoked_at,
        "last_used_at": one.last_used_at,
    }
