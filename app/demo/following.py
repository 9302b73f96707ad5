"""及时督 of one storyline: progress reports, monthly judgements, updates of promises, orders.

Pure, like all of the storyline: what is due again and again is done in time, and an order that an
open promise brings is answered and closed.
"""

from __future__ import annotations

from datetime import date, timedelta

from app.demo.plan import Outcome
from app.demo.teller import Teller

REPORT_DAYS = ((6, 30), (9, 30), (11, 30))
"""When the profile zhejiang-county wants progress reports of shares in handling."""
JUDGEMENT_DAY = 25
"""On which day of a month it wants the outcome of key suggestions judged."""
UPDATE_DAY = (12, 15)
"""When it wants promises updated."""
ORDER_AFTER = 5
"""Working days after which an overdue promise brings an order."""


def report_progress(teller: Teller, number: int, received: date, drafted: date) -> None:
    """The answering unit reports in time on each day that falls between receipt and draft."""
    for month, day in REPORT_DAYS:
        due = date(received.year, month, day)
        if received < due < drafted:
            teller.tell(
                max(teller.after(due, -2), received),
                "report_progress",
                f"clerk-{teller.plan.lead_unit}",
                subject=number,
                hour=16,
                progress="已与代表沟通办理思路，正会同有关单位推进",
            )


def judge_outcome(teller: Teller, handed: date, answered: date) -> None:
    """The three parties judge a key suggestion each month until it is answered."""
    if teller.plan.topic is None:
        return
    due = _judgement_day(handed)
    while due < answered:
        day = max(teller.after(due, -2 - teller.place % 2), teller.after(handed, 1))
        _judged(teller, day, "blue")
        due = _judgement_day(due)
    if teller.plan.outcome is Outcome.DONE:
        _judged(teller, teller.after(answered, 1), "green")


def _judgement_day(after: date) -> date:
    """The next day of judgement after the day."""
    due = after.replace(day=JUDGEMENT_DAY)
    if due > after:
        return due
    return (due.replace(day=1) + timedelta(days=31)).replace(day=JUDGEMENT_DAY)


def _judged(teller: Teller, day: date, light: str) -> None:
    clerk = f"government-clerk-{teller.place % 2 + 1}"
    for actor in (f"clerk-{teller.plan.lead_unit}", clerk, "committee-clerk"):
        teller.tell(day, "judge_outcome", actor, hour=13, light=light)


def follow_promise(teller: Teller, closed: date, kept: date | None) -> None:
    """The promise is updated before the year ends, and an order about an overdue one is closed."""
    promise = teller.plan.commitment
    if promise is None:
        return
    unit = teller.plan.lead_unit
    due = date(closed.year, *UPDATE_DAY)
    if closed < due and (kept is None or kept > due):
        teller.tell(
            max(teller.after(due, -2), closed),
            "update_commitment",
            f"clerk-{unit}",
            subject=1,
            hour=16,
            progress="按承诺的时间安排推进",
        )
    if kept is None:
        ordered = teller.after(promise.due_on, ORDER_AFTER)
        answered = teller.after(ordered, 2)
        teller.tell(
            answered,
            "answer_order",
            f"head-{unit}",
            subject=1,
            answer="承诺事项主体部分已经落实，余下部分已明确完成时间，将按期报告",
        )
        checked = teller.after(answered, 2)
        teller.tell(
            checked,
            "accept_order_answer",
            "supervision-1",
            subject=1,
            note="同意，继续跟踪",
        )
