"""Says what a file is by its bytes alone: PDF, Word, Excel, JPEG, PNG or text, or refuses it.

Refuses to know names and cases. A file must be one kind from its first byte to its last, so that
nothing can ride along behind or before it.
"""

from __future__ import annotations

import os
import re
import unicodedata
import zlib
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path
from zipfile import is_zipfile

from app.errors import FileRefused
from app.office_files import office_kind
from engine.profile import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of file that is taken; the first extension is the one it is given."""

    media_type: str
    extensions: tuple[str, ...]


_OFFICE = "application/vnd.openxmlformats-officedocument"
PDF = Kind(media_type="application/pdf", extensions=(".pdf",))
DOCX = Kind(media_type=f"{_OFFICE}.wordprocessingml.document", extensions=(".docx",))
XLSX = Kind(media_type=f"{_OFFICE}.spreadsheetml.sheet", extensions=(".xlsx",))
JPEG = Kind(media_type="image/jpeg", extensions=(".jpg", ".jpeg"))
PNG = Kind(media_type="image/png", extensions=(".png",))
TXT = Kind(media_type="text/plain", extensions=(".txt",))

MOST_PIXELS = 100_000_000
"""A picture that unfolds to more would exhaust whoever opens it."""
PDF_TAIL = 2_048
PNG_BEGINS = b"\x89PNG\r\n\x1a\n"
JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of a JPEG that carry its height and width."""
MARK = 8
"""So many bytes begin with what tells a kind."""
AT_ONCE = 65_536
"""Bytes of a text that are looked at together."""
PLAIN_CONTROLS = frozenset("\t\n\r\f")


def recognise(file: Path) -> Kind:
    """The kind of the file; FileRefused says what is wrong with it."""
    with file.open("rb") as opened:
        if not opened.seek(0, os.SEEK_END):
            raise _refused("文件是空的", "it is empty")
        # The system fetches what is looked at; nothing is held here as a whole.
        with mmap(opened.fileno(), 0, access=ACCESS_READ) as content:
            begins = content[:MARK]
            found = (one for mark, one in _BEGINNINGS.items() if begins.startswith(mark))
            kind = next(found, _text)(content, file)
    if kind not in (DOCX, XLSX) and is_zipfile(file):
        raise _refused("文件里夹带了压缩包", "it is an archive as well")
    return kind


def _refused(zh: str, en: str) -> FileRefused:
    return FileRefused(reason=Text(zh=zh, en=en))


def _pdf(content: mmap, _: Path) -> Kind:
    if not re.match(rb"%PDF-[12]\.\d[\r\n \t]", content):
        raise _refused("PDF开头不完整", "the PDF has a broken beginning")
    if not re.search(rb"startxref\s+\d+\s+%%EOF[\s\0]*\Z", content[-PDF_TAIL:]):
        raise _refused("PDF不完整,或末尾带有别的内容", "the PDF is cut off or carries more")
    return PDF


def _office(_: mmap, file: Path) -> Kind:
    return {"word": DOCX, "xl": XLSX}[office_kind(file)]


def _png(content: mmap, _: Path) -> Kind:
    place = len(PNG_BEGINS)
    while place + 12 <= len(content):
        length = int.from_bytes(content[place : place + 4], "big")
        end = place + 12 + length
        body = content[place + 4 : end - 4]
        if end > len(content) or zlib.crc32(body) != int.from_bytes(content[end - 4 : end], "big"):
            break
        if place == len(PNG_BEGINS):
            if body[:4] != b"IHDR":
                break
            _check_pixels(int.from_bytes(body[4:8], "big"), int.from_bytes(body[8:12], "big"))
        if body[:4] == b"IEND":
            if end != len(content):
                raise _refused("图片后面带有别的内容", "something follows the picture")
            return PNG
        place = end
    raise _refused("PNG图片不完整", "the PNG picture is damaged")


def _jpeg(content: mmap, _: Path) -> Kind:
    """From marker to marker; behind a scan's header its data run up to the next real marker."""
    place, measured = 2, False
    while 0 <= place < len(content) - 1 and content[place] == 0xFF:  # noqa: PLR2004  # a marker
        marker = content[place + 1]
        if marker == _FILL:
            place += 1
            continue
        if marker == _END:
            if content[place + 2 :].strip(b"\0\r\n"):
                zh = "照片后面带有别的内容(如动态照片),请另存为普通照片"
                raise _refused(zh, "something follows the picture, save it as a plain photo")
            if measured:
                return JPEG
            break
        length = int.from_bytes(content[place + 2 : place + 4], "big")
        if marker in JPEG_SIZES:
            size = content[place + 5 : place + 9]
            _check_pixels(int.from_bytes(size[2:], "big"), int.from_bytes(size[:2], "big"))
            measured = True
        place += 2 + length
        if marker == _SCAN:
            found = _NEXT_MARKER.search(content, place)
            place = found.start() if found else -1
    raise _refused("JPEG照片不完整", "the JPEG picture is damaged")


_FILL, _END, _SCAN = 0xFF, 0xD9, 0xDA
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)


def _check_pixels(width: int, height: int) -> None:
    if not 0 < width * height <= MOST_PIXELS:
        raise _refused("图片的像素过多或为零", "the picture has too many pixels, or none")


def _text(content: mmap, _: Path) -> Kind:
    """UTF-8 without signs that only programs use: whatever else is unknown ends here."""
    controls = False
    try:
        for part in _decoded(content):
            controls |= any(map(_is_control, set(part)))
    except UnicodeDecodeError as error:
        zh = "不是可以接收的类型(pdf、docx、xlsx、jpg、png、UTF-8文本)"
        raise _refused(zh, "it is no pdf, docx, xlsx, jpg, png or UTF-8 text") from error
    if controls:
        raise _refused("文本里有控制字符", "the text has control characters")
    return TXT


def _decoded(content: mmap) -> Iterator[str]:
    decoder = getincrementaldecoder("utf-8-sig")()
    for start in range(0, len(content), AT_ONCE):
        yield decoder.decode(content[start : start + AT_ONCE])
    yield decoder.decode(b"", final=True)


def _is_control(sign: str) -> bool:
    return unicodedata.category(sign) == "Cc" and sign not in PLAIN_CONTROLS


_BEGINNINGS: Mapping[bytes, Callable[[mmap, Path], Kind]] = {
    b"%PDF": _pdf,
    b"PK": _office,
    PNG_BEGINS[:4]: _png,
    b"\xff\xd8": _jpeg,
}
