"""Rows of attachments 附件: each one added or removed with its entry in the case's own history.

Refuses to know the bytes; of them only size and digest are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, func, insert, select, update

from db.database import reading, writing
from db.once import Wish, answered, keep_answer
from db.prepared import Batch
from db.save import add_entries
from db.select import lock_congress
from db.tables import attachments, suggestions
from engine.audit import AuditEntry, ChainHead, attach
from engine.command import Receipt
from engine.profile import Text

ADDED, REMOVED = "attachment_added", "attachment_removed"
LABELS: Mapping[str, Text] = {
    ADDED: Text(zh="上传附件", en="file added"),
    REMOVED: Text(zh="移除附件", en="file removed"),
}
"""What a history calls these entries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentRow:
    """One file of a case. `subject` names a share or reply when it belongs to one."""

    case_id: str
    number: int
    congress: str
    subject: str | None
    name: str
    media_type: str
    size: int
    digest: str
    added_by: str
    added_at: datetime
    removed_at: datetime | None = None
    removed_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file that was added; `first` is False when the same request had added it before."""

    row: AttachmentRow
    first: bool


class Attachments:
    """The attachments of a database. With a `wish` each change is made once."""

    def __init__(self, database: Engine) -> None:
        self._database = database

    def add(
        self,
        congress: str,
        case_id: str,
        *,
        name: str,
        media_type: str,
        size: int,
        digest: str,
        actor: str,
        reason: str,
        now: datetime,
        wish: Wish | None = None,
    ) -> Kept:
        """A new row under the next number of the case, with its entry in the history."""
        with writing(self._database) as connection:
            # Whoever numbers or chains waits here, on either kind of database.
            known = lock_congress(connection, congress)
            earlier = _earlier(connection, congress, wish)
            if earlier is not None:
                return Kept(row=earlier, first=False)
            query = select(func.coalesce(func.max(attachments.c.number), 0))
            last = connection.execute(query.where(attachments.c.case_id == case_id)).scalar_one()
            row = AttachmentRow(
                case_id=case_id,
                number=last + 1,
                congress=congress,
                subject=None,
                name=name,
                media_type=media_type,
                size=size,
                digest=digest,
                added_by=actor,
                added_at=now,
            )
            connection.execute(insert(attachments).values(asdict(row)))
            entry = _enter(connection, known.head, row, by=actor, did=ADDED, reason=reason, now=now)
            keep_answer(connection, congress, wish, _receipt(row, entry))
        return Kept(row=row, first=True)

    def remove(
        self,
        congress: str,
        case_id: str,
        number: int,
        *,
        actor: str,
        reason: str,
        now: datetime,
        wish: Wish | None = None,
    ) -> bool:
        """Offer it no more; False when it was not offered. Row and bytes stay, as evidence."""
        with writing(self._database) as connection:
            known = lock_congress(connection, congress)
            if answered(connection, congress, wish) is not None:
                return True
            here = attachments.c
            found = _rows(
                connection,
                here.case_id == case_id,
                here.number == number,
                here.removed_at.is_(None),
            )
            if not found:
                return False
            query = update(attachments).where(here.case_id == case_id, here.number == number)
            connection.execute(query.values(removed_at=now, removed_by=actor))
            entry = _enter(
                connection, known.head, found[0], by=actor, did=REMOVED, reason=reason, now=now
            )
            keep_answer(connection, congress, wish, _receipt(found[0], entry))
        return True

    def added_before(self, congress: str, wish: Wish) -> AttachmentRow | None:
        """The file that the same request added before; RequestKeyReused for another request."""
        with reading(self._database) as connection:
            return _earlier(connection, congress, wish)

    def removed_before(self, congress: str, wish: Wish) -> bool:
        """Whether the same request took its file back before."""
        with reading(self._database) as connection:
            return answered(connection, congress, wish) is not None

    def of_case(self, case_id: str) -> tuple[AttachmentRow, ...]:
        """Those of a case in order of their numbers, removed ones too."""
        with reading(self._database) as connection:
            return _rows(connection, attachments.c.case_id == case_id)

    def every(self) -> tuple[AttachmentRow, ...]:
        """All there are, of every congress that shares the folder."""
        with reading(self._database) as connection:
            return _rows(connection)


def _earlier(connection: Connection, congress: str, wish: Wish | None) -> AttachmentRow | None:
    receipt = answered(connection, congress, wish)
    if receipt is None:
        return None
    here = attachments.c
    (row,) = _rows(connection, here.case_id == receipt.case, here.number == receipt.subject)
    return row


def _receipt(row: AttachmentRow, entry: AuditEntry) -> Receipt:
    """As that of an action, whose subject is the file; no state was left."""
    return Receipt(
        case=row.case_id,
        number=None,
        version=entry.version,
        state="",
        action=entry.action,
        subject=row.number,
        audit_sequence=entry.sequence,
    )


def _enter(
    connection: Connection,
    head: ChainHead,
    row: AttachmentRow,
    *,
    by: str,
    did: str,
    reason: str,
    now: datetime,
) -> AuditEntry:
    """The entry in the history of the case, which keeps its version: no rule was applied."""
    version = select(suggestions.c.version).where(suggestions.c.id == row.case_id)
    told = {"number": row.number, "name": row.name, "size": row.size, "digest": row.digest}
    entry = attach(
        head,
        case=row.case_id,
        version=connection.execute(version).scalar_one(),
        at=now,
        actor=by,
        action=did,
        rule="",
        content={"reason": reason, "attachment": told},
    )
    batch = Batch(connection)
    add_entries(batch, [entry])
    batch.send()
    return entry


def _rows(connection: Connection, *conditions: ColumnElement[bool]) -> tuple[AttachmentRow, ...]:
    here = attachments.c
    query = (
        select(*(here[name] for name in AttachmentRow.__slots__))
        .where(*conditions)
        .order_by(here.case_id, here.number)
    )
    return tuple(AttachmentRow(**row) for row in connection.execute(query).mappings())
