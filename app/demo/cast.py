"""Loads the cast of the Yongkang year from its data files, strictly, and checks that it fits.

Refuses to know the engine: app/demo/schedule.py turns the cast into commands.
"""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from app.demo.fitting import check
from app.demo.people import NameMaker, invent_deputies, invent_staff, read_people
from app.demo.reading import DATA, Section, read
from app.demo.records import (
    Bound,
    Calendar,
    Cast,
    CongressFacts,
    Deputy,
    Field,
    Headline,
    Indicator,
    IndicatorPeriod,
    KeySuggestion,
    Offices,
    Official,
    PortfolioUnits,
    Supervisor,
    Topic,
    Unit,
)

SEED = 2024


def load_cast(seed: int = SEED, folder: Path = DATA) -> Cast:
    """The cast; the seed decides only the names of the invented people."""
    congress, headline, calendar, offices = _congress(read("congress.yaml", folder))
    units = _units(read("units.yaml", folder))
    officials, supervisors = _officials(read("officials.yaml", folder))
    topics = _topics(read("topics.yaml", folder))
    material = read_people(read("people.yaml", folder))
    named = _named_deputies(topics)
    taken = (*(one.name for one in named), *(one.name for one in officials))
    names = NameMaker(random.Random(seed), material, taken)
    cast = Cast(
        congress=congress,
        headline=headline,
        calendar=calendar,
        offices=offices,
        fields=_fields(read("fields.yaml", folder)),
        units=units,
        officials=officials,
        supervisors=supervisors,
        topics=_with_deputy_codes(topics, named),
        delegations=material.delegations,
        deputies=(*named, *invent_deputies(names, material, first_number=len(named) + 1)),
        staff=invent_staff(names, material, units=units),
    )
    check(cast)
    return cast


def _congress(file: Section) -> tuple[CongressFacts, Headline, Calendar, Offices]:
    facts, head, days, offices = map(file.section, ("congress", "headline", "calendar", "offices"))
    read_in = (
        CongressFacts(
            code=facts.text("code"),
            name=facts.text("name"),
            city=facts.text("city"),
            level=facts.text("level"),
            term=facts.integer("term"),
            session=facts.integer("session"),
            year=facts.integer("year"),
        ),
        Headline(
            total=head.integer("total"),
            key=head.integer("key"),
            topics=head.integer("topics"),
            key_satisfaction_percent=head.decimal("key_satisfaction_percent"),
        ),
        Calendar(
            session_opens=days.day("session_opens"),
            session_closes=days.day("session_closes"),
            session_cutoff=days.day("session_cutoff"),
            recess_opens=days.day("recess_opens"),
            recess_closes=days.day("recess_closes"),
            key_topics_decided=days.day("key_topics_decided"),
            handover_meeting=days.day("handover_meeting"),
            report_date=days.day("report_date"),
            illustrative=days.flag("illustrative"),
        ),
        Offices(
            handover_body=offices.text("handover_body"),
            government_office=offices.text("government_office"),
            review_group=offices.text("review_group"),
            supervision=offices.text("supervision"),
            supervised_at=offices.text("supervised_at"),
            illustrative=offices.flag("illustrative"),
        ),
    )
    for section in (facts, head, days, offices, file):
        section.done()
    return read_in


def _fields(file: Section) -> tuple[Field, ...]:
    illustrative = file.flag("illustrative")

    def field(row: Section) -> Field:
        one = Field(
            code=row.text("code"),
            zh=row.text("zh"),
            en=row.text("en"),
            ordinary=row.integer("ordinary"),
            illustrative=illustrative,
        )
        row.done()
        return one

    fields = tuple(field(row) for row in file.sections("fields"))
    file.done()
    return fields


def _units(file: Section) -> tuple[Unit, ...]:
    illustrative = file.flag("illustrative")

    def unit(row: Section) -> Unit:
        one = Unit(
            code=row.text("code"),
            name=row.text("name"),
            system=row.text("system"),
            functions=row.texts("functions"),
            illustrative=illustrative,
        )
        row.done()
        return one

    units = tuple(unit(row) for row in file.sections("units"))
    file.done()
    return units


def _officials(file: Section) -> tuple[tuple[Official, ...], tuple[Supervisor, ...]]:
    portfolios = file.section("portfolios")
    portfolios.flag("illustrative")
    units: PortfolioUnits = portfolios.texts_by_key("units")

    def official(row: Section) -> Official:
        portfolio = row.text("portfolio")
        one = Official(
            code=row.text("code"),
            name=row.text("name"),
            post=row.text("post"),
            portfolio=portfolio,
            units=units.get(portfolio, ()),
        )
        row.done()
        return one

    posts = file.section("supervisors")
    illustrative = posts.flag("illustrative")
    supervisors = tuple(
        Supervisor(code=code, post=post, illustrative=illustrative)
        for code, post in posts.text_by_key("posts").items()
    )
    officials = tuple(official(row) for row in file.sections("officials"))
    for section in (portfolios, posts, file):
        section.done()
    return officials, supervisors


def _topics(file: Section) -> tuple[Topic, ...]:
    illustrative = file.texts("illustrative")

    def topic(row: Section) -> Topic:
        number = row.integer("number")
        one = Topic(
            number=number,
            title=row.text("title"),
            lead_official=row.text("lead_official"),
            supervisor=row.text("supervisor"),
            lead_unit=row.text("lead_unit"),
            joint_units=row.texts("joint_units"),
            suggestions=tuple(_key(each, number) for each in row.sections("suggestions")),
            indicators=tuple(
                _indicator(each, f"t{number:02d}-{place:02d}")
                for place, each in enumerate(row.sections("indicators"), start=1)
            ),
            illustrative=illustrative,
        )
        row.done()
        return one

    topics = tuple(topic(row) for row in file.sections("topics"))
    file.done()
    return topics


def _key(row: Section, topic: int) -> KeySuggestion:
    one = KeySuggestion(
        code=row.text("code"),
        topic=topic,
        lead_deputy=row.text("lead_deputy"),
        title=row.text("title"),
        # A folded text puts a space between lines, which Chinese does not want.
        body=row.text("body").replace(" ", ""),
        field=row.text("field"),
        keywords=row.texts("keywords"),
        lead_unit=row.text("lead_unit"),
        joint_units=row.texts("joint_units"),
        illustrative=row.flag("illustrative"),
    )
    row.done()
    return one


def _indicator(row: Section, code: str) -> Indicator:
    quantity: Decimal | None = row.decimal("quantity") if row.has("quantity") else None
    one = Indicator(
        code=code,
        suggestion=row.text("suggestion"),
        label=row.text("label"),
        quantity=quantity,
        unit=row.text("unit") if quantity is not None else "",
        bound=row.choice("bound", Bound) if row.has("bound") else Bound.EXACT,
        text=row.text("text"),
        period=row.choice("period", IndicatorPeriod),
        note=row.text_or_none("note") or "",
    )
    row.done()
    return one


def _named_deputies(topics: tuple[Topic, ...]) -> tuple[Deputy, ...]:
    names = [one.lead_deputy for topic in topics for one in topic.suggestions]
    return tuple(
        Deputy(code=f"d{number:03d}", name=name, delegation="", invented=False)
        for number, name in enumerate(names, start=1)
    )


def _with_deputy_codes(topics: tuple[Topic, ...], named: tuple[Deputy, ...]) -> tuple[Topic, ...]:
    codes = {one.name: one.code for one in named}
    return tuple(
        replace(
            topic,
            suggestions=tuple(
                replace(one, lead_deputy=codes[one.lead_deputy]) for one in topic.suggestions
            ),
        )
        for topic in topics
    )
