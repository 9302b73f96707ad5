"""`file`: attachments of cases: add, list, export, and the check of rows against bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.attachments import add_file, file_store, offered, offered_one
from app.cli.door import AsJson, call_of
from app.cli.exits import ExitCode
from app.cli.output import table
from app.enrolment import ADMINISTRATOR, check_actor
from app.errors import FileUnreadable
from app.file_check import check_files
from app.readings import note_at_the_command_line
from app.wiring import Services
from db.attachments import AttachmentRow
from engine.case import Case
from engine.profile import Text
from reports.names import Names
from web.attachments import Upload

file = typer.Typer(no_args_is_help=True, help="附件 · files of cases")

Reference = Annotated[str, typer.Argument(help="建议的编号或内部号 · number or id")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(file, name="file")


@file.command("add", help="加入附件 · keep a file with a case")
def add(
    context: typer.Context,
    reference: Reference,
    path: Annotated[Path, typer.Argument(metavar="FILE", help="文件")],
    *,
    reason: Annotated[str, typer.Option(help="用途,记入办理记录 · what for, for the history")],
    actor: Annotated[
        str, typer.Option(metavar="PERSON", help="由谁办理,默认系统管理员 · who does it")
    ] = ADMINISTRATOR,
    as_json: AsJson = False,
) -> None:
    """The content decides what it is; the name only what it is called."""
    call = call_of(context, as_json=as_json)
    with call.services() as services:
        code = services.congress()
        check_actor(services, code, actor)
        case = _case(services, code, reference)
        try:
            with path.open("rb") as opened:
                upload = Upload(name=path.name, reason=reason, content=opened)
                row = add_file(services, case, upload, actor=actor).row
        except OSError as error:
            told = Text(zh="不存在或不能读", en="it is not there or cannot be read")
            raise FileUnreadable(file=path, reason=told) from error
    call.give({"file": _plain(row)}, f"附件 file {row.number}: {row.name} ({row.size} bytes)")


@file.command("list", help="查看附件 · files of a case")
def list_(context: typer.Context, reference: Reference, *, as_json: AsJson = False) -> None:
    """Those that are offered, in order of their numbers."""
    call = call_of(context, as_json=as_json)
    with call.services() as services:
        code = services.congress()
        rows = offered(services, _read(services, reference))
        names = Names(services.directory(code))
    lines = [
        (one.number, one.name, one.media_type, one.size, names.person(one.added_by), one.added_at)
        for one in rows
    ]
    columns = ("序号 no.", "文件 file", "类型 type", "字节 bytes", "何人 by", "何时 when")
    call.give(
        {"files": [_plain(one) for one in rows]},
        table(f"附件 {len(rows)} files", columns, lines),
    )


@file.command("export", help="取出附件 · write a file's bytes")
def export(
    context: typer.Context,
    reference: Reference,
    number: Annotated[int, typer.Argument(min=1, help="附件序号 · number of the file")],
    target: Annotated[Path, typer.Argument(dir_okay=False, help="写到 · where to")],
    *,
    as_json: AsJson = False,
) -> None:
    """The bytes are checked against their digest first."""
    call = call_of(context, as_json=as_json)
    with call.services() as services:
        row = offered_one(services, _read(services, reference), number)
        content = file_store(services).read(row.digest)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    call.give({"file": _plain(row), "target": target}, f"{row.name} → {target}")


@file.command("check", help="核对附件 · every row has its bytes, all bytes their row")
def check(
    context: typer.Context,
    *,
    sweep: Annotated[
        bool, typer.Option("--sweep", help="清除一小时前的无主文件 · delete orphans past an hour")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Ends with 1 when a row lacks its bytes or they were altered; orphans are only told."""
    call = call_of(context, as_json=as_json)
    with call.services() as services:
        found = check_files(services, sweep=sweep)
    answer = {
        "folder": found.folder,
        "rows": found.rows,
        "damaged": [_plain(one) for one in found.damaged],
        "orphans": found.orphans,
        "swept": found.swept,
    }
    call.give(
        answer,
        f"附件目录 folder: {found.folder}  记录 rows: {found.rows}",
        *(f"缺失或被改 damaged: {one.case_id} {one.number} {one.name}" for one in found.damaged),
        *(f"无主 orphan: {one}" for one in found.orphans),
        *(f"已清除 swept: {one}" for one in found.swept),
        "完好 sound" if found.sound else "请从备份恢复缺失的文件 restore them from the backup",
    )
    if not found.sound:
        call.end(ExitCode.REFUSED)


def _case(services: Services, congress: str, reference: str) -> Case:
    with services.store.read(congress) as transaction:
        return transaction.case(reference)


def _read(services: Services, reference: str) -> Case:
    """The case, of which something is shown."""
    congress = services.congress()
    case = _case(services, congress, reference)
    note_at_the_command_line(services, case)
    return case


def _plain(row: AttachmentRow) -> dict[str, object]:
    return {
        "case": row.case_id,
        "number": row.number,
        "name": row.name,
        "media_type": row.media_type,
        "size": row.size,
        "digest": row.digest,
        "added_by": row.added_by,
        "added_at": row.added_at,
    }
