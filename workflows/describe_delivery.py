"""The part of a profile's page that tells when notices leave, and who may be stood in for."""

from __future__ import annotations

from engine.delivery import DeliveryRule
from engine.profile import Profile
from workflows.markdown import both, joined


def delivery(profile: Profile) -> list[str]:
    """Working hours, digest and delegation."""
    roles = [both(profile.roles[role]) for role in profile.supervision.delegable]
    delegated = joined(roles) if roles else "不可代理 none"
    return [
        "## 通知发送 Delivery of notices",
        "\n".join(f"- {line}" for line in _lines(profile.supervision.delivery)),
        "## 请假代理 Delegation during leave",
        f"可由他人代理的身份 roles that may be stood in for: {delegated}.",
    ]


def _lines(rule: DeliveryRule) -> list[str]:
    days = "工作日 on working days" if rule.working_days_only else "每天 every day"
    if rule.hours is None:
        hours = "全天 at any hour"
    else:
        hours = f"{rule.hours.start:%H:%M}–{rule.hours.end:%H:%M}"
    digest = "逐条发送 each by itself"
    if rule.digest_at is not None:
        digest = f"每人每天{rule.digest_at:%H:%M}汇总为一条 one message a person at this time"
    urgent = "随时发送 at once, at any hour" if rule.urgent_at_once else "同样等到办公时间 wait too"
    return [
        f"发送时间 leaving: {days}, {hours}",
        f"期限提醒 what the clock tells: {digest}",
        f"紧急的 the urgent: {urgent}",
    ]
