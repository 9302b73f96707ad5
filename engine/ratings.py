"""Ratings 满意度测评: which of them count, what they come to, and the facts that follow from them.

Refuses to know who may see them.
"""

from __future__ import annotations

from engine.case import Case, Evaluation

DISSATISFIED = "dissatisfied"
_SCALE = ("satisfied", "basic", DISSATISFIED)


def _worst(given: list[Evaluation]) -> str:
    grades = {grade for one in given for grade in (one.process, one.result) if grade}
    return next((grade for grade in reversed(_SCALE) if grade in grades), "")


def is_dissatisfied(one: Evaluation) -> bool:
    """Dissatisfied on either dimension."""
    return DISSATISFIED in (one.process, one.result)


def final_ratings(case: Case) -> list[Evaluation]:
    """Ratings that were given in rounds that are over; the others are nobody's to count yet.

    Figures are for everybody: counted sooner, they would tell a unit what one deputy has said
    while another has not rated yet.
    """
    unfinished = {one.round for one in case.evaluations if one.state == "open"}
    given = (one for one in case.evaluations if one.state == "given")
    return [one for one in given if one.round not in unfinished]


def final_facts(case: Case) -> dict[str, object]:
    """The facts that follow from the ratings of rounds that are over."""
    given = final_ratings(case)
    last_round = max((one.round for one in given), default=0)
    return {
        "satisfaction": _worst([one for one in given if one.round == last_round]),
        "ever_dissatisfied": any(is_dissatisfied(one) for one in given),
    }


def rating_facts(case: Case) -> dict[str, object]:
    """The facts of a case about its ratings: of the present round, and of those that are over."""
    current = [one for one in case.evaluations if one.round == case.round]
    return {
        "evaluations_total": len(current),
        "evaluations_open": sum(one.state == "open" for one in current),
        "evaluations_given": sum(one.state == "given" for one in current),
        "evaluations_silent": sum(one.state == "silent" for one in current),
        "evaluations_dissatisfied": sum(is_dissatisfied(one) for one in current),
        **final_facts(case),
    }
