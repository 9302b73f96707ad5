"""`workflow` and `route`: what the rules say, without changing any case."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.door import AsJson, Call, call_of
from app.cli.output import shown, table
from app.errors import OptionInvalid
from app.readings import note_at_the_command_line
from app.wiring import not_ready
from app.words import word
from engine.congress import Directory
from engine.errors import UnknownProfile
from engine.profile import Profile
from reports.health import StoredProfile, stored_profiles
from reports.names import Names
from routing import OfficialProposal, Proposal, lead_official, propose
from routing.desk_list import uncovered_cases
from workflows import load_files, load_profile, read_files, shipped
from workflows.describe import describe
from workflows.matrix import matrix_of, page_of

workflow = typer.Typer(no_args_is_help=True, help="规则 · rule profiles")


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(workflow, name="workflow")
    app.command("route", help="拟办建议 · which units, by which rule and why")(route)


# -------------------------------------------------------------------------------- workflow


@workflow.command("validate", help="检查一套规则 · check a folder of rules or a shipped profile")
def validate(
    context: typer.Context,
    what: Annotated[str, typer.Argument(metavar="PATH|NAME", help="目录或规则名")],
    *,
    as_json: AsJson = False,
) -> None:
    """Every problem is told with file, line and cause; nothing is stored."""
    call = call_of(context, as_json=as_json)
    folder = Path(what)
    profile = load_files(read_files(folder)) if folder.is_dir() else _shipped(what, None)
    answer = {
        "profile": profile.reference,
        "digest": profile.digest,
        "title": profile.title,
        "unconfirmed_sources": [one.code for one in profile.sources.values() if not one.confirmed],
    }
    open_points = len([one for one in profile.sources.values() if not one.confirmed])
    call.give(
        answer,
        f"通过 valid: {profile.reference} {shown(profile.title)}",
        f"待人大确认的依据 sources to be confirmed: {open_points}/{len(profile.sources)}",
    )


@workflow.command("list", help="有哪些规则 · shipped and stored profiles")
def list_(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Shipped ones, and with a database those stored in it with their cases."""
    call = call_of(context, as_json=as_json)
    stored = {(one.name, one.version): one for one in _stored(call)}
    keys = sorted({*shipped(), *stored})
    answer = [
        {
            "name": name,
            "version": version,
            "shipped": (name, version) in shipped(),
            "stored": (name, version) in stored,
            "cases": stored[name, version].cases if (name, version) in stored else 0,
        }
        for name, version in keys
    ]
    columns = ("规则 profile", "版本 version#", "随产品 shipped", "库中 stored", "件数 cases#")
    call.give(answer, table("规则 profiles", columns, [tuple(one.values()) for one in answer]))


def _stored(call: Call) -> tuple[StoredProfile, ...]:
    """Those of the database, none without one."""
    with call.unchecked() as services:
        if not_ready(services) is not None:
            return ()
        with services.reading() as connection:
            return stored_profiles(connection)


