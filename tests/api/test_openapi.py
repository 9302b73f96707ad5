"""The OpenAPI document is true: whatever is sent, nothing breaks and nothing undocumented comes.

schemathesis makes the requests from the document; they are few and the same on every run. `make
test-long` makes many, others, on both databases.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import (
    content_type_conformance,
    load_all_checks,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode

from engine.errors import all_error_types
from tests.support.api import Api, api, api_over
from tests.support.command_line import Line, bare_line, line
from tests.support.databases import KINDS, database_of
from tests.support.gates import begun

__all__ = ["api", "bare_line", "line"]

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = {GenerationMode.POSITIVE: 6, GenerationMode.NEGATIVE: 2}
MANY = {GenerationMode.POSITIVE: 60, GenerationMode.NEGATIVE: 30}
SEED = 7
"""Of the many; the few follow from the test itself."""
ROOT = Path(__file__).parents[2]
KNOWN = {
    "reference": ["第1号", "第2号", "没有"],
    "action": ["urge", "receive", "withdraw", "no_such"],
    "code": ["linxi", "wang-fang", "nobody"],
    "month": ["2026-01", "2025-12"],
    "session": ["5-2", ""],
}
"""Made-up values alone would never reach what lies behind the first look-up."""
OF_HEALTH = {"CheckOut", "HealthOut", "ReadyOut"}
"""For those who watch processes, in English only."""
BOTH_LANGUAGES = re.compile(r".*[\u4e00-\u9fff].* · .*[a-zA-Z].*", re.DOTALL)


@pytest.mark.timeout(300)  # twenty seconds alone, more beside seven others
def test_no_request_breaks_it_and_no_answer_is_undocumented(api: Api) -> None:
    _all_answers_are_documented(api, EXAMPLES)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", KINDS)
def test_many_requests_on_both_databases(kind: str, bare_line: Line, tmp_path: Path) -> None:
    with (
        database_of(kind, tmp_path, prepared=begun()) as url,
        api_over(url, bare_line) as api,
    ):
        _all_answers_are_documented(api, MANY)


def _all_answers_are_documented(api: Api, amounts: Mapping[GenerationMode, int]) -> None:
    load_all_checks()
    api.delivered()
    api.handed_over()
    schema = schemathesis.openapi.from_asgi("/openapi.json", api.application)
    now = api.watch.now
    api.services.heartbeats.beat("w", now, started_at=now, fired=0, delivered=0, last_error=None)
    played, broken = 0, []
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        for mode, examples in amounts.items():
            try:
                _play(api, operation, mode, examples)
            except FailureGroup as group:
                broken += [f"{operation.label}: {one}" for one in group.exceptions]
            except Exception as error:  # noqa: BLE001  # told with what is wrong elsewhere
                broken.append(f"{operation.label}: {error!r}")
        played += 1
    assert broken == []
    assert played == sum(len(one) for one in api.application.openapi()["paths"].values()) > 40


def _play(api: Api, operation: Any, mode: GenerationMode, examples: int) -> None:  # noqa: ANN401  # schemathesis's own
    many = examples > EXAMPLES[mode]
    people = st.sampled_from(["wang-fang", "committee", "zhao-min", None])

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=not many,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), data=st.data())
    def play(case: Any, data: st.DataObject) -> None:  # noqa: ANN401  # a generated request
        person = data.draw(people)
        if mode is GenerationMode.POSITIVE:
            for name, values in KNOWN.items():
                if name in (case.path_parameters or {}):
                    case.path_parameters[name] = data.draw(st.sampled_from(values))
        response = case.call(headers=api.headers(person) if person else {})
        case.validate_response(response, checks=CHECKS)

    try:
        (seed(SEED)(play) if many else play)()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE, operation.label


def test_no_name_tells_where_the_code_stands(api: Api) -> None:
    """Of two schemas with one name FastAPI makes two long ones from their modules."""
    schemas = api.application.openapi()["components"]["schemas"]
    assert [one for one in schemas if "__" in one] == []


def _properties(schema: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = schema.get("properties", {})
    return found


def test_every_field_is_described_in_both_languages(api: Api) -> None:
    schemas = api.application.openapi()["components"]["schemas"]
    mute = [
        f"{name}.{field}"
        for name, schema in schemas.items()
        for field, told in _properties(schema).items()
        if name not in OF_HEALTH and not BOTH_LANGUAGES.fullmatch(told.get("description", ""))
    ]
    assert mute == []
    assert len(schemas) > 40


def test_every_parameter_and_route_is_described(api: Api) -> None:
    mute = []
    for path, operations in api.application.openapi()["paths"].items():
        for method, operation in operations.items():
            if not operation.get("summary"):
                mute.append(f"{method} {path}")
            mute += [
                f"{path}: {one['name']}"
                for one in operation.get("parameters", ())
                if path.startswith("/api/") and not one.get("description")
            ]
    assert mute == []


def test_every_refusal_is_a_problem_and_names_codes_that_there_are(api: Api) -> None:
    known = {one.code for one in all_error_types()} | {"malformed", "not-found"}
    named = set()
    for path, operations in api.application.openapi()["paths"].items():
        if not path.startswith("/api/"):
            continue
        for method, operation in operations.items():
            for status, answer in operation["responses"].items():
                if status.startswith("2"):
                    continue
                assert list(answer["content"]) == ["application/problem+json"], (method, path)
                named |= set(re.findall(r"`([a-z-]+)`", answer["description"]))
    assert {"stale-case", "not-authorized", "sign-in-required", "malformed"} <= named
    assert named <= known


def test_pages_are_not_in_it_and_tokens_are(api: Api) -> None:
    document = api.application.openapi()
    assert document["openapi"].startswith("3.1")
    assert all(
        path.startswith(("/api/v1/", "/feeds/", "/healthz", "/readyz", "/metrics"))
        for path in document["paths"]
    )
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert document["paths"]["/api/v1/suggestions"]["get"]["security"] == [{"token": []}]
    assert "security" not in document["paths"]["/healthz"]["get"]


def test_every_route_for_programs_is_in_the_docs(api: Api) -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    missing = [
        f"{method.upper()} {path}"
        for path, operations in api.application.openapi()["paths"].items()
        for method in operations
        if f"`{method.upper()} {path}`" not in page
    ]
    assert missing == []
