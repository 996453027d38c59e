"""What a source listed the last time."""

import hashlib
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, delete, select

from app.models import ListedItem

_CHUNK = 500


def mark_of(identity: str) -> str:
    return hashlib.sha256(identity.encode()).hexdigest()


def of_source(session: Session, source_id: UUID) -> dict[str, ListedItem]:
    """Mark -> row."""
    rows = session.exec(select(ListedItem).where(ListedItem.source_id == source_id))
    return {row.mark: row for row in rows}


def note(
    session: Session,
    source_id: UUID,
    row: ListedItem | None,
    *,
    mark: str,
    digest: str | None,
    at: datetime | None,
    asked: bool,
    now: datetime,
) -> None:
    """Write what is otherwise than in `row` (None: not listed before); `asked`: a job was made for it now."""
    if row is None:
        session.add(ListedItem(source_id=source_id, mark=mark, digest=digest, at=at, asked_at=now))
    elif asked or (row.digest, row.at) != (digest, at):
        row.digest, row.at, row.asked_at = digest, at, now if asked else row.asked_at
        session.add(row)


def forget(session: Session, source_id: UUID, marks: Collection[str]) -> None:
    """Rows of what is listed no more."""
    gone = sorted(marks)
    for start in range(0, len(gone), _CHUNK):
        part = gone[start : start + _CHUNK]
        session.exec(delete(ListedItem).where(col(ListedItem.source_id) == source_id, col(ListedItem.mark).in_(part)))
