"""No package escapes the rules, and none of our names belongs to somebody else's distribution."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import cast

import pytest

from tests.architecture.sources import ROOT, Source, names, our_python, packages, setting


def unregistered(sources: Iterable[Source], registered: Sequence[str]) -> list[str]:
    """Folders with Python code that no rule knows, and modules lying loose in the root."""
    found = {source.package or source.path for source in sources}
    return sorted(found - set(registered) - {"tests"})


def foreign_owners(
    distributions: Mapping[str, Sequence[str]], own: Iterable[str], *, us: str
) -> list[str]:
    """A foreign top-level `db` would silently win over an editable install."""
    return [
        f"{name} is also shipped by {', '.join(others)}"
        for name in own
        if (others := sorted(set(distributions.get(name, ())) - {us}))
    ]


def test_every_folder_with_code_is_registered() -> None:
    assert unregistered(our_python(), packages()) == []


def test_an_escaping_folder_is_seen() -> None:
    stray = Source(path="helpers/misc.py", text="")
    loose = Source(path="setup.py", text="")
    known = Source(path="engine/case.py", text="")
    assert unregistered([stray, loose, known], ["engine"]) == ["helpers", "setup.py"]


@pytest.mark.parametrize("package", packages())
def test_a_registered_package_is_a_package_of_this_tree(package: str) -> None:
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None, f"{package}/__init__.py is missing"
    assert Path(spec.origin).is_relative_to(ROOT)


def test_the_lists_agree() -> None:
    assert sorted(packages()) == sorted(names("tool.importlinter.root_packages"))
    with_tests = sorted((*packages(), "tests"))
    assert with_tests == sorted(names("tool.mypy.files"))
    assert with_tests == sorted(names("tool.ruff.lint.isort.known-first-party"))
    contracts = cast("list[dict[str, object]]", setting("tool.importlinter.contracts"))
    layers = next(cast("list[str]", one["layers"]) for one in contracts if one["id"] == "layers")
    in_layers = [name.strip() for layer in layers for name in layer.split("|")]
    assert sorted(packages()) == sorted(in_layers)


def test_nobody_else_ships_our_names() -> None:
    assert foreign_owners(packages_distributions(), (*packages(), "tests"), us="bihuan") == []


def test_a_foreign_owner_is_seen() -> None:
    distributions = {"db": ["bihuan", "some-db"], "engine": ["bihuan"], "yaml": ["PyYAML"]}
    assert foreign_owners(distributions, ("db", "engine", "web"), us="bihuan") == [
        "db is also shipped by some-db"
    ]
