"""The rules: the profile of new suggestions, and every version to which one is pinned."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from engine.errors import UnknownProfile
from engine.profile import ClockDefinition, Profile
from engine.why import wording_of
from web.api.access import Reader
from web.api.answers import CODE_PATTERN, Listed, Words, made, words
from web.api.clock_models import SourceOut
from web.api.refusals import refusals
from web.api.register_models import (
    ActionRule,
    ClockRule,
    CodeList,
    CodeOut,
    MachineRule,
    ProfileOut,
    ProfileWhole,
    ResultOut,
    StateRule,
)
from web.gate import Visitor
from web.house import House

Name = Annotated[str, Path(pattern=CODE_PATTERN, description="规则名称 · name of the rules")]
Version = Annotated[
    str, Path(pattern=r"^v[0-9]{1,6}$", description="版本 · version", examples=["v1"])
]


def rule_routes(house: House) -> APIRouter:
    """Rules, for reading."""
    router = APIRouter(prefix="/api/v1", tags=["profile"])
    _add_present(router, house)
    _add_pinned(router, house)
    return router


def _add_present(router: APIRouter, house: House) -> None:
    @router.get("/profile", summary="规则", responses=refusals())
    def profile(visitor: Reader) -> ProfileOut:
        """The rules that new suggestions are pinned to."""
        return _profile_out(house.profile(visitor))

    @router.get("/profile/actions", summary="规则中的动作", responses=refusals())
    def actions(visitor: Reader) -> Listed[ActionRule]:
        """Every action of the rules, and who may do it."""
        return Listed(items=_actions_out(house.profile(visitor)))

    @router.get("/profile/clocks", summary="规则中的期限", responses=refusals())
    def clocks(visitor: Reader) -> Listed[ClockRule]:
        """Every kind of clock with its source."""
        return Listed(items=_clocks_out(house.profile(visitor)))

    @router.get("/profile/codes", summary="规则中的代码表", responses=refusals())
    def codes(visitor: Reader) -> Listed[CodeList]:
        """Every list of codes; `results` are those of replies, each with its meaning."""
        return Listed(items=_codes_out(house.profile(visitor)))


def _add_pinned(router: APIRouter, house: House) -> None:
    @router.get("/profiles", summary="在用的各版规则", responses=refusals())
    def profiles(visitor: Reader) -> Listed[ProfileOut]:
        """The version of new suggestions, and each that a suggestion of the congress is under."""
        return Listed(items=[_profile_out(one) for one in house.profiles(visitor)])

    @router.get(
        "/profiles/{name}/{version}", summary="一版规则", responses=refusals("unknown-profile")
    )
    def pinned(visitor: Reader, name: Name, version: Version) -> ProfileWhole:
        """All of one version: states, actions, clocks and codes, as `profile` names it."""
        return _whole_out(_found(house, visitor, name, int(version.removeprefix("v"))))


def _found(house: House, visitor: Visitor, name: str, version: int) -> Profile:
    for one in house.profiles(visitor):
        if (one.name, one.version) == (name, version):
            return one
    raise UnknownProfile(profile=name, version=version)


def _profile_out(one: Profile) -> ProfileOut:
    return made(ProfileOut, one, roles=_roles_out(one))


def _roles_out(one: Profile) -> list[CodeOut]:
    return [CodeOut(code=code, label=words(label)) for code, label in one.roles.items()]


def _whole_out(one: Profile) -> ProfileWhole:
    return made(
        ProfileWhole,
        one,
        roles=_roles_out(one),
        machines=[
            MachineRule(
                name=machine.name,
                initial=machine.initial,
                states=[made(StateRule, each) for each in machine.states.values()],
            )
            for machine in one.machines.values()
        ],
        actions=_actions_out(one),
        clocks=_clocks_out(one),
        codes=_codes_out(one),
    )


def _actions_out(profile: Profile) -> list[ActionRule]:
    return [
        made(ActionRule, one, action=one.name, fields=[each.name for each in one.form])
        for machine in profile.machines.values()
        for one in machine.actions.values()
    ]


def _clocks_out(profile: Profile) -> list[ClockRule]:
    return [_clock_out(one, profile) for one in profile.clocks.values()]


def _clock_out(one: ClockDefinition, profile: Profile) -> ClockRule:
    source = profile.sources.get(one.source)
    period = one.rule.period
    zh, en = wording_of(period) if period is not None else ("", "")
    return ClockRule(
        kind=one.kind,
        label=words(one.label),
        start=one.start.value,
        period=Words(zh=zh, en=en) if period is not None else None,
        source=None if source is None else SourceOut.model_validate(source),
        rungs=[words(each.label) for each in one.ladder],
    )


def _codes_out(profile: Profile) -> list[CodeList]:
    lists = [
        CodeList(name=name, codes=[CodeOut.model_validate(one) for one in codes], results=[])
        for name, codes in sorted(profile.choices.items())
    ]
    results = [ResultOut.model_validate(one) for one in profile.results.values()]
    return [*lists, CodeList(name="results", codes=[], results=results)]
