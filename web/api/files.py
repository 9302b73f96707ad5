"""Files of a suggestion in the API: list, hand in, fetch, take back.

The rules are those of the pages, and so are the bounds; this only puts them into JSON.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from web.api.access import Actor, Reader
from web.api.answers import NO_CONTROL, Answer, Reference
from web.api.once import REPLAY_HEADER, REPLAYED, Key, own_key
from web.api.refusals import refusals
from web.attachments import Files
from web.files import FileNumber, sent, unpacked

LONGEST_REASON = 200
REFUSED = (
    *("unknown-case", "file-refused", "file-too-large", "file-not-yours", "upload-unreadable"),
    *("form-forged", "body-too-slow", "request-key-reused"),
)
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file", "reason"],
                    "properties": {
                        "file": {
                            "type": "string",
                            "format": "binary",
                            "description": "pdf、docx、xlsx、jpg、png、UTF-8 txt",
                        },
                        "reason": {
                            "type": "string",
                            "maxLength": LONGEST_REASON,
                            "description": "用途,记入办理记录 · what for, kept in the history",
                        },
                    },
                }
            }
        },
    }
}
BYTES: dict[str, Any] = {
    "description": "文件内容 · the bytes, always to be saved",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}


class FileAnswer(Answer):
    """A file of a suggestion."""

    number: int = Field(description="附件序号 · counted within the suggestion")
    name: str = Field(description="文件名 · made safe; its ending says what the content is")
    media_type: str = Field(description="按内容识别的类型 · found by the content")
    size: int = Field(description="字节数 · bytes")
    digest: str = Field(description="内容摘要 · SHA-256 of the bytes")
    added_by: str = Field(description="上传人 · who added it, by name")
    added_at: datetime = Field(description="上传时间 · when")
    mine: bool = Field(description="是否可由您移除 · whether you may take it back")


class FilesAnswer(Answer):
    """The files of a suggestion."""

    files: tuple[FileAnswer, ...] = Field(description="附件 · in order of their numbers")
    may_add: bool = Field(description="现在是否可以上传 · whether you may add one now")


def api_file_routes(files: Files) -> APIRouter:
    """The routes over the port."""
    router = APIRouter(prefix="/api/v1/suggestions/{reference}/files", tags=["files"])
    _add_reading(router, files)
    _add_changing(router, files)
    return router


def _add_reading(router: APIRouter, files: Files) -> None:
    @router.get("", summary="附件列表 · files", responses=refusals("unknown-case"))
    def listed(reference: Reference, visitor: Reader) -> FilesAnswer:
        found = files.listed(visitor, reference)
        lines = tuple(FileAnswer.model_validate(one) for one in found.lines)
        return FilesAnswer(files=lines, may_add=found.may_add)

    @router.get(
        "/{number}",
        summary="下载附件 · fetch a file",
        response_class=Response,
        responses={200: BYTES, **refusals("unknown-case", "unknown-file", "file-damaged")},
    )
    def download(reference: Reference, number: FileNumber, visitor: Reader) -> Response:
        return sent(files.open(visitor, reference, number))


def _add_changing(router: APIRouter, files: Files) -> None:
    @router.post(
        "",
        summary="上传附件 · hand in a file",
        status_code=HTTPStatus.CREATED,
        responses={201: {"headers": REPLAY_HEADER}, **refusals(*REFUSED)},
        openapi_extra=BODY,
    )
    async def add(
        request: Request,
        response: Response,
        reference: Reference,
        visitor: Actor,
        key: Key = None,
    ) -> FileAnswer:
        """Hand one in, once: the same key with the same file, name and reason adds no other."""
        parcel = await unpacked(request, files.megabytes)
        upload = replace(parcel.upload, key=own_key(visitor, key))
        try:
            kept = await run_in_threadpool(files.add, visitor, reference, upload)
        finally:
            await parcel.form.close()
        if not kept.first:
            response.headers[REPLAYED] = "true"
        return FileAnswer.model_validate(kept.line)

    @router.delete(
        "/{number}",
        summary="移除附件 · take a file back",
        status_code=HTTPStatus.NO_CONTENT,
        responses=refusals(
            *("unknown-case", "unknown-file", "file-not-yours", "file-refused", "form-forged"),
            "request-key-reused",
        ),
    )
    def remove(
        *,
        reference: Reference,
        number: FileNumber,
        visitor: Actor,
        reason: Annotated[
            str,
            Query(max_length=LONGEST_REASON, pattern=NO_CONTROL, description="原因 · why"),
        ],
        key: Key = None,
    ) -> None:
        """Offer it no more; with a key, the second time gets the answer of the first."""
        files.remove(visitor, reference, number, reason, key=own_key(visitor, key))
