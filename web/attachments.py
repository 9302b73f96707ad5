"""What the web asks about files of a case: records, errors and the port `Files`.

Refuses to know where bytes lie and what they look like inside; `app.attachments` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

from web.errors import WebError
from web.gate import Visitor


class FileTooLarge(WebError):
    """More bytes than the settings allow; reading stopped there."""

    code = "file-too-large"
    zh = "文件超过上限{megabytes}MB,没有保存。请压缩图片或分成几个文件后再上传。"
    en = "The file is larger than {megabytes} MB and was not kept. Make it smaller or divide it."


class UploadUnreadable(WebError):
    """A request that is no form with one file in it."""

    code = "upload-unreadable"
    zh = "没有收到文件:{reason}。请重新选择文件后上传。"
    en = "No file arrived: {reason}. Choose the file again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file as it comes in: nothing of it is believed. `reason` is what it is for.

    `key`: a request key of its own; sent again with the same file it adds no other one.
    """

    name: str
    reason: str
    content: BinaryIO
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """A file of a case as it may be shown; `mine`: this visitor may take it away again."""

    number: int
    name: str
    media_type: str
    size: int
    digest: str
    added_by: str
    added_at: datetime
    mine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedFile:
    """A file that was handed in; `first` is False when the same request came before."""

    line: FileLine
    first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFiles:
    """The files of a case, and whether this visitor may add one now."""

    lines: tuple[FileLine, ...]
    may_add: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedFile:
    """A file with its bytes, which are what was once handed in."""

    line: FileLine
    content: bytes


class Files(Protocol):
    """Files of cases, by the rights that the visitor has on the case."""

    @property
    def megabytes(self) -> int:
        """The largest file that is taken."""
        ...

    def listed(self, visitor: Visitor, reference: str) -> CaseFiles:
        """Those of a case; `unknown-case` for a case that the visitor may not see."""
        ...

    def add(self, visitor: Visitor, reference: str, upload: Upload) -> AddedFile:
        """Keep a file, once; refused for what it is, its size, or who brings it."""
        ...

    def open(self, visitor: Visitor, reference: str, number: int) -> OpenedFile:
        """One file; `unknown-file` when it is not there or was removed."""
        ...

    def remove(
        self, visitor: Visitor, reference: str, number: int, reason: str, *, key: str | None = None
    ) -> None:
        """Offer it no more; only who added it may. With a key the second time is the first."""
        ...
