"""Pages that no tour of the navigation meets: ways in that fail, refusals, forms sent too late.

Each is opened as a person meets it, by what they press. Refuses to judge it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

import pyotp
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import insert, select, update

from db.database import writing
from db.tables import accounts, notices, outbox
from tests.browser.somebody import Somebody
from tests.browser.town import PASSWORD, Town

UNUSUAL: dict[str, Any] = {
    "portal": True,
    "oidc_issuer": "http://127.0.0.1:9",
    "oidc_client": "bihuan",
    "sign_in_failures": 3,
}
"""Settings of a town that has these pages: a portal, and a provider that never answers."""
ERRORS = (
    "SMTP 550: mailbox unavailable",
    "无法连接邮件服务器 mail.example.org：连接超时",
)
Seen = tuple[str, Somebody]


def rarely_seen(browser: Browser, town: Town) -> Iterator[Seen]:
    """Names and pages, one after the other in windows of their own."""
    tours = (
        _ways_in,
        _codes,
        _recovery,
        _forms_too_late,
        _accounts,
        _tokens,
        _notices,
        _refusals,
        _portal,
    )
    for tour in tours:
        opened: list[Somebody] = []

        def window(person: str, opened: list[Somebody] = opened) -> Somebody:
            context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
            opened.append(Somebody(person=person, town=town, page=context.new_page()))
            if person:
                _let_in(opened[-1])
            return opened[-1]

        yield from tour(window)
        for one in opened:
            one.page.context.close()


Window = Callable[[str], Somebody]


def _let_in(somebody: Somebody) -> None:
    town = somebody.town
    somebody.page.context.add_cookies(
        [{"name": "bihuan", "value": town.cookie(somebody.person), "url": town.url}]
    )


def _go(somebody: Somebody, path: str) -> Page:
    somebody.page.goto(somebody.town.url + path)
    return somebody.page


def _enter(somebody: Somebody, name: str, password: str = PASSWORD) -> Page:
    page = _go(somebody, "/sign-in")
    page.fill("#f-name", name)
    page.fill("#f-password", password)
    page.locator("main form button").first.click()
    return page


def _ways_in(window: Window) -> Iterator[Seen]:
    nobody = window("")
    _go(nobody, "/sign-in")
    yield "sign-in-with-provider", nobody
    _go(nobody, "/sign-in/oidc")
    yield "sign-in-provider-down", nobody
    _enter(nobody, "wang-fang", "not-the-password")
    yield "sign-in-wrong", nobody
    for _ in range(4):
        _enter(nobody, "li-ming", "not-the-password")
    expect(nobody.page.locator(".told.bad")).to_contain_text("分钟")
    yield "sign-in-locked", nobody


def _codes(window: Window) -> Iterator[Seen]:
    nobody = window("")
    with writing(nobody.town.services.database) as connection:
        asked = update(accounts).where(accounts.c.person == "supervisor")
        connection.execute(asked.values(totp_secret=pyotp.random_base32()))
    page = _enter(nobody, "supervisor")
    expect(page.locator("#f-code")).to_be_visible()
    yield "sign-in-code", nobody
    page.fill("#f-code", "000000")
    page.locator("main form button").first.click()
    yield "sign-in-code-wrong", nobody


def _recovery(window: Window) -> Iterator[Seen]:
    """A second factor switched on, and a way in without the phone."""
    chair = window("chair")
    page = _go(chair, "/account/second-factor")
    secret = page.locator('[name="secret"]').input_value()
    page.fill("#f-code", pyotp.TOTP(secret).at(chair.town.watch.now))
    page.locator("main form button").first.click()
    codes = page.locator("#f-codes").input_value().split()
    yield "recovery-codes", chair
    _go(chair, "/account/second-factor")
    yield "second-factor-on", chair
    page.fill("#f-code", codes[0])
    page.locator('[value="renew"]').click()
    yield "recovery-codes-made-anew", chair
    fresh = page.locator("#f-codes").input_value().split()
    nobody = window("")
    page = _enter(nobody, "chair")
    page.locator("main details summary").click()
    yield "sign-in-recovery", nobody
    page.fill("#f-recovery", fresh[0])
    page.locator("main details button").click()
    expect(page.locator("main")).to_contain_text("还剩9个")
    yield "second-factor-came-by-code", nobody


def _forms_too_late(window: Window) -> Iterator[Seen]:
    admin = window("admin")
    page = _go(admin, "/admin/people/new")
    page.fill("#f-code", "chen-ke")
    page.fill("#f-name", "陈可")
    page.fill("#f-reason", "县人大办〔2026〕3号：陈可同志任教育局经办人")
    page.context.clear_cookies()
    page.locator("main form button").last.click()
    expect(page.locator("main")).to_contain_text("chen-ke")
    yield "held-session-ended", admin
    _let_in(admin)
    page.locator("main form button").last.click()
    yield "held-signed-in-anew", admin
    page.locator("main form button").last.click()
    expect(page.locator("main tbody")).to_contain_text("陈可")
    _go(admin, "/admin/import")
    page.set_input_files("#f-file", {"name": "a.csv", "mimeType": "text/csv", "buffer": b"code\n"})
    page.context.clear_cookies()
    page.locator("main form button").first.click()
    yield "held-a-file", admin


def _accounts(window: Window) -> Iterator[Seen]:
    admin = window("admin")
    page = _go(admin, "/admin/accounts/reviewer")
    page.fill("#f-why-password", "本人当面申请")
    page.locator('form[action$="/password"] button').click()
    given = page.locator("code").inner_text()
    yield "account-given", admin
    nobody = window("")
    _enter(nobody, "reviewer", given)
    yield "account-first-password", nobody


def _tokens(window: Window) -> Iterator[Seen]:
    admin = window("admin")
    _go(admin, "/admin/tokens")
    yield "tokens-none", admin
    page = _go(admin, "/admin/tokens/new")
    yield "token-new", admin
    page.locator("main form button").last.click()
    yield "token-new-wrong", admin
    page.fill("#f-person", "office")
    page.fill("#f-label", "政府办公自动化系统")
    page.check("#f-scope-read")
    page.fill("#f-days", "90")
    page.fill("#f-reason", "与办公系统对接")
    page.locator("main form button").last.click()
    expect(page.locator("#token")).to_be_visible()
    yield "token-given", admin
    page = _go(admin, "/admin/tokens")
    page.locator("main details summary").first.click()
    yield "tokens", admin


def _notices(window: Window) -> Iterator[Seen]:
    admin = window("admin")
    with writing(admin.town.services.database) as connection:
        here = select(notices.c.id, notices.c.recipient, notices.c.congress).limit(6)
        for place, one in enumerate(connection.execute(here).all()):
            lost = {
                "notice_id": one.id,
                "channel": "email",
                "congress": one.congress,
                "recipient": one.recipient,
                "address": f"{one.recipient}@example.org",
                "digest": False,
                "state": "dead",
                "attempts": 8,
                "not_before": admin.town.watch.now,
                "last_error": ERRORS[place % len(ERRORS)],
            }
            connection.execute(insert(outbox).values(lost))
    _go(admin, "/admin")
    yield "state-with-faults", admin
    page = _go(admin, "/admin/notices")
    yield "notices-failed", admin
    page.evaluate("document.getElementById('f-reason').required = false")
    page.locator("main form button").last.click()
    yield "notices-without-reason", admin
    page.fill("#f-reason", "邮件服务器已恢复")
    page.locator("main form button").last.click()
    yield "notices-resent", admin


def _refusals(window: Window) -> Iterator[Seen]:
    deputy = window("wang-fang")
    here = deputy.town.handed_over()
    for name, path in (
        ("404", "/nowhere"),
        ("403", "/admin/people"),
        ("409", f"{here}/act/submit"),
        ("422", "/cases?page=none"),
    ):
        _go(deputy, path)
        yield f"refused-{name}", deputy
    clerk = window("committee")
    _go(clerk, f"/cases/{unquote(here.removeprefix('/cases/'))}9")
    yield "refused-no-such-case", clerk


def _portal(window: Window) -> Iterator[Seen]:
    nobody = window("")
    page = _go(nobody, "/public")
    yield "portal", nobody
    for name, end in (("suggestions", "/suggestions"), ("overdue", "/overdue")):
        _go(nobody, f"/public/linxi{end}")
        yield f"portal-{name}", nobody
    _go(nobody, "/public/linxi/suggestions")
    page.locator("main table a, main .rows a").first.click()
    yield "portal-case", nobody
