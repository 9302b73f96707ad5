"""A small invented congress and a hand that does things in it, for journeys through the Desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache

from engine.calendar import WorkingCalendar, local_instant
from engine.case import Case
from engine.command import Command, Receipt
from engine.congress import Appointment, Congress, Directory, Person, Session, Unit
from engine.errors import TimerGone
from engine.perform import Desk
from engine.profile import Profile
from engine.store import Store
from tests.support.memory import Kept, MemoryStore
from workflows import load_profile
from workflows.national_calendar import national_years

CONGRESS = "linxi"
SESSION = Session(
    code="5-2",
    congress=CONGRESS,
    term=5,
    number=2,
    year=2026,
    opens_on=date(2026, 1, 20),
    closes_on=date(2026, 1, 23),
)
UNITS = (
    Unit(code="education", name="教育局", system="government"),
    Unit(code="transport", name="交通局", system="government"),
    Unit(code="housing", name="住建局", system="government"),
    Unit(code="finance", name="财政局", system="government"),
)


def _person(code: str, name: str, role: str, *, unit: str | None = None, post: str = "") -> Person:
    return Person(
        code=code, name=name, appointments=(Appointment(role=role, unit=unit, post=post),)
    )


PEOPLE = (
    _person("wang-fang", "王芳", "deputy"),
    _person("li-ming", "李明", "deputy"),
    _person("chen-jing", "陈静", "deputy"),
    _person("reviewer", "周莉", "reviewer"),
    _person("committee", "何军", "committee_clerk"),
    _person("committee-head", "邓华", "committee_head"),
    _person("chairpersons", "主任会议", "chairpersons"),
    _person("office", "马超群", "government_clerk"),
    _person("leader", "高远", "government_leader"),
    _person("supervision", "罗兰", "supervising_committee"),
    Person(
        code="official",
        name="杜衡",
        appointments=(
            Appointment(
                role="lead_official", post="副县长", portfolio="portfolio-education-talent"
            ),
        ),
    ),
    _person("second-official", "沈毅", "lead_official", post="副县长"),
    *(
        person
        for unit, clerk, head in (
            ("education", "赵敏", "钱进"),
            ("transport", "孙立", "吴越"),
            ("housing", "郑洁", "冯源"),
            ("finance", "褚亮", "卫东"),
        )
        for person in (
            _person(f"clerk-{unit}", clerk, "unit_clerk", unit=unit),
            _person(f"head-{unit}", head, "unit_head", unit=unit),
        )
    ),
)


@cache
def national_calendar() -> WorkingCalendar:
    """The national calendar of the years the tests live in."""
    return WorkingCalendar(name="national", version=1, years=national_years(2024, 2027))


@cache
def shipped_profile() -> Profile:
    """The shipped profile, read once for all tests."""
    return load_profile("zhejiang-county", 1)


def small_directory() -> Directory:
    """The invented congress."""
    return Directory(
        congress=Congress(
            code=CONGRESS,
            name="临溪县人民代表大会",
            level="county",
            profile="zhejiang-county",
            profile_version=1,
            session=SESSION.code,
        ),
        sessions={SESSION.code: SESSION},
        units={one.code: one for one in UNITS},
        people={one.code: one for one in PEOPLE},
        topics={},
    )


def memory_store(profile: Profile | None = None) -> MemoryStore:
    """A store in memory with the invented congress and the shipped profile."""
    rules = profile or shipped_profile()
    return MemoryStore(
        Kept(
            directory=small_directory(),
            calendar=national_calendar(),
            profiles={(rules.name, rules.version): rules},
        )
    )


def local(day: str, hour: int = 10) -> datetime:
    """An instant in Asia/Shanghai."""
    return local_instant(date.fromisoformat(day), time(hour, 0))


@dataclass(slots=True, kw_only=True)
class World:
    """Does things at the Desk, at a time that the test sets."""

    desk: Desk
    store: Store
    now: datetime
    case: str = ""
    keys: int = 0
    receipts: list[Receipt] = field(default_factory=list)

    def do(  # one act has these facts
        self,
        action: str,
        actor: str,
        *,
        subject: int | None = None,
        case: str | None = None,
        form: Mapping[str, object] | None = None,
        **fields: object,
    ) -> Receipt:
        """Perform an action on the case in hand and remember it."""
        command = self.command(
            action, actor, subject=subject, case=case, form=dict(form or {}) | fields
        )
        receipt = self.desk.perform(command)
        self.receipts.append(receipt)
        return receipt

    def command(
        self,
        action: str,
        actor: str,
        *,
        subject: int | None = None,
        case: str | None = None,
        form: Mapping[str, object] | None = None,
    ) -> Command:
        """A command on the case in hand, a minute after the one before."""
        self.now += timedelta(minutes=1)
        return Command(
            congress=CONGRESS,
            action=action,
            actor=actor,
            now=self.now,
            case=case or self.case or None,
            subject=subject,
            form=dict(form or {}),
        )

    def at(self, day: str, hour: int = 10) -> World:
        """Let it be that day."""
        self.now = local(day, hour)
        return self

    def look(self) -> Case:
        """The case in hand as it is kept."""
        return self.desk.look(CONGRESS, self.case, self.now)[0]

    def owners(self) -> tuple[str, ...]:
        """Who must act next."""
        return self.desk.look(CONGRESS, self.case, self.now)[2]

    def tick(self, day: str, hour: int = 10) -> int:
        """Let the clock act until nothing is due; how many rungs were reached."""
        self.at(day, hour)
        count = 0
        while commands := self.store.due_commands(self.now, 100):
            for verdict in self.desk.perform_many(commands):
                # An earlier rung of the sweep may have moved or ended the clock of a later one.
                if verdict.error is not None and not isinstance(verdict.error, TimerGone):
                    raise verdict.error
            count += len(commands)
        return count

    # ------------------------------------------------------------------ the steps of the loop

    def raised(self, *cosigners: str, by: str = "wang-fang") -> World:
        """A draft, submitted."""
        self.case = ""
        receipt = self.do(
            "draft",
            by,
            title="关于增设临溪中学东侧人行过街设施的建议",
            text="上下学时段人车混行。建议增设人行过街设施并完善信号灯。",
            field="transport",
            kind="session",
            origin="research",
            keywords="过街设施、信号灯",
            cosigners=list(cosigners),
        )
        self.case = receipt.case
        self.do("submit", by)
        return self

    def registered(self, *cosigners: str) -> World:
        """Raised, signed, reviewed and numbered."""
        self.raised(*cosigners)
        for person in cosigners:
            self.do("confirm_signature", person)
        self.do("pass_first_review", "reviewer")
        self.do("register", "committee")
        return self

    def handed_over(
        self, lead: str = "transport", *joint: str, cosigners: tuple[str, ...] = ()
    ) -> World:
        """Registered and given to units."""
        self.registered(*cosigners)
        rows = [{"unit": lead, "kind": "lead"}, *({"unit": one, "kind": "joint"} for one in joint)]
        self.do("hand_over", "committee", assignments=rows)
        return self

    def replied(self, unit: str = "transport", number: int = 1, **draft: object) -> World:
        """Received, met, drafted, checked, signed and delivered by one unit."""
        self.do("receive", f"clerk-{unit}", subject=number)
        self.do(
            "record_contact",
            f"clerk-{unit}",
            subject=number,
            form={
                "on": self.now.date().isoformat(),
                "form": "meeting",
                "rank": "unit_head",
                "summary": "面谈",
            },
        )
        content = {"result": "A", "text": "已增设。"} | draft
        self.do("draft_reply", f"clerk-{unit}", subject=number, form=content)
        self.do("check_reply", "office", subject=number)
        self.do("sign_reply", f"head-{unit}", subject=number, document_number="临交〔2026〕1号")
        self.do("deliver_reply", f"clerk-{unit}", subject=number)
        return self


def memory_world(day: str = "2026-01-21", profile: Profile | None = None) -> World:
    """A world over a store in memory."""
    store = memory_store(profile)
    ids = iter(range(1, 10_000))
    return World(desk=Desk(store, lambda: f"case-{next(ids)}"), store=store, now=local(day))
