"""A life: round after round in the town, in each of which somebody is killed.

A round is a day. In the morning people do things, through a web process or at the desk itself;
after noon a worker fires and delivers. Whoever was killed is followed by another one that does
the same at the same time, so that the life comes to what an undisturbed one comes to.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random

from tests.crash.fate import ANY, DELIVERY_POINTS, STORE_POINTS, Fate
from tests.crash.house import House, house_on
from tests.crash.judging import answered_is_kept, judge, story_of
from tests.crash.killing import wait_until_alone
from tests.crash.looking import look_over_all
from tests.crash.nursery import Child, Nursery
from tests.crash.outside import heard_in
from tests.crash.prologue import begin
from tests.crash.tasks import Task
from tests.crash.town import (
    CONGRESSES,
    Doer,
    Step,
    handled_in,
    moment,
    opened_in,
    outside_of,
    performing,
)
from tests.crash.web import Visitor

OUTSIDE = "outside"
"""A blow from outside at a random moment, instead of a point."""

LONGEST_WAIT = {"work": 0.15, "web": 0.06}
"""Seconds within which such a blow falls."""

WORKER_POINTS = (*STORE_POINTS, *DELIVERY_POINTS)
LOOK_EVERY = 30
DRAINED_AFTER = (1, 7, 8)
"""Rounds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Who is killed in a round, and how: `who` are the kinds of tasks that run at once."""

    who: tuple[str, ...]
    point: str
    turn: int
    wait: float


def at_once(number: int) -> bool:
    """Whether people and the worker are busy at the same time in this round."""
    return number % 3 == 0


def plans(random: Random, rounds: int, *, several_workers: bool) -> Iterator[Plan]:
    """A plan for each round: every named point comes again and again, random moments between.

    The first of `who` is the one that is killed.
    """
    alone = [("work",), ("web",), *([("work", "work")] * 2 if several_workers else ())]
    together = [("work", "web"), ("web", "work")]
    named = _Deck(random)
    for number in range(rounds):
        who = random.choice(together if at_once(number) else alone)
        by_name = random.random() < 0.6
        point = named.draw(who[0]) if by_name else random.choice((ANY, OUTSIDE))
        turn = random.randint(1, 30) if point == ANY else random.choice((1, 1, 1, 2))
        wait = random.uniform(0.0, LONGEST_WAIT[who[0]])
        yield Plan(who=who, point=point, turn=turn, wait=wait)


class _Deck:
    """Deals the named points of each kind of task, all of them before one comes again."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._left: dict[str, list[str]] = {"work": [], "web": []}

    def draw(self, kind: str) -> str:
        """The next point."""
        if not self._left[kind]:
            self._left[kind] = list(WORKER_POINTS if kind == "work" else STORE_POINTS)
            self._random.shuffle(self._left[kind])
        return self._left[kind].pop()


