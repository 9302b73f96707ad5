"""What a file is, is told by its bytes; what is two things, cut off or a bomb is refused."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from app.errors import FileRefused
from app.file_kinds import AT_ONCE, DOCX, JPEG, PDF, PNG, TXT, XLSX, Kind, recognise
from app.file_names import safe_name
from tests.support import files

DOCUMENT = files.archive({**files.WORD})
BOMB = files.archive({**files.WORD, "word/media/big.bin": bytes(30_000_000)})
GOOD = {
    "pdf": (files.PDF, PDF),
    "docx": (DOCUMENT, DOCX),
    "xlsx": (files.archive({**files.EXCEL}), XLSX),
    "jpg": (files.jpeg(), JPEG),
    "png": (files.png(), PNG),
    "txt": (files.TEXT, TXT),
    "txt with a mark": (b"\xef\xbb\xbf" + files.TEXT, TXT),
}
BAD = {
    "nothing": (b"", "it is empty"),
    "a program": (files.EXE, "no pdf, docx"),
    "text in another code": ("面商记录".encode("gb18030"), "no pdf, docx"),
    "text with a bell": (b"a\x07b", "control characters"),
    "a pdf cut off": (files.PDF[:-20], "cut off"),
    "a pdf with a page behind": (files.PDF + b"<script>1</script>", "cut off or carries more"),
    "a pdf that is a zip": (files.PDF + DOCUMENT, "carries more"),
    "a pdf in a comment of a zip": (
        b"%PDF-1.4\n" + DOCUMENT[:-2] + b"\x13\x00" + b"startxref\n9\n%%EOF\n\n",
        "archive as well",
    ),
    "a picture that is a zip": (files.png() + DOCUMENT, "something follows"),
    "a photo that is a zip": (files.jpeg() + DOCUMENT, "something follows"),
    "a png cut off": (files.png()[:-5], "damaged"),
    "a png that was altered": (files.png().replace(b"IDAT", b"IDAX"), "damaged"),
    "a jpeg cut off": (files.jpeg()[:-2], "damaged"),
    "a jpeg without a size": (b"\xff\xd8\xff\xd9", "damaged"),
    "a picture of a billion pixels": (files.png(40_000, 40_000), "too many pixels"),
    "a photo of a billion pixels": (files.jpeg(40_000, 40_000), "too many pixels"),
    "any zip": (files.archive({"a.txt": "a"}), "neither docx nor xlsx"),
    "a zip bomb": (BOMB, "far too much"),
    "a zip bomb that lies": (files.declared_small(BOMB, "word/media/big.bin"), "damaged"),
    "too many members": (
        files.archive({**files.WORD, **{f"word/{n}.xml": "" for n in range(2_001)}}),
        "far too much",
    ),
    "a list of members without end": (b"PK" + files.listing(40_000), "far too much"),
    "the same in the longer record": (
        b"PK" + files.listing(40_000, longer=True),
        "far too much",
    ),
    "a member that climbs": (files.archive({**files.WORD, "../../etc/cron.d/x": "x"}), "climbs"),
    "a member with a drive": (files.archive({**files.WORD, "C:\\x.dll": "x"}), "climbs"),
    "macros": (files.archive({**files.WORD, "word/vbaProject.bin": "x"}), "macros"),
    "something before a zip": (b"PK" + DOCUMENT, "before or behind"),
    "a zip with a comment": (DOCUMENT[:-2] + b"\x02\x00<b", "before or behind"),
    "half a zip": (DOCUMENT[: len(DOCUMENT) // 2], "damaged"),
    "a zip with an altered member": (files.altered(DOCUMENT, 60), "damaged"),
}


@pytest.mark.parametrize(("content", "kind"), GOOD.values(), ids=GOOD)
def test_what_is_taken(tmp_path: Path, content: bytes, kind: Kind) -> None:
    file = tmp_path / "anything.exe"
    file.write_bytes(content)
    assert recognise(file) == kind


@pytest.mark.parametrize(("content", "reason"), BAD.values(), ids=BAD)
def test_what_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    file = tmp_path / "report.pdf"
    file.write_bytes(content)
    with pytest.raises(FileRefused) as refused:
        recognise(file)
    assert reason in refused.value.message("en")


def test_an_encrypted_archive_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.docx"
    locked = bytearray(DOCUMENT)
    for start, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.find(start) + place] |= 1
    file.write_bytes(locked)
    with pytest.raises(FileRefused, match="encrypted"):
        recognise(file)


@pytest.mark.parametrize(
    ("given", "kind", "safe"),
    [
        ("面商照片.JPG", JPEG, "面商照片.jpg"),
        ("../../etc/passwd", TXT, "passwd.txt"),
        ("..\\..\\windows\\run.exe", PNG, "run.exe.png"),
        ("/absolute/答复函.pdf", PDF, "答复函.pdf"),
        ("cod\u202efdp.exe", PDF, "codfdp.exe.pdf"),
        ("a\u200bb\r\nSet-Cookie: x\x00.txt", TXT, "abSet-Cookie_ x.txt"),
        ("con.txt", TXT, "_con.txt"),
        ("nul.tar.pdf", PDF, "_nul.tar.pdf"),
        ("  . .. ", PDF, "附件.pdf"),
        ('<b>"x".pdf', PDF, "_b__x_.pdf"),
        ("报告" * 100 + ".docx", DOCX, "报告" * 50 + ".docx"),
        ("x.pdf.pdf", PDF, "x.pdf.pdf"),
    ],
)
def test_names_are_made_safe(given: str, kind: Kind, safe: str) -> None:
    assert safe_name(given, kind) == safe


@pytest.mark.parametrize("before", range(4))
def test_a_sign_across_two_parts_of_a_text_is_whole(tmp_path: Path, before: int) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"a" * (AT_ONCE - before) + "意见🙂".encode())
    assert recognise(file) == TXT
    file.write_bytes(b"a" * (AT_ONCE - before) + "意见🙂".encode()[:-1])
    with pytest.raises(FileRefused, match="no pdf, docx"):
        recognise(file)
    file.write_bytes(b"a" * (AT_ONCE - before) + "意见".encode() + b"\x07")
    with pytest.raises(FileRefused, match="control characters"):
        recognise(file)


@pytest.mark.parametrize(
    "sound", ["🙂".encode() + b"a" * 20_000_000, b"%PDF-1.4\n" + bytes(20_000_000)]
)
def test_a_large_file_is_not_held_as_a_whole(tmp_path: Path, sound: bytes) -> None:
    file = tmp_path / "file"
    file.write_bytes(sound + b"startxref\n9\n%%EOF\n")
    tracemalloc.start()
    try:
        recognise(file)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1_000_000
