"""我的设置: wishes, leaves, calendar addresses and the second factor, through the pages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pyotp

from app.channels import entries_of
from app.gate import GateOfRows
from app.own import OwnOfRows
from engine.congress import Digest
from tests.support.browsing import Browser, Page, browser
from tests.support.command_line import bare_line, line
from tests.support.more_people import more_people

__all__ = ["bare_line", "browser", "line", "more_people"]
HERE, FACTOR = "/account/preferences", "/account/second-factor"
CODES = re.compile(r"(?:[2-9A-Z]{4}-){2}[2-9A-Z]{4}")
LEAVE = {"f-first": "2026-01-22", "f-last": "2026-01-25", "f-delegate": "head-transport"}


def _csrf(page: Page) -> str:
    return page.form.values["csrf"]


def _sent(browser: Browser, person: str, path: str, **values: str) -> Page:
    csrf = _csrf(browser.get(person, HERE))
    named = {name.replace("__", "-"): value for name, value in values.items()}
    return browser.post(person, path, {"csrf": csrf, **named})


def test_the_name_in_the_head_leads_there_for_everybody(browser: Browser) -> None:
    for person in ("wang-fang", "zhao-min", "office", "du-heng"):
        assert HERE in browser.get(person, "/waiting").links()
        assert browser.get(person, HERE).status == 200
    assert browser.get(None, HERE, follow=False).status == 303


def test_wishes_are_kept_and_the_language_is_spoken(browser: Browser) -> None:
    done = _sent(browser, "zhao-min", HERE, digest="daily", language="en", which="all")
    assert "Saved" in done.text
    wishes = browser.services.directory("linxi").preferences_of("zhao-min")
    assert (wishes.digest, wishes.language, wishes.channels) == (Digest.DAILY, "en", ())
    assert "My settings" in browser.get("zhao-min", HERE).text
    _sent(browser, "zhao-min", HERE, digest="", language="", which="all")
    wishes = browser.services.directory("linxi").preferences_of("zhao-min")
    assert (wishes.digest, wishes.language) == (None, None)


def test_a_channel_is_chosen_where_one_is_open(browser: Browser) -> None:
    settings = replace(browser.services.settings, console_notices=True)
    opened = replace(browser.services, settings=settings, entries=entries_of(settings))
    own = OwnOfRows(opened)
    visitor = GateOfRows(opened)._person("linxi", "zhao-min")
    assert visitor is not None
    assert own.standing(visitor).channels == (("console", True),)
    own.wish(visitor, channels=("console",), digest=None, language=None)
    assert browser.services.directory("linxi").preferences_of("zhao-min").channels == ("console",)
    none = _sent(browser, "zhao-min", HERE, which="these")
    assert none.status == 422
    assert "至少勾选一种" in none.text


def test_a_colleague_stands_in_until_one_is_back(browser: Browser) -> None:
    done = _sent(browser, "zhao-min", f"{HERE}/leave", **_plain(LEAVE), f__why="年休假")
    assert "代理已登记" in done.text
    assert "由吴越代理" in done.text
    assert "年休假" in done.text
    (leave,) = browser.services.directory("linxi").leaves
    assert (leave.person, leave.delegate, leave.last_day.day) == ("zhao-min", "head-transport", 25)
    browser.watch.now += timedelta(days=2)
    back = _sent(browser, "zhao-min", f"{HERE}/return", number="1")
    assert "代理已结束" in back.text
    (leave,) = browser.services.directory("linxi").leaves
    assert leave.last_day.day == 22


def test_a_leave_that_cannot_be_is_said_at_the_form_and_nothing_typed_is_lost(
    browser: Browser,
) -> None:
    path = f"{HERE}/leave"
    empty = _sent(browser, "zhao-min", path, f__first="2026-01-22", f__last="明天")
    assert empty.status == 422
    assert {"#f-last", "#f-delegate"} <= set(empty.links())
    assert 'value="2026-01-22"' in empty.text
    backwards = _sent(browser, "zhao-min", path, **_plain(LEAVE | {"f-last": "2026-01-21"}))
    assert backwards.status == 422
    assert "结束早于开始" in backwards.text
    for stranger in ("office", "hu-jie", "wang-fang", "nobody"):
        refused = _sent(browser, "zhao-min", path, **_plain(LEAVE | {"f-delegate": stranger}))
        assert refused.status == 422
    assert browser.services.directory("linxi").leaves == ()


def test_a_deputy_acts_in_person_and_nobody_ends_the_leave_of_another(browser: Browser) -> None:
    assert "须由本人办理" in browser.get("wang-fang", HERE).text
    refused = _sent(
        browser, "wang-fang", f"{HERE}/leave", **_plain(LEAVE | {"f-delegate": "li-ming"})
    )
    assert refused.status == 422
    _sent(browser, "zhao-min", f"{HERE}/leave", **_plain(LEAVE))
    assert _sent(browser, "head-transport", f"{HERE}/return", number="1").status == 404
    assert len(browser.services.directory("linxi").leaves) == 1


def test_a_calendar_address_is_shown_once_and_ended_by_its_owner_only(browser: Browser) -> None:
    made = _sent(browser, "zhao-min", f"{HERE}/calendar", label="我的手机")
    (url,) = re.findall(r'value="([^"]+\.ics)"', made.text)
    token = url.rpartition("/")[2].removesuffix(".ics")
    assert browser.services.feeds.holder(token) is not None
    page = browser.get("zhao-min", HERE)
    assert "我的手机" in page.text
    assert token not in page.text
    (feed,) = re.findall(r'name="feed" value="([^"]+)"', page.text)
    assert _sent(browser, "office", f"{HERE}/calendar/end", feed=feed).status == 404
    assert browser.services.feeds.holder(token) is not None
    ended = _sent(browser, "zhao-min", f"{HERE}/calendar/end", feed=feed)
    assert "已停用" in ended.text
    assert browser.services.feeds.holder(token) is None


def test_a_second_factor_is_set_up_asked_for_and_switched_off(browser: Browser) -> None:
    page = browser.get("zhao-min", FACTOR)
    secret = page.form.values["secret"]
    assert "<path d=" in page.text
    wrong = browser.post("zhao-min", FACTOR, {**page.form.values, "code": "000000"})
    assert wrong.status == 422
    assert wrong.form.values["secret"] == secret  # the phone has it already
    code = pyotp.TOTP(secret).at(browser.watch.now)
    on = browser.post("zhao-min", FACTOR, {**page.form.values, "code": code})
    assert "已开启两步登录" in on.text
    assert "已开启" in browser.get("zhao-min", HERE).text
    again = browser.get("zhao-min", FACTOR)
    assert secret not in again.text
    used = browser.post("zhao-min", FACTOR, {**again.form.values, "code": code})
    assert used.status == 422  # no code serves twice
    browser.watch.now += timedelta(minutes=1)
    code = pyotp.TOTP(secret).at(browser.watch.now)
    off = browser.post("zhao-min", FACTOR, {**again.form.values, "code": code})
    assert "已关闭两步登录" in off.text
    account = browser.services.directory("linxi")
    assert account.people["zhao-min"].name == "赵敏"
    assert browser.get("zhao-min", FACTOR).form.values["secret"] != secret


def _enrolled(browser: Browser) -> tuple[pyotp.TOTP, list[str]]:
    page = browser.get("zhao-min", FACTOR)
    phone = pyotp.TOTP(page.form.values["secret"])
    on = browser.post("zhao-min", FACTOR, {**page.form.values, "code": phone.at(browser.watch.now)})
    assert on.answer.headers["cache-control"] == "no-store"
    return phone, CODES.findall(on.text)


def test_recovery_codes_are_shown_once_counted_and_made_anew(browser: Browser) -> None:
    _, codes = _enrolled(browser)
    assert len(set(codes)) == 10
    page = browser.get("zhao-min", FACTOR)
    assert not CODES.findall(page.text)
    assert "还剩10个" in page.text
    assert "恢复码剩10个" in browser.get("zhao-min", HERE).text
    made = browser.post("zhao-min", FACTOR, {**page.form.values, "code": codes[0], "step": "renew"})
    fresh = CODES.findall(made.text)
    assert len(set(fresh)) == 10
    assert not set(fresh) & set(codes)
    for gone in codes[:2]:
        refused = browser.send("zhao-min", page, "off", code=gone)
        assert refused.status == 422
        assert "#f-code" in refused.links()
    assert "使用了一个恢复码" in browser.get("zhao-min", "/inbox").text
    english = browser.get("zhao-min", "/inbox", language="en").text
    assert "a recovery code of your account was just used; 9 are left" in english
    off = browser.send("zhao-min", page, "off", code=fresh[0])
    assert "已关闭两步登录" in off.text


def test_a_second_click_on_switching_it_on_does_not_switch_it_off(browser: Browser) -> None:
    page = browser.get("zhao-min", FACTOR)
    code = pyotp.TOTP(page.form.values["secret"]).at(browser.watch.now)
    browser.post("zhao-min", FACTOR, {**page.form.values, "code": code})
    again = browser.post("zhao-min", FACTOR, {**page.form.values, "code": code})
    assert again.status == 200
    assert "没有记下的，请在下面重新生成" in again.text
    assert "还剩10个" in browser.get("zhao-min", FACTOR).text


def test_whoever_came_by_a_code_is_told_what_is_left_and_goes_on(browser: Browser) -> None:
    _enrolled(browser)
    page = browser.get("zhao-min", f"{FACTOR}?came=code&next=/inbox%3Funread%3Dyes")
    assert "还剩10个" in page.text
    assert "/inbox?unread=yes" in page.links()
    elsewhere = browser.get("zhao-min", f"{FACTOR}?came=code&next=//evil.example")
    assert "//evil.example" not in elsewhere.links()


def test_a_key_that_is_none_of_ours_is_not_taken(browser: Browser) -> None:
    page = browser.get("zhao-min", FACTOR)
    short = "A" * 24
    code = pyotp.TOTP(short).at(browser.watch.now)
    sent = {**page.form.values, "secret": short, "code": code}
    assert browser.post("zhao-min", FACTOR, sent).status == 422
    assert "未开启" in browser.get("zhao-min", HERE).text


def test_every_change_is_forged_in_vain(browser: Browser) -> None:
    for path in ("", "/leave", "/return", "/calendar", "/calendar/end"):
        assert browser.post("zhao-min", f"{HERE}{path}", {"csrf": "wrong"}).status == 403
    assert browser.post("zhao-min", FACTOR, {"csrf": "wrong"}).status == 403


def _plain(values: dict[str, str]) -> dict[str, str]:
    return {name.replace("-", "__", 1): value for name, value in values.items()}
