"""Loading: digests, shipped profiles, and other ways of counting than the shipped one uses."""

from __future__ import annotations

import pytest

from engine.errors import UnknownProfile
from engine.periods import MonthDay, MonthEnd, Period, PeriodUnit, Roll
from engine.profile import Profile
from workflows import check, digest_of, load_files, load_profile, read_files, shipped
from workflows.loader import PROFILES

SHIPPED = PROFILES / "zhejiang-county" / "v1"


def with_edit(file: str, old: str, new: str) -> Profile:
    """The shipped profile with one edit that is allowed."""
    files = read_files(SHIPPED)
    assert files[file].count(old) == 1
    files[file] = files[file].replace(old, new)
    profile, problems = check(files)
    assert problems == ()
    assert profile is not None
    return profile


def test_the_shipped_profile_is_listed_and_loaded_once() -> None:
    assert ("zhejiang-county", 1) in shipped()
    assert load_profile("zhejiang-county", 1) is load_profile("zhejiang-county", 1)


@pytest.mark.parametrize(("name", "version"), [("zhejiang-county", 99), ("../secrets", 1)])
def test_what_is_not_shipped_is_unknown(name: str, version: int) -> None:
    with pytest.raises(UnknownProfile):
        load_profile(name, version)


def test_the_digest_depends_on_every_name_and_text_and_on_no_order() -> None:
    files = read_files(SHIPPED)
    digest = load_files(files).digest
    assert digest == digest_of(dict(reversed(files.items())))
    assert digest != digest_of(files | {"codes.yaml": files["codes.yaml"] + "\n"})
    assert digest_of({"a": "b", "c": ""}) != digest_of({"a": "", "c": "b"})


def test_a_fixed_day_counting_backwards_and_other_rules_can_be_written() -> None:
    fixed = with_edit("clocks.yaml", "length: {months: 3}", "until: {month: 8, day: 31}")
    assert fixed.clocks["reply"].rule.until == MonthDay(month=8, day=31)
    back = with_edit(
        "clocks.yaml",
        "    starts: handed-over\n    length: {months: 1}\n    source: sh1-2015\n",
        "    starts: handed-over\n    before: {clock: reply, length: {days: 20}}\n"
        "    roll: next_working_day\n    month_end: overflow\n    first_day_counts: true\n"
        "    source: sh1-2015\n",
    )
    joint = back.clocks["joint_opinion"]
    assert joint.anchor == "reply"
    assert joint.rule.before == Period(amount=20, unit=PeriodUnit.DAYS)
    assert joint.rule.roll is Roll.NEXT_WORKING_DAY
    assert joint.rule.month_end is MonthEnd.OVERFLOW
    assert joint.rule.first_day_counts
    added = with_edit("clocks.yaml", "      total: {months: 6}", "      added: {months: 1}")
    extension = added.clocks["reply"].extension
    assert extension is not None
    assert (extension.total, extension.period.amount) == (False, 1)


def test_the_result_codes_have_their_meaning_and_every_clock_its_source() -> None:
    profile = load_profile("zhejiang-county", 1)
    assert [(one.code, one.meaning.value) for one in profile.results.values()] == [
        ("A", "done"),
        ("B", "committed"),
        ("C", "reference"),
    ]
    assert profile.results["B"].needs_due_date
    assert {one.source for one in profile.clocks.values()} <= set(profile.sources)
    assert not any(one.confirmed for one in profile.sources.values())


def test_some_suggestions_stay_without_a_rule_on_purpose() -> None:
    profile = load_profile("zhejiang-county", 1)
    defaults = {field for rule in profile.routing if not rule.keywords for field in rule.fields}
    fields = {one.code for one in profile.choices["fields"]}
    assert "organisation-personnel" in fields - defaults
    assert "education" in defaults
