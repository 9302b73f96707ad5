"""`audit`, `backup`, `restore` and `doctor`: keep what was recorded, and see it is sound."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from app.cli.door import AsJson, call_of
from app.cli.exits import ExitCode
from app.cli.output import table
from app.doctor import examine
from app.readings import note_cases_read
from app.safekeeping import back_up, put_back, verify_all
from app.watch import Finding, Health
from app.wiring import in_its_time, not_ready
from db.searched import SearchIndex
from engine.audit import AuditEntry
from engine.profile import Text
from reports.names import Names

audit = typer.Typer(no_args_is_help=True, help="办理记录 · the audit chain")
HEALTH = {Health.WELL: "正常 well", Health.WARNING: "注意 warning", Health.ILL: "异常 ill"}
Copy = Annotated[Path, typer.Argument(dir_okay=False, help="备份文件")]
Force = Annotated[bool, typer.Option("--force", help="覆盖已有内容 · overwrite")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(audit, name="audit")
    app.command("backup", help="备份 · copy the SQLite database while it is in use")(backup)
    app.command("restore", help="恢复 · put a backup back and verify it")(restore)
    app.command("reindex", help="重建检索 · index every case for search anew")(reindex)
    app.command("doctor", help="体检 · examine the installation")(doctor)


def reindex(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Index all cases anew while others work; nothing but the search index is written."""
    call = call_of(context, as_json=as_json)
    with call.services() as services:
        index = SearchIndex(services.database)
        done = 0
        for done in index.rebuild():
            if not as_json:
                call.console.print(f"已编入 indexed {done}")
        missing = index.missing()
    call.give({"indexed": done, "missing": missing}, f"共{done}件可检索 cases can be found")


@audit.command("verify", help="校验办理记录 · walk the chain, name the first broken entry")
def verify_(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Of the congress named, or of all. Ends with 5 at the first break."""
    call = call_of(context, as_json=as_json)
    with call.services() as services:
        only = services.congress() if call.settings.congress else None
        verified = verify_all(services, only=only)
    lines = [
        f"{one.congress}: {one.count}条完整 entries verify, 末条校验值 head {one.digest}"
        for one in verified
    ]
    call.give({"congresses": verified}, *(lines or ["没有人大 no congress"]))


@audit.command("show", help="查看办理记录 · entries of a case or of the congress")
def show(
    context: typer.Context,
    *,
    case: Annotated[str, typer.Option(metavar="REF", help="一件建议 · of one case")] = "",
    after: Annotated[int, typer.Option(min=0, help="从此序号之后 · after this sequence")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=5000)] = 50,
    as_json: AsJson = False,
) -> None:
    """Who did what when, under which rule; --json has forms and digests too."""
    call = call_of(context, as_json=as_json)
    with call.services() as services:
        code = services.congress()
        names = Names(services.directory(code))
        if case:
            known, _, _ = services.desk.look(code, case, services.clock())
            history = services.trail.history(known.id)
            entries = [one for one in history if one.sequence > after][:limit]
        else:
            found = services.trail.entries(code, after=after)
            entries = list(islice(found, limit))
            found.close()
        # Only --json has what was filled in; the table says no more than that something was done.
        if case or as_json:
            note_cases_read(services, (one.case for one in entries if one.case is not None))
    rows = [_line(one, names) for one in entries]
    columns = (
        "序号#",
        "时间 at",
        "何人 who",
        "何事 what",
        "建议 case",
        "规则 rule",
        "校验值 digest",
    )
    more = entries[-1].sequence if len(entries) == limit else None
    told = [f"后面的 next: --after {more}"] if more and not case else []
    call.give({"entries": entries, "next_after": more}, table("办理记录", columns, rows), *told)


def _line(entry: AuditEntry, names: Names) -> tuple[object, ...]:
    who = names.person(entry.actor)
    return (
        *(entry.sequence, entry.at, who, entry.action),
        *(entry.case, entry.rule, entry.digest[:12]),
    )


def backup(
    context: typer.Context, file: Copy, *, force: Force = False, as_json: AsJson = False
) -> None:
    """A consistent copy as of one moment; nobody has to stop working."""
    call = call_of(context, as_json=as_json)
    size = back_up(call.settings, file, force=force)
    call.give({"file": file, "bytes": size}, f"已备份 backed up: {file}({size} bytes)")


def restore(
    context: typer.Context, file: Copy, *, force: Force = False, as_json: AsJson = False
) -> None:
    """Stop serve and worker first. The backup is examined before anything is overwritten."""
    call = call_of(context, as_json=as_json)
    verified = put_back(call.settings, file, force=force)
    lines = [f"{one.congress}: {one.count}条完整 entries verify" for one in verified]
    call.give({"file": file, "congresses": verified}, f"已恢复 restored from: {file}", *lines)


def doctor(
    context: typer.Context,
    *,
    strict: Annotated[bool, typer.Option("--strict", help="注意也算异常 · warnings count")] = False,
    as_json: AsJson = False,
) -> None:
    """Ends with 0 when all is well, with 6 when something is ill."""
    call = call_of(context, as_json=as_json)
    with call.unchecked() as services, call.console.status("体检 examining") as status:

        def looked(check: str, done: int, of: int) -> None:
            status.update(f"体检 examining {check}: {done}/{of}")

        ready = not_ready(services) is None
        findings = tuple(examine(in_its_time(services) if ready else services, looked))
    grave = {Health.ILL, Health.WARNING} if strict else {Health.ILL}
    is_well = not any(one.health in grave for one in findings)
    told = [
        {
            "check": one.check,
            "health": one.health,
            "found": _both(one.found),
            "mend": _both(one.mend),
        }
        for one in findings
    ]
    call.give({"well": is_well, "findings": told}, _findings(findings))
    if not is_well:
        call.end(ExitCode.NOT_READY)


def _findings(findings: tuple[Finding, ...]) -> Table:
    rows = [(one.check, HEALTH[one.health], _both(one.found), _both(one.mend)) for one in findings]
    return table("体检 examination", ("项目 check", "结果", "所见 found", "处理 to mend"), rows)


def _both(text: Text) -> str:
    """Both wordings, as all of the command line speaks; one where they are the same."""
    return text.zh if text.zh == text.en else f"{text.zh} / {text.en}"
