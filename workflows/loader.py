"""Loading a profile: strict YAML → JSON Schema → records → checks of meaning.

Steps of `check`: 1. the set of files; 2. each file as strict YAML and against its schema;
3. records, with conditions compiled; 4. checks of meaning. All files go through step 2 before it
is judged; problems there end it, for what has no shape has no meaning.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path as FilePath
from typing import Any, cast

from engine.errors import ProfileInvalid, UnknownProfile
from engine.profile import Profile
from workflows.build import build_profile
from workflows.checks import check_meaning
from workflows.problems import Path, Problem, Report
from workflows.schemas import SCHEMA_OF, check_shape
from workflows.strict_yaml import MAX_BYTES, parse

PROFILES = FilePath(__file__).parent / "profiles"
"""The profiles shipped with the product."""

Files = Mapping[str, str]


def shipped() -> tuple[tuple[str, int], ...]:
    """Name and version of every shipped profile."""
    return tuple(
        sorted(
            (folder.parent.name, int(folder.name[1:]))
            for folder in PROFILES.glob("*/v*")
            if re.fullmatch(r"v[1-9][0-9]*", folder.name)
        )
    )


def read_files(folder: FilePath) -> dict[str, str]:
    """The YAML files of a folder by name; a file too big is read only as far as shows that."""
    found = {}
    for file in sorted(folder.glob("*.yaml")):
        with file.open("rb") as opened:
            found[file.name] = opened.read(MAX_BYTES + 1).decode("utf-8", "replace")
    return found


@cache
def load_profile(name: str, version: int) -> Profile:
    """A shipped profile; UnknownProfile when there is none of that name and version."""
    if (name, version) not in shipped():
        raise UnknownProfile(profile=name, version=version)
    profile = load_files(read_files(PROFILES / name / f"v{version}"))
    if (profile.name, profile.version) != (name, version):
        problem = Problem(
            "profile.yaml",
            1,
            f"自称 {profile.reference},与所在文件夹不符",
            f"calls itself {profile.reference}, unlike its folder",
        )
        raise ProfileInvalid(profile=f"{name}/v{version}", problems=str(problem))
    return profile


def load_files(files: Files) -> Profile:
    """The profile of the files; ProfileInvalid names every problem with file and line.

    The same files give the same profile, which nobody can change: it is built once.
    """
    return _loaded(tuple(sorted(files.items())))


@lru_cache(maxsize=16)
def _loaded(ordered: tuple[tuple[str, str], ...]) -> Profile:
    files = dict(ordered)
    profile, problems = check(files)
    if profile is None:
        raise ProfileInvalid(
            profile=_called(files), problems="\n".join(str(one) for one in problems)
        )
    return profile


def check(files: Files) -> tuple[Profile | None, tuple[Problem, ...]]:
    """The profile, or every problem that was found up to the step that failed."""
    report = Report()
    _check_names(files, report)
    documents: dict[str, object] = {}
    for file in SCHEMA_OF:
        if file in files:
            one = _read(file, files[file])
            report.take_over(file, one.lines, one.problems)
            documents[file] = one.value
    if report.problems:
        return None, report.problems
    plain = cast("Mapping[str, Mapping[str, Any]]", documents)
    profile = build_profile(plain, digest_of(files), report)
    check_meaning(profile, plain, report)
    return (None if report.problems else profile), report.problems


def digest_of(files: Files) -> str:
    """SHA-256 over names and contents, in the order of names."""
    ordered = [[name, files[name]] for name in sorted(files)]
    text = json.dumps(ordered, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _check_names(files: Files, report: Report) -> None:
    for file in SCHEMA_OF:
        if file not in files:
            report.add_at(file, 1, "缺少这个文件", "this file is missing")
    for file in files:
        if file not in SCHEMA_OF:
            known = "、".join(SCHEMA_OF)
            report.add_at(file, 1, f"不认识的文件,应有:{known}", "unknown file")


@dataclass(frozen=True, slots=True)
class _Reading:
    """What one file holds, on which lines, and what is wrong with its shape."""

    value: object
    lines: Mapping[Path, int]
    problems: tuple[Problem, ...]


@lru_cache(maxsize=64)
def _read(file: str, text: str) -> _Reading:
    """Kept, because the versions of a profile share most of their files; nobody changes it."""
    report = Report()
    document = parse(file, text, report)
    if document is None:
        return _Reading(None, {}, report.problems)
    report.know(file, document.lines)
    if not report.problems:
        check_shape(file, document.value, report)
    return _Reading(document.value, document.lines, report.problems)


def _called(files: Files) -> str:
    """What the files call themselves, for an error; they may be too broken to say."""
    found = re.search(r"^name: ([a-z0-9-]{1,60})\s*$", files.get("profile.yaml", ""), re.MULTILINE)
    return found.group(1) if found else "?"
