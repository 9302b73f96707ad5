"""Chinese words for the codes that records carry, for everything a person reads.

Codes of a profile (results, states, forms of contact …) have their labels there.
"""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    # signatures
    "confirmed": "已确认",
    "declined": "不予附议",
    "lapsed": "逾期不计",
    # clocks
    "running": "计时中",
    "paused": "暂停",
    "met": "已完成",
    "stopped": "已终止",
    # lights
    "red": "红",
    "yellow": "黄",
    "green": "绿",
    # shares
    "lead": "主办",
    "joint": "会办",
    "separate": "分办",
    # replies
    "draft": "草稿",
    "checked": "已审核",
    "signed": "已签发",
    "delivered": "已送达",
    "rejected": "已退回",
    # ratings
    "open": "待评价",
    "given": "已评价",
    "silent": "未评价",
    # requests
    "pending": "待定",
    "approved": "已同意",
    "refused": "不同意",
    # outcome of a month
    "agreed": "一致",
    "disputed": "不一致",
    # where it was raised
    "session": "会议期间",
    "recess": "闭会期间",
}


def word(code: str | None) -> str:
    """The word with its code; a code without a word stands for itself."""
    if not code:
        return ""
    return f"{WORDS[code]} {code}" if code in WORDS else code


def subject_word(subject: str) -> str:
    """What a clock or an owner is about: the case itself, a share, a promise or an order."""
    machine, _, number = subject.partition(":")
    names = {"case": "建议", "assignment": "承办", "commitment": "承诺", "order": "督办单"}
    return f"{names.get(machine, machine)}{number}"