@workflow.command("show", help="规则全文 · a profile as a page")
def show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="规则名,可写作 名/v版本")],
    version: Annotated[int | None, typer.Argument(min=1, help="默认最新 · default: latest")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """States, actions, clocks, ladders, codes, rates and routing, as Markdown."""
    call = call_of(context, as_json=as_json)
    profile = _any(call, name, version)
    call.give(profile, describe(profile))


@workflow.command("matrix", help="权限表 · who may do and read what")
def matrix(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="[PROFILE]", help="规则名,可写作 名/v版本;默认当前规则")
    ] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Actions and reading rights against roles; without a name that of the congress."""
    call = call_of(context, as_json=as_json)
    if name:
        profile = _any(call, name, None)
    else:
        with call.services() as services:
            profile = services.profile_of(services.congress())
    call.give(matrix_of(profile), page_of(profile))


def _any(call: Call, name: str, version: int | None) -> Profile:
    """A shipped version, or one that is only stored."""
    try:
        return _shipped(name, version)
    except UnknownProfile as unknown:
        bare, wanted = _split(name, version)
        found = [one.version for one in _stored(call) if one.name == bare]
        if wanted is None and found:
            wanted = max(found)
        if wanted not in found or wanted is None:
            raise unknown from None
    with call.services() as services:
        return services.profile(bare, wanted)


def _shipped(name: str, version: int | None) -> Profile:
    bare, wanted = _split(name, version)
    if wanted is None:
        wanted = max((number for known, number in shipped() if known == bare), default=0)
    return load_profile(bare, wanted)


def _split(name: str, version: int | None) -> tuple[str, int | None]:
    """`name/v2` is name and version."""
    bare, _, written = name.partition("/v")
    return bare, int(written) if written.isdecimal() and version is None else version


# ----------------------------------------------------------------------------------- route


def route(
    context: typer.Context,
    title: Annotated[str, typer.Argument(help="标题 · title of a suggestion")] = "",
    *,
    case: Annotated[str, typer.Option(help="已有建议的编号 · of a case instead")] = "",
    field: Annotated[str, typer.Option(help="类别 · field, needed with a title")] = "",
    text: Annotated[str, typer.Option(help="正文 · text")] = "",
    keyword: Annotated[list[str] | None, typer.Option(help="关键词,可多次")] = None,
    uncovered: Annotated[
        bool, typer.Option("--uncovered", help="待交办而无规则可依的 · the hand-over desk's list")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Advice by the profile's tables; what no rule covers is left to the hand-over desk."""
    call = call_of(context, as_json=as_json)
    if uncovered:
        _give_desk_list(call)
        return
    if bool(title) == bool(case):
        reason = "标题和 --case 二者选一 / give a title or --case"
        raise OptionInvalid(option="TITLE/--case", reason=reason)
    with call.services() as services:
        congress = services.congress()
        directory = services.directory(congress)
        if case:
            known, at, _ = services.desk.look(congress, case, services.clock())
            profile = at.profile
            note_at_the_command_line(services, known)
            proposal = propose(
                profile,
                field=known.field,
                title=known.title,
                text=known.text,
                keywords=known.keywords,
            )
        else:
            profile = services.profile_of(congress)
            _check_field(profile, field)
            proposal = propose(profile, field=field, title=title, text=text, keywords=keyword or ())
        units = [one.unit for one in proposal.assignments]
        official = lead_official(profile, directory, units)
    _give_proposal(call, proposal, official, directory)


def _give_desk_list(call: Call) -> None:
    """Cases that wait for hand-over and that no routing rule covers."""
    with call.services() as services:
        waiting = uncovered_cases(
            services.database, services.congress(), profile_of=services.profile
        )
    rows = [
        (one.number or one.id, one.title, one.field, one.registered_at, one.reason)
        for one in waiting
    ]
    columns = ("编号 number", "标题 title", "类别 field", "立案 registered", "为何 why")
    title = f"无规则可依,由交办人员确定 {len(rows)}件 for the hand-over desk to decide"
    call.give(waiting, table(title, columns, rows))


def _check_field(profile: Profile, field: str) -> None:
    known = {one.code: one.label for one in profile.choices.get("fields", ())}
    if field not in known:
        listed = "、".join(f"{code}({label.zh})" for code, label in known.items())
        raise OptionInvalid(option="--field", reason=f"应为其一 / must be one of: {listed}")


def _give_proposal(
    call: Call, proposal: Proposal, official: OfficialProposal | None, directory: Directory
) -> None:
    names = Names(directory)
    answer = {
        "uncovered": proposal.uncovered,
        "reason": proposal.reason,
        "assignments": proposal.assignments,
        "lead_official": official,
        "also_matching": [one.rule.name for one in proposal.matches[1:]],
    }
    if proposal.uncovered:
        call.give(answer, f"无规则可依 uncovered: {shown(proposal.reason)}")
        return
    rows = [
        (names.unit(one.unit), word(one.kind), one.rule, one.reason) for one in proposal.assignments
    ]
    told = "—"
    if official is not None:
        told = f"{names.person(official.official)}({official.rule}):{shown(official.reason)}"
    call.give(
        answer,
        table("拟办 proposed units", ("单位 unit", "方式 kind", "规则 rule", "理由 why"), rows),
        f"拟领办领导 lead official: {told}",
        f"其他命中的规则 also matching: {shown(answer['also_matching'])}",
    )
