"""Forms: which values each kind of field takes, as what, and which it refuses."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from engine.calendar import SHANGHAI
from engine.command import CaseBrief, Surroundings
from engine.conditions import FactType, compile_condition
from engine.errors import FormIncomplete, FormInvalid
from engine.forms import MAX_INTEGER, MAX_ROWS, read_form, require_conditional
from engine.periods import Period, PeriodUnit
from engine.profile import Action, FieldType, FormField, Text
from tests.support.world import national_calendar, shipped_profile, small_directory

LABEL = Text(zh="字段", en="Field")
BRIEF = CaseBrief(
    id="case-9",
    number="5届2次第9号",
    congress="linxi",
    state="registered",
    merged_into=None,
    units=(),
)
AT = Surroundings(
    profile=shipped_profile(),
    directory=small_directory(),
    calendar=national_calendar(),
    linked={"5届2次第9号": BRIEF, "case-9": BRIEF},
)


def _field(
    kind: FieldType, *, required: bool = False, choices: str | None = None, length: int = 20
) -> FormField:
    return FormField(
        name="it",
        label=LABEL,
        type=kind,
        required=required,
        choices=choices,
        max_length=length,
    )


def _action(*fields: FormField) -> Action:
    return Action(name="do", machine="suggestion", label=LABEL, by=(), form=fields, moves=())


def _read(kind: FieldType, given: object, choices: str | None = None) -> object:
    values = read_form(_action(_field(kind, choices=choices)), {"it": given}, AT)
    return values.get("it")


LEAD = {"unit": "transport", "kind": "lead"}
PROMISE = {"text": "建成", "due_on": "2026-12-31"}
ACCEPTED: list[tuple[FieldType, object, object]] = [
    (FieldType.TEXT, "  交通局 ", "交通局"),
    (FieldType.TEXT, "字" * 20, "字" * 20),
    (FieldType.LONG_TEXT, "一\r\n二\n三\t四", "一\n二\n三\t四"),
    (FieldType.DATE, "2026-02-28", date(2026, 2, 28)),
    (FieldType.DATE, date(2026, 2, 28), date(2026, 2, 28)),
    (FieldType.INTEGER, 0, 0),
    (FieldType.INTEGER, -3, -3),
    (FieldType.INTEGER, MAX_INTEGER, MAX_INTEGER),
    (FieldType.BOOLEAN, False, False),
    (FieldType.PERSON, "li-ming", "li-ming"),
    (FieldType.PERSONS, ["li-ming", "chen-jing"], ("li-ming", "chen-jing")),
    (FieldType.UNIT, "education", "education"),
    (FieldType.CASE, "5届2次第9号", "case-9"),
    (FieldType.CASE, "case-9", "case-9"),
    (FieldType.PERIOD, {"months": 6}, Period(amount=6, unit=PeriodUnit.MONTHS)),
    (
        FieldType.PERIOD,
        Period(amount=5, unit=PeriodUnit.DAYS),
        Period(amount=5, unit=PeriodUnit.DAYS),
    ),
    (FieldType.ASSIGNMENTS, [LEAD], [LEAD]),
    (
        FieldType.ASSIGNMENTS,
        [{**LEAD, "rule": " roads ", "reason": None}],
        [{**LEAD, "rule": "roads", "reason": ""}],
    ),
    (FieldType.COMMITMENTS, [PROMISE], [{"text": "建成", "due_on": date(2026, 12, 31)}]),
    (
        FieldType.INDICATORS,
        [{"label": " 里程 ", "quantity": "3.50", "unit": "公里"}],
        [{"label": "里程", "quantity": Decimal("3.50"), "unit": "公里", "text": ""}],
    ),
    (
        FieldType.INDICATORS,
        [{"label": "次数", "quantity": 0}],
        [{"label": "次数", "quantity": Decimal(0), "unit": "", "text": ""}],
    ),
]


@pytest.mark.parametrize(("kind", "given", "read"), ACCEPTED)
def test_a_good_value_is_brought_into_its_plain_form(
    kind: FieldType, given: object, read: object
) -> None:
    assert _read(kind, given) == read


REFUSED: list[tuple[FieldType, object]] = [
    (FieldType.TEXT, 5),
    (FieldType.TEXT, True),
    (FieldType.TEXT, ["字"]),
    (FieldType.TEXT, {"zh": "字"}),
    (FieldType.TEXT, "字" * 21),
    (FieldType.TEXT, "一\x00二"),
    (FieldType.TEXT, "一\x1b[31m"),
    (FieldType.TEXT, "半个\ud83d"),
    (FieldType.LONG_TEXT, 5.5),
    (FieldType.DATE, "28.2.2026"),
    (FieldType.DATE, "2026-02-30"),
    (FieldType.DATE, "2026-2-3"),
    (FieldType.DATE, 20260228),
    (FieldType.DATE, True),
    (FieldType.DATE, datetime(2026, 2, 28, tzinfo=SHANGHAI)),
    (FieldType.DATE, "0001-01-01"),
    (FieldType.DATE, "9999-12-31"),
    (FieldType.INTEGER, "5"),
    (FieldType.INTEGER, 5.0),
    (FieldType.INTEGER, True),
    (FieldType.INTEGER, MAX_INTEGER + 1),
    (FieldType.INTEGER, -(10**30)),
    (FieldType.BOOLEAN, "true"),
    (FieldType.BOOLEAN, 1),
    (FieldType.PERSON, "nobody"),
    (FieldType.PERSON, ["li-ming"]),
    (FieldType.PERSONS, "li-ming"),
    (FieldType.PERSONS, ["li-ming", "nobody"]),
    (FieldType.PERSONS, ["li-ming", "li-ming"]),
    (FieldType.PERSONS, ["li-ming"] * (MAX_ROWS + 1)),
    (FieldType.UNIT, "water"),
    (FieldType.UNIT, 7),
    (FieldType.CASE, "5届2次第8号"),
    (FieldType.CASE, 9),
    (FieldType.PERIOD, 6),
    (FieldType.PERIOD, {"months": 0}),
    (FieldType.PERIOD, {"months": -1}),
    (FieldType.PERIOD, {"months": True}),
    (FieldType.PERIOD, {"months": 121}),
    (FieldType.PERIOD, {"days": 367}),
    (FieldType.PERIOD, {"years": 1}),
    (FieldType.PERIOD, {"months": 1, "days": 1}),
    (FieldType.ASSIGNMENTS, LEAD),
    (FieldType.ASSIGNMENTS, ["transport"]),
    (FieldType.ASSIGNMENTS, [{"unit": "transport"}]),
    (FieldType.ASSIGNMENTS, [{**LEAD, "note": "急"}]),
    (FieldType.ASSIGNMENTS, [{**LEAD, "unit": None}]),
    (FieldType.ASSIGNMENTS, [{**LEAD, "kind": "main"}]),
    (FieldType.ASSIGNMENTS, [{**LEAD, "rule": 5}]),
    (FieldType.ASSIGNMENTS, [LEAD, LEAD]),
    (FieldType.ASSIGNMENTS, [LEAD, {"unit": "housing", "kind": "lead"}]),
    (FieldType.ASSIGNMENTS, [LEAD, {"unit": "housing", "kind": "separate"}]),
    (FieldType.ASSIGNMENTS, [{"unit": "housing", "kind": "joint"}]),
    (FieldType.COMMITMENTS, [{"text": "建成"}]),
    (FieldType.COMMITMENTS, [{**PROMISE, "text": "  "}]),
    (FieldType.COMMITMENTS, [{**PROMISE, "due_on": "年底"}]),
    (FieldType.COMMITMENTS, [{**PROMISE, "due_on": "9999-12-31"}]),
    (FieldType.INDICATORS, [{"label": ""}]),
    (FieldType.INDICATORS, [{"quantity": 5}]),
    (FieldType.INDICATORS, [{"label": "里程", "quantity": "很多"}]),
    (FieldType.INDICATORS, [{"label": "里程", "quantity": True}]),
    (FieldType.INDICATORS, [{"label": "里程", "quantity": "NaN"}]),
    (FieldType.INDICATORS, [{"label": "里程", "quantity": "Infinity"}]),
    (FieldType.INDICATORS, [{"label": "里程", "quantity": "1E+999999"}]),
    (FieldType.INDICATORS, [{"label": "里程", "quantity": 10**15}]),
    (FieldType.INDICATORS, [{"label": "里程", "quantity": "0.0000000000000001"}]),
    (FieldType.INDICATORS, [{"label": "里程", "text": 5}]),
]


@pytest.mark.parametrize(("kind", "given"), REFUSED)
def test_a_value_of_the_wrong_kind_is_refused_with_the_name_of_the_field(
    kind: FieldType, given: object
) -> None:
    with pytest.raises(FormInvalid) as caught:
        _read(kind, given)
    error = caught.value
    assert error.told("field") == ["字段(it)"]
    assert " / " in str(error.facts["reason"])  # in Chinese and English


def test_every_kind_of_field_is_tried_here() -> None:
    tried = {kind for kind, *_ in ACCEPTED} & {kind for kind, _ in REFUSED}
    assert set(FieldType) - tried == {FieldType.CHOICE}


def test_a_choice_is_a_code_of_its_list_or_a_result_code_of_the_profile() -> None:
    assert _read(FieldType.CHOICE, "basic", "satisfaction") == "basic"
    assert _read(FieldType.CHOICE, "C", "results") == "C"
    for given, choices in [("good", "satisfaction"), ("D", "results"), (["basic"], "satisfaction")]:
        with pytest.raises(FormInvalid) as caught:
            _read(FieldType.CHOICE, given, choices)
        assert "basic" in caught.value.message("zh") or "A、B、C" in caught.value.message("zh")


@pytest.mark.parametrize("given", [None, "", "  \n ", [], ()])
def test_an_empty_value_is_no_value(given: object) -> None:
    field = _field(FieldType.PERSONS if isinstance(given, list | tuple) else FieldType.TEXT)
    assert read_form(_action(field), {"it": given}, AT) == {}
    needed = FormField(name="it", label=LABEL, type=field.type, required=True)
    with pytest.raises(FormIncomplete) as caught:
        read_form(_action(needed), {"it": given}, AT)
    assert caught.value.told("fields") == ["字段(it)"]


def test_false_and_zero_are_values() -> None:
    for kind, given in [(FieldType.BOOLEAN, False), (FieldType.INTEGER, 0)]:
        field = _field(kind, required=True)
        assert read_form(_action(field), {"it": given}, AT) == {"it": given}


def test_a_wrong_value_is_told_before_a_missing_one() -> None:
    other = FormField(name="other", label=LABEL, type=FieldType.TEXT, required=True)
    with pytest.raises(FormInvalid):
        read_form(_action(_field(FieldType.DATE), other), {"it": "bald"}, AT)


def test_an_action_without_a_form_takes_nothing() -> None:
    assert read_form(_action(), {}, AT) == {}
    with pytest.raises(FormInvalid, match="no such field"):
        read_form(_action(), {"note": "好"}, AT)


def test_a_field_may_be_required_by_the_situation() -> None:
    condition = compile_condition("round > 1", {"round": FactType.INT})
    field = FormField(name="why", label=LABEL, type=FieldType.TEXT, required_when=condition)
    action = _action(field)
    require_conditional(action, {}, {"round": 1})
    require_conditional(action, {"why": "因为"}, {"round": 2})
    with pytest.raises(FormIncomplete) as caught:
        require_conditional(action, {}, {"round": 2})
    assert caught.value.told("fields") == ["字段(why)"]


def test_what_was_handed_in_is_never_changed() -> None:
    rows = [{"unit": "transport", "kind": "lead", "rule": " roads "}]
    form = {"it": rows}
    read_form(_action(_field(FieldType.ASSIGNMENTS)), form, AT)
    assert form == {"it": [{"unit": "transport", "kind": "lead", "rule": " roads "}]}
