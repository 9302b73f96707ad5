"""The program is killed in the middle of the year: nothing is half done, and it can go on.

Each database is played on by one player after another, each of which dies; the last comes to the
end and must have written, to the letter, what a player writes whom nobody disturbs.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from app.demo.setup import Stage
from db.audit import AuditTrail
from engine.audit import ChainHead
from tests.crash.killing import killed_after, wait_until_alone
from tests.crash.looking import look_over
from tests.crash.nursery import Nursery
from tests.crash.tasks import Task
from tests.crash.year import play_on, stage_on
from tests.support.databases import database_of
from tests.support.world import local

NOBODYS = local("2024-01-08")
"""The player's days come from its plan."""
CHECKPOINTS = ("loaded", "saving", "saved", "before-commit", "committed")


def _head(stage: Stage) -> ChainHead:
    return AuditTrail(stage.store.database).head(stage.congress)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> ChainHead:
    """The end of the chain when nobody is killed."""
    with database_of("sqlite", tmp_path_factory.mktemp("undisturbed")) as url:
        stage = stage_on(url)
        progress = play_on(stage)
        assert progress.performed > 100
        assert progress.repeated == 0
        assert look_over(stage) > len(CHECKPOINTS)
        head = _head(stage)
        stage.store.database.dispose()
    return head


@pytest.fixture
def url(kind: str, tmp_path: Path) -> Iterator[str]:
    with database_of(kind, tmp_path) as made:
        yield made


def _killed_at(nursery: Nursery, url: str, point: str, turn: int) -> bool:
    """Play until the player kills itself there; False when it came to its end before that."""
    deadly = (point, str(turn))
    return nursery.start(
        Task(kind="play", url=url, outside="", now=NOBODYS, arguments=deadly)
    ).ended()


def _survey(url: str) -> ChainHead:
    """What is there holds together; the end of the chain."""
    stage = stage_on(url)
    stage.store.database.dispose()
    wait_until_alone(stage.store.database)
    look_over(stage)
    head = _head(stage)
    stage.store.database.dispose()
    return head


def _finish(url: str) -> ChainHead:
    stage = stage_on(url)
    play_on(stage)
    look_over(stage)
    head = _head(stage)
    stage.store.database.dispose()
    return head


def test_a_player_killed_at_each_step_of_a_transaction_leaves_all_or_nothing(
    nursery: Nursery, url: str, undisturbed: ChainHead
) -> None:
    random = Random(7)
    reached = 0
    for point in CHECKPOINTS:
        assert _killed_at(nursery, url, point, random.randint(6, 16)), f"never came to {point}"
        head = _survey(url)
        assert reached < head.sequence < undisturbed.sequence
        reached = head.sequence
    assert _finish(url) == undisturbed


def test_a_player_killed_at_a_random_moment_leaves_all_or_nothing(
    url: str, undisturbed: ChainHead
) -> None:
    random = Random(11)
    assert killed_after(url, random.uniform(0.02, 0.3))
    assert 0 < _survey(url).sequence < undisturbed.sequence
    assert _finish(url) == undisturbed


@pytest.mark.long
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("seed", range(3))
def test_players_killed_again_and_again_come_to_the_same_end(
    nursery: Nursery, url: str, seed: int, undisturbed: ChainHead
) -> None:
    random = Random(seed)
    for _ in range(12):
        if random.random() < 0.5:
            _killed_at(nursery, url, random.choice(CHECKPOINTS), random.randint(1, 60))
        else:
            killed_after(url, random.uniform(0.0, 2.0))
        _survey(url)
    assert _finish(url) == undisturbed
