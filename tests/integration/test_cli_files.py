"""Files of cases from the command line: kept, offered, checked against rows and bytes."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from app.cli.exits import ExitCode
from db.attachments import Attachments
from tests.support import files
from tests.support.command_line import Line, bare_line, line

__all__ = ["bare_line", "line"]


def add(line: Line, case: str, content: bytes, name: str, *more: str) -> dict[str, object]:
    file = line.file.parent / name
    file.write_bytes(content)
    answer = line.run("file", "add", case, str(file), "--reason", "面商照片", *more, "--json")
    assert answer.code == 0, answer.out
    found: dict[str, object] = answer.json["file"]
    return found


def folder(line: Line) -> Path:
    return line.file.parent / "files"


def kept(line: Line) -> list[Path]:
    return sorted(one for one in folder(line).rglob("*") if one.is_file())


def test_a_file_is_kept_listed_and_given_back(line: Line, tmp_path: Path) -> None:
    case = line.drafted()
    row = add(line, case, files.PDF, "答复函.pdf", "--actor", "wang-fang")
    digest = hashlib.sha256(files.PDF).hexdigest()
    assert (row["number"], row["name"], row["digest"]) == (1, "答复函.pdf", digest)
    assert kept(line) == [folder(line) / digest[:2] / digest]
    listed = line.run("file", "list", case, "--json").json["files"]
    assert listed == [row]
    assert "王芳" in line.run("file", "list", case).out
    target = tmp_path / "out" / "a.pdf"
    assert line.run("file", "export", case, "1", str(target)).code == 0
    assert target.read_bytes() == files.PDF


def test_the_history_of_the_case_says_who_and_why(line: Line) -> None:
    case = line.drafted()
    add(line, case, files.TEXT, "记录.txt", "--actor", "wang-fang")
    entries = line.run("audit", "show", "--case", case, "--json").json["entries"]
    last = entries[-1]
    assert (last["action"], last["actor"]) == ("attachment_added", "wang-fang")
    assert last["content"]["reason"] == "面商照片"
    assert last["content"]["attachment"]["name"] == "记录.txt"
    assert "上传附件" in line.run("case", "show", case).out
    assert line.run("audit", "verify").code == 0


def test_the_same_bytes_lie_there_once(line: Line) -> None:
    case = line.drafted()
    first = add(line, case, files.PDF, "a.pdf", "--actor", "wang-fang")
    second = add(line, case, files.PDF, "b.pdf", "--actor", "li-ming")
    assert (first["number"], second["number"]) == (1, 2)
    assert first["digest"] == second["digest"]
    assert len(kept(line)) == 1


@pytest.mark.parametrize(
    ("content", "reason", "code"),
    [
        (files.EXE, "照片", "file-refused"),
        (files.PDF[:-9], "照片", "file-refused"),
        (files.PDF, "  ", "file-refused"),
        (files.PDF + b" " * 1_048_576, "照片", "file-too-large"),
    ],
)
def test_what_is_refused_leaves_nothing(line: Line, content: bytes, reason: str, code: str) -> None:
    case = line.drafted()
    file = line.file.parent / "a.pdf"
    file.write_bytes(content)
    before = line.dump()
    answer = line.run(
        *("file", "add", case, str(file), "--reason", reason, "--json"),
        BIHUAN_FILE_MEGABYTES="1",
    )
    assert (answer.code, answer.json["error"]["code"]) == (ExitCode.REFUSED, code)
    assert line.dump() == before
    assert kept(line) == []


def test_what_is_not_there_is_told(line: Line) -> None:
    case = line.drafted()
    missing = line.run("file", "add", case, "nowhere.pdf", "--reason", "x", "--json")
    assert missing.json["error"]["code"] == "file-unreadable"
    assert line.run("file", "export", case, "7", "x", "--json").code == ExitCode.NOT_FOUND
    stranger = line.run("file", "list", "nothing", "--json")
    assert stranger.json["error"]["code"] == "unknown-case"


def test_the_folder_of_the_settings_is_used(line: Line, tmp_path: Path) -> None:
    case = line.drafted()
    (tmp_path / "a.pdf").write_bytes(files.PDF)
    elsewhere = tmp_path / "elsewhere"
    answer = line.run(
        *("file", "add", case, str(tmp_path / "a.pdf"), "--reason", "x"),
        BIHUAN_FILES=str(elsewhere),
    )
    assert answer.code == 0
    assert len([one for one in elsewhere.rglob("*") if one.is_file()]) == 1
    assert kept(line) == []


@pytest.mark.parametrize("harm", ["altered", "gone"])
def test_check_names_a_row_without_its_bytes(line: Line, tmp_path: Path, harm: str) -> None:
    case = line.drafted()
    add(line, case, files.PDF, "a.pdf")
    assert line.run("file", "check").code == 0
    (place,) = kept(line)
    if harm == "gone":
        place.unlink()
    else:
        place.write_bytes(files.PDF + b" ")
    found = line.run("file", "check", "--json")
    assert found.code == ExitCode.REFUSED
    assert [one["name"] for one in found.json["damaged"]] == ["a.pdf"]
    taken = line.run("file", "export", case, "1", str(tmp_path / "x"), "--json")
    assert taken.json["error"]["code"] == "file-damaged"
    # Whoever has the bytes still mends it by handing them in again.
    add(line, case, files.PDF, "b.pdf")
    assert line.run("file", "check").code == 0


def test_a_crash_between_bytes_and_row_leaves_an_orphan(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = line.drafted()
    add(line, case, files.TEXT, "kept.txt")

    def struck_down(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Attachments, "add", struck_down)
        file = line.file.parent / "lost.pdf"
        file.write_bytes(files.PDF)
        assert line.run("file", "add", case, str(file), "--reason", "x").code != 0
    assert len(line.run("file", "list", case, "--json").json["files"]) == 1
    found = line.run("file", "check", "--json")
    assert found.code == 0
    (orphan,) = found.json["orphans"]
    assert orphan.endswith(hashlib.sha256(files.PDF).hexdigest())
    # What came in a moment ago may be an upload that goes on.
    assert line.run("file", "check", "--sweep", "--json").json["swept"] == []
    past = Path(orphan).stat().st_mtime - 7_200
    os.utime(orphan, (past, past))
    assert line.run("file", "check", "--sweep", "--json").json["swept"] == [orphan]
    assert [one.read_bytes() for one in kept(line)] == [files.TEXT]
