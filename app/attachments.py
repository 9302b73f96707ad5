"""Files of cases: who may add, read and remove them, over rows and a folder of bytes.

Bytes are safe on the disk before their row is written: what a crash leaves is bytes without a
row, never a row without bytes. Refuses to decide who sees a case; the house does.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from app.errors import FileNotYours, FileRefused, UnknownFile
from app.file_kinds import recognise
from app.file_names import safe_name
from app.file_store import FileStore
from app.settings import Settings
from app.wiring import Services
from db.attachments import AttachmentRow, Attachments, Kept
from db.backup import file_of
from db.once import Wish
from engine.case import Case
from engine.profile import Text
from reports.names import Names
from web.attachments import AddedFile, CaseFiles, FileLine, OpenedFile, Upload
from web.gate import Visitor
from web.house import House

FOLDER = Path("var/files")
LONGEST_REASON = 200
KEPT_BACK = "attachments"
"""Among what is hidden of a case: its files may name the author who is kept from the visitor."""


def file_store(services: Services) -> FileStore:
    """The folder of the settings; without one, beside the SQLite file."""
    settings: Settings = services.settings
    if settings.files:
        return FileStore(Path(settings.files))
    database = file_of(services.database)
    return FileStore(FOLDER if database is None else database.parent / "files")


def add_file(services: Services, case: Case, upload: Upload, *, actor: str) -> Kept:
    """Judge the content, keep the bytes, then write the row; refused, nothing stays.

    What the same request has added before is told again; with other content it is refused.
    """
    reason = _reason(upload.reason)
    store = file_store(services)
    received = store.receive(upload.content, megabytes=services.settings.file_megabytes)
    rows = Attachments(services.database)
    wish = _wish(upload.key, case.id, actor, upload.name, reason, received.digest)
    try:
        earlier = None if wish is None else rows.added_before(case.congress, wish)
        if earlier is not None:
            return Kept(row=earlier, first=False)
        kind = recognise(received.file)
        name = safe_name(upload.name, kind)
        store.keep(received)
    finally:
        store.forget(received)
    return rows.add(
        case.congress,
        case.id,
        name=name,
        media_type=kind.media_type,
        size=received.size,
        digest=received.digest,
        actor=actor,
        reason=reason,
        now=services.clock(),
        wish=wish,
    )


def _wish(key: str | None, *told: object) -> Wish | None:
    """A request key with all that it came with."""
    if key is None:
        return None
    text = json.dumps(told, ensure_ascii=False).encode(errors="surrogatepass")
    return Wish(key=key, fingerprint=hashlib.sha256(text).hexdigest())


def offered(services: Services, case: Case) -> tuple[AttachmentRow, ...]:
    """Files of a case that were not removed."""
    rows = Attachments(services.database).of_case(case.id)
    return tuple(one for one in rows if one.removed_at is None)


def offered_one(services: Services, case: Case, number: int) -> AttachmentRow:
    """One of them; UnknownFile."""
    found = [one for one in offered(services, case) if one.number == number]
    if not found:
        raise UnknownFile(case=case.number or case.id, number=number)
    return found[0]


@dataclass(frozen=True, slots=True)
class FilesOfHouse:
    """The port `web.attachments.Files` over rows, by what the house lets a visitor see and do."""

    services: Services
    house: House

    @property
    def megabytes(self) -> int:
        """The largest file that is taken."""
        return self.services.settings.file_megabytes

    def listed(self, visitor: Visitor, reference: str) -> CaseFiles:
        """Those of a case."""
        seen = self.house.case(visitor, reference, door="files")
        if KEPT_BACK in seen.hidden:
            return CaseFiles(lines=(), may_add=False)
        rows = offered(self.services, seen.view.case)
        names = Names(self.house.directory(visitor))
        return CaseFiles(
            lines=tuple(_line(one, names, visitor) for one in rows),
            may_add=bool(seen.actions),
        )

    def add(self, visitor: Visitor, reference: str, upload: Upload) -> AddedFile:
        """Keep a file of somebody for whom there is something to do in the case."""
        seen = self.house.case(visitor, reference, door="files")
        may = bool(seen.actions) or self._was_used(visitor, upload.key)
        if KEPT_BACK in seen.hidden or not may:
            raise FileNotYours(
                what=Text(zh="上传附件", en="add a file"),
                reason=Text(
                    zh="您现在没有可以办理的事项,请由正在办理的人上传",
                    en="there is nothing for you to do in this case now, ask whoever handles it",
                ),
            )
        kept = add_file(self.services, seen.view.case, upload, actor=visitor.person)
        line = _line(kept.row, Names(self.house.directory(visitor)), visitor)
        return AddedFile(line=line, first=kept.first)

    def _was_used(self, visitor: Visitor, key: str | None) -> bool:
        """The second of two clicks gets the first one's answer, whatever was done in between."""
        if key is None:
            return False
        with self.services.store.read(visitor.congress) as transaction:
            return transaction.answer(key) is not None

    def open(self, visitor: Visitor, reference: str, number: int) -> OpenedFile:
        """One file, its bytes checked against their digest."""
        seen = self.house.case(visitor, reference, door="file")
        if KEPT_BACK in seen.hidden:
            raise UnknownFile(case=reference, number=number)
        row = offered_one(self.services, seen.view.case, number)
        line = _line(row, Names(self.house.directory(visitor)), visitor)
        return OpenedFile(line=line, content=file_store(self.services).read(row.digest))

    def remove(
        self, visitor: Visitor, reference: str, number: int, reason: str, *, key: str | None = None
    ) -> None:
        """Offer it no more."""
        seen = self.house.case(visitor, reference, door="files")
        if KEPT_BACK in seen.hidden:
            raise UnknownFile(case=reference, number=number)
        case = seen.view.case
        wish = _wish(key, case.id, visitor.person, number, _reason(reason))
        rows = Attachments(self.services.database)
        if wish is not None and rows.removed_before(case.congress, wish):
            return
        # It may have gone in this moment, by the first of two clicks: that is asked below, once
        # nobody else can write.
        row = next((one for one in rows.of_case(case.id) if one.number == number), None)
        mine = row is not None and row.added_by == visitor.person
        if row is None or (row.removed_at is not None and not mine):
            raise UnknownFile(case=case.number or case.id, number=number)
        if not mine:
            raise FileNotYours(
                what=Text(zh="移除附件", en="remove the file"),
                reason=Text(zh="不是您上传的", en="somebody else added it"),
            )
        done = rows.remove(
            case.congress,
            case.id,
            number,
            actor=visitor.person,
            reason=_reason(reason),
            now=self.services.clock(),
            wish=wish,
        )
        if not done:
            raise UnknownFile(case=case.number or case.id, number=number)


def _reason(given: str) -> str:
    reason = " ".join(given.split())
    if not 0 < len(reason) <= LONGEST_REASON:
        raise FileRefused(
            reason=Text(
                zh=f"请写明用途或原因({LONGEST_REASON}字以内)",
                en=f"say what for, in up to {LONGEST_REASON} signs",
            )
        )
    return reason


def _line(row: AttachmentRow, names: Names, visitor: Visitor) -> FileLine:
    return FileLine(
        number=row.number,
        name=row.name,
        media_type=row.media_type,
        size=row.size,
        digest=row.digest,
        added_by=names.person(row.added_by),
        added_at=row.added_at,
        mine=row.added_by == visitor.person,
    )
