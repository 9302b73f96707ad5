"""Cases built by hand: a bare one, and one with every kind of child and every field filled.

They went through no `decide`: a case may hold what no profile would allow.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from engine import case as records
from engine.case import Case
from engine.clocks import Clock, ClockState, Segment, SegmentKind
from engine.periods import CountingRule, Period, PeriodUnit
from tests.support.congress import CONGRESS, NOW


def new_case(identity: str = "case-1", **changes: object) -> Case:
    """A case just begun: nothing but what must be there."""
    bare = Case(
        id=identity,
        congress=CONGRESS,
        session="5-2",
        profile="tiny",
        profile_version=1,
        version=1,
        state="draft",
        round=1,
        kind="session",
        title="关于增设过街设施的建议",
        text="上下学时段人车混行。",
        field="transport",
        keywords=(),
        origin="research",
        created_at=NOW,
        signatories=(
            records.Signatory(number=1, deputy="wang-fang", lead=True, state="confirmed"),
        ),
    )
    return replace(bare, **changes)  # type: ignore[arg-type]  # each test names fields of Case


def clock(number: int = 1, **changes: object) -> Clock:
    """A running clock of the reply."""
    bare = Clock(
        number=number,
        kind="reply",
        subject="assignment:1",
        round=1,
        rule=CountingRule(period=Period(amount=3, unit=PeriodUnit.MONTHS)),
        segments=(Segment(kind=SegmentKind.START, at=NOW, note="办理规定", rule="tiny/v1#reply"),),
        state=ClockState.RUNNING,
        due_on=date(2026, 6, 2),
        due_at=datetime(2026, 6, 2, 16, tzinfo=UTC),
        provisional=False,
    )
    return replace(bare, **changes)  # type: ignore[arg-type]  # each test names fields of Clock


def long_clock() -> Clock:
    """A clock to which everything happened."""
    day = timedelta(days=1)
    return clock(
        2,
        kind="commitment",
        subject="commitment:1",
        segments=(
            Segment(kind=SegmentKind.START, at=NOW, due_on=date(2026, 12, 1)),
            Segment(kind=SegmentKind.PAUSE, at=NOW + day, note="等待上级批复"),
            Segment(kind=SegmentKind.RESUME, at=NOW + 2 * day),
            Segment(
                kind=SegmentKind.EXTEND,
                at=NOW + 3 * day,
                period=Period(amount=15, unit=PeriodUnit.WORKING_DAYS),
                total=True,
                by="zhao-min",
                note="资金未到位",
            ),
            Segment(kind=SegmentKind.REBASE, at=NOW + 4 * day),
            Segment(kind=SegmentKind.STOP, at=NOW + 5 * day),
        ),
        state=ClockState.MET,
        provisional=True,
        stopped_at=NOW + 5 * day,
        late=True,
    )


def full_case(identity: str = "case-1") -> Case:
    """A case with every kind of child and every field filled."""
    return new_case(
        identity,
        state="handling",
        keywords=("过街", "信号灯"),
        number="5-2-001",
        secrecy="internal",
        batch="first",
        refusal_ground="none",
        submitted_at=NOW,
        registered_at=NOW + timedelta(hours=1),
        handed_over_at=NOW + timedelta(hours=2),
        answered_at=NOW + timedelta(hours=3),
        ended_at=NOW + timedelta(hours=4),
        signatories=(
            records.Signatory(number=1, deputy="wang-fang", lead=True, state="confirmed", at=NOW),
            records.Signatory(number=2, deputy="li-ming", lead=False, state="pending"),
        ),
        assignments=(_assignment(1), _replacement()),
        returns=(_return_request(),),
        extensions=(_extension_request(),),
        contacts=(_contact(),),
        replies=(_reply(),),
        deliveries=(records.Delivery(number=1, reply=1, deputy="wang-fang", at=NOW),),
        evaluations=(_evaluation(),),
        commitments=(_commitment(),),
        supervisions=(_supervision(),),
        orders=(_order(),),
        judgements=(_judgement(),),
        indicators=_indicators(),
        clocks=(clock(), long_clock()),
        timers=(
            records.Timer(
                clock=1, plan=1, rung="week-before", fire_at=datetime(2026, 5, 26, 1, tzinfo=UTC)
            ),
        ),
    )


def _assignment(number: int) -> records.Assignment:
    return records.Assignment(
        number=number,
        unit="education",
        kind="lead",
        state="done",
        round=1,
        rule="schools",
        reason="学校周边",
        handed_over_at=NOW,
        handler="zhao-min",
        received_at=NOW + timedelta(hours=1),
        opinion="同意",
        opinion_at=NOW + timedelta(hours=2),
        ended_at=NOW + timedelta(hours=3),
    )


def _replacement() -> records.Assignment:
    return records.Assignment(
        number=2,
        unit="transport",
        kind="joint",
        state="handling",
        round=1,
        rule="by-hand",
        reason="退办后改派",
        handed_over_at=NOW,
        replaces=1,
    )


def _return_request() -> records.ReturnRequest:
    return records.ReturnRequest(
        number=1,
        assignment=1,
        reason="非本单位职责",
        proposed_unit="transport",
        requested_by="zhao-min",
        requested_at=NOW,
        state="approved",
        decided_by="zhao-min",
        decided_at=NOW + timedelta(days=1),
        decision_reason="理由成立",
    )


def _extension_request() -> records.ExtensionRequest:
    return records.ExtensionRequest(
        number=1,
        assignment=1,
        clock=1,
        reason="需要勘察",
        period=Period(amount=30, unit=PeriodUnit.DAYS),
        requested_by="zhao-min",
        requested_at=NOW,
        state="approved",
        approvals=("unit_head:zhao-min", "committee_clerk:li-ming"),
        decided_at=NOW + timedelta(days=1),
    )


def _reply() -> records.Reply:
    return records.Reply(
        number=1,
        assignment=1,
        round=1,
        state="delivered",
        result="B",
        text="您提出的建议收悉。",
        commitments=(records.PlannedCommitment(text="年内完工", due_on=date(2026, 12, 1)),),
        drafted_by="zhao-min",
        drafted_at=NOW,
        document_number="临教〔2026〕1号",
        checked_by="li-ming",
        signed_by="zhao-min",
        signed_at=NOW + timedelta(days=1),
        delivered_at=NOW + timedelta(days=2),
    )


def _contact() -> records.Contact:
    return records.Contact(
        number=1,
        assignment=1,
        deputy="wang-fang",
        on=date(2026, 3, 9),
        form="meeting",
        rank="unit_head",
        summary="现场察看",
        recorded_by="zhao-min",
        recorded_at=NOW,
    )


def _evaluation() -> records.Evaluation:
    return records.Evaluation(
        number=1,
        deputy="wang-fang",
        round=1,
        state="given",
        opened_at=NOW,
        process="satisfied",
        result="basic",
        comment="望尽快实施",
        at=NOW + timedelta(days=1),
    )


def _commitment() -> records.Commitment:
    return records.Commitment(
        number=1,
        reply=1,
        unit="education",
        text="年内完工",
        due_on=date(2026, 12, 1),
        state="open",
        progress="已招标",
        evidence="公告",
        ended_at=NOW + timedelta(days=2),
    )


def _supervision() -> records.Supervision:
    return records.Supervision(
        number=1,
        kind="order",
        subject="assignment:1",
        clock="reply",
        rung="overdue",
        by="clock",
        at=NOW,
        note="请于三日内反馈",
    )


def _order() -> records.Order:
    return records.Order(
        number=1,
        subject="assignment:1",
        clock="reply",
        rung="overdue",
        assigned_to="supervising_committee",
        unit="education",
        reason="逾期未答复",
        opened_by="clock",
        opened_at=NOW,
        state="answered",
        answer="已答复",
        answered_by="zhao-min",
        answered_at=NOW + timedelta(days=1),
        ended_at=NOW + timedelta(days=2),
    )


def _judgement() -> records.Judgement:
    return records.Judgement(
        number=1,
        month="2026-03",
        party="deputy",
        light="green",
        by="wang-fang",
        at=NOW,
        note="已见成效",
    )


def _indicators() -> tuple[records.Indicator, ...]:
    return (
        records.Indicator(
            number=1,
            reply=1,
            label="过街天桥",
            quantity=Decimal("2.50"),
            unit="座",
            text="两座",
        ),
        records.Indicator(number=2, reply=1, label="群众评价", quantity=None, unit="", text="好"),
    )
