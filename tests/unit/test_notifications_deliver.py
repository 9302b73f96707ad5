"""Emptying the outbox: everybody gets a try, and what went out is never marked as failed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from engine.outbox import MAX_ATTEMPTS, WAITS, Message, OutboxItem, next_attempt
from engine.profile import Profile
from notifications.channels import ChannelDown, DeliveryFailed
from notifications.console import ConsoleChannel
from notifications.deliver import DeliveryReport, deliver_notices
from workflows import load_profile

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


@dataclass(slots=True, kw_only=True)
class Shelf:
    """Items to hand out, and what was said about them."""

    items: list[OutboxItem]
    gone: list[str] = field(default_factory=list)
    failures: list[tuple[str, str, bool]] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    asked: tuple[str, ...] = ()
    broken: bool = False

    def claim(
        self,
        now: datetime,
        limit: int,
        *,
        lease: timedelta,
        worker: str,
        channels: Collection[str],
    ) -> Sequence[OutboxItem]:
        self.asked = tuple(channels)
        claimed = {"lease_until": now + lease, "lease_by": worker}
        return [replace(one, **claimed) for one in self.items[:limit]]  # type: ignore[arg-type]  # names of fields

    def sent(self, item: OutboxItem, now: datetime) -> bool:
        assert now == NOW
        if self.broken:
            raise ConnectionError("the database is away")
        self.gone.append(item.id)
        return True

    def failed(self, item: OutboxItem, now: datetime, error: str, *, permanent: bool) -> bool:
        assert now == NOW
        self.failures.append((item.id, error, permanent))
        return True

    def dead(self, congress: str | None = None, *, limit: int = 100) -> Sequence[OutboxItem]:
        assert congress is None
        return self.items[:limit]

    def leave_out(self, item: OutboxItem, now: datetime, error: str) -> bool:
        assert now == NOW
        self.left_out.append((item.id, error))
        return True


class Postman:
    """Carries messages; meets the given error at some doors."""

    def __init__(self, **trouble: Exception) -> None:
        self.trouble = trouble
        self.tried: list[str] = []
        self.carried: list[Message] = []

    def send(self, message: Message) -> None:
        self.tried.append(message.id)
        if message.id in self.trouble:
            raise self.trouble[message.id]
        self.carried.append(message)


def item(identity: str, **changes: object) -> OutboxItem:
    bare = OutboxItem(
        id=identity,
        channel="email",
        congress="linxi",
        case="case-1",
        recipient="wang-fang",
        address="wang.fang@example.org",
        template="registered",
        facts={"number": "12", "title": "关于过街设施的建议"},
        urgent=False,
        decided_at=NOW,
        profile="zhejiang-county",
        profile_version=1,
        attempts=0,
        lease_until=None,
        lease_by=None,
        last_error=None,
    )
    return replace(bare, **changes)  # type: ignore[arg-type]  # each test names fields


def deliver(shelf: Shelf, postman: Postman) -> DeliveryReport:
    with capture_logs():
        return deliver_notices(shelf, {"email": postman}, NOW, worker="w1", profile_of=load_profile)


def refusal(*, permanent: bool) -> DeliveryFailed:
    return DeliveryFailed(channel="email", reason="550 gone", permanent=permanent)


def test_a_message_speaks_the_words_of_the_pinned_profile() -> None:
    shelf, postman = Shelf(items=[item("n1")]), Postman()
    assert deliver(shelf, postman) == DeliveryReport(sent=1)
    (message,) = postman.carried
    assert message.subject == "建议已立案：12"
    assert "关于过街设施的建议" in message.body
    assert (message.id, message.address) == ("n1", "wang.fang@example.org")
    assert (message.case, message.template) == ("case-1", "registered")
    assert message.facts["number"] == "12"
    assert shelf.gone == ["n1"]
    assert shelf.asked == ("email",)


def test_the_profile_asked_for_is_that_of_the_case() -> None:
    asked: list[tuple[str, int]] = []

    def profile_of(name: str, version: int) -> Profile:
        asked.append((name, version))
        return load_profile(name, 1)

    shelf = Shelf(items=[item("n1", profile_version=3)])
    report = deliver_notices(
        shelf, {"email": Postman()}, NOW, worker="w1", profile_of=profile_of, language="en"
    )
    assert asked == [("zhejiang-county", 3)]
    assert report.sent == 1


@pytest.mark.parametrize(
    "trouble",
    [refusal(permanent=True), refusal(permanent=False), KeyError("a defect"), OSError("disk")],
)
def test_one_failing_recipient_stops_nobody_else(trouble: Exception) -> None:
    shelf = Shelf(items=[item("n1"), item("n2"), item("n3")])
    postman = Postman(n2=trouble)
    report = deliver(shelf, postman)
    assert shelf.gone == ["n1", "n3"]
    assert [one[0] for one in shelf.failures] == ["n2"]
    assert report.sent == 2
    assert report.waiting + report.dead == 1


def test_what_is_permanent_is_given_up_and_the_rest_waits() -> None:
    shelf = Shelf(items=[item("n1"), item("n2"), item("n3", attempts=MAX_ATTEMPTS - 1)])
    postman = Postman(
        n1=refusal(permanent=True), n2=refusal(permanent=False), n3=refusal(permanent=False)
    )
    assert deliver(shelf, postman) == DeliveryReport(waiting=1, dead=2)
    assert shelf.failures == [
        ("n1", "550 gone", True),
        ("n2", "550 gone", False),
        ("n3", "550 gone", False),
    ]


def test_a_notice_without_words_is_given_up_and_told() -> None:
    shelf = Shelf(items=[item("n1", template="gone"), item("n2")])
    postman = Postman()
    assert deliver(shelf, postman) == DeliveryReport(sent=1, dead=1)
    ((left_out, error),) = shelf.left_out
    assert left_out == "n1"
    assert "gone" in error
    assert shelf.failures == []


def test_a_channel_that_is_down_is_not_asked_again_and_the_others_are() -> None:
    items = [item("n1"), item("n2"), item("n3", channel="console")]
    shelf, lines = Shelf(items=items), list[str]()
    postman = Postman(n1=ChannelDown(channel="email", reason="mail:25 refused"))
    with capture_logs():
        report = deliver_notices(
            shelf,
            {"email": postman, "console": ConsoleChannel(lines.append)},
            NOW,
            worker="w1",
            profile_of=load_profile,
        )
    assert postman.tried == ["n1"]
    assert [one[0] for one in shelf.failures] == ["n1", "n2"]
    assert report == DeliveryReport(sent=1, waiting=2)
    assert lines[0].startswith("2026-03-02 09:30 → wang-fang 建议已立案：12")


def test_what_went_out_is_not_marked_failed_when_the_mark_cannot_be_written() -> None:
    shelf = Shelf(items=[item("n1")], broken=True)
    postman = Postman()
    with pytest.raises(ConnectionError):
        deliver(shelf, postman)
    assert [one.id for one in postman.carried] == ["n1"]
    assert shelf.failures == []


def test_a_failure_is_logged_without_the_persons_address() -> None:
    shelf = Shelf(items=[item("n1")])
    with capture_logs() as logs:
        deliver_notices(
            shelf,
            {"email": Postman(n1=refusal(permanent=False))},
            NOW,
            worker="w1",
            profile_of=load_profile,
        )
    (entry,) = logs
    assert (entry["action"], entry["notice"], entry["attempts"]) == ("deliver", "n1", 1)
    assert "wang.fang@example.org" not in str(entry)


def test_waits_grow_and_end() -> None:
    minutes = [
        (again - NOW) / timedelta(minutes=1)
        for attempts in range(1, MAX_ATTEMPTS)
        if (again := next_attempt(attempts, NOW, permanent=False))
    ]
    assert minutes == [1, 5, 30, 120, 360, 720, 1440]
    assert len(WAITS) == 7
    assert next_attempt(MAX_ATTEMPTS, NOW, permanent=False) is None
    assert next_attempt(1, NOW, permanent=True) is None
