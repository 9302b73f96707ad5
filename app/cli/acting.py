"""`act`: any action of the rules, one or many, for real or as a dry run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typer
from rich.console import RenderableType

from app.cli.door import AsJson, Call, call_of
from app.cli.exits import ExitCode, exit_code_of
from app.cli.output import shown, table
from app.errors import OptionInvalid
from app.forms import BatchRow, read_batch, read_form_file, read_settings_of_form
from app.readings import note_at_the_command_line, note_cases_read
from app.wiring import Services
from engine.command import Command, Decision, Receipt
from engine.errors import BihuanError, UnknownAction
from engine.perform import Verdict
from engine.profile import Profile
from reports.names import Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was said on the command line."""

    action: str
    actor: str
    case: str
    subject: int | None
    form: str
    fields: Sequence[str]
    expect_version: int | None
    request_key: str
    dry_run: bool
    at: datetime


def add_to(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("act", help="办理一步 · perform an action on a case, or the same on many")(act)


def act(  # an action has these facts
    context: typer.Context,
    action: Annotated[str, typer.Argument(help="动作 · see bihuan workflow show")] = "",
    *,
    case: Annotated[str, typer.Option(metavar="REF", help="编号或 id;立案前的新建议不填")] = "",
    actor: Annotated[str, typer.Option("--as", metavar="PERSON", help="办理人 · who acts")] = "",
    subject: Annotated[int | None, typer.Option(min=1, help="承办、承诺或督办单的号")] = None,
    form: Annotated[str, typer.Option(metavar="FILE|-", help="表单 · YAML or JSON")] = "",
    fields: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="单个字段,可多次")
    ] = None,
    expect_version: Annotated[
        int | None, typer.Option(min=1, help="须仍是此版 · refuse another version")
    ] = None,
    request_key: Annotated[str, typer.Option(help="请求号:重复时得到第一次的回答")] = "",
    batch: Annotated[str, typer.Option(metavar="FILE|-", help="多条命令 · many in one go")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只试算 · store nothing")] = False,
    at: Annotated[str, typer.Option(hidden=True)] = "",
    as_json: AsJson = False,
) -> None:
    """Perform an action. It is refused with a reason, or it is done and recorded."""
    call = call_of(context, as_json=as_json)
    with call.services() as services:
        given = Given(
            action=action,
            actor=actor,
            case=case,
            subject=subject,
            form=form,
            fields=fields or (),
            expect_version=expect_version,
            request_key=request_key,
            dry_run=dry_run,
            at=call.instant(services, at),
        )
        congress = services.congress()
        if batch:
            _many(call, services, congress, given, read_batch(batch))
        else:
            _one(call, services, congress, given)


# ------------------------------------------------------------------------------------- one


def _one(call: Call, services: Services, congress: str, given: Given) -> None:
    for option, value in (("ACTION", given.action), ("--as", given.actor)):
        if not value:
            raise OptionInvalid(option=option, reason="必须填写 / it is needed")
    profile = _profile(services, congress, given.case)
    command = Command(
        congress=congress,
        action=given.action,
        actor=given.actor,
        now=given.at,
        case=_case(given.case, given.action, profile),
        subject=given.subject,
        form=_form(given, profile),
        expected_version=given.expect_version,
        request_key=given.request_key or None,
    )
    if given.dry_run:
        decision = services.desk.preview(command)
        if decision.before is not None:
            note_at_the_command_line(services, decision.before, person=given.actor)
        call.give(_previewed(decision), *_preview_lines(decision, profile))
        return
    receipt = services.desk.perform(command)
    _, at, owners = services.desk.look(congress, receipt.case, services.clock())
    names = Names(at.directory)
    answer = {"receipt": receipt, "next": owners}
    call.give(answer, *_receipt_lines(receipt, profile, names.people(owners)))


def _profile(services: Services, congress: str, case: str) -> Profile:
    return services.profile_of_case(congress, case) if case else services.profile_of(congress)


def _case(case: str, name: str, profile: Profile) -> str | None:
    """None only for the action that begins a case."""
    action = profile.action(name)
    if action is None:
        raise UnknownAction(profile=profile.reference, action=name)
    if not case and not action.creates:
        raise OptionInvalid(option="--case", reason=f"“{name}”须指明建议 / “{name}” needs a case")
    return case or None


def _form(given: Given, profile: Profile) -> dict[str, object]:
    """The form file, with the single fields put over it."""
    form = read_form_file(given.form) if given.form else {}
    return form | read_settings_of_form(given.fields, action=given.action, profile=profile)


def _previewed(decision: Decision) -> dict[str, object]:
    after = decision.after
    return {
        "dry_run": True,
        "case": after.id if decision.before else None,
        "state": after.state,
        "version": after.version,
        "steps": decision.steps,
        "notices": [
            {"recipient": one.recipient, "template": one.template} for one in decision.notices
        ],
        "rule": decision.rule,
    }


