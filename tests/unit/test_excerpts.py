"""Excerpts quote what the index holds: whoever was only asked to sign is named by neither."""

from __future__ import annotations

from db.searched import searched_of
from engine.case import Signatory
from engine.texts import Part
from reports.excerpts import excerpt_of
from reports.search_words import words_of
from tests.support.cases import new_case
from tests.support.congress import small_directory


def test_an_excerpt_names_those_who_have_signed_as_the_index_does() -> None:
    directory = small_directory()
    lead, other, asked = list(directory.people)[:3]
    case = new_case(
        signatories=(
            Signatory(number=1, deputy=lead, lead=True, state="confirmed"),
            Signatory(number=2, deputy=other, lead=False, state="confirmed"),
            Signatory(number=3, deputy=asked, lead=False, state="pending"),
        )
    )
    names = [directory.people[one].name for one in (lead, other, asked)]
    found = excerpt_of(case, directory, words_of(names[0]))
    assert found is not None
    assert found.where is Part.DEPUTY
    assert "".join(one.text for one in found.pieces) == "、".join(names[:2])
    assert excerpt_of(case, directory, words_of(names[2])) is None
    assert searched_of(case, directory).author[:2] == tuple(names[:2])
    assert names[2] not in searched_of(case, directory).author
