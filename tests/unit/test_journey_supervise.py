"""及时督: the ladder before and after a due day, and that each rung goes off exactly once."""

from __future__ import annotations

from dataclasses import replace

from engine.case import Timer
from engine.clocks import ClockState
from engine.command import CLOCK, Command, RungKey
from engine.errors import FormIncomplete, NotAuthorized, TimerGone
from engine.profile import Action, Effect
from tests.support.in_hand import TOPIC, met
from tests.support.refusing import clock_of, kept_by, refused, refused_command, told
from tests.support.variants import with_action
from tests.support.world import World, local, memory_world

HEAD = "head-transport"


def _timers(world: World, kind: str, subject: str = "assignment:1") -> list[Timer]:
    number = clock_of(world, kind, subject).number
    return [one for one in kept_by(world).cases[world.case].timers if one.clock == number]


def _due(world: World) -> Command:
    (command,) = world.store.due_commands(world.now, 10)
    return command


def test_a_reply_is_announced_before_its_day_and_chased_and_escalated_after_it() -> None:
    world = met(memory_world().handed_over())
    world.tick("2026-02-06")
    told_before = len(kept_by(world).notices)
    days = {"04-05": 0, "04-06": 1, "04-16": 1, "04-21": 1, "04-22": 1, "04-27": 0, "04-28": 1}
    fired = {day: world.tick(f"2026-{day}") for day in days}
    assert fired == days
    rows = [(one.kind, one.clock, one.rung, one.by) for one in world.look().supervisions]
    assert rows == [
        ("reminder", "reply", "overdue_1", CLOCK),
        ("order", "reply", "overdue_5", CLOCK),
    ]
    new = list(kept_by(world).notices.values())[told_before:]
    urgent = {one.template for one in new if one.urgent}
    assert urgent == {"clock_due", "clock_overdue", "clock_order"}
    assert told(world, "clock_order") == ["committee", HEAD, "supervision"]
    assert clock_of(world, "reply", "assignment:1").state is ClockState.RUNNING
    assert world.look().state == "handling"


def test_the_notice_of_a_rung_says_which_clock_which_day_and_which_unit() -> None:
    world = met(memory_world().handed_over())
    world.tick("2026-04-21")
    (notice,) = [
        one
        for one in kept_by(world).notices.values()
        if (one.template, one.recipient) == ("clock_due", HEAD)
    ]
    facts = notice.facts
    assert (facts["clock"], facts["due_on"], facts["unit"]) == ("答复期限", "2026-04-21", "交通局")
    assert (facts["number"], facts["recipient"]) == ("5届2次第1号", "吴越")


def test_an_order_on_a_key_suggestion_goes_to_the_lead_official_of_its_topic() -> None:
    world = memory_world().registered()
    world.do("designate_key", "chairpersons", form=TOPIC)
    world.do("hand_over", "committee", assignments=[{"unit": "transport", "kind": "lead"}])
    met(world).tick("2026-04-30")
    assert told(world, "clock_order") == ["committee", HEAD, "official", "supervision"]


def test_without_a_topic_the_official_whose_portfolio_holds_the_unit_is_told() -> None:
    world = memory_world().handed_over("education")
    world.tick("2026-04-30")
    orders = [one for one in kept_by(world).notices.values() if one.template == "clock_order"]
    official = [one.facts["clock"] for one in orders if one.recipient == "official"]
    assert official == ["答复期限"]


def test_a_rung_that_has_fired_never_fires_again() -> None:
    world = met(memory_world().handed_over())
    world.tick("2026-02-06")
    world.at("2026-04-06")
    command = _due(world)
    assert command.rung is not None
    assert (command.actor, command.action, command.subject) == (CLOCK, "tell_unit", 1)
    world.desk.perform(command)
    error = refused_command(world, TimerGone, command)
    assert error.facts["rung"] == "before_15"
    (first, second) = world.desk.perform_many([command, command])
    assert isinstance(first.error, TimerGone)
    assert isinstance(second.error, TimerGone)
    assert len(_timers(world, "reply")) == 2


def test_a_rung_whose_clock_has_ended_meanwhile_is_gone() -> None:
    world = met(memory_world().handed_over())
    world.tick("2026-02-06")
    world.at("2026-04-06")
    command = _due(world)
    world.do("draft_reply", "clerk-transport", subject=1, result="A", text="已办")
    world.do("check_reply", "office", subject=1)
    world.do("sign_reply", HEAD, subject=1, document_number="1")
    world.do("deliver_reply", "clerk-transport", subject=1)
    refused_command(world, TimerGone, replace(command, now=world.now))
    (timer,) = _timers(world, "reply")
    assert (timer.fired_at, timer.cancelled_at) == (None, world.now)


def test_a_clock_that_slept_for_months_climbs_every_rung_in_order() -> None:
    world = met(memory_world().handed_over())
    world.tick("2026-12-01")
    timers = _timers(world, "reply")
    assert [one.rung for one in timers] == [
        "before_15",
        "before_5",
        "due",
        "overdue_1",
        "overdue_5",
    ]
    assert all(one.fired_at is not None and one.cancelled_at is None for one in timers)
    assert world.tick("2026-12-31") == 4  # only the order that was opened is chased further
    assert _timers(world, "reply") == timers
    assert world.tick("2027-06-01") == 0


