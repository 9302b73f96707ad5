"""Effects of 认真提: the text, the signatures, review, the number and the key topic."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from engine.case import Signatory
from engine.congress import KeyTopic
from engine.effects.spec import EffectSpec, Nomination, nomination
from engine.errors import FormInvalid
from engine.work import Work

Params = Mapping[str, object]

_TEXT_FIELDS = ("title", "text", "field", "kind", "origin", "secrecy")


def take_text(work: Work, _params: Params) -> None:
    """Take the filled-in text fields; what is left out stays as it was.

    Keywords that were emptied are gone; what a suggestion must have cannot be emptied.
    """
    if work.case.version:
        work.refuse_emptied("修改文本", *_TEXT_FIELDS)
    fields = {name: work.form[name] for name in _TEXT_FIELDS if name in work.form}
    if "keywords" in work.emptied:
        fields["keywords"] = ()
    if "keywords" in work.form:
        words = (
            str(work.form["keywords"]).replace("，", ",").replace("、", ",").split(",")
        )  # full-width comma is what people type
        fields["keywords"] = tuple(word.strip() for word in words if word.strip())
    work.change(**fields)


def other_deputies(at: Nomination) -> Collection[str]:
    """Every deputy but the lead one, who signs anyway; of a case that begins, whoever begins it."""
    lead = at.actor if at.case is None else at.case.lead_deputy
    return [one for one in at.directory.holders("deputy") if one != lead]


def lead_officials(at: Nomination) -> Collection[str]:
    """Whoever may lead a key topic."""
    return at.directory.holders("lead_official")


def ask_cosigners(work: Work, _params: Params) -> None:
    """Ask the named deputies to co-sign; each must confirm it is their own will."""
    signed = {one.deputy for one in work.case.signatories}
    deputies = frozenset(other_deputies(nomination(work)))
    for person in work.value("cosigners", ()):
        if person not in deputies:
            raise FormInvalid(
                action="附议",
                field="cosigners",
                reason=f"“{person}”不是可附议的代表 / not a deputy who can co-sign",
            )
        if person not in signed:
            number = work.next_number("signatories")
            row = Signatory(number=number, deputy=person, lead=False, state="pending")
            work.put("signatories", row)


def _sign(work: Work, state: str) -> None:
    for one in work.case.signatories:
        if one.deputy == work.actor and not one.lead:
            work.put("signatories", replace(one, state=state, at=work.now))


def confirm_signature(work: Work, _params: Params) -> None:
    """The acting co-signer confirms."""
    _sign(work, "confirmed")


def decline_signature(work: Work, _params: Params) -> None:
    """The acting co-signer declines."""
    _sign(work, "declined")


def drop_unconfirmed(work: Work, _params: Params) -> None:
    """Unconfirmed signatures do not count."""
    for one in work.case.signatories:
        if one.state == "pending":
            work.put("signatories", replace(one, state="lapsed", at=work.now))


def stamp(work: Work, params: Params) -> None:
    """Note when something happened, on the case or on its assignment."""
    what = str(params["what"])
    if what == "received_at":
        work.change_subject(received_at=work.now)
    else:
        work.change(**{what: work.now})


def refuse(work: Work, _params: Params) -> None:
    """Note the ground on which the suggestion was not accepted."""
    work.change(refusal_ground=work.value("ground"))


def assign_number(work: Work, params: Params) -> None:
    """Give the suggestion its number in the series, by the profile's pattern."""
    series = str(params["series"])
    session = work.directory.sessions[work.case.session]
    key = f"{series}/{session.code}"
    number = work.at.next_numbers[key]
    work.numbers_taken[key] = number
    pattern = work.profile.numbering[series]
    text = pattern.format(term=session.term, session=session.number, year=session.year, n=number)
    work.change(number=text)


def join_topic(work: Work, _params: Params) -> None:
    """Make the suggestion a key suggestion of a topic decided by the chairpersons' meeting."""
    session = work.case.session
    official = work.value("lead_official")
    if official not in lead_officials(nomination(work)):
        raise FormInvalid(
            action="确定重点建议",
            field="lead_official",
            reason=f"“{official}”不是领办领导 / is no lead official",
        )
    topic = KeyTopic(
        number=work.value("topic_number"),
        session=session,
        title=work.value("topic_title"),
        lead_official=official,
        supervising_leader=work.value("supervising_leader"),
        decided_on=work.value("decided_on"),
        decided_by=work.value("decided_by"),
    )
    known = work.directory.topics.get((session, topic.number))
    if known is not None and known != topic:
        raise FormInvalid(
            action="确定重点建议",
            field="topic_number",
            reason=f"第{topic.number}方面已定为“{known.title}” / the topic was decided otherwise",
        )
    if known is None:
        work.topic = topic
    work.change(topic=topic.number)


SPECS = (
    EffectSpec(name="take_text", apply=take_text),
    EffectSpec(
        name="ask_cosigners",
        apply=ask_cosigners,
        needs=("cosigners",),
        people={"cosigners": other_deputies},
    ),
    EffectSpec(name="confirm_signature", apply=confirm_signature),
    EffectSpec(name="decline_signature", apply=decline_signature),
    EffectSpec(name="drop_unconfirmed", apply=drop_unconfirmed),
    EffectSpec(
        name="stamp",
        apply=stamp,
        params={"what": "submitted_at|registered_at|answered_at|ended_at|received_at"},
        machines=("suggestion", "assignment"),
    ),
    EffectSpec(name="refuse", apply=refuse, needs=("ground",)),
    EffectSpec(name="assign_number", apply=assign_number, params={"series": "series"}),
    EffectSpec(
        name="join_topic",
        apply=join_topic,
        needs=(
            "topic_number",
            "topic_title",
            "lead_official",
            "supervising_leader",
            "decided_on",
            "decided_by",
        ),
        people={"lead_official": lead_officials},
    ),
)
