"""Every route and whose it is, written down by hand; a route that is not here fails the table.

The roles of an office are those that have its deeds in the matrix, or stand in the profile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from tests.support.rights_matrix import holders, matrix


class Whose(StrEnum):
    """Who is let in by a route."""

    EVERYBODY = "everybody"
    KEY = "whoever has the address"
    MEMBERS = "whoever signed in"
    OFFICE = "roles"
    READERS = "whoever reads the case"
    FILES = "whoever reads all of the case"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Whose a route is, and with what in place of its parameters."""

    whose: Whose
    roles: frozenset[str] = frozenset()
    sample: Mapping[str, str]


def _named(prefix: str) -> frozenset[str]:
    found = frozenset(one for one in matrix().roles if one.startswith(prefix))
    assert found
    return found


DESK = holders({"pass_first_review", "register"})
OVERSEERS = frozenset(
    role
    for one in matrix().reading
    if one.name == "ratings"
    for role, relations in one.roles.items()
    if "any" in relations
)
"""Whoever sees ratings before they are final looks over the whole."""
BENCH = holders({"hand_over", "order_rehandling"})
LEADERS = frozenset({"lead_official", "supervising_committee", "chairpersons"})
ADMINISTRATOR = frozenset({"administrator"})
OFFICES: Mapping[str, frozenset[str]] = {
    "/desk": DESK,
    "/desk/review": DESK,
    "/desk/second-round": DESK,
    "/desk/list/{name}": DESK,
    "/desk/hand-over": BENCH,
    "/desk/topics": DESK | OVERSEERS,
    "/desk/supervision": DESK | OVERSEERS,
    "/desk/supervision/list/{name}": DESK | OVERSEERS,
    "/government": _named("government_"),
    "/government/list/{name}": _named("government_"),
    "/unit": _named("unit_"),
    "/unit/list/{name}": _named("unit_"),
    "/lead": LEADERS,
    "/lead/list/{name}": LEADERS,
    "/overview": OVERSEERS,
    "/overview/cases": OVERSEERS,
    "/api/v1/reports/overview": OVERSEERS,
    "/api/v1/audit": ADMINISTRATOR,
    "/api/v1/tokens": ADMINISTRATOR,
    "/api/v1/tokens/{token}": ADMINISTRATOR,
    "POST /api/v1/suggestions": holders({"draft"}),
    "/write/{action}": holders({"draft"}),
    "/write/{action}/step/{step}": holders({"draft"}),
}
EVERYBODY = frozenset(
    {
        *("/", "/congresses/{code}", "/site.css", "/static/{digest}/{name}", "/design"),
        *("/sign-in", "/sign-in/demo", "/sign-in/code", "/language/{language}"),
        *("/healthz", "/readyz", "/metrics", "/openapi.json", "/public", "/public/{code}"),
        *("/public/{code}/suggestions", "/public/{code}/overdue"),
        "/public/{code}/suggestions/{reference}",
        *(f"/api/v1/congresses/{{code}}/{one}" for one in ("funnel", "rates", "topics")),
    }
)
MEMBERS = frozenset(
    {
        *(
            "/mine",
            "/mine/promises",
            "/account/password",
            "/account/preferences",
            "/account/preferences/leave",
            "/account/preferences/return",
            "/account/preferences/calendar",
            "/account/preferences/calendar/end",
            "/account/preferences/token/end",
            "/account/second-factor",
            "/sign-out",
            "/waiting",
            "/inbox",
            "/cases",
            "/similar",
        ),
        "/done/{action}",
        *("/api/v1/congresses", "/api/v1/congresses/{code}"),
        *("/api/v1/people", "/api/v1/people/{code}", "/api/v1/units", "/api/v1/units/{code}"),
        *("/api/v1/calendar/years/{year}", "/api/v1/calendar/days/{day}", "/api/v1/profile"),
        *("/api/v1/calendar/years", "/api/v1/profiles", "/api/v1/profiles/{name}/{version}"),
        *("/api/v1/in-hand", "/api/v1/in-hand/tallies", "/api/v1/topics"),
        *(f"/api/v1/profile/{one}" for one in ("actions", "clocks", "codes")),
        *("/api/v1/suggestions", "/api/v1/actions", "/api/v1/search", "/api/v1/waiting"),
        *("/api/v1/due", "/api/v1/notices", "/api/v1/notices/{notice}/read"),
        *("/api/v1/assignments", "/api/v1/replies", "/api/v1/evaluations", "/api/v1/commitments"),
        *(f"/api/v1/reports/{one}" for one in ("funnel", "rates")),
        *(f"/api/v1/reports/{one}/{{month}}" for one in ("outcome", "bulletin")),
    }
)
KEYS = frozenset({"/feeds/{token}.ics"})
CASES = ("/cases/{ref}", "/cases/{reference}", "/api/v1/suggestions/{reference}")
SAMPLE = {
    "code": "linxi",
    "name": "all",
    "language": "zh",
    "token": "nobody",
    "digest": "0",
    "year": "2026",
    "month": "2026-05",
    "day": "2026-01-01",
    "number": "1",
    "notice": "none",
    "action": "draft",
    "person": "wang-fang",
    "what": "nothing",
    "ref": "x",
    "reference": "x",
    "step": "title",
}
ODD = {
    "/api/v1/people/{code}": {"code": "wang-fang"},
    "/api/v1/units/{code}": {"code": "transport"},
    "/api/v1/profiles/{name}/{version}": {"name": "zhejiang-county", "version": "v1"},
    "/admin/people/{code}": {"code": "wang-fang"},
    "/government/list/{name}": {"name": "divide"},
    "/unit/list/{name}": {"name": "in-hand"},
    "/lead/list/{name}": {"name": "led"},
}
QUERIES = {
    "/overview/cases": "?figure=step.submitted",
    "/similar": "?title=关于建议",
    "/api/v1/search": "?text=建议",
    "/cases": "?q=建议",
    "/api/v1/due": "?until=2027-12-31",
    "/api/v1/suggestions": "?limit=200",
}
"""What a route is asked besides, so that it has something to answer."""


def rule_of(method: str, path: str) -> Rule | None:
    """Whose the route is; None for one that nobody has thought about."""
    sample = SAMPLE | ODD.get(path, {})
    if path.startswith(CASES):
        whose = Whose.FILES if path.endswith(("{number}", "/remove")) else Whose.READERS
        return Rule(whose=whose, sample=sample)
    if path.startswith("/admin"):
        return Rule(whose=Whose.OFFICE, roles=ADMINISTRATOR, sample=sample)
    roles = OFFICES.get(f"{method} {path}") or OFFICES.get(path)
    if roles:
        return Rule(whose=Whose.OFFICE, roles=roles, sample=sample)
    for paths, whose in (
        (EVERYBODY, Whose.EVERYBODY),
        (MEMBERS, Whose.MEMBERS),
        (KEYS, Whose.KEY),
    ):
        if path in paths:
            return Rule(whose=whose, sample=sample)
    return None


def routes_of(application: FastAPI) -> Iterator[tuple[str, str]]:
    """Method and address of everything that is served."""
    for one in iter_route_contexts(application.routes):
        for method in sorted(one.methods or ()):
            if method != "HEAD" and one.path:
                yield method, one.path


def address(path: str, rule: Rule, **given: str) -> str:
    """The address with samples in place of parameters, or what is given."""
    filled = path
    for name, value in {**rule.sample, **given}.items():
        filled = filled.replace(f"{{{name}}}", value)
    return filled + QUERIES.get(path, "")