def _preview_lines(decision: Decision, profile: Profile) -> Iterator[RenderableType]:
    yield f"试算:可以办理 · dry run: it would be done under {decision.rule}"
    steps = [
        (
            one.action,
            one.subject,
            _state(profile, one.machine, one.source),
            _state(profile, one.machine, one.target),
            one.automatic,
        )
        for one in decision.steps
    ]
    columns = ("动作 action", "对象 subject#", "从 from", "到 to", "自动 automatic")
    yield table("步骤 steps", columns, steps)
    told = sorted({one.recipient for one in decision.notices})
    yield f"将通知 would be told: {shown(told)}"


def _state(profile: Profile, machine: str, name: str) -> str:
    known = profile.machines[machine].states.get(name)
    return shown(known.label) if known else name


def _receipt_lines(
    receipt: Receipt, profile: Profile, owners: tuple[str, ...]
) -> Iterator[RenderableType]:
    again = "" if receipt.first else "(此请求号以前办过,这是当时的回答 · answered before)"
    yield f"已办理 done: {receipt.action}{again}"
    yield (
        f"建议 case: {receipt.number or receipt.case}  "
        f"状态 state: {_state(profile, 'suggestion', receipt.state)}  "
        f"第{receipt.version}版 version  办理记录 audit entry: {receipt.audit_sequence}"
    )
    yield f"下一步由谁办 who must act next: {shown(owners)}"


# ------------------------------------------------------------------------------------ many


def _many(
    call: Call, services: Services, congress: str, given: Given, rows: Sequence[BatchRow]
) -> None:
    """Every row gets its verdict; refused ones are taken out, the others go through."""
    if given.case or given.subject is not None or given.request_key or given.expect_version:
        reason = "--case、--subject、--request-key、--expect-version 写在批量文件各行 / per row"
        raise OptionInvalid(option="--batch", reason=reason)
    profile = services.profile_of(congress)
    shared = _form(given, profile)
    commands = [_command(congress, given, row, shared) for row in rows]
    perform = services.desk.preview_many if given.dry_run else services.desk.perform_many
    verdicts = perform(commands)
    if given.dry_run:
        _note_tried(services, verdicts)
    refused = [one.error for one in verdicts if one.error is not None]
    answer = {
        "dry_run": given.dry_run,
        "done": len(verdicts) - len(refused),
        "refused": len(refused),
        "rows": [_verdict(row, verdict) for row, verdict in zip(rows, verdicts, strict=True)],
    }
    call.give(answer, *_verdict_lines(rows, verdicts, dry_run=given.dry_run))
    if refused:
        call.end(_worst(refused))


def _note_tried(services: Services, verdicts: Sequence[Verdict]) -> None:
    """A dry run shows how a case stands."""
    for one in verdicts:
        if one.error is None and one.command.case is not None:
            note_cases_read(services, [one.command.case], person=one.command.actor)


def _command(congress: str, given: Given, row: BatchRow, shared: dict[str, object]) -> Command:
    action, actor = row.action or given.action, row.actor or given.actor
    if not action or not actor:
        reason = f"第{row.number}条缺动作或办理人 / row {row.number} lacks an action or a person"
        raise OptionInvalid(option="--batch", reason=reason)
    return Command(
        congress=congress,
        action=action,
        actor=actor,
        now=given.at,
        case=row.case,
        subject=row.subject,
        form={**shared, **row.form},
        expected_version=row.expect_version,
        request_key=row.request_key,
    )


def _worst(errors: Sequence[BihuanError]) -> ExitCode:
    """The one code all refusals share, or the general one."""
    codes = {exit_code_of(one) for one in errors}
    return codes.pop() if len(codes) == 1 else ExitCode.REFUSED


def _verdict(row: BatchRow, verdict: Verdict) -> dict[str, object]:
    return {
        "row": row.number,
        "case": row.case,
        "receipt": verdict.receipt,
        "error": verdict.error,
    }


def _verdict_lines(
    rows: Sequence[BatchRow], verdicts: Sequence[Verdict], *, dry_run: bool
) -> Iterator[RenderableType]:
    lines = []
    for row, verdict in zip(rows, verdicts, strict=True):
        receipt, error = verdict.receipt, verdict.error
        called = (receipt.number or receipt.case) if receipt else row.case
        outcome = "可办 ok" if dry_run else "已办 done"
        if error is not None:
            outcome = f"[{error.code}] {error.message('zh')} {error.message('en')}"
        lines.append((row.number, called, verdict.command.action, outcome))
    columns = ("行 row#", "建议 case", "动作 action", "结果 verdict")
    yield table("逐条结果 row by row", columns, lines)
