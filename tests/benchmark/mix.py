"""A realistic mix of actions: many suggestions on their way from draft to closing, interleaved.

The commands are the same on every run, so a replay of their rows fits any new database.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import takewhile

from engine.command import Command
from engine.congress import Directory, Person
from tests.support.world import CONGRESS, local, small_directory

TOGETHER = 20
"""Suggestions that are on their way at one time: the next action is about another one."""
RAISED = "2026-01-21"
DEPUTIES = ("wang-fang", "li-ming", "chen-jing")
UNITS = ("transport", "education", "housing", "finance")


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One action on one suggestion."""

    action: str
    actor: str
    subject: int | None = None
    form: Mapping[str, object] = field(default_factory=dict)


def commands(cases: int, *, until: str = "") -> tuple[Command, ...]:
    """All commands for so many suggestions, in the order in which they are performed.

    With `until`, each suggestion stops before that action.
    """
    return tuple(
        command
        for first in range(0, cases, TOGETHER)
        for command in _group(range(first, min(first + TOGETHER, cases)), until)
    )


def reachable_directory() -> Directory:
    """The small congress, with an address for everybody: each notice also leaves the house."""
    bare = small_directory()
    return Directory(
        congress=bare.congress,
        sessions=bare.sessions,
        units=bare.units,
        people={code: _reached(one) for code, one in bare.people.items()},
        topics=bare.topics,
    )


def _reached(person: Person) -> Person:
    return replace(person, email=f"{person.code}@example.org")


def _group(places: range, until: str) -> Iterator[Command]:
    stories = {
        place: list(takewhile(lambda act: act.action != until, _story(place))) for place in places
    }
    longest = max(len(story) for story in stories.values())
    for step in range(longest):
        for place, story in stories.items():
            if step < len(story):
                yield _command(place, step, story[step])


def _command(place: int, step: int, act: Act) -> Command:
    begins = act.action == "draft"
    return Command(
        congress=CONGRESS,
        action=act.action,
        actor=act.actor,
        now=_moment(place, step),
        case=None if begins else _case(place),
        subject=act.subject,
        form=act.form,
        request_key=_key(place, step),
    )


def _moment(place: int, step: int) -> datetime:
    return local(RAISED) + timedelta(days=step, seconds=place)


def _key(place: int, step: int) -> str:
    return f"bench:{place:04d}:{step:02d}"


def _case(place: int) -> str:
    """The id that the Desk derives from the request key of the draft."""
    return hashlib.sha256(f"{CONGRESS}\n{_key(place, 0)}".encode()).hexdigest()[:20]


def _story(place: int) -> list[Act]:
    """Every third suggestion has a co-signer and a joint unit."""
    shared = place % 3 == 0
    lead, second = (DEPUTIES[(place + turn) % len(DEPUTIES)] for turn in (0, 1))
    unit, joint = (UNITS[(place + turn) % len(UNITS)] for turn in (0, 1))
    signing = (lead, second) if shared else (lead,)
    return [
        *_raise(lead, signing[1:]),
        _hand_over(unit, (joint,) if shared else ()),
        *(_opinion(unit, joint) if shared else ()),
        *_handle(unit, place),
        *(Act(action="rate", actor=one, form=RATED) for one in signing),
        Act(action="close", actor="committee", form={"note": "办理程序完整"}),
    ]


RATED = {"process": "satisfied", "result": "satisfied"}
TEXT = "上下学时段人车混行,机动车停靠无序。建议增设人行过街设施、完善信号灯并规范停车秩序。" * 8
REPLY = "您提出的建议收悉。经现场察看,已将过街设施列入年度计划,六月底前完工,现将情况答复如下。" * 8


def _raise(lead: str, cosigners: tuple[str, ...]) -> list[Act]:
    draft = {
        "title": "关于增设临溪中学东侧人行过街设施的建议",
        "text": TEXT,
        "field": "transport",
        "kind": "session",
        "origin": "research",
        "keywords": "过街设施、信号灯",
        "cosigners": list(cosigners),
    }
    return [
        Act(action="draft", actor=lead, form=draft),
        Act(action="submit", actor=lead),
        *(Act(action="confirm_signature", actor=one) for one in cosigners),
        Act(action="pass_first_review", actor="reviewer", form={"note": "要素齐全,一事一议"}),
        Act(action="register", actor="committee"),
    ]


def _hand_over(unit: str, joint: tuple[str, ...]) -> Act:
    rows = [{"unit": unit, "kind": "lead"}, *({"unit": one, "kind": "joint"} for one in joint)]
    return Act(action="hand_over", actor="committee", form={"assignments": rows})


def _opinion(unit: str, joint: str) -> list[Act]:
    opinion = {"opinion": "支持该建议,涉及本单位职责的部分将配合主办单位落实"}
    return [
        Act(action="receive", actor=f"clerk-{joint}", subject=2),
        Act(action="give_opinion", actor=f"clerk-{joint}", subject=2, form=opinion),
        Act(action="accept_opinion", actor=f"clerk-{unit}", subject=2),
    ]


def _handle(unit: str, place: int) -> list[Act]:
    clerk, head = f"clerk-{unit}", f"head-{unit}"
    contact = {"on": RAISED, "form": "meeting", "rank": "unit_head", "summary": "面谈,认可思路"}
    signed = {"document_number": f"临交〔2026〕{place + 1}号"}
    return [
        Act(action="receive", actor=clerk, subject=1),
        Act(action="assign_handler", actor=head, subject=1, form={"handler": clerk}),
        Act(action="record_contact", actor=clerk, subject=1, form=contact),
        Act(action="draft_reply", actor=clerk, subject=1, form={"result": "A", "text": REPLY}),
        Act(action="check_reply", actor="office", subject=1),
        Act(action="sign_reply", actor=head, subject=1, form=signed),
        Act(action="deliver_reply", actor=clerk, subject=1),
    ]