def test_a_rung_that_ends_its_own_clock_has_fired_and_was_not_cancelled() -> None:
    world = memory_world().handed_over()
    world.tick("2026-02-05")
    last = _timers(world, "return_window")[-1]
    assert last.rung == "closed"
    assert (last.fired_at, last.cancelled_at) == (world.now, None)


def test_a_rung_whose_action_is_refused_is_fired_all_the_same_and_the_refusal_noted() -> None:
    def only_when_drafted(action: Action) -> Action:
        return replace(action, moves=(replace(action.moves[0], sources=("drafted",)),))

    profile = with_action("assignment", "tell_unit", only_when_drafted)
    world = met(memory_world(profile=profile).handed_over())
    world.tick("2026-02-06")
    before = world.look()
    notices = kept_by(world).notices
    assert world.tick("2026-04-06") == 1
    fired, following = _timers(world, "reply")
    assert (fired.rung, fired.fired_at) == ("before_15", world.now)
    assert (following.rung, following.fired_at) == ("before_5", None)
    entry = kept_by(world).entries[-1]
    assert (entry.actor, entry.action) == (CLOCK, "tell_unit")
    assert "办理中" in str(entry.content["form"])
    assert entry.content["steps"] == []
    after = world.look()
    assert after.version == before.version + 1
    assert after == before.changed(version=after.version, timers=after.timers)
    assert kept_by(world).notices == notices


def test_a_rung_that_restarts_its_own_clock_leaves_one_timer_for_the_new_day() -> None:
    def restarting(action: Action) -> Action:
        again = Effect(name="restart_clock", params={"kind": "reply"})
        move = action.moves[0]
        return replace(action, moves=(replace(move, then=(*move.then, again)),))

    profile = with_action("assignment", "tell_unit", restarting)
    world = met(memory_world(profile=profile).handed_over())
    world.tick("2026-02-03")  # a rung of the return window restarts the reply clock
    world.tick("2026-04-18")  # one of the reply clock restarts its own
    timers = _timers(world, "reply")
    assert [(one.plan, one.rung) for one in timers] == [
        (1, "before_15"),
        (2, "before_15"),
        (3, "before_15"),
    ]
    cancelled, fired, pending = timers
    assert (cancelled.fired_at, cancelled.cancelled_at is None) == (None, False)
    assert (fired.fired_at, fired.cancelled_at) == (world.now, None)
    assert (pending.fired_at, pending.cancelled_at) == (None, None)
    assert pending.fire_at == local("2026-07-03", 9)


def test_nobody_but_the_clock_acts_on_a_rung_and_the_clock_on_nothing_else() -> None:
    world = met(memory_world().handed_over())
    world.tick("2026-02-06")
    world.at("2026-04-06")
    command = _due(world)
    refused_command(world, NotAuthorized, replace(command, actor="committee"))
    urge = replace(command, actor="committee", action="urge", form={"note": "快"})
    refused_command(world, NotAuthorized, urge)
    refused_command(world, NotAuthorized, replace(command, rung=None))
    refused_command(world, NotAuthorized, replace(command, action="urge", form={"note": "快"}))
    gone = RungKey(clock=99, plan=1, rung="due")
    refused_command(world, TimerGone, replace(command, rung=gone))


def test_people_urge_and_issue_orders_with_words_of_their_own() -> None:
    world = memory_world().handed_over()
    refused(world, FormIncomplete, "urge", "committee", subject=1)
    refused(world, NotAuthorized, "issue_order", "committee", subject=1, note="督办")
    world.do("urge", "committee", subject=1, note="请尽快签收")
    world.do("issue_order", "supervision", subject=1, note="请报告进展")
    rows = [(one.kind, one.by, one.note, one.clock) for one in world.look().supervisions]
    assert rows == [
        ("reminder", "committee", "请尽快签收", ""),
        ("order", "supervision", "请报告进展", ""),
    ]
    assert told(world, "urged") == ["clerk-transport", HEAD]
    assert told(world, "ordered") == [HEAD]
    assert world.look().assignments[0].state == "issued"


def test_a_clock_that_starts_late_reaches_its_last_rung_at_once() -> None:
    """Registered long after the session closed: the hand-over is overdue from the first day."""
    world = memory_world("2026-06-01").registered()
    clock = clock_of(world, "handover_session")
    assert clock.due_on < world.now.date()
    pending = [one for one in world.look().timers if one.clock == clock.number]
    assert [one.fire_at for one in pending] == [world.now]
    assert world.tick("2026-06-01", 11) == 1
    assert [one.kind for one in world.look().supervisions] == ["order"]


def test_the_clock_does_only_what_the_rung_stands_for() -> None:
    world = memory_world().handed_over()
    timer = next(one for one in world.look().timers if one.rung)
    due = world.store.due_commands(timer.fire_at, 10)[0]
    for wrong in (replace(due, action="escalate_unit"), replace(due, action="tell_case")):
        refused_command(world, NotAuthorized, replace(wrong, subject=_subject_for(wrong)))


def _subject_for(command: Command) -> int | None:
    """Whole-case actions take no subject; the refusal must be about the rung."""
    return None if command.action == "tell_case" else command.subject
