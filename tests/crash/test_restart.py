"""PostgreSQL is struck down under load and started again: everybody goes on by himself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from tests.crash.metronome import end_of, set_hands
from tests.crash.nursery import Nursery
from tests.crash.outside import heard_in
from tests.crash.own_server import OwnServer, own_server
from tests.crash.rounds import Life, life_in
from tests.crash.town import Step, handled_in, moment, opened_in

pytestmark = pytest.mark.xdist_group("crash-sqlite")  # the other one has more to do already

TIMES_STRUCK = 2
WORKERS = 2
ROUNDS_BETWEEN = 4
PATIENCE = 30.0


@pytest.fixture
def server() -> Iterator[OwnServer]:
    with own_server() as made:
        yield made


class People(threading.Thread):
    """Somebody who does things at a web process all the time, and asks again after an error."""

    def __init__(self, life: Life, hands: Path) -> None:
        super().__init__()
        self._life = life
        self._hands = hands
        self.round = 0
        self.until = 0
        self.refused = 0
        self.trouble: BaseException | None = None

    def run(self) -> None:
        try:
            while self.round < self.until:
                set_hands(self._hands, moment(self.round, 14))
                for step in (*handled_in(self.round), *opened_in(self.round)):
                    self._insist(step)
                self.round += 1
        except BaseException as error:  # noqa: BLE001  # the test tells of it
            self.trouble = error

    def has_come_to(self, number: int) -> bool:
        """Whether that round has begun."""
        return self.round >= number

    def _insist(self, step: Step) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self._life.doer.do(step, moment(self.round, 10))
            except ConnectionError:
                self.refused += 1
                assert time.monotonic() < deadline, "the web process does not recover"
                time.sleep(0.05)
            else:
                return


def test_workers_and_a_web_process_outlive_a_server_that_is_struck_down(
    server: OwnServer, nurseries: Callable[[str], Nursery], tmp_path: Path
) -> None:
    with life_in(nurseries("sqlite"), server.url, tmp_path) as life:
        life.house.database.dispose()
        hands = tmp_path / "clock"
        set_hands(hands, moment(0, 9))
        ticking = replace(life.task("tick", moment(0, 9)), hands=str(hands))
        workers = [life.nursery.start(ticking) for _ in range(WORKERS)]
        web, visitor = life.open_web(moment(0, 10))
        life.doer.perform = visitor.perform
        people = People(life, hands)
        people.until = ROUNDS_BETWEEN * (TIMES_STRUCK + 1)
        people.start()
        for struck in range(TIMES_STRUCK):
            halfway = ROUNDS_BETWEEN * struck + ROUNDS_BETWEEN // 2
            _wait_until(partial(people.has_come_to, halfway), people)
            server.strike_down()
            server.start_again()
        people.join(timeout=2 * PATIENCE)
        assert people.trouble is None, people.trouble
        _wait_until(lambda: _is_quiet(life), people)
        end_of(hands).touch()
        for one in workers:
            assert not one.ended()
        assert not web.is_over()
        web.kill()
        web.wait()
        assert people.refused >= 1, "nobody noticed"
        life.drain(people.round)
        life.survey(drained=True)


def _wait_until(holds: Callable[[], bool], people: People) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds() and people.trouble is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _is_quiet(life: Life) -> bool:
    """Nothing more leaves for a while."""
    before = len(heard_in(life.outside))
    time.sleep(0.5)
    return len(heard_in(life.outside)) == before
