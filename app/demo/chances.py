"""The small draws of one suggestion: who signs, when it is answered, what is promised, how rated.

Refuses to know patterns, and never draws a named person.
"""

from __future__ import annotations

import random
from datetime import date, timedelta

from app.demo.plan import ContactForm, Outcome, Promise, Rating
from app.demo.records import Calendar, Cast, Deputy

_COSIGNER_WEIGHTS = (5, 4, 4, 3, 2, 1, 1)
_NEIGHBOURS_SHARE = 0.7
# (month, day, years after the session's year): most plans end in the year, most promises later.
_DUE = {
    Outcome.PARTIAL: ((9, 30, 0), (10, 31, 0), (11, 30, 0), (12, 20, 0), (6, 30, 1)),
    Outcome.COMMITTED: ((11, 30, 0), (12, 20, 0), (3, 31, 1), (6, 30, 1), (12, 31, 1)),
}
_KEPT_SHARE = 0.9
_EARLY_SHARE = 0.1
_CONTACTS = (
    (ContactForm.VISIT, 35),
    (ContactForm.MEETING, 30),
    (ContactForm.SITE, 20),
    (ContactForm.PHONE, 15),
)
_PROCESS_SATISFIED = 0.95
_RESULT_SATISFIED = {Outcome.DONE: 0.92}
_RESULT_SATISFIED_ELSE = 0.75
_REPLIES = {
    Outcome.DONE: "所提建议已采纳并办理：{ask}。目前相关工作已落实到位。",
    Outcome.PARTIAL: "所提建议已列入计划并着手实施：{ask}。其余部分将按计划推进。",
    Outcome.COMMITTED: "所提建议已明确责任和时限：{ask}。我们将按承诺的期限完成。",
    Outcome.DEFERRED: "目前规划和资金条件尚不成熟，待条件具备后再行研究：{ask}。",
    Outcome.REFERENCE: "所提意见对改进工作很有帮助，将在今后工作中参考：{ask}。",
}


def reply_text(outcome: Outcome, ask: str) -> str:
    """The core of the reply letter 答复."""
    return _REPLIES[outcome].format(ask=ask)


class Chances:
    """Draws with one generator, in the order it is asked."""

    def __init__(self, rng: random.Random, cast: Cast) -> None:
        self._rng = rng
        self._deputies = cast.invented_deputies
        self._delegation_of_town = {one.town: one.code for one in cast.delegations}
        self.calendar: Calendar = cast.calendar

    def signatories(self, town: str | None, *, not_led_by: str = "") -> tuple[str, tuple[str, ...]]:
        """A lead deputy (of the place's delegation, if there is one) and co-signers."""
        home = self._delegation_of_town.get(town or "")
        pool = [
            one
            for one in self._deputies
            if home in (None, one.delegation) and one.code != not_led_by
        ]
        lead = self._rng.choice(pool)
        return lead.code, self.cosigners(lead)

    def cosigners(self, lead: Deputy | None = None) -> tuple[str, ...]:
        """None to six, mostly of the lead deputy's own delegation."""
        pool = [one for one in self._deputies if one != lead]
        if lead is not None and self._rng.random() < _NEIGHBOURS_SHARE:
            pool = [one for one in pool if one.delegation == lead.delegation]
        counts = range(len(_COSIGNER_WEIGHTS))
        count = self._rng.choices(counts, weights=_COSIGNER_WEIGHTS)[0]
        return tuple(one.code for one in self._rng.sample(pool, count))

    def session_day(self) -> date:
        span = (self.calendar.session_cutoff - self.calendar.session_opens).days
        return self.calendar.session_opens + timedelta(days=self._rng.randint(0, span))

    def reply_day(self, *, extended: bool, recess: bool) -> int:
        """Days from hand-over to reply; recess items must still be rated before the report."""
        if extended:
            return self._rng.randint(95, 165)
        if recess:
            return self._rng.randint(25, 55)
        return int(self._rng.triangular(28, 86, 72))

    def promise(self, ask: str, *, outcome: Outcome, recess: bool) -> Promise | None:
        """A commitment where something is still to come; some of them stay open."""
        if outcome not in _DUE:
            return None
        year = self.calendar.session_opens.year
        dates = [date(year + later, month, day) for month, day, later in _DUE[outcome]]
        due = self._rng.choice([day for day in dates if not recess or day.year > year])
        text = f"在{due.year}年{due.month}月{due.day}日前完成：{ask}。"
        return Promise(text=text, due_on=due, kept_on=self._kept(due, year))

    def contact(self) -> ContactForm:
        forms = [form for form, _ in _CONTACTS]
        return self._rng.choices(forms, weights=[weight for _, weight in _CONTACTS])[0]

    def ratings(self, outcome: Outcome) -> tuple[Rating, Rating]:
        """On process and on result."""
        shares = (_PROCESS_SATISFIED, _RESULT_SATISFIED.get(outcome, _RESULT_SATISFIED_ELSE))
        process, result = (
            Rating.SATISFIED if self._rng.random() < share else Rating.BASIC for share in shares
        )
        return process, result

    def _kept(self, due: date, year: int) -> date | None:
        share = _KEPT_SHARE if due.year == year else _EARLY_SHARE
        if self._rng.random() >= share:
            return None
        latest = min(due, date(year, 12, 25))
        return latest - timedelta(days=self._rng.randint(1, 20))
