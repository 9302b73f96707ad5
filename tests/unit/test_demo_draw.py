"""The drawn year: the counts, the shares and the dates hold for any seed, and a seed repeats."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from app.demo.cast import load_cast
from app.demo.draw import RECESS, draw_key_suggestions, draw_suggestions
from app.demo.material import load_material
from app.demo.plan import Channel, Fate, Outcome, PlannedSuggestion
from app.demo.reading import DATA, DemoDataError
from app.demo.records import Cast

SEEDS = (1, 7, 2024)
GROUNDS = (
    "forwarded-petition",
    "live-tender",
    "no-substance",
    "pending-case",
    "private-matter",
    "promotion",
)

Drawn = tuple[PlannedSuggestion, ...]


@pytest.fixture(scope="module")
def cast() -> Cast:
    return load_cast()


@pytest.fixture(scope="module", params=SEEDS)
def drawn(request: pytest.FixtureRequest, cast: Cast) -> Drawn:
    return draw_suggestions(int(request.param), cast)


@pytest.fixture
def accepted(drawn: Drawn) -> Drawn:
    return tuple(one for one in drawn if not one.extra)


def test_there_are_377_with_titles_of_their_own(drawn: Drawn, accepted: Drawn) -> None:
    assert len(accepted) == 377
    assert len({one.title for one in drawn}) == len(drawn) == 389
    assert [one.key for one in accepted] == [f"o{number:03d}" for number in range(1, 378)]


def test_fields_are_filled_as_planned(cast: Cast, accepted: Drawn) -> None:
    counted = Counter(one.field for one in accepted)
    assert counted == {one.code: one.ordinary for one in cast.fields}


def test_patterns_are_many(cast: Cast) -> None:
    templates = load_material().templates
    assert len(templates) >= 100
    assert {one.field for one in templates} == {one.code for one in cast.fields}


def test_texts_are_whole(accepted: Drawn) -> None:
    for one in accepted:
        assert one.title.startswith("关于")
        assert one.title.endswith("建议")
        assert 2 <= one.body.count("。") <= 4
        assert "建议" in one.body
        assert not any(mark in one.title + one.body + one.reply for mark in "<>{}@")


def test_units_are_known_and_none_comes_twice(cast: Cast, accepted: Drawn) -> None:
    known = {one.code for one in cast.units}
    for one in accepted:
        named = [one.lead_unit, *one.joint_units]
        named += [one.wrong_unit] if one.wrong_unit else []
        assert set(named) <= known
        assert len(set(named)) == len(named)


def test_only_invented_deputies_sign(cast: Cast, drawn: Drawn) -> None:
    invented = {one.code for one in cast.invented_deputies}
    for one in drawn:
        signed = [one.lead_deputy, *one.cosigners]
        assert set(signed) <= invented
        assert len(set(signed)) == len(signed)
        assert len(one.cosigners) <= 6


def test_session_and_recess(cast: Cast, accepted: Drawn) -> None:
    days = cast.calendar
    for one in accepted:
        if one.channel is Channel.SESSION:
            assert days.session_opens <= one.raised_on <= days.session_cutoff
        else:
            assert 4 <= one.raised_on.month <= 9
    assert sum(one.channel is Channel.RECESS for one in accepted) == RECESS == 15
    assert [one.raised_on for one in accepted] == sorted(one.raised_on for one in accepted)


def test_shares_of_events(accepted: Drawn) -> None:
    assert sum(one.returned_by_first_unit for one in accepted) == 19
    assert sum(one.sent_back_for_revision for one in accepted) == 15
    assert sum(one.needs_extension for one in accepted) == 23
    assert sum(one.dissatisfied_first_round for one in accepted) == 8
    assert sum(one.silent_deputy for one in accepted) == 19
    assert sum(one.late_receipt for one in accepted) == 23


def test_events_do_not_meet(accepted: Drawn) -> None:
    for one in accepted:
        events = (
            one.returned_by_first_unit,
            one.sent_back_for_revision,
            one.needs_extension,
            one.dissatisfied_first_round,
            one.silent_deputy,
        )
        assert sum(events) <= 1


def test_every_outcome_occurs_and_most_are_done(accepted: Drawn) -> None:
    counted = Counter(one.outcome for one in accepted)
    assert set(counted) == set(Outcome)
    assert counted[Outcome.DONE] > 377 * 0.55


def test_a_promise_goes_with_what_is_still_to_come(cast: Cast, accepted: Drawn) -> None:
    for one in accepted:
        final = one.rehandled_outcome or one.outcome
        promised = final in (Outcome.PARTIAL, Outcome.COMMITTED)
        assert (one.commitment is not None) is promised
        if one.commitment is not None and one.commitment.kept_on is not None:
            assert one.commitment.kept_on <= one.commitment.due_on
            assert one.commitment.kept_on < cast.calendar.report_date
    kept = [one.commitment.kept_on is not None for one in accepted if one.commitment]
    assert any(kept)
    assert not all(kept)


def test_a_second_round_follows_a_dissatisfied_first_one(accepted: Drawn) -> None:
    for one in accepted:
        assert (one.rehandled_outcome is not None) is one.dissatisfied_first_round
        assert bool(one.rehandled_reply) is one.dissatisfied_first_round


def test_replies_beyond_three_months_are_extended(accepted: Drawn) -> None:
    for one in accepted:
        assert (one.reply_after_days > 90) is one.needs_extension
        assert 0 < one.reply_after_days <= 170


def test_merged_pairs_are_about_the_same(accepted: Drawn) -> None:
    by_key = {one.key: one for one in accepted}
    twins = [one for one in accepted if one.merged_into]
    assert len(twins) == 8
    for twin in twins:
        host = by_key[twin.merged_into or ""]
        assert host.key < twin.key
        assert host.merged_into is None
        assert (host.lead_unit, host.joint_units) == (twin.lead_unit, twin.joint_units)
        assert (host.field, host.outcome) == (twin.field, twin.outcome)
        assert host.title != twin.title
        assert host.lead_deputy != twin.lead_deputy


def test_extras_are_refused_on_a_ground_or_withdrawn(drawn: Drawn) -> None:
    extras = [one for one in drawn if one.extra]
    assert len(extras) == 12
    assert sum(one.fate is Fate.WITHDRAWN for one in extras) == 3
    assert sorted({one.refusal_ground for one in extras if one.refusal_ground}) == list(GROUNDS)


def test_key_suggestions_are_done_and_satisfied(cast: Cast) -> None:
    keys = draw_key_suggestions(2024, cast)
    named = {one.code for one in cast.deputies if not one.invented}
    assert len(keys) == 20
    assert {one.lead_deputy for one in keys} == named
    for one in keys:
        assert one.topic is not None
        assert one.outcome is Outcome.DONE
        assert one.commitment is None
        assert not named & set(one.cosigners)
        assert not one.silent_deputy
        assert not one.returned_by_first_unit
        assert not one.needs_extension


def test_a_seed_repeats_and_another_differs(cast: Cast) -> None:
    assert draw_suggestions(5, cast) == draw_suggestions(5, cast)
    assert draw_suggestions(5, cast) != draw_suggestions(6, cast)


def test_the_draw_does_not_depend_on_the_hash_seed() -> None:
    script = (
        "import hashlib\n"
        "from app.demo.cast import load_cast\n"
        "from app.demo.draw import draw_key_suggestions, draw_suggestions\n"
        "cast = load_cast()\n"
        "year = repr((cast, draw_suggestions(3, cast), draw_key_suggestions(3, cast)))\n"
        "print(hashlib.sha256(year.encode()).hexdigest())\n"
    )
    digests = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for hash_seed in ("1", "2")
    ]
    assert digests[0] == digests[1]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    place: road\n", "    place: raod\n", "raod"),
        ("    place: road\n", "    place: none\n", "titles"),
        ("    ask: 建议将", "    ask: 请将", "ask"),
        ("    rival: transport\n", "    rival: housing-construction\n", "rival"),
        ("    rival: transport\n", "    rivals: transport\n", "rival"),
    ],
)
def test_a_fault_in_a_pattern_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    path = folder / "templates-living.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DemoDataError, match=said):
        load_material(folder)
