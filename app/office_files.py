"""Looks into the zip of a Word or Excel file and unpacks it within bounds, keeping nothing.

Refuses whatever is not exactly such a file: bombs, other archives, macros, names that climb.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from app.errors import FileRefused
from engine.profile import Text

MOST_MEMBERS = 2_000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 150
"""How much larger the whole may become: real documents stay far below."""
SMALL = 10 * 1024 * 1024
"""Up to this size a ratio tells nothing."""
AT_ONCE = 64 * 1024
LONGEST_ENTRY = 512
"""Bytes of a member in the list of members: its name and what packers add to it."""
END = struct.Struct("<4s4H2LH")
END_64 = struct.Struct("<4sQ2H2L4Q")
LOCATOR = struct.Struct("<4sLQL")
END_BEGINS = b"PK\5\6"
LONGEST_TAIL = END.size + 0xFFFF
ENCRYPTED = 0x1
MAIN = {
    "word": ("word/document.xml", b"wordprocessingml.document.main+xml"),
    "xl": ("xl/workbook.xml", b"spreadsheetml.sheet.main+xml"),
}
TYPES = "[Content_Types].xml"
_DRIVE = re.compile(r"[A-Za-z]:")


def office_kind(file: Path) -> str:
    """`word` or `xl`; FileRefused for any other or unsound archive."""
    try:
        _check_end(file)
        with zipfile.ZipFile(file) as opened:
            members = opened.infolist()
            _check_outline(opened, members, file.stat().st_size)
            types = _unpack(opened, members, file.stat().st_size)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise _refused("压缩结构损坏", "its archive is damaged") from error
    except RuntimeError as error:
        raise _refused("加密或用了不支持的压缩方式", "it is encrypted or oddly packed") from error
    names = {one.filename for one in members}
    for kind, (main, type_) in MAIN.items():
        if main in names and type_ in types:
            return kind
    raise _refused("压缩包不是docx或xlsx", "the archive is neither docx nor xlsx")


def _check_end(file: Path) -> None:
    """How long its list of members says to be: reading a long one would cost what a bomb does."""
    with file.open("rb") as opened:
        opened.seek(max(0, file.stat().st_size - LONGEST_TAIL))
        last = opened.read()
    if END_BEGINS not in last:
        raise zipfile.BadZipFile
    if last[-END.size :][:4] != END_BEGINS:
        raise _refused("压缩包前后带有别的内容", "something stands before or behind the archive")
    listed = int(END.unpack(last[-END.size :])[5])
    longer = last[-END.size - LOCATOR.size - END_64.size : -END.size]
    if len(longer) == LOCATOR.size + END_64.size and longer[-LOCATOR.size :][:4] == b"PK\6\7":
        listed = int(END_64.unpack(longer[: END_64.size])[8])
    if listed > MOST_MEMBERS * LONGEST_ENTRY:
        raise _bomb()


def _check_outline(opened: zipfile.ZipFile, members: list[zipfile.ZipInfo], size: int) -> None:
    """What can be told without unpacking; what is declared may be a lie, and is counted later."""
    if len(members) > MOST_MEMBERS or sum(one.file_size for one in members) > _bound(size):
        raise _bomb()
    if opened.comment or not members or min(one.header_offset for one in members):
        raise _refused("压缩包前后带有别的内容", "something stands before or behind the archive")
    names = [one.filename for one in members]
    if len(set(names)) != len(names):
        raise _refused("压缩包内有重名文件", "the archive holds a name twice")
    for one in members:
        path = PurePosixPath(one.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or _DRIVE.match(one.filename):
            raise _refused("压缩包内有越界路径", "the archive holds a path that climbs out")
        if one.flag_bits & ENCRYPTED:
            raise _refused("文件加了密码", "it is encrypted")
        if path.name.lower().startswith("vbaproject"):
            raise _refused("文件含有宏", "it contains macros")


def _unpack(opened: zipfile.ZipFile, members: list[zipfile.ZipInfo], size: int) -> bytes:
    """Unpack everything once, counting; what the list of types says."""
    left, types = _bound(size), b""
    for one in members:
        with opened.open(one) as member:
            while part := member.read(AT_ONCE):
                left -= len(part)
                if left < 0:
                    raise _bomb()
                if one.filename == TYPES:
                    types += part
    return types


def _bound(size: int) -> int:
    return min(MOST_UNPACKED, max(SMALL, size * MOST_RATIO))


def _bomb() -> FileRefused:
    return _refused("解压后过大", "it unpacks to far too much")


def _refused(zh: str, en: str) -> FileRefused:
    return FileRefused(reason=Text(zh=zh, en=en))
