"""Reading rights: readers can be found, every degree of secrecy is ruled, who acts can also read.

Says no to what no congress may allow itself: ratings before they are final for a unit, and a
rating by anybody but the deputy who is asked for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from engine.access import UNIT_ROLES, grant_of
from engine.command import CLOCK
from engine.profile import Action, Grant, Profile, Text
from engine.rights import AccessRules, Reader, Showing
from workflows.checks.grants import check_grants
from workflows.parts import Place
from workflows.problems import Report

READING = (
    *("any", "lead_deputy", "pending_cosigner", "signatory"),
    *("delegation", "unit", "portfolio", "topic"),
)
"""Relations that hold without a subject, and that a query can ask for as well."""

ADDRESSED = (*READING, "assignment_unit", "commitment_unit", "order_unit")
"""Those, and the unit at which an instruction is aimed."""

PUBLIC = Text(zh="公众", en="the public")
SEARCH = Text(zh="检索办理记录的人", en="who searches the history")

SECRECY = "secrecy"
"""The list of choices from which the author picks."""

_RATES = "record_evaluation"
_RATER = Grant(role="deputy", relation="rater")
_READ_AS: Mapping[str, tuple[str, ...]] = {
    "rater": ("signatory",),
    "lead_deputy": ("signatory",),
    "topic_lead_official": ("topic", "portfolio"),
    "topic_supervising_leader": ("topic",),
}
"""Of a relation to act in: the reading relations that everybody in it is in."""


def check(profile: Profile, report: Report) -> None:
    """Check `access.yaml`, and the actions whose actors must be able to read."""
    place, rules = Place(report, "access.yaml"), profile.access
    _check_readers(profile, rules.whole, place.at("reading", "whole"))
    _check_readers(profile, rules.by_secrecy, place.at("reading", "by_secrecy"))
    _check_readers(profile, rules.replies, place.at("unfinished", "replies"))
    _check_readers(profile, rules.ratings, place.at("unfinished", "ratings"))
    _check_readers(profile, rules.instructions, place.at("inside", "instructions"), ADDRESSED)
    for index, one in enumerate(rules.ratings):
        if one.role.startswith(UNIT_ROLES):
            place.at("unfinished", "ratings", index, "role").problem(
                "承办单位不得看到未定的评价", "a unit never sees ratings before they are final"
            )
    _check_secrecy(profile, rules.secrecy, place.at("secrecy"))
    _check_secrecy(profile, rules.public.secrecy, place.at("public", "secrecy"))
    _check_no_more(rules, rules.public.secrecy, PUBLIC, place.at("public", "secrecy"))
    if rules.history:
        _check_secrecy(profile, rules.history, place.at("history"))
        _check_no_more(rules, rules.history, SEARCH, place.at("history"))
    for machine in profile.machines.values():
        for action in machine.actions.values():
            here = Place(report, f"{machine.name}.yaml", ("actions", action.name, "by"))
            _check_action(action, profile, here)


def _check_readers(
    profile: Profile,
    readers: Iterable[Reader],
    place: Place,
    relations: Collection[str] = READING,
) -> None:
    for index, one in enumerate(readers):
        if one.role == CLOCK:
            place.at(index, "role").problem("系统时钟不阅读", "the clock reads nothing")
    check_grants(profile, [grant_of(one) for one in readers], None, place, relations)


def _check_secrecy(profile: Profile, shown: Mapping[str, Showing], place: Place) -> None:
    """Each degree an author may pick is ruled, and no other one."""
    known = {one.code for one in profile.choices.get(SECRECY, ())}
    for code in shown:
        if code not in known:
            place.at(code).problem(
                f"选项表 {SECRECY} 中没有“{code}”", f"“{code}” is not in the list {SECRECY}"
            )
    for code in sorted(known - set(shown)):
        place.problem(f"没有说明“{code}”展示什么", f"what “{code}” shows is not said")


def _check_no_more(
    rules: AccessRules, given: Mapping[str, Showing], whom: Text, place: Place
) -> None:
    for code, shown in given.items():
        if shown.rank > rules.shown_to_others(code).rank:
            place.at(code).problem(
                f"“{code}”对{whom.zh}展示的不得多于对代表展示的",
                f"“{code}” may not show {whom.en} more than the deputies",
            )


def _check_action(action: Action, profile: Profile, place: Place) -> None:
    rates = any(one.name == _RATES for move in action.moves for one in move.then)
    for index, grant in enumerate(action.by):
        if rates and grant != _RATER:
            place.at(index).problem(
                "评价只能由待评价的代表本人作出(role: deputy, relation: rater)",
                "only a deputy who is asked for a rating may give one (relation: rater)",
            )
        elif not (action.creates or grant.role == CLOCK or _can_read(grant, profile)):
            place.at(index).problem(
                f"“{grant.role}·{grant.relation}”能办理却不在 access.yaml 的 reading.whole 中",
                f"“{grant.role}, {grant.relation}” may act but is no reader of the whole case",
            )


def _can_read(grant: Grant, profile: Profile) -> bool:
    """Whether whoever the grant means is a reader of the whole case as well."""
    read_as = {"any", grant.relation, *_READ_AS.get(grant.relation, ())}
    if grant.role.startswith(UNIT_ROLES):
        read_as.add("unit")
    return any(one.role == grant.role and one.relation in read_as for one in profile.access.whole)
