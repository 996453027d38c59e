"""Sources: what is due, and how a poll ended."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from app.domain.vocabulary import SourceKind
from app.models import Source

MAX_BACKOFF_S = 86_400
PAUSE_AFTER = 10


def add(
    session: Session,
    *,
    url: str,
    url_key: str,
    kind: SourceKind,
    name: str,
    interval_s: int,
    now: datetime,
    language: str | None = None,
) -> Source:
    """A new source, due at once; the existing one when its URL is known."""
    existing = session.exec(select(Source).where(Source.url_key == url_key)).first()
    if existing:
        return existing
    source = Source(
        kind=kind.value,
        url=url,
        url_key=url_key,
        name=name,
        poll_interval_s=interval_s,
        next_poll_at=now,
        created_at=now,
        language=language,
    )
    session.add(source)
    session.flush()
    return source


def due(session: Session, now: datetime) -> list[Source]:
    query = select(Source).where(col(Source.enabled), col(Source.paused_reason).is_(None), Source.next_poll_at <= now)
    return list(session.exec(query.order_by(col(Source.next_poll_at), col(Source.id))))


def listed(session: Session) -> list[Source]:
    return list(session.exec(select(Source).order_by(col(Source.created_at), col(Source.id))))


def remove(session: Session, source_id: UUID) -> bool:
    """False when there is none; articles stay."""
    source = session.get(Source, source_id)
    if source is None:
        return False
    session.delete(source)
    return True


def schedule(session: Session, source: Source, now: datetime) -> None:
    """Next poll by the source's own interval; while a poll is running it is not due."""
    source.next_poll_at = now + timedelta(seconds=source.poll_interval_s)
    session.add(source)


def polled(
    session: Session,
    source_id: UUID,
    *,
    now: datetime,
    error: str | None = None,
    etag: str | None = None,
    last_modified: str | None = None,
) -> None:
    """Record a poll: success resets the failures, failure doubles the wait and pauses the source after ten in a row."""
    source = session.get(Source, source_id)
    if source is None:
        return
    source.last_polled_at = now
    source.last_error = error
    if error is None:
        source.failure_count, source.etag, source.last_modified = (
            0,
            etag or source.etag,
            last_modified or source.last_modified,
        )
    else:
        source.failure_count += 1
        wait = min(source.poll_interval_s * 2**source.failure_count, MAX_BACKOFF_S)
        source.next_poll_at = now + timedelta(seconds=wait)
        if source.failure_count >= PAUSE_AFTER:
            source.paused_reason = f"{PAUSE_AFTER} polls in a row failed: {error}"
    session.add(source)
