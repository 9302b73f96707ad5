"""The part of a profile's page that tells who may read what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.access import grant_of
from engine.profile import Profile
from engine.rights import Reader, Showing, Since
from workflows.markdown import both, code, joined, table, who

SHOWINGS: Mapping[Showing, str] = {
    Showing.NOTHING: "不可见 nothing",
    Showing.SUMMARY: "编号、标题和状态 number, title and state",
    Showing.AUTHOR_HIDDEN: "除提出人外的全部 all but who raised it",
    Showing.WHOLE: "全部 all",
}
HISTORY: Mapping[Showing, str] = {
    Showing.NOTHING: "只有时间和校验值 time and digest only",
    Showing.SUMMARY: "何时何事 when and what",
    Showing.AUTHOR_HIDDEN: "何人何时何事,提出人除外 who, when and what, but who raised it",
    Showing.WHOLE: "何人何时何事何因 who, when, what and why",
}
SINCE: Mapping[Since, str] = {
    Since.DRAFTED: "起草 drafted",
    Since.SUBMITTED: "提交 submitted",
    Since.REGISTERED: "立案 registered",
    Since.HANDED_OVER: "交办 handed over",
}


def access(profile: Profile) -> list[str]:
    """Readers, secrecy, what waits to be final and what the public sees."""
    rules = profile.access
    rows = [
        ("全部,不论公开意向 all, at any secrecy", *_told(profile, rules.whole)),
        ("按公开意向 by secrecy", *_told(profile, rules.by_secrecy)),
        ("未送达的答复 undelivered replies", *_told(profile, rules.replies)),
        ("未定的评价 unfinished ratings", *_told(profile, rules.ratings)),
        ("批示内容 words of instructions", *_told(profile, rules.instructions)),
    ]
    labels = {one.code: both(one.label) for one in profile.choices.get("secrecy", ())}
    shown = [
        (
            f"{labels.get(one, '')} {code(one)}",
            SHOWINGS[others],
            SHOWINGS[rules.public.secrecy.get(one, Showing.NOTHING)],
            HISTORY[rules.told_in_history(one)],
            "是 yes" if rules.is_logged(one) else "—",
        )
        for one, others in rules.secrecy.items()
    ]
    since = f"公众自“{SINCE[rules.public.since]}”起可见。 The public from this step on."
    heads = (
        *("公开意向 secrecy", "对按公开意向的人 to readers by secrecy", "对公众 to the public"),
        "检索办理记录时 to a search in the history",
    )
    return [
        "## 阅读权限 Reading rights",
        "没有列出的人什么也看不到。 Whoever is not named reads nothing.",
        table(("内容 what", "谁 who"), rows),
        table((*heads, "阅读留痕 readings are logged"), shown),
        since,
    ]


def _told(profile: Profile, readers: Iterable[Reader]) -> tuple[str]:
    return (joined(reader_words(profile, one) for one in readers),)


def reader_words(profile: Profile, reader: Reader) -> str:
    """A reader in words: role, relation, and from when where that is not from the start."""
    since = "" if reader.since is Since.DRAFTED else f",自{SINCE[reader.since]}起"
    return who(profile, [grant_of(reader)]) + since
