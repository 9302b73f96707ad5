"""Draws the year's suggestions with a seed: the 377 ordinary ones, the extras, the key ones.

The same seed and cast give the same tuple on every run. Refuses to know the engine and to say
anything bad about a named person: named deputies appear in key suggestions only.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

from app.demo.chances import Chances, reply_text
from app.demo.lots import Lot, deal_lots
from app.demo.material import ASK, ExtraDraft, Material, load_material
from app.demo.plan import Channel, ContactForm, Fate, Outcome, PlannedSuggestion
from app.demo.records import Calendar, Cast, KeySuggestion
from app.demo.subjects import Subject, draw_subjects

RECESS = 15
_RECESS_FROM, _RECESS_TO = (4, 8), (9, 13)
_SATURDAY = 5


def draw_suggestions(
    seed: int, cast: Cast, material: Material | None = None
) -> tuple[PlannedSuggestion, ...]:
    """The ordinary suggestions in the order they are raised, then the extras."""
    rng = random.Random(seed)
    source = material or load_material()
    subjects = _recess_last(rng, draw_subjects(rng, source, cast.fields))
    total = len(subjects)
    quiet = frozenset(
        place
        for place, one in enumerate(subjects)
        if place >= total - RECESS or _paired(one, subjects)
    )
    lots = deal_lots(rng, total, quiet=quiet)
    days = _days(rng, cast.calendar, total)
    chances = Chances(rng, cast)
    firsts: dict[tuple[str, str], int] = {}
    planned: list[PlannedSuggestion] = []
    for place, (subject, lot, day) in enumerate(zip(subjects, lots, days, strict=True)):
        first = firsts.setdefault(subject.about, place)
        if first == place:
            planned.append(_ordinary(chances, place, subject=subject, lot=lot, day=day))
            continue
        host = planned[first]
        shared = replace(lot, outcome=host.outcome)
        one = _ordinary(
            chances, place, subject=subject, lot=shared, day=day, not_led_by=host.lead_deputy
        )
        planned.append(_twin(one, host))
    extras = [_extra(chances, number, draft) for number, draft in enumerate(source.extras, start=1)]
    return (*planned, *extras)


def draw_key_suggestions(seed: int, cast: Cast) -> tuple[PlannedSuggestion, ...]:
    """The key suggestions: subjects from the cast, done and satisfied as published.

    Drawn from the seed are only invented co-signers, days and the form of contact.
    """
    chances = Chances(random.Random(seed), cast)
    return tuple(_key(chances, one) for one in cast.key_suggestions)


def _recess_last(rng: random.Random, subjects: list[Subject]) -> list[Subject]:
    """Move as many unpaired subjects to the end as are raised in the recess."""
    lonely = [place for place, one in enumerate(subjects) if not _paired(one, subjects)]
    late = sorted(rng.sample(lonely, RECESS))
    return [one for place, one in enumerate(subjects) if place not in late] + [
        subjects[place] for place in late
    ]


def _paired(subject: Subject, subjects: list[Subject]) -> bool:
    return sum(one.about == subject.about for one in subjects) > 1


def _days(rng: random.Random, calendar: Calendar, total: int) -> list[date]:
    """Days on which they are raised, in order; most come on the last day before the cut-off."""
    span = (calendar.session_cutoff - calendar.session_opens).days + 1
    session = [calendar.session_opens + timedelta(days=each) for each in range(span)]
    weights = [place * place for place in range(1, span + 1)]
    year = calendar.session_opens.year
    recess = _weekdays(date(year, *_RECESS_FROM), date(year, *_RECESS_TO))
    return [
        *sorted(rng.choices(session, weights=weights, k=total - RECESS)),
        *sorted(rng.sample(recess, RECESS)),
    ]


def _weekdays(first: date, last: date) -> list[date]:
    days = [first + timedelta(days=each) for each in range((last - first).days + 1)]
    return [day for day in days if day.weekday() < _SATURDAY]


def _twin(one: PlannedSuggestion, host: PlannedSuggestion) -> PlannedSuggestion:
    """Handled together, answered separately (并案): the host decides when and what."""
    return replace(
        one,
        merged_into=host.key,
        commitment=host.commitment,
        reply_after_days=host.reply_after_days,
    )


def _ordinary(
    chances: Chances, place: int, *, subject: Subject, lot: Lot, day: date, not_led_by: str = ""
) -> PlannedSuggestion:
    recess = day > chances.calendar.session_closes
    lead, cosigners = chances.signatories(subject.place.town, not_led_by=not_led_by)
    wrong = subject.rival_unit if lot.returned else None
    final = lot.rehandled_outcome or lot.outcome
    process, result = chances.ratings(final)
    again = lot.rehandled_outcome
    return PlannedSuggestion(
        key=f"o{place + 1:03d}",
        title=subject.title,
        body=subject.body,
        field=subject.template.field,
        keywords=subject.template.keywords,
        lead_deputy=lead,
        cosigners=cosigners,
        channel=Channel.RECESS if recess else Channel.SESSION,
        raised_on=day,
        lead_unit=subject.lead_unit,
        # Whoever returns the case as not its own does not stay on as a joint unit.
        joint_units=tuple(unit for unit in subject.joint_units if unit != wrong),
        wrong_unit=wrong,
        outcome=lot.outcome,
        reply=reply_text(lot.outcome, subject.ask),
        rehandled_outcome=again,
        rehandled_reply=reply_text(again, subject.ask) if again else "",
        commitment=chances.promise(subject.ask, outcome=final, recess=recess),
        contact_form=chances.contact(),
        reply_after_days=chances.reply_day(extended=lot.needs_extension, recess=recess),
        rated_process=process,
        rated_result=result,
        sent_back_for_revision=lot.sent_back_for_revision,
        needs_extension=lot.needs_extension,
        dissatisfied_first_round=lot.dissatisfied_first_round,
        silent_deputy=lot.silent_deputy,
        late_receipt=lot.late_receipt,
    )


def _key(chances: Chances, one: KeySuggestion) -> PlannedSuggestion:
    ask = one.body.rsplit(ASK, maxsplit=1)[-1].rstrip("。")
    return PlannedSuggestion(
        key=one.code,
        title=one.title,
        body=one.body,
        field=one.field,
        keywords=one.keywords,
        lead_deputy=one.lead_deputy,
        cosigners=chances.cosigners(),
        channel=Channel.SESSION,
        raised_on=chances.calendar.session_opens,
        lead_unit=one.lead_unit,
        joint_units=one.joint_units,
        reply=reply_text(Outcome.DONE, ask),
        contact_form=chances.contact(),
        reply_after_days=chances.reply_day(extended=False, recess=False),
        topic=one.topic,
    )


def _extra(chances: Chances, number: int, draft: ExtraDraft) -> PlannedSuggestion:
    lead, _ = chances.signatories(None)
    return PlannedSuggestion(
        key=f"x{number:02d}",
        title=draft.title,
        body=draft.body,
        field=draft.field,
        keywords=(),
        lead_deputy=lead,
        cosigners=(),
        channel=Channel.SESSION,
        raised_on=chances.session_day(),
        lead_unit="",
        joint_units=(),
        reply="",
        contact_form=ContactForm.PHONE,
        reply_after_days=0,
        fate=Fate.REFUSED if draft.ground else Fate.WITHDRAWN,
        refusal_ground=draft.ground,
    )
