"""The part of a profile's page that tells how handling is supervised: urging, lights, bulletin."""

from __future__ import annotations

from engine.periods import Period, PeriodUnit
from engine.profile import BulletinRule, OutcomeScheme, Profile
from workflows.markdown import both, code, joined, table, who

UNITS = {
    PeriodUnit.DAYS: ("天", "days"),
    PeriodUnit.WORKING_DAYS: ("个工作日", "working days"),
    PeriodUnit.MONTHS: ("个月", "months"),
}


def period(given: Period) -> str:
    """`3个月 3 months`."""
    zh, en = UNITS[given.unit]
    return f"{given.amount}{zh} {given.amount} {en if given.amount != 1 else en[:-1]}"


def supervision(profile: Profile) -> list[str]:
    """Urging, time lights and, where there are any, outcome lights and the bulletin."""
    urging, lights = profile.supervision.urging, profile.supervision.lights
    weights = [
        (both(profile.roles[role]), str(weight))
        for role, weight in sorted(urging.weights.items(), key=lambda one: -one[1])
    ]
    again = "可随时重复催办。 Urging may be repeated at any time."
    if urging.no_repeat:
        again = (
            f"同一事项{period(urging.no_repeat)}内,权重不更高的人和本人不得重复催办。 "
            "Within this time nobody of no more weight, and nobody twice, urges about the same."
        )
    kinds = [(profile.clocks[kind].label, ahead) for kind, ahead in lights.by_clock.items()]
    yellow = [
        *((both(label), period(ahead)) for label, ahead in kinds),
        ("其他期限 all others" if kinds else "各期限 all clocks", period(lights.yellow)),
    ]
    return [
        "## 催办 Urging",
        again,
        table(("身份 role", "权重 weight"), weights),
        "## 时间灯 Time lights",
        "到期日过后为红灯。 Red after the due day; yellow from so long before it:",
        table(("期限 clock", "提前 ahead"), yellow),
        *_outcome(profile, profile.supervision.outcome),
        *_bulletin(profile, profile.supervision.bulletin),
    ]


def _outcome(profile: Profile, scheme: OutcomeScheme | None) -> list[str]:
    if scheme is None:
        return []
    lights = joined(f"{code(one.code)} {both(one.label)}" for one in profile.choices[scheme.lights])
    parties = [
        (f"{both(one.label)} {code(one.code)}", who(profile, one.by)) for one in scheme.parties
    ]
    rule = (
        f"{lights}. 各方一致方为当月成效灯 the light of a month holds when all parties agree "
        f"({code(scheme.clock)})."
    )
    heads = ("方 party", "由谁评定 who judges")
    return ["## 成效灯 Outcome lights", rule, table(heads, parties)]


def _bulletin(profile: Profile, rule: BulletinRule | None) -> list[str]:
    if rule is None:
        return []
    told = (
        f"每月{rule.day}日起的第一个工作日印发上月逾期情况 "
        f"last month's overdue units, issued on the first working day from day {rule.day} on. "
        f"通知 told are: {who(profile, rule.audience)}."
    )
    return ["## 督办通报 Bulletin", told]
