"""Files of a case over HTTP: a page with the list and the form, downloads, and the same as an API.

What comes in is bounded while it comes; what goes out can neither run nor be mistaken for a page.
Refuses to know rights and kinds of files; the port `Files` does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated, BinaryIO
from urllib.parse import quote

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from engine.errors import BihuanError, UnknownCase
from engine.profile import Text
from engine.usable_text import usable
from web.api.answers import Reference
from web.attachments import Files, FileTooLarge, OpenedFile, Upload, UploadUnreadable
from web.bodies import HEARD_OUT, bounds_itself
from web.entrance import Entrance, PageVisitor
from web.gate import Visitor
from web.pages.lacking import lacking
from web.pages.shell import Place, Shell
from web.problems import status_of

MEGABYTE = 1024 * 1024
AROUND = 64 * 1024
"""What a form may hold beside its file."""
SECONDS = 900.0
"""For all of a file, over the slowest line of a township."""
MOST_FIELDS = 4
LONGEST_FIELD = 4_096
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"
MOST_FILES = 1_000_000
FOR = {"reason": Text(zh="用途", en="What it is for")}
WHY = {"reason": Text(zh="为什么移除", en="Why remove it")}
FileNumber = Annotated[
    int, Path(ge=1, le=MOST_FILES, description="附件序号 · number of a file in its case")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A form that came in with its file. `begun`: which page it was filled in on."""

    form: FormData
    upload: Upload
    csrf: str
    begun: str


async def unpacked(request: Request, megabytes: int) -> Parcel:
    """Read the form within its bounds; FileTooLarge, or UploadUnreadable for anything else."""
    most = megabytes * MEGABYTE + AROUND
    bounds_itself(request, seconds=SECONDS)
    parser = MultiPartParser(
        request.headers,
        _bounded(request, most, megabytes),
        max_files=1,
        max_fields=MOST_FIELDS,
        max_part_size=LONGEST_FIELD,
    )
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise _unreadable("应为 multipart/form-data", "multipart/form-data is expected")
    try:
        form = await parser.parse()
    except (MultiPartException, ValueError, LookupError) as error:
        raise _unreadable("表单不完整", "the form is broken") from error
    file, reason, csrf = form.get("file"), form.get("reason", ""), form.get("csrf", "")
    if not isinstance(file, UploadFile) or not file.filename:
        await form.close()
        nothing = Text(zh="没有选择文件", en="no file was chosen")
        raise UploadUnreadable(reason=nothing, typed=usable(str(reason)))
    upload = Upload(name=usable(file.filename), reason=usable(str(reason)), content=file.file)
    return Parcel(form=form, upload=upload, csrf=str(csrf), begun=str(form.get("begun", "")))


async def _bounded(request: Request, most: int, megabytes: int) -> AsyncGenerator[bytes, None]:
    seen = 0
    async for part in request.stream():
        seen += len(part)
        if seen > most * HEARD_OUT:
            break
        if seen <= most:
            yield part
    if seen > most:
        raise FileTooLarge(megabytes=megabytes)


def _unreadable(zh: str, en: str) -> UploadUnreadable:
    return UploadUnreadable(reason=Text(zh=zh, en=en))


def sent(opened: OpenedFile) -> Response:
    """A file on its way to be saved: never shown in our name, never run."""
    name, ending = opened.line.name, opened.line.name.rpartition(".")[2]
    plain = f"bihuan-{opened.line.number}.{ending}"
    return Response(
        opened.content,
        media_type=opened.line.media_type,
        headers={
            "Content-Disposition": (
                f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
            ),
            "Content-Security-Policy": SANDBOX,
            "Cache-Control": "private, no-store",
        },
    )


