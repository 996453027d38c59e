"""Sources: adding, changing, what is due, and how a poll ended."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select, update

from app.core.db import insert_ignoring
from app.core.ids import new_id
from app.domain.vocabulary import SourceKind
from app.models import Source


@dataclass(frozen=True, slots=True)
class SourceForPoll:
    """What is known of a source before it is polled; no row is held while the network is waited for."""

    id: UUID
    kind: SourceKind
    url: str
    etag: str | None = None
    last_modified: str | None = None
    poll_interval_s: int = 900
    poll_interval_fixed: bool = False
    last_polled_at: datetime | None = None
    failure_count: int = 0
    lag_s: int | None = None


@dataclass(frozen=True, slots=True)
class PollIntent:
    """The state of a source after a poll."""

    last_polled_at: datetime
    next_poll_at: datetime
    poll_interval_s: int
    failure_count: int
    last_error: str | None
    paused_reason: str | None
    lag_s: int | None
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class SourceData:
    """A source as somebody wants it. `poll_interval_s` None: its own rhythm."""

    url: str
    url_key: str
    kind: SourceKind = SourceKind.FEED
    name: str | None = None
    outlet: str | None = None
    stance: str | None = None
    language: str | None = None
    country: str | None = None
    enabled: bool = True
    poll_interval_s: int | None = None


def add(session: Session, data: SourceData, *, default_interval_s: int, now: datetime) -> tuple[Source, bool]:
    """The source and True when it is new; the existing one, unchanged, when its URL is known. Due at once."""
    values: dict[str, Any] = asdict(data) | {
        "id": new_id(),
        "kind": data.kind.value,
        "name": data.name or data.url,
        "poll_interval_s": data.poll_interval_s or default_interval_s,
        "poll_interval_fixed": data.poll_interval_s is not None,
        "next_poll_at": now,
        "created_at": now,
        "failure_count": 0,
    }
    made = session.execute(insert_ignoring(session, Source).values(**values).on_conflict_do_nothing())
    row = session.exec(select(Source).where(Source.url_key == data.url_key)).one()
    return row, bool(getattr(made, "rowcount", 0))


def change(
    session: Session, source: Source, values: dict[str, Any], *, default_interval_s: int, now: datetime
) -> Source:
    """Set the given columns. Enabling takes a pause and its failures away and polls at once; a null interval gives the
    source back its own rhythm, which begins where that of a new source does.
    """
    values = dict(values)
    if values.get("enabled"):
        values |= {"paused_reason": None, "failure_count": 0, "last_error": None, "next_poll_at": now}
    if "poll_interval_s" in values:
        given = values.pop("poll_interval_s")
        values |= {"poll_interval_fixed": given is not None, "poll_interval_s": given or default_interval_s}
        values.setdefault("next_poll_at", min(source.next_poll_at, now + timedelta(seconds=values["poll_interval_s"])))
    if values.get("kind", source.kind) != source.kind:
        values |= {"etag": None, "last_modified": None}  # what was read as a page was never read as a feed
    for name, value in values.items():
        setattr(source, name, value)
    session.add(source)
    session.flush()
    return source


def due(session: Session, now: datetime) -> list[Source]:
    query = select(Source).where(col(Source.enabled), col(Source.paused_reason).is_(None), Source.next_poll_at <= now)
    return list(session.exec(query.order_by(col(Source.next_poll_at), col(Source.id))))


def for_poll(session: Session, source_id: UUID) -> SourceForPoll | None:
    """None when it was removed meanwhile."""
    row = session.get(Source, source_id)
    if row is None:
        return None
    names = ("etag", "last_modified", "poll_interval_s", "poll_interval_fixed", "last_polled_at", "failure_count")
    known = {name: getattr(row, name) for name in names}
    return SourceForPoll(id=row.id, kind=SourceKind(row.kind), url=row.url, lag_s=row.lag_s, **known)


def known(session: Session, source_id: UUID | None) -> UUID | None:
    """The id itself while there is such a source."""
    return source_id if source_id and session.get(Source, source_id) else None


def schedule(session: Session, source: Source, now: datetime) -> None:
    """While a poll is running the source is not due; its outcome sets the real time."""
    source.next_poll_at = now + timedelta(seconds=source.poll_interval_s)
    session.add(source)


def poll_at(session: Session, source_id: UUID, at: datetime) -> None:
    session.exec(update(Source).where(col(Source.id) == source_id).values(next_poll_at=at))


def polled(session: Session, source_id: UUID, intent: PollIntent) -> None:
    """Record how a poll ended. An interval that the operator set meanwhile stays."""
    source = session.get(Source, source_id)
    if source is None:
        return
    values = asdict(intent)
    if source.poll_interval_fixed:
        values.pop("poll_interval_s")
    for name, value in values.items():
        setattr(source, name, value)
    session.add(source)


def remove(session: Session, source: Source) -> None:
    """Its articles and jobs stay."""
    session.delete(source)
    session.flush()
