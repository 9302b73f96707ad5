"""Files as people hand them in, and as those do who mean harm; all made here."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

TYPES = "[Content_Types].xml"
MAIN = "application/vnd.openxmlformats-officedocument"
WORD = {
    TYPES: f'<Types><Override ContentType="{MAIN}.wordprocessingml.document.main+xml"/></Types>',
    "word/document.xml": "<document>测算表</document>",
}
EXCEL = {
    TYPES: f'<Types><Override ContentType="{MAIN}.spreadsheetml.sheet.main+xml"/></Types>',
    "xl/workbook.xml": "<workbook/>",
}
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\nstartxref\n9\n%%EOF\n"
TEXT = "面商记录:3月5日,交通局。\n".encode()
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200)


def archive(members: dict[str, str | bytes]) -> bytes:
    """A zip of these members, in their order."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return made.getvalue()


def chunk(name: bytes, content: bytes) -> bytes:
    """A chunk of a PNG."""
    body = name + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))


def png(width: int = 1, height: int = 1) -> bytes:
    """A picture that says it is so large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + data


def jpeg(width: int = 1, height: int = 1) -> bytes:
    """Markers of a picture that says it is so large, with a stuffed byte and a restart."""
    size = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    head = b"\xff\xc0" + struct.pack(">H", len(size) + 2) + size
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"
    return b"\xff\xd8" + head + scan + b"\x12\xff\x00\xff\xd0\x34" + b"\xff\xd9"


def declared_small(content: bytes, name: str) -> bytes:
    """A zip whose member lies about its unpacked size, in both of its headers."""
    changed = bytearray(content)
    encoded = name.encode()
    small = struct.pack("<I", 10)
    for start, offset, place in ((b"PK\x03\x04", 30, 22), (b"PK\x01\x02", 46, 24)):
        at = content.find(start)
        while at >= 0 and content[at + offset : at + offset + len(encoded)] != encoded:
            at = content.find(start, at + 1)
        changed[at + place : at + place + 4] = small
    return bytes(changed)


def altered(content: bytes, place: int) -> bytes:
    """The same with one bit turned."""
    changed = bytearray(content)
    changed[place] ^= 1
    return bytes(changed)


def listing(members: int, *, longer: bool = False) -> bytes:
    """A zip that is nothing but a list of so many members; `longer`: with the record for that."""
    listed = b"".join(
        struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0)
        + f"{number:06x}".encode()
        for number in range(members)
    )
    record = struct.pack(
        "<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, members, members, len(listed), 0
    ) + struct.pack("<4sLQL", b"PK\6\7", 0, len(listed), 1)
    said = (0xFFFF, 0xFFFF, 0xFFFFFFFF, 0) if longer else (9, 9, len(listed), 0)
    return listed + (record if longer else b"") + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, *said, 0)