def file_routes(files: Files, entrance: Entrance, shell: Shell) -> APIRouter:
    """The pages."""
    router = APIRouter(include_in_schema=False)
    pages = _Pages(files=files, shell=shell, entrance=entrance)
    shell.offer_beside(Place(path="files", label=Text(zh="附件", en="Files")))

    @router.get("/cases/{reference}/files")
    def listed(request: Request, reference: Reference, visitor: PageVisitor) -> Response:
        return pages.listed(request, visitor, reference)

    @router.post("/cases/{reference}/files")
    async def add(request: Request, reference: Reference, visitor: PageVisitor) -> Response:
        try:
            parcel = await unpacked(request, files.megabytes)
        except (FileTooLarge, UploadUnreadable) as error:
            return await run_in_threadpool(pages.refused, request, visitor, reference, error)
        try:
            entrance.csrf(request, visitor, parcel.csrf)
            return await run_in_threadpool(pages.add, request, visitor, reference, parcel)
        finally:
            await parcel.form.close()

    @router.get("/cases/{reference}/files/{number}")
    def download(reference: Reference, number: FileNumber, visitor: PageVisitor) -> Response:
        return sent(files.open(visitor, reference, number))

    @router.post("/cases/{reference}/files/{number}/remove")
    def remove(
        request: Request,
        reference: Reference,
        number: FileNumber,
        visitor: PageVisitor,
        *,
        csrf: Annotated[str, Form()] = "",
        reason: Annotated[str, Form()] = "",
        begun: Annotated[str, Form()] = "",
    ) -> Response:
        entrance.csrf(request, visitor, csrf)
        key = _key(begun, visitor, reference, "remove", number, reason)
        return pages.remove(request, visitor, reference, number, reason=reason, key=key)

    return router


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pages:
    """The page of a case's files: after a refusal it says why, above what is there."""

    files: Files
    shell: Shell
    entrance: Entrance

    def listed(
        self,
        request: Request,
        visitor: Visitor,
        reference: str,
        *,
        status: HTTPStatus = HTTPStatus.OK,
        errors: Mapping[str, str] | None = None,
        typed: str = "",
    ) -> Response:
        """`errors`: what was wrong, by field; `typed`: what the file was for."""
        found = self.files.listed(visitor, reference)
        return self.shell.page(
            request,
            "case_files.html",
            visitor,
            status,
            files=found,
            reference=reference,
            begun=f"{self.entrance.arrival(request).at.isoformat()} {len(found.lines)}",
            megabytes=self.files.megabytes,
            errors=errors or {},
            typed=typed,
        )

    def add(self, request: Request, visitor: Visitor, reference: str, parcel: Parcel) -> Response:
        """What was sent twice from the same page is one file, as it is one request."""
        given = parcel.upload
        lacks = lacking({"reason": given.reason}, FOR, language=self._language(request, visitor))
        if lacks:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return self.listed(request, visitor, reference, status=status, errors=lacks)
        told = (reference, "add", given.name, given.reason, _digest(given.content))
        key = _key(parcel.begun, visitor, *told)
        try:
            self.files.add(visitor, reference, replace(given, key=key))
        except BihuanError as error:
            return self.refused(request, visitor, reference, error, typed=given.reason)
        return _back(reference)

    def remove(  # a form
        self,
        request: Request,
        visitor: Visitor,
        reference: str,
        number: int,
        *,
        reason: str,
        key: str | None,
    ) -> Response:
        field = f"remove-{number}"
        lacks = lacking({"reason": reason}, WHY, language=self._language(request, visitor))
        if lacks:
            status, errors = HTTPStatus.UNPROCESSABLE_ENTITY, {field: lacks["reason"]}
            return self.listed(request, visitor, reference, status=status, errors=errors)
        try:
            self.files.remove(visitor, reference, number, reason, key=key)
        except BihuanError as error:
            return self.refused(request, visitor, reference, error, field="")
        return _back(reference)

    def refused(
        self,
        request: Request,
        visitor: Visitor,
        reference: str,
        error: BihuanError,
        *,
        field: str = "file",
        typed: str = "",
    ) -> Response:
        if isinstance(error, UnknownCase):
            raise error
        errors = {field: error.message(self._language(request, visitor))}
        typed = typed or str(error.facts.get("typed", ""))
        return self.listed(
            request, visitor, reference, status=status_of(error), errors=errors, typed=typed
        )

    def _language(self, request: Request, visitor: Visitor) -> str:
        return self.shell.language(request, visitor)


def _key(begun: str, visitor: Visitor, *told: object) -> str | None:
    """The request key of a form: who, on which page, and all that it says."""
    if not begun:
        return None
    text = json.dumps([begun, visitor.person, *told]).encode(errors="surrogatepass")
    return f"page-{hashlib.sha256(text).hexdigest()[:40]}"


def _digest(content: BinaryIO) -> str:
    """Of all bytes, which can be read once more afterwards."""
    found = hashlib.sha256()
    while part := content.read(MEGABYTE):
        found.update(part)
    content.seek(0)
    return found.hexdigest()


def _back(reference: str) -> Response:
    place = f"/cases/{quote(reference, safe='')}/files"
    return RedirectResponse(place, status_code=HTTPStatus.SEE_OTHER)
