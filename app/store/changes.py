"""The outbox: one row a created, revised, withdrawn, re-extracted or corrected resource, numbered 1, 2, 3 … in the order of commit.

A reader that has seen `seq` has seen everything before it: a number is drawn only under a lock that is kept until the
commit is visible (SQLite has one writer anyway). A sequence would not do: it is drawn before the commit and leaves
holes, so a reader could pass a number that appears later. See docs/decisions/0009-order-of-changes.md.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text
from sqlmodel import Session, col

from app.core.db import at_the_end, dialect_of
from app.domain.vocabulary import ChangeKind, ResourceKind
from app.models import Change
from app.store.filters import Filter, Resource, Sequence, equals
from app.store.paging import Key, ListQuery, Page, fetch_page

_LOCK = 0x5174_7265_7000  # one number for this purpose in the whole database
CHANGES = Resource(
    name="changes",
    filters=(
        Filter(
            "since",
            Sequence,
            "Only changes after this `seq`, exclusive: where you stopped reading.",
            41,
            lambda _session, values: col(Change.seq) > values["since"],
        ),
        Filter("kind", ChangeKind, "The kind of change.", "revised", equals("kind", col(Change.kind))),
        Filter(
            "resource",
            ResourceKind,
            "The kind of resource that changed.",
            "article",
            equals("resource", col(Change.resource)),
        ),
    ),
    sorts={"seq": (Key(col(Change.seq), False, int),), "-seq": (Key(col(Change.seq), True, int),)},
)


def record(session: Session, kind: ChangeKind, resource: ResourceKind, resource_id: UUID, now: datetime) -> None:
    """A row of the outbox in the caller's unit of work; it gets its number when that unit commits."""
    row = Change(kind=kind.value, resource=resource.value, resource_id=resource_id, at=now)
    at_the_end(session, lambda: _append(session, row))


def _append(session: Session, row: Change) -> None:
    """The lock comes after every other lock of the transaction, so that it is short and no two can wait in a ring."""
    if dialect_of(session) == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    row.seq = latest(session) + 1
    session.add(row)
    session.flush()


def latest(session: Session) -> int:
    """The newest number, 0 when nothing ever changed."""
    return int(session.execute(select(func.coalesce(func.max(Change.seq), 0))).scalar_one())


def after(session: Session, since: int, *, limit: int) -> list[Change]:
    """The next changes, for streams and webhooks."""
    statement = select(Change).where(col(Change.seq) > since).order_by(col(Change.seq))
    return list(session.execute(statement.limit(limit)).scalars())


def page(session: Session, query: ListQuery) -> Page[Change]:
    """Changes, the oldest first."""
    statement = CHANGES.apply(session, select(Change), query.values)
    return fetch_page(session, statement, CHANGES.order(query.sort), query)
