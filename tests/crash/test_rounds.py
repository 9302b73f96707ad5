"""Workers and web processes are killed, hundreds of times, at every named point and at random.

After it: each rung decided once, no notice lost, none under two ids, the audit chain whole, and
the same decided and told as in a life that nobody disturbed. `make crash ROUNDS=3000` plays more.
"""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest

from tests.crash.judging import story_of
from tests.crash.nursery import Nursery
from tests.crash.outside import heard_in, repeated
from tests.crash.rounds import LOOK_EVERY, calm_story, life_in, plans
from tests.support.databases import KINDS, database_of

ROUNDS_A_LIFE = 50
"""A hundred days of the town: the reminders before a reply is due are among them."""

KILLED_AT_LEAST = 0.6
"""Of the rounds: in the others whoever was to be killed had done his work before the blow fell.

Of sixty lives the least had 37 kills in 50 rounds.
"""

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "300"))
LIVES = range(max(1, -(-ROUNDS // (ROUNDS_A_LIFE * len(KINDS)))))

Story = list[tuple[object, ...]]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """What was decided and told when nobody was killed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    with database_of("sqlite", folder) as url:
        return calm_story(folder, url, ROUNDS_A_LIFE)


def test_a_worker_that_looks_between_the_steps_of_a_new_case_finds_nothing_due(
    undisturbed: Story, tmp_path: Path
) -> None:
    # Else lives would differ by who came first, and say nothing about those that were killed.
    with database_of("sqlite", tmp_path) as url:
        story = calm_story(tmp_path, url, ROUNDS_A_LIFE, between=True)
    assert story == undisturbed, _told_apart(story, undisturbed)


@pytest.mark.parametrize("life", LIVES)
def test_whoever_is_killed_nothing_is_lost_and_nothing_decided_twice(
    nursery: Nursery, kind: str, undisturbed: Story, tmp_path: Path, life: int
) -> None:
    several = kind == "postgresql"
    planned = tuple(plans(Random(life), ROUNDS_A_LIFE, several_workers=several))
    with database_of(kind, tmp_path) as url, life_in(nursery, url, tmp_path) as town:
        for number, plan in enumerate(planned):
            town.play(number, plan)
            if number % LOOK_EVERY == LOOK_EVERY - 1:
                town.survey()
        town.drain(ROUNDS_A_LIFE)
        town.survey(drained=True)
        story = story_of(town.house.database)
        assert story == undisturbed, _told_apart(story, undisturbed)
        killed = town.killed.total()
        assert killed >= KILLED_AT_LEAST * ROUNDS_A_LIFE, town.killed
        assert repeated(heard_in(town.outside)) <= killed


def _told_apart(story: Story, undisturbed: Story) -> str:
    """What is in one of them alone: an index of a difference says nothing."""
    ours, theirs = [repr(one) for one in story], [repr(one) for one in undisturbed]
    more = sorted(set(ours) - set(theirs))
    less = sorted(set(theirs) - set(ours))
    return "\n".join(["only in this life:", *more, "only in the undisturbed one:", *less])
