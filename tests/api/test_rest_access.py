"""Who is let in: every route has an access rule, no token is no entry, a scope is a bound."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi import APIRouter, Depends, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import RouteContext, iter_route_contexts

from app.accounts import AccountDesk
from app.gate import GateOfRows
from tests.support.api import DRAFT, V1, Api, api
from tests.support.command_line import bare_line, line
from tests.support.gates import OTHER, PASSWORD
from web.api import access
from web.gate import Arrival, Visitor

__all__ = ["api", "bare_line", "line"]
SAMPLE = {"day": "2026-01-01", "year": "2026", "month": "2026-01"}
RULES = ("web.entrance", "web.api.access")
OPEN_TO_ALL = {
    "/openapi.json",
    "/healthz",
    "/readyz",
    "/metrics",
    "/feeds/{token}.ics",
    "/api/v1/congresses/{code}/funnel",
    "/api/v1/congresses/{code}/rates",
    "/api/v1/congresses/{code}/topics",
}
"""Of what programs call; pages for everybody have their own test."""


def _asked(dependant: Dependant) -> Iterator[str]:
    for one in dependant.dependencies:
        yield getattr(one.call, "__module__", "")
        yield from _asked(one)


def _of_the_api(application: FastAPI) -> list[RouteContext]:
    found = [
        one
        for one in iter_route_contexts(application.routes)
        if (one.path or "").startswith("/api/") and one.path not in OPEN_TO_ALL
    ]
    assert found
    return found


def _without_a_rule(application: FastAPI) -> set[str]:
    return {
        str(one.path)
        for one in _of_the_api(application)
        if not any(module in RULES for module in _asked(one.dependant))
    }


def test_every_route_of_the_api_has_an_access_rule(api: Api) -> None:
    assert _without_a_rule(api.application) == set()
    assert len(_of_the_api(api.application)) > 30


def _nobody_asks() -> None:
    """A dependency that lets everybody in."""


def test_a_route_without_a_rule_is_found() -> None:
    router = APIRouter(prefix="/api/v1")
    router.add_api_route("/open", lambda: None)
    router.add_api_route("/other", lambda: None, dependencies=[Depends(_nobody_asks)])
    router.add_api_route("/closed", lambda: None, dependencies=[Depends(access.reading)])
    application = FastAPI()
    application.include_router(router)
    assert _without_a_rule(application) == {"/api/v1/open", "/api/v1/other"}


def test_no_route_of_the_api_answers_a_stranger(api: Api) -> None:
    tried = 0
    for one in _of_the_api(api.application):
        path = re.sub(r"{(\w+)}", lambda found: SAMPLE.get(found[1], "1"), str(one.path))
        for method in one.methods or ():
            for headers in ({}, {"Authorization": "Bearer bihuan_nobody"}):
                answer = api.client.request(method, path, headers=headers)
                assert answer.status_code == 401, (method, path, answer.text)
                assert answer.json()["code"] == "sign-in-required"
                tried += 1
    assert tried > 60


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer "}, {"Authorization": "Bearer x"}, {"Authorization": "Basic x"}],
)
def test_who_shows_no_token_is_asked_for_one(api: Api, headers: dict[str, str]) -> None:
    answer = api.client.get(f"{V1}/suggestions", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "sign-in-required")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_token_does_what_its_scopes_say(api: Api) -> None:
    reads = api.headers("wang-fang", "read")
    assert api.client.get(f"{V1}/suggestions", headers=reads).status_code == 200
    refused = api.client.post(f"{V1}/suggestions", json={"form": DRAFT}, headers=reads)
    assert (refused.status_code, refused.json()["code"]) == (403, "scope-missing")
    assert refused.json()["facts"] == {"scope": "act"}
    acts = api.headers("wang-fang", "act")
    assert api.client.get(f"{V1}/suggestions", headers=acts).status_code == 403
    assert api.client.post(f"{V1}/suggestions", json={"form": DRAFT}, headers=acts).is_success


def test_a_token_ends(api: Api) -> None:
    headers = api.headers("wang-fang")
    api.watch.pass_by(days=400)
    assert api.client.get(f"{V1}/suggestions", headers=headers).status_code == 401


def test_a_session_may_call_and_changes_only_with_its_csrf(api: Api) -> None:
    desk = AccountDesk(api.services, "linxi", actor="system", reason="新任代表")
    desk.add("wang-fang", "wangfang", PASSWORD)
    gate = GateOfRows(api.services)
    arrival = Arrival(address="10.0.0.1", agent="test", at=api.watch.now)
    cookie = gate.sign_in("wangfang", PASSWORD, arrival).cookie
    gate.change_password(_let_in(gate, cookie, arrival), PASSWORD, OTHER, arrival)
    csrf = _let_in(gate, cookie, arrival).csrf
    own = {"Cookie": f"bihuan={cookie}"}
    assert api.client.get(f"{V1}/suggestions", headers=own).status_code == 200
    for given in ({}, {"X-CSRF-Token": "x"}, {"X-CSRF-Token": csrf, "Origin": "http://evil"}):
        forged = api.client.post(f"{V1}/suggestions", json={"form": DRAFT}, headers=own | given)
        assert (forged.status_code, forged.json()["code"]) == (403, "form-forged")
    assert api.client.get(f"{V1}/suggestions", headers=own).json()["total"] == 0
    meant = own | {"X-CSRF-Token": csrf}
    assert api.client.post(f"{V1}/suggestions", json={"form": DRAFT}, headers=meant).is_success


def _let_in(gate: GateOfRows, cookie: str, arrival: Arrival) -> Visitor:
    found = gate.visitor(cookie, arrival)
    assert found is not None
    return found


def test_answers_are_not_kept_on_the_way(api: Api) -> None:
    answer = api.get("wang-fang", "/people")
    assert answer.headers["cache-control"] == "no-store"
