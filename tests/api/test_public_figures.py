"""The public doors of the web: figures and health, safe headers, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import pytest
from fastapi.testclient import TestClient

from engine.errors import UnknownCongress
from engine.profile import Stage, Text
from web.application import create_application
from web.figures import (
    Check,
    CongressName,
    FunnelFigure,
    IndicatorFigure,
    PublicFigures,
    RateFigure,
    TopicFigure,
)

FIGURES = PublicFigures(
    code="linxi",
    congress="临溪县人民代表大会",
    session="5-2",
    session_name="临溪县第五届人民代表大会第二次会议",
    as_of=date(2026, 6, 30),
    profile="zhejiang-county/v1",
    note="",
    funnel=(
        FunnelFigure(
            name="raised",
            stage=Stage.RAISE,
            label=Text(zh="提出", en="Raised"),
            count=8,
            aside=False,
        ),
        FunnelFigure(
            name="answered",
            stage=Stage.HANDLE,
            label=Text(zh="答复", en="Answered"),
            count=6,
            aside=False,
        ),
    ),
    rates=(
        RateFigure(
            name="answered",
            label=Text(zh="办复率", en="Answered"),
            formula=Text(zh="已答复 ÷ 已交办", en="answered ÷ handed over"),
            percent=Decimal("75.0"),
            numerator=6,
            denominator=8,
        ),
        RateFigure(
            name="kept",
            label=Text(zh="承诺兑现率", en="Kept"),
            formula=Text(zh="已兑现 ÷ 有承诺", en="kept ÷ promised"),
            percent=None,
            numerator=0,
            denominator=0,
        ),
    ),
    topics=(
        TopicFigure(
            number=1,
            title="上学路上的<script>alert(1)</script>安全",
            lead_deputies=("王芳",),
            lead_official="杜衡",
            lead_official_post="副县长",
            suggestions=(("第1号", "关于过街设施的建议"),),
            lead_units=("交通局",),
            joint_units=(),
            answered=1,
            indicators=(
                IndicatorFigure(label="新增过街设施", quantity="3", unit="处", text="均已启用"),
            ),
        ),
    ),
)
PATHS = (
    *("/", "/congresses/linxi", "/site.css", "/healthz", "/readyz", "/openapi.json"),
    *(f"/api/v1/congresses/linxi/{one}" for one in ("funnel", "rates", "topics")),
)


@dataclass(slots=True)
class Doors:
    """Figures of invented congresses, and a health that a test can change."""

    known: dict[str, PublicFigures]
    well: bool = True

    def congresses(self) -> tuple[CongressName, ...]:
        return tuple(
            CongressName(code=code, name=one.congress) for code, one in sorted(self.known.items())
        )

    def figures(self, congress: str) -> PublicFigures:
        if congress not in self.known:
            raise UnknownCongress(congress=congress)
        return self.known[congress]

    def checks(self) -> tuple[Check, ...]:
        return (Check(name="database", ok=self.well, detail="current schema"),)


@pytest.fixture
def doors() -> Doors:
    return Doors(known={"linxi": FIGURES})


@pytest.fixture
def client(doors: Doors) -> Iterator[TestClient]:
    with TestClient(create_application(doors, doors, version="1")) as opened:
        yield opened


def test_the_figures_are_given_with_whose_they_are(client: TestClient) -> None:
    funnel = client.get("/api/v1/congresses/linxi/funnel").json()
    assert funnel["about"]["name"] == "临溪县人民代表大会"
    assert funnel["about"]["as_of"] == "2026-06-30"
    assert [(one["name"], one["count"]) for one in funnel["steps"]] == [
        ("raised", 8),
        ("answered", 6),
    ]


def test_a_rate_has_its_formula_and_no_percent_of_nothing(client: TestClient) -> None:
    answered, kept = client.get("/api/v1/congresses/linxi/rates").json()["rates"]
    assert (answered["percent"], answered["numerator"], answered["denominator"]) == ("75.0", 6, 8)
    assert answered["formula"]["zh"] == "已答复 ÷ 已交办"
    assert kept["percent"] is None


def test_a_topic_is_given_as_the_report_prints_it(client: TestClient) -> None:
    (topic,) = client.get("/api/v1/congresses/linxi/topics").json()["topics"]
    assert topic["lead_deputies"] == ["王芳"]
    assert topic["suggestions"] == [{"number": "第1号", "title": "关于过街设施的建议"}]
    assert topic["indicators"][0]["quantity"] == "3"


def test_the_start_page_shows_figures_and_formulas(client: TestClient) -> None:
    page = client.get("/").text
    for told in ("认真提", "第二次会议", "75%", "已答复 ÷ 已交办", "王芳", "新增过街设施", "6 / 8"):
        assert told in page
    assert "示意" not in page


def test_what_was_made_up_is_marked(client: TestClient, doors: Doors) -> None:
    doors.known["linxi"] = replace(FIGURES, note="演示数据")
    assert "示意" in client.get("/").text
    about = client.get("/api/v1/congresses/linxi/rates").json()["about"]
    assert about["note"] == "演示数据"


def test_text_stays_text_on_the_page(client: TestClient) -> None:
    page = client.get("/").text
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_without_or_with_several_congresses_the_page_says_so(
    client: TestClient, doors: Doors
) -> None:
    doors.known["dongshan"] = replace(FIGURES, code="dongshan", congress="东山县人民代表大会")
    listed = client.get("/").text
    assert 'href="/congresses/dongshan"' in listed
    assert 'href="/congresses/linxi"' in listed
    doors.known.clear()
    empty = client.get("/")
    assert empty.status_code == 200
    assert "bihuan init" in empty.text


@pytest.mark.parametrize("path", [*PATHS, "/nowhere", "/api/v1/congresses/no/rates"])
def test_every_answer_has_safe_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'")
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_can_be_written(client: TestClient, path: str, method: str) -> None:
    answer = client.request(method, path)
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/v1/congresses/nowhere/rates", 404, "unknown-congress"),
        ("/congresses/nowhere", 404, "unknown-congress"),
        ("/nowhere", 404, "not-found"),
        ("/docs", 404, "not-found"),
        ("/api/v1/congresses/NO_WHERE/rates", 422, "malformed"),
    ],
)
def test_an_error_is_a_problem(client: TestClient, path: str, status: int, code: str) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["code"], problem["status"]) == (code, status)
    assert ".py" not in answer.text


def test_health_tells_life_and_readiness_apart(client: TestClient, doors: Doors) -> None:
    assert client.get("/readyz").json()["ready"] is True
    doors.well = False
    assert client.get("/healthz").status_code == 200
    unready = client.get("/readyz")
    assert unready.status_code == 503
    assert unready.json()["ready"] is False


def test_the_interface_describes_reading_only(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {f"/api/v1/congresses/{{code}}/{one}" for one in ("funnel", "rates", "topics")} <= set(
        paths
    )
    assert {method for operations in paths.values() for method in operations} == {"get"}
