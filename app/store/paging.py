"""Keyset paging: a total order, an opaque cursor bound to list, filters and order, and the page itself."""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlmodel import Session

from app.core.errors import BadCursor

Row = TypeVar("Row")
DEFAULT_LIMIT, MAX_LIMIT = 50, 200


@dataclass(frozen=True, slots=True)
class ListQuery:
    """One validated request for a list. `values` holds only the filters that were given."""

    resource: str
    values: Mapping[str, Any] = field(default_factory=dict)
    sort: str | None = None
    limit: int = DEFAULT_LIMIT
    cursor: str | None = None
    include: frozenset[str] = frozenset()

    @property
    def fingerprint(self) -> str:
        """What a cursor belongs to."""
        given = {name: _jsonable(value) for name, value in sorted(self.values.items())}
        return json.dumps([self.resource, self.sort, given], sort_keys=True)


@dataclass(frozen=True, slots=True)
class Key:
    """One column of an order; never nullable, since the engines sort NULLs at opposite ends."""

    column: Any
    descending: bool
    parse: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """`next` is None on the last page; `total` only when it was asked for."""

    items: Sequence[Row]
    next: str | None
    total: int | None = None


def instant(value: Any) -> datetime:
    """The datetime of a cursor, aware."""
    return datetime.fromisoformat(value).astimezone(UTC)


def fetch_page(session: Session, statement: Select[Any], keys: Sequence[Key], query: ListQuery) -> Page[Any]:
    """The rows after the cursor: each element of `items` is the statement's first entity or scalar."""
    total = _count(session, statement) if "total" in query.include else None
    columns = [key.column for key in keys]
    paged = statement.add_columns(*columns).order_by(*(k.column.desc() if k.descending else k.column for k in keys))
    if query.cursor is not None:
        paged = paged.where(_after(keys, read_cursor(query, keys)))
    rows = session.execute(paged.limit(query.limit + 1)).all()
    kept = rows[: query.limit]
    more = write_cursor(query, kept[-1][-len(keys) :]) if len(rows) > query.limit else None
    return Page([row[0] for row in kept], more, total)


def _count(session: Session, statement: Select[Any]) -> int:
    return int(session.execute(select(func.count()).select_from(statement.order_by(None).subquery())).scalar_one())


def _after(keys: Sequence[Key], values: Sequence[Any]) -> ColumnElement[bool]:
    """Lexicographic comparison, spelt out: row values cannot mix ascending and descending. The bound of the first column is
    said once more on its own: a database sees that an index serves it, and no page costs more than the one before.
    """
    clause: ColumnElement[bool] = false()
    for key, value in reversed(list(zip(keys, values, strict=True))):
        beyond = key.column < value if key.descending else key.column > value
        clause = or_(beyond, and_(key.column == value, clause))
    first, bound = keys[0], values[0]
    return and_(first.column <= bound if first.descending else first.column >= bound, clause)


def cursor_after(session: Session, query: ListQuery, keys: Sequence[Key], row_id: UUID) -> str:
    """The cursor that goes on behind the row with this id. BadCursor when there is no such row."""
    columns = [key.column for key in keys]
    row = session.execute(select(*columns).where(keys[-1].column == row_id)).first()
    if row is None:
        raise BadCursor
    return write_cursor(query, row)


def cursor_at(session: Session, statement: Select[Any], keys: Sequence[Key], query: ListQuery, rows: int) -> str | None:
    """The cursor behind the next `rows` rows; None when no row is left after them."""
    columns = [key.column for key in keys]
    ordered = statement.with_only_columns(*columns).order_by(
        *(k.column.desc() if k.descending else k.column for k in keys)
    )
    if query.cursor is not None:
        ordered = ordered.where(_after(keys, read_cursor(query, keys)))
    edge = session.execute(ordered.offset(rows - 1).limit(2)).all()
    return write_cursor(query, edge[0]) if len(edge) == 2 else None


def write_cursor(query: ListQuery, values: Sequence[Any]) -> str:
    """Opaque text; carries the last row's keys and a checksum over them and the query's fingerprint."""
    payload = json.dumps([_jsonable(value) for value in values]).encode()
    return base64.urlsafe_b64encode(_checksum(query, payload) + payload).decode().rstrip("=")


def read_cursor(query: ListQuery, keys: Sequence[Key]) -> list[Any]:
    """The keys in the query's cursor. BadCursor when it is broken or belongs to another list, filter or order."""
    try:
        text = query.cursor or ""
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        if _checksum(query, raw[8:]) != raw[:8]:
            raise BadCursor
        return [key.parse(value) for key, value in zip(keys, json.loads(raw[8:]), strict=True)]
    except (ValueError, TypeError, AttributeError, binascii.Error):
        raise BadCursor from None


def _checksum(query: ListQuery, payload: bytes) -> bytes:
    return hashlib.blake2b(query.fingerprint.encode() + b"\0" + payload, digest_size=8).digest()


def _jsonable(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, UUID) else value
