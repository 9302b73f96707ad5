"""The requirement files: exact, hashed, free of hosts, and in step with pyproject.toml."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import packages_distributions

import pytest

from tests.architecture.sources import (
    ROOT,
    Source,
    names,
    our_python,
    packages,
    product_python,
)
from tests.architecture.test_imports import imported

PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>\S+)")
HASH = re.compile(r"^\s+--hash=sha256:[0-9a-f]{64}( \\)?$")
FILES = ("requirements.txt", "requirements-dev.txt")


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def asked_for(dependencies: Sequence[str]) -> set[str]:
    """Names of a list of dependencies, without versions and extras."""
    return {normal(re.split(r"[\[<>=~! ;]", one, maxsplit=1)[0]) for one in dependencies}


def pins(text: str) -> dict[str, str]:
    """Name and version of each pinned requirement."""
    found = (PIN.match(line) for line in text.splitlines())
    return {normal(one["name"]): one["version"] for one in found if one}


def loose_lines(text: str) -> list[str]:
    """Lines that are not a pin with hashes behind it, a hash or a comment."""
    lines = text.splitlines()
    complaints = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        hashed = PIN.match(line) and line.endswith(" \\") and HASH.match(following)
        fine = not line.strip() or line.lstrip().startswith("#") or HASH.match(line) or hashed
        if not fine or "://" in line or " @ " in line:
            complaints.append(line)
    return complaints


def missing(asked: set[str], pinned: Mapping[str, str]) -> set[str]:
    return asked - set(pinned)


def _text(file: str) -> str:
    return (ROOT / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("file", FILES)
def test_every_line_is_pinned_with_hashes(file: str) -> None:
    assert loose_lines(_text(file)) == []
    assert len(pins(_text(file))) > 20


@pytest.mark.parametrize(
    "line",
    [
        "rich",
        "rich>=14",
        "rich==14.0",
        "--index-url https://index.example/simple",
        "-f wheels",
        "rich @ https://index.example/rich.whl",
        "# from https://index.example",
    ],
)
def test_a_loose_line_is_seen(line: str) -> None:
    good = "typer==0.1 \\\n    --hash=sha256:" + "0" * 64 + "\n    # via bihuan (pyproject.toml)\n"
    assert loose_lines(good) == []
    assert loose_lines(good + line + "\n") == [line]


def test_the_files_hold_what_pyproject_asks_for() -> None:
    build = asked_for(names("build-system.requires")) | {"editables"}
    runtime = asked_for(names("project.dependencies")) | build
    dev = asked_for(names("project.optional-dependencies.dev")) | runtime
    assert missing(runtime, pins(_text("requirements.txt"))) == set()
    assert missing(dev, pins(_text("requirements-dev.txt"))) == set()


def test_a_forgotten_dependency_is_seen() -> None:
    asked = asked_for(["psycopg[binary]>=3", "Jinja2"])
    assert missing(asked, pins("psycopg==3.3 \\\n")) == {"jinja2"}


def test_developers_run_the_versions_that_ship() -> None:
    shipped, dev = pins(_text("requirements.txt")), pins(_text("requirements-dev.txt"))
    assert {name: dev.get(name) for name in shipped} == shipped


def undeclared(
    sources: Iterable[Source],
    declared: set[str],
    distributions: Mapping[str, Sequence[str]],
) -> list[str]:
    """Imports of libraries that pyproject.toml does not ask for, though something else does."""
    known = {*sys.stdlib_module_names, *packages(), "tests"}
    return [
        f"{source.path}:{line}: {name} is not among the dependencies"
        for source in sources
        for line, name in imported(source)
        if (top := name.split(".")[0]) not in known
        and not {normal(one) for one in distributions.get(top, ())} & declared
    ]


def test_what_is_imported_is_asked_for() -> None:
    runtime = asked_for(names("project.dependencies"))
    dev = asked_for(names("project.optional-dependencies.dev"))
    assert undeclared(product_python(), runtime, packages_distributions()) == []
    assert undeclared(our_python(), runtime | dev, packages_distributions()) == []


def test_an_import_nobody_asked_for_is_seen() -> None:
    text = "import os\nimport yaml\nimport click.core\nimport engine\nimport nowhere\n"
    distributions = {"yaml": ["PyYAML"], "click": ["click"]}
    source = Source(path="app/cli.py", text=text)
    assert undeclared([source], {"pyyaml"}, distributions) == [
        "app/cli.py:3: click.core is not among the dependencies",
        "app/cli.py:5: nowhere is not among the dependencies",
    ]
