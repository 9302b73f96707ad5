"""An administrator changes the register: one person, or a file that is tried before it is kept.

A person is written as a file of one and goes the same way: one set of checks for both.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from engine.congress import Appointment, Directory, Person
from engine.errors import BihuanError, UnknownPerson
from engine.profile import Text
from web.administration import Administration, FileText
from web.attachments import UploadUnreadable
from web.entrance import Entrance, PageVisitor
from web.files import unpacked
from web.gate import Visitor
from web.house import House
from web.pages.admin import SYSTEMS, role_words
from web.pages.lacking import WHY, lacking
from web.pages.shell import Shell
from web.pages.typed import typed_form
from web.problems import status_of

MEGABYTES = 1
POSTS = 8
NEW = "new"
NAME: Mapping[str, Text] = {"name": Text(zh="姓名", en="Name")}
REQUIRED: Mapping[str, Text] = {"code": Text(zh="代码", en="Code"), **NAME, **WHY}
KEPT = ("code", "name", "delegation", "email", "phone")
LABELS: Mapping[str, Text] = {
    **NAME,
    "delegation": Text(zh="代表团", en="Delegation"),
    "phone": Text(zh="电话", en="Phone"),
    "email": Text(zh="电子邮件", en="E-mail"),
}
POST_PARTS = ("role", "unit", "portfolio", "post")
POST_NAMES = tuple(f"{part}-{place}" for place in range(POSTS) for part in POST_PARTS)
NOTHING: Mapping[str, object] = {"lacks": {}, "reason": ""}
"""What is told of a form that nobody has sent yet."""
Sent = Annotated[dict[str, str], Depends(typed_form)]
PersonForm = Callable[..., Response]
NOT_TEXT = Text(zh="文件不是 UTF-8 文字", en="the file is not UTF-8 text")


async def handed_in(request: Request, visitor: Visitor, entrance: Entrance) -> FileText:
    """The file of a form of ours, as text."""
    parcel = await unpacked(request, MEGABYTES)
    try:
        entrance.csrf(request, visitor, parcel.csrf)
        content = await run_in_threadpool(parcel.upload.content.read)
    finally:
        await parcel.form.close()
    try:
        return FileText(name=parcel.upload.name, text=content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UploadUnreadable(reason=NOT_TEXT) from error


def admin_register_routes(
    house: House, administration: Administration, entrance: Entrance, shell: Shell
) -> APIRouter:
    """`/admin/people/…` and `/admin/import`."""
    router = APIRouter(include_in_schema=False)
    _add_person(router, house, administration, entrance, shell)
    _add_import(router, house, administration, entrance, shell)
    return router


def _person_form(house: House, administration: Administration, shell: Shell) -> PersonForm:
    """Makes the page of a person's form, with what was wrong or is otherwise now."""

    def form(
        request: Request,
        visitor: Visitor,
        code: str,
        values: Mapping[str, str],
        error: BihuanError | None,
        *,
        lacks: Mapping[str, str] | None = None,
        changed: Sequence[tuple[Text, str]] | None = None,
    ) -> Response:
        """`changed`: somebody was faster, and what is typed otherwise than it is now."""
        directory, profile = administration.directory(visitor), house.profile(visitor)
        return shell.page(
            request,
            "admin_person.html",
            visitor,
            status_of_form(error, lacks) if changed is None else HTTPStatus.CONFLICT,
            changed=changed,
            shown=_shown(directory, code),
            code=code,
            fresh=code == NEW,
            values=values,
            rows=range(POSTS),
            errors=lacks
            or ({"name": error.message(shell.language(request, visitor))} if error else {}),
            roles=role_words(profile),
            units=sorted(directory.units.values(), key=lambda one: one.code),
            portfolios=profile.portfolios,
        )

    return form


def _add_person(
    router: APIRouter,
    house: House,
    administration: Administration,
    entrance: Entrance,
    shell: Shell,
) -> None:
    form = _person_form(house, administration, shell)

    @router.get("/admin/people/{code}")
    def person(request: Request, visitor: PageVisitor, code: str) -> Response:
        directory = administration.directory(visitor)
        known = directory.people.get(code)
        if known is None and code != NEW:
            raise UnknownPerson(congress=directory.congress.code, person=code)
        return form(request, visitor, code, _values_of(known) if known else {}, None)

    @router.post("/admin/people/{code}")
    def save(request: Request, visitor: PageVisitor, code: str, sent: Sent) -> Response:
        entrance.csrf(request, visitor, sent.get("csrf", ""))
        directory = administration.directory(visitor)
        values = sent if code == NEW else {**sent, "code": code}
        required = REQUIRED if code == NEW else {**NAME, **WHY}
        lacks = lacking(values, required, language=shell.language(request, visitor))
        if lacks:
            return form(request, visitor, code, values, None, lacks=lacks)
        done = RedirectResponse(
            f"/admin/people?q={quote(values.get('code', ''), safe='')}&done=saved",
            status_code=HTTPStatus.SEE_OTHER,
        )
        known = directory.people.get(code)
        if known and sent.get("shown", "") not in ("", _shown(directory, code)):
            # Somebody was faster; or it is the second click of the two.
            if not any(_different(values, known)):
                return done
            values = _merged(values, known)
            changed = tuple(_different(values, known))
            return form(request, visitor, code, values, None, changed=changed)
        file = FileText(name="person.yaml", text=_written(values, directory))
        try:
            if code == NEW and values.get("code", "") in directory.people:
                raise _taken(values["code"])
            administration.store_register(visitor, file, sent.get("reason", "").strip())
        except BihuanError as error:
            return form(request, visitor, code, values, error)
        return done


