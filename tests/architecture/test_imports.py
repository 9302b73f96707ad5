"""The dependency rule: layers by import-linter, homes of libraries and migrations by eye."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import cast

import pytest

from tests.architecture.sources import ROOT, Source, packages, product_python, setting

# import-linter can say who may not import a library, but not that one module alone may.
HOMES: Mapping[str, tuple[str, ...]] = {
    "transitions": ("engine/machine.py",),
    "cel": ("engine/conditions.py",),
    "apscheduler": ("worker/ticker.py",),
    "sqlalchemy": ("db/", "reports/", "routing/", "app/wiring.py"),
    "alembic": ("db/",),
    "psycopg": ("db/",),
    "sqlite3": ("db/",),
    "fastapi": ("web/",),
    "starlette": ("web/",),
    "uvicorn": ("app/",),
    "typer": ("app/",),
    "rich": ("app/",),
    "docx": ("reports/",),
    "icalendar": ("reports/writers/",),
    "prometheus_client": ("web/metrics.py",),
    "smtplib": ("notifications/",),
    "authlib": ("app/provider.py",),
    "joserfc": ("app/provider.py",),
}
VERSIONS = "db/migrations/versions/"


def imported(source: Source) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything a file imports, wherever the statement stands."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module


def away_from_home(sources: Iterable[Source], homes: Mapping[str, tuple[str, ...]]) -> list[str]:
    return [
        f"{source.path}:{line}: {name} belongs to {', '.join(homes[name.split('.')[0]])} only"
        for source in sources
        for line, name in imported(source)
        if name.split(".")[0] in homes and not source.path.startswith(homes[name.split(".")[0]])
    ]


def migrations_of_today(sources: Iterable[Source], own: tuple[str, ...]) -> list[str]:
    return [
        f"{source.path}:{line}: a migration imports {name}, which will change under it"
        for source in sources
        if source.path.startswith(VERSIONS)
        for line, name in imported(source)
        if name.split(".")[0] in own
    ]


def run_contracts(root: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]
    return subprocess.run(
        command, cwd=root, capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.fixture
def small_tree(tmp_path: Path) -> Path:
    """Our packages, empty, under our real contracts."""
    for package in packages():
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text("", encoding="utf-8")
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_our_tree_keeps_every_contract() -> None:
    result = run_contracts(ROOT)
    assert result.returncode == 0, result.stdout


def test_layers_are_those_of_the_design() -> None:
    contracts = cast("list[dict[str, object]]", setting("tool.importlinter.contracts"))
    layers = next(one["layers"] for one in contracts if one["id"] == "layers")
    assert layers == [
        "app",
        "web | worker",
        "reports | routing",
        "db | notifications | workflows",
        "engine",
    ]


@pytest.mark.parametrize(
    ("package", "line"),
    [
        ("engine", "import db"),
        ("engine", "import yaml"),
        ("workflows", "import db"),
        ("notifications", "import sqlalchemy"),
        ("reports", "import routing"),
        ("worker", "import db"),
        ("web", "import worker"),
        ("web", "import app"),
    ],
)
def test_a_forbidden_import_breaks_a_contract(small_tree: Path, package: str, line: str) -> None:
    (small_tree / package / "__init__.py").write_text(line + "\n", encoding="utf-8")
    result = run_contracts(small_tree)
    assert result.returncode != 0
    assert "BROKEN" in result.stdout


def test_an_allowed_tree_breaks_none(small_tree: Path) -> None:
    (small_tree / "db" / "__init__.py").write_text("import engine\n", encoding="utf-8")
    result = run_contracts(small_tree)
    assert result.returncode == 0, result.stdout


def test_libraries_stay_at_home() -> None:
    assert away_from_home(product_python(), HOMES) == []


def test_a_library_away_from_home_is_seen() -> None:
    bad = Source(
        path="engine/rules.py", text="def f():\n    from transitions.core import Machine\n"
    )
    good = Source(path="engine/machine.py", text="import transitions\n")
    assert away_from_home([bad, good], HOMES) == [
        "engine/rules.py:2: transitions.core belongs to engine/machine.py only"
    ]


def test_migrations_import_nothing_of_today() -> None:
    assert migrations_of_today(product_python(), packages()) == []


def test_a_migration_that_imports_our_tables_is_seen() -> None:
    bad = Source(path=VERSIONS + "0001_create.py", text="from db.tables import cases\n")
    assert len(migrations_of_today([bad], packages())) == 1
