"""What is known of pages before they are fetched: validators, and which items of a listing are stored already."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select, update

from app.models import Article

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class PageForFetch:
    """The stored article behind a URL, with what its site sent to ask again by."""

    article_id: UUID
    etag: str | None
    last_modified: str | None


def for_fetch(session: Session, identity: str) -> PageForFetch | None:
    """None when it is new or was withdrawn."""
    row = session.exec(select(Article).where(Article.identity == identity)).first()
    if row is None or row.withdrawn_at is not None:
        return None
    return PageForFetch(row.id, row.etag, row.last_modified)


def changed_at(session: Session, identity: str) -> datetime | None:
    """When the text behind an identity last changed; None when it is not stored."""
    return session.exec(select(Article.content_changed_at).where(Article.identity == identity)).first()


def remember(session: Session, article_id: UUID, *, etag: str | None, last_modified: str | None) -> None:
    """Keep the validators of the page just read; none of them when the site sent none."""
    values = {"etag": etag, "last_modified": last_modified}
    session.exec(update(Article).where(col(Article.id) == article_id).values(**values))


def read_at(session: Session, identities: Sequence[str]) -> dict[str, datetime]:
    """Identity -> when it was last read, of those that are stored."""
    found: dict[str, datetime] = {}
    for start in range(0, len(identities), _CHUNK):
        part = identities[start : start + _CHUNK]
        found |= dict(
            session.exec(select(Article.identity, Article.fetched_at).where(col(Article.identity).in_(part))).all()
        )
    return found


def guids(session: Session, source_id: UUID, wanted: Sequence[str]) -> dict[str, datetime]:
    """Guid -> when it was last read, of this source's articles: a guid means nothing elsewhere."""
    found: dict[str, datetime] = {}
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        query = select(Article.guid, Article.fetched_at).where(
            col(Article.source_id) == source_id, col(Article.guid).in_(part)
        )
        found |= {guid: at for guid, at in session.exec(query) if guid is not None}
    return found
