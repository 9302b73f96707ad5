"""Whom a form offers to name are those whom the action takes: no handler of another unit."""

from __future__ import annotations

from tests.support.api import Api, api
from tests.support.command_line import bare_line, line

__all__ = ["api", "bare_line", "line"]


def _offered(api: Api, person: str, path: str, action: str, field: str) -> set[str]:
    items = api.read(person, path)["items"]
    (form,) = [one for one in items if one["action"] == action]
    (asked,) = [one for one in form["fields"] if one["name"] == field]
    return {one["value"] for one in asked["choices"]}


def test_a_unit_names_a_handler_among_its_own_people(api: Api) -> None:
    case = api.handed_over()
    path = f"/suggestions/{case}/actions"
    offered = _offered(api, "head-transport", path, "assign_handler", "handler")
    everybody = api.services.directory("linxi").people
    own = {code for code, one in everybody.items() if "transport" in _units(api, code)}
    assert offered == own
    assert {"head-transport", "zhao-min"} <= offered < set(everybody)
    for one in everybody:
        sent = {"subject": 1, "form": {"handler": one}}
        tried = api.post("head-transport", f"{path}/assign_handler?dry_run=true", sent)
        assert (tried.status_code == 200) is (one in offered), one


def _units(api: Api, person: str) -> tuple[str, ...]:
    return api.services.directory("linxi").units_of(person)


def test_who_is_met_is_one_of_those_who_signed(api: Api) -> None:
    case = api.handed_over("li-ming")
    path = f"/suggestions/{case}/actions"
    api.act("zhao-min", case, "receive", subject=1)
    offered = _offered(api, "zhao-min", path, "record_contact", "deputy")
    assert offered == {"wang-fang", "li-ming"}


def test_who_is_asked_to_sign_is_another_deputy(api: Api) -> None:
    deputies = set(api.services.directory("linxi").holders("deputy"))
    offered = _offered(api, "wang-fang", "/actions", "draft", "cosigners")
    assert offered == deputies - {"wang-fang"}
    case = api.drafted()
    path = f"/suggestions/{case}/actions"
    invited = _offered(api, "wang-fang", path, "invite_cosigners", "cosigners")
    assert invited == offered