def status_of_form(error: BihuanError | None, lacks: object) -> HTTPStatus:
    """Of a form shown again: for what was refused, or lacks something."""
    if error is not None:
        return status_of(error)
    return HTTPStatus.UNPROCESSABLE_ENTITY if lacks else HTTPStatus.OK


def _taken(code: str) -> UploadUnreadable:
    zh, en = f"代码“{code}”已有人使用", f"the code “{code}” is somebody's already"
    return UploadUnreadable(reason=Text(zh=zh, en=en))


def _shown(directory: Directory, code: str) -> str:
    """A person as the form shows them now; nothing for somebody who is not there yet."""
    known = directory.people.get(code)
    return "" if known is None else json.dumps(_values_of(known), ensure_ascii=False)


def _merged(values: Mapping[str, str], known: Person) -> dict[str, str]:
    """What was typed, and where nothing was changed what somebody else has made of it meanwhile."""
    present, was = _values_of(known), _values_in(values.get("shown", ""))
    merged = dict(values)
    for names in (*((one,) for one in LABELS), POST_NAMES):
        if all(values.get(one, "").strip() == was.get(one, "") for one in names):
            merged.update({one: present.get(one, "") for one in names})
    return merged


def _values_in(shown: str) -> dict[str, str]:
    """What the form showed, as it comes back; nothing where somebody has meddled with it."""
    try:
        found = json.loads(shown)
    except ValueError:
        return {}
    return {str(name): str(said) for name, said in found.items()} if isinstance(found, dict) else {}


def _different(values: Mapping[str, str], known: Person) -> Iterator[tuple[Text, str]]:
    """The fields that are otherwise now than they were typed, as they are now."""
    present = _values_of(known)
    for name, label in LABELS.items():
        if present.get(name, "") != values.get(name, "").strip():
            yield label, present.get(name, "")
    if any(present.get(one, "") != values.get(one, "").strip() for one in POST_NAMES):
        posts = ("，".join(_said(one)) for one in known.appointments[:POSTS])
        yield Text(zh="任职", en="Appointments"), "；".join(posts)


def _said(one: Appointment) -> list[str]:
    return [said for part in POST_PARTS if (said := _part(one, part))]


def _values_of(person: Person) -> dict[str, str]:
    values = {name: str(getattr(person, name)) for name in KEPT}
    for place, one in enumerate(person.appointments[:POSTS]):
        values.update({f"{part}-{place}": _part(one, part) for part in POST_PARTS})
    return values


def _part(one: Appointment, part: str) -> str:
    return str(getattr(one, part) or "")


def _written(values: Mapping[str, str], directory: Directory) -> str:
    """The person as a file has it. JSON is YAML, and quotes whatever was typed."""
    record: dict[str, object] = {
        name: values[name].strip() for name in KEPT if values.get(name, "").strip()
    }
    posts = [
        {part: values[f"{part}-{place}"] for part in POST_PARTS if values.get(f"{part}-{place}")}
        for place in range(POSTS)
    ]
    record["appointments"] = [one for one in posts if "role" in one]
    known = directory.people.get(values.get("code", ""))
    if known is not None:
        # What the form does not show stays as it is.
        record["addresses"] = dict(known.addresses)
        kept = [
            {part: _part(one, part) for part in POST_PARTS if _part(one, part)}
            for one in known.appointments[POSTS:]
        ]
        record["appointments"] = [*(one for one in posts if "role" in one), *kept]
    return json.dumps({"people": [record]}, ensure_ascii=False)


def _once_more(
    administration: Administration, visitor: Visitor, file: FileText, sent: Mapping[str, str]
) -> dict[str, object]:
    """The dry run as it was shown, so that file and reason need not be given again."""
    try:
        rows = administration.try_register(visitor, file)
    except BihuanError:
        return {}
    return {"rows": rows, "file": file, "reason": sent.get("reason", "")}


def _add_import(
    router: APIRouter,
    house: House,
    administration: Administration,
    entrance: Entrance,
    shell: Shell,
) -> None:
    def page(
        request: Request,
        visitor: Visitor,
        error: BihuanError | None = None,
        again: Mapping[str, object] | None = None,
        **facts: object,
    ) -> Response:
        administration.directory(visitor)
        told = {"rows": None, "file": None, "done": None, **NOTHING, **facts, **(again or {})}
        return shell.page(
            request,
            "admin_import.html",
            visitor,
            status_of_form(error, told["lacks"]),
            error=error and error.message(shell.language(request, visitor)),
            told=told,
            roles=role_words(house.profile(visitor)),
            systems=SYSTEMS,
        )

    @router.get("/admin/import")
    def asked(request: Request, visitor: PageVisitor) -> Response:
        return page(request, visitor)

    @router.post("/admin/import")
    async def tried(request: Request, visitor: PageVisitor) -> Response:
        try:
            file = await handed_in(request, visitor, entrance)
            rows = await run_in_threadpool(administration.try_register, visitor, file)
        except BihuanError as error:
            return await run_in_threadpool(page, request, visitor, error)
        return await run_in_threadpool(partial(page, rows=rows, file=file), request, visitor)

    @router.post("/admin/import/store")
    def stored(request: Request, visitor: PageVisitor, sent: Sent) -> Response:
        entrance.csrf(request, visitor, sent.get("csrf", ""))
        file = FileText(name=sent.get("name", ""), text=sent.get("text", ""))
        lacks = lacking(sent, WHY, language=shell.language(request, visitor))
        if lacks:
            return page(
                request, visitor, lacks=lacks, again=_once_more(administration, visitor, file, sent)
            )
        try:
            changed = administration.store_register(visitor, file, sent["reason"].strip())
        except BihuanError as error:
            return page(request, visitor, error, _once_more(administration, visitor, file, sent))
        return page(request, visitor, done="changed" if changed else "same")
