"""办理记录: whatever is altered, dropped, swapped or cut off, the first broken entry is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from engine.audit import GENESIS, AuditEntry, ChainHead, attach, digest_of, verify
from engine.calendar import SHANGHAI
from engine.command import CLOCK
from engine.errors import AuditBroken
from tests.support.refusing import kept_by
from tests.support.world import CONGRESS, World, memory_world


def _world() -> World:
    return memory_world().handed_over("transport", "finance", cosigners=("li-ming",))


def _chain() -> list[AuditEntry]:
    return kept_by(_world()).entries


def _head(entries: list[AuditEntry]) -> ChainHead:
    last = entries[-1]
    return ChainHead(congress=CONGRESS, sequence=last.sequence, digest=last.digest)


def _broken(entries: list[AuditEntry], head: ChainHead) -> AuditBroken:
    with pytest.raises(AuditBroken) as caught:
        verify(entries, head=head)
    return caught.value


def test_what_the_desk_wrote_verifies() -> None:
    entries = _chain()
    assert verify(entries, head=_head(entries)) == len(entries) == 6
    assert [one.sequence for one in entries] == [1, 2, 3, 4, 5, 6]
    assert entries[0].previous == GENESIS


def test_an_empty_record_verifies() -> None:
    assert verify([], head=ChainHead(congress=CONGRESS, sequence=0, digest=GENESIS)) == 0


def test_an_entry_says_who_did_what_when_under_which_rule_and_whom_it_told() -> None:
    world = _world()
    entry = kept_by(world).entries[-1]
    assert (entry.actor, entry.action, entry.case) == ("committee", "hand_over", world.case)
    assert entry.rule == "zhejiang-county/v1#hand_over"
    assert (entry.at, entry.version) == (world.now, world.look().version)
    assert entry.content["form"] == {
        "assignments": [
            {"unit": "transport", "kind": "lead"},
            {"unit": "finance", "kind": "joint"},
        ]
    }
    assert entry.content["steps"] == [
        {
            "action": "hand_over",
            "machine": "suggestion",
            "subject": None,
            "from": "registered",
            "to": "handling",
            "automatic": False,
        }
    ]
    kept = kept_by(world).notices.values()
    told = {one.recipient for one in kept if f":v{entry.version}:" in one.key}
    assert entry.content["told"] == sorted(told)
    assert {"clerk-transport", "clerk-finance", "wang-fang", "li-ming"} <= told


def test_an_entry_of_the_clock_names_its_rung_and_automatic_steps_are_marked() -> None:
    world = memory_world().raised("li-ming")
    world.tick("2026-01-29")
    entry = kept_by(world).entries[-1]
    assert (entry.actor, entry.action) == (CLOCK, "lapse_cosigners")
    assert entry.content["rung"] == [2, 1, "lapse"]
    steps = entry.content["steps"]
    assert isinstance(steps, list)
    assert [(one["action"], one["automatic"]) for one in steps] == [
        ("lapse_cosigners", False),
        ("cosigning_complete", True),
    ]


def test_a_request_key_is_part_of_the_record() -> None:
    world = memory_world().raised()
    command = replace(world.command("pass_first_review", "reviewer"), request_key="key-7")
    world.desk.perform(command)
    assert kept_by(world).entries[-1].content["request"] == "key-7"


ALTERATIONS: dict[str, Callable[[AuditEntry], AuditEntry]] = {
    "congress": lambda one: replace(one, congress="elsewhere"),
    "sequence": lambda one: replace(one, sequence=one.sequence + 100),
    "case": lambda one: replace(one, case="case-2"),
    "no case": lambda one: replace(one, case=None),
    "version": lambda one: replace(one, version=one.version + 1),
    "at": lambda one: replace(one, at=one.at + timedelta(microseconds=1)),
    "actor": lambda one: replace(one, actor="somebody"),
    "action": lambda one: replace(one, action="close"),
    "rule": lambda one: replace(one, rule="zhejiang-county/v2#close"),
    "content": lambda one: replace(one, content={**one.content, "form": {"note": "好"}}),
    "more content": lambda one: replace(one, content={**one.content, "more": 1}),
    "previous": lambda one: replace(one, previous="f" * 64),
    "digest": lambda one: replace(one, digest="f" * 64),
}


def test_every_field_of_an_entry_has_an_alteration_here() -> None:
    assert set(AuditEntry.__slots__) <= set(ALTERATIONS)


@pytest.mark.parametrize("altered", ALTERATIONS)
@pytest.mark.parametrize("place", [0, 2, 5])
def test_an_altered_entry_is_the_one_that_is_named(altered: str, place: int) -> None:
    entries = _chain()
    head = _head(entries)
    entries[place] = ALTERATIONS[altered](entries[place])
    error = _broken(entries, head)
    assert error.code == "audit-broken"
    assert error.facts["sequence"] == place + 1
    assert str(place + 1) in error.message("zh")


@pytest.mark.parametrize("place", [0, 2, 4])
def test_a_forger_who_seals_the_altered_entry_anew_is_caught_at_the_next(place: int) -> None:
    entries = _chain()
    head = _head(entries)
    forged = replace(entries[place], actor="somebody")
    entries[place] = replace(forged, digest=digest_of(forged))
    assert _broken(entries, head).facts["sequence"] == place + 2


def test_a_forger_who_seals_the_last_entry_anew_meets_the_recorded_head() -> None:
    entries = _chain()
    head = _head(entries)
    forged = replace(entries[-1], actor="somebody")
    entries[-1] = replace(forged, digest=digest_of(forged))
    assert _broken(entries, head).facts["sequence"] == 7


@pytest.mark.parametrize("place", [0, 2, 4])
def test_a_dropped_entry_is_missed_where_it_stood(place: int) -> None:
    entries = _chain()
    head = _head(entries)
    del entries[place]
    assert _broken(entries, head).facts["sequence"] == place + 1


@pytest.mark.parametrize("place", [0, 2, 4])
def test_swapped_entries_are_named_at_the_first_of_them(place: int) -> None:
    entries = _chain()
    head = _head(entries)
    entries[place], entries[place + 1] = entries[place + 1], entries[place]
    assert _broken(entries, head).facts["sequence"] == place + 1


@pytest.mark.parametrize("left", [0, 1, 5])
def test_an_end_that_was_cut_off_is_named(left: int) -> None:
    entries = _chain()
    head = _head(entries)
    error = _broken(entries[:left], head)
    assert (error.facts["sequence"], error.facts["case"]) == (left + 1, None)
    assert "6" in str(error.facts["reason"])


def test_an_entry_put_in_twice_or_between_is_named() -> None:
    entries = _chain()
    head = _head(entries)
    assert _broken([*entries[:3], entries[2], *entries[3:]], head).facts["sequence"] == 4
    extra = attach(
        head,
        case=None,
        version=0,
        at=entries[0].at,
        actor="somebody",
        action="register",
        rule="",
        content={},
    )
    assert verify([*entries, extra], head=_head([*entries, extra])) == 7
    assert _broken([*entries, extra], head).facts["sequence"] == 8


def test_the_digest_tells_instants_apart_and_not_their_spelling() -> None:
    (entry, *_) = _chain()
    assert digest_of(replace(entry, at=entry.at.astimezone(SHANGHAI))) == entry.digest
    assert digest_of(replace(entry, at=entry.at.astimezone(UTC))) == entry.digest


def test_the_digest_does_not_depend_on_the_order_of_keys_and_survives_json() -> None:
    entry = _chain()[-1]
    turned = dict(reversed(list(entry.content.items())))
    assert digest_of(replace(entry, content=turned)) == entry.digest
    again = json.loads(json.dumps(entry.content))
    assert digest_of(replace(entry, content=again)) == entry.digest


def test_the_same_year_twice_gives_the_same_digests() -> None:
    assert [one.digest for one in _chain()] == [one.digest for one in _chain()]