@dataclass(slots=True, kw_only=True)
class Life:
    """The town in one database, and those who work there."""

    nursery: Nursery
    house: House
    folder: Path
    doer: Doer
    killed: Counter[str] = field(default_factory=Counter)
    visits: int = 0

    @property
    def outside(self) -> Path:
        """What the world was told."""
        return outside_of(self.folder)

    def play(self, number: int, plan: Plan) -> None:
        """One round."""
        morning, noon = moment(number, 10), moment(number, 14)
        together = at_once(number)
        steps = (*handled_in(number), *(() if together else opened_in(number)))
        if plan.who == ("web",):
            self._visit(steps, morning, plan)
        else:
            self._do(steps, morning)
        if together:
            # Only new cases at the same time: they have nothing that is due.
            self._visit(opened_in(number), noon, plan)
        elif "web" not in plan.who:
            self._work(noon, plan)
        self.undisturbed(noon)

    def survey(self, *, drained: bool = False) -> None:
        """Everything holds."""
        # Else the connections of this process were taken for those of one that is still at work.
        self.house.database.dispose()
        wait_until_alone(self.house.database)
        judge(self.house.database, heard_in(self.outside), drained=drained)
        answered_is_kept(self.house.database, self.doer.answers)
        look_over_all(self.house.store, self.house.desk, CONGRESSES)

    def drain(self, number: int) -> None:
        """Some working days later, whatever feast there is, everything has left."""
        for later in DRAINED_AFTER:
            self.undisturbed(moment(number + later, 14), fire=False)

    def _do(self, steps: Sequence[Step], now: datetime) -> None:
        for step in steps:
            self.doer.do(step, now)

    def task(
        self, kind: str, now: datetime, plan: Plan | None = None, *, fate: Fate | None = None
    ) -> Task:
        """Something to do in this town."""
        if plan is not None and plan.point != OUTSIDE:
            fate = Fate(point=plan.point, turn=plan.turn)
        self.visits += 1
        return Task(
            kind=kind,
            url=self.house.url,
            outside=str(self.outside),
            now=now,
            fate=fate,
            door=str(self.folder / f"door-{self.visits}"),
        )

    def undisturbed(self, now: datetime, *, fire: bool = True) -> None:
        """A worker does what there is to do."""
        kind = "work" if fire else "deliver"
        assert not self.nursery.start(self.task(kind, now)).ended()

    def open_web(self, now: datetime, fate: Fate | None = None) -> tuple[Child, Visitor]:
        """A web process that is open, and a visitor."""
        task = self.task("web", now, fate=fate)
        web = self.nursery.start(task)
        visitor = self._at_door(task, web)
        assert visitor is not None, self.nursery.told()
        return web, visitor

    def visit_with(self, fate: Fate, steps: Sequence[Step], now: datetime) -> None:
        """Ask one web process again until it has answered; it must not end of itself."""
        web, visitor = self.open_web(now, fate)
        for step in steps:
            if not self._asked(visitor, step, now):
                self.doer.do(step, now)
        assert not web.is_over()
        web.kill()
        web.wait()
        self.doer.perform = performing(self.house.desk)

    def _asked(self, visitor: Visitor | None, step: Step, now: datetime) -> bool:
        """Whether an answer came."""
        if visitor is None:
            return False
        self.doer.perform = visitor.perform
        try:
            self.doer.do(step, now)
        except ConnectionError:
            return False
        return True

    def _work(self, now: datetime, plan: Plan) -> None:
        """One worker that is killed, and perhaps others beside it that are not."""
        doomed = self.nursery.start(self.task("work", now, plan))
        others = [self.nursery.start(self.task("work", now)) for _ in plan.who[1:]]
        with self._blow(doomed, plan):
            self._count(plan, killed=doomed.ended())
        for one in others:
            assert not one.ended()

    def _visit(self, steps: Sequence[Step], now: datetime, plan: Plan) -> None:
        """Ask a web process to do it, with a worker beside it perhaps; one of them is killed.

        A visitor who got no answer asks the next web process the same.
        """
        web_is_doomed = plan.who[0] == "web"
        worker = None
        if len(plan.who) > 1:
            fate = None if web_is_doomed else plan
            worker = self.nursery.start(self.task("work", now, fate))
        web, visitor = self._open(now, plan if web_is_doomed else None)
        doomed = web if web_is_doomed or worker is None else worker
        with self._blow(doomed, plan):
            for step in steps:
                while not self._asked(visitor, step, now):
                    assert web.ended()
                    self._count(plan, killed=True)
                    web, visitor = self._open(now, None)
            if worker is not None:
                killed = worker.ended()
                assert not killed or worker is doomed
                self._count(plan, killed=killed)
        # Undisturbed web processes serve for ever: this end at rest is not counted.
        web.kill()
        web.wait()
        self.doer.perform = performing(self.house.desk)

    def _open(self, now: datetime, plan: Plan | None) -> tuple[Child, Visitor | None]:
        """A web process, and a visitor once it is open; None when it died before."""
        task = self.task("web", now, plan)
        web = self.nursery.start(task)
        return web, self._at_door(task, web)

    def _at_door(self, task: Task, web: Child) -> Visitor | None:
        visitor = Visitor(Path(task.door))
        while not visitor.sees_it_open():
            if web.is_over():
                return None
            time.sleep(0.005)
        return visitor

    def _count(self, plan: Plan, *, killed: bool) -> None:
        if killed:
            self.killed[f"{plan.who[0]} {plan.point}"] += 1

    @contextmanager
    def _blow(self, doomed: Child, plan: Plan) -> Iterator[None]:
        """Kill it at a random moment from outside, where the plan says so."""
        if plan.point != OUTSIDE:
            yield
            return
        timer = threading.Timer(plan.wait, doomed.kill)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()


@contextmanager
def life_in(nursery: Nursery, url: str, folder: Path) -> Iterator[Life]:
    """A life on a new database, on the morning of its first round."""
    nursery.meet(url, outside_of(folder))
    with house_on(url, outside_of(folder)) as house:
        yield Life(nursery=nursery, house=house, folder=folder, doer=begin(house))


def calm_story(
    folder: Path, url: str, rounds: int, *, between: bool = False
) -> list[tuple[object, ...]]:
    """What a life comes to in which nobody is killed; nothing leaves the house.

    `between`: where people and the worker are busy at the same time, it looks after each step.
    """
    with house_on(url, outside_of(folder)) as house:
        doer = begin(house)
        for number in range(rounds):
            morning, noon = moment(number, 10), moment(number, 14)
            for step in handled_in(number):
                doer.do(step, morning)
            for step in opened_in(number):
                doer.do(step, noon if at_once(number) else morning)
                if between and at_once(number):
                    house.fire(noon)
            house.fire(noon)
        return story_of(house.database)
