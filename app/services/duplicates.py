"""Which article is a copy of which: decided in the transaction that stores it, undone when a text changes or goes."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Engine
from sqlmodel import Session, col

from app.core.db import read_session, write_session
from app.domain.document import Document
from app.ingest.similar import alike, band_keys
from app.ingest.urls import url_key
from app.models import Article
from app.store import duplicates


def place(session: Session, article_id: UUID, document: Document) -> None:
    """Mark a new or revised article as a copy, or not; copies of its former text are decided anew."""
    duplicates.lock(session)
    article = session.get(Article, article_id)
    if article is None:
        return
    keys = band_keys(document.text)
    duplicates.set_bands(session, article_id, keys)
    copies = duplicates.copies_of(session, article_id)
    original = _original(session, article, document, keys, duplicates.free(article_id))
    duplicates.mark(session, article, original)
    _again(session, article_id, copies)


def regroup(engine: Engine) -> Iterator[bool]:
    """Bands and marks for what is stored, the oldest first, one transaction each: whether it was marked as a copy now.

    For articles from before copies were grouped. A mark that stands, by canonical link perhaps, is left alone.
    """
    with read_session(engine) as session:
        ids = duplicates.unmarked(session)
    for article_id in ids:
        with write_session(engine) as session:
            yield _regroup(session, article_id)


def _regroup(session: Session, article_id: UUID) -> bool:
    duplicates.lock(session)
    article = session.get(Article, article_id)
    if article is None or article.duplicate_of is not None or article.withdrawn_at is not None:
        return False
    document = Document(duplicates.text_of(session, article))
    keys = band_keys(document.text)
    duplicates.set_bands(session, article_id, keys)
    older = duplicates.free(article_id) & (col(Article.id) < article_id)  # UUIDv7: in the order of arrival
    marked = duplicates.mark(session, article, _original(session, article, document, keys, older))
    if marked:
        _again(session, article_id, duplicates.copies_of(session, article_id))
    return marked


def withdrawn(session: Session, article_id: UUID) -> None:
    """The original is gone: the oldest of its copies stands for the others."""
    duplicates.lock(session)
    _again(session, article_id, duplicates.copies_of(session, article_id))


def _again(session: Session, former: UUID, copies: Sequence[Article]) -> None:
    """Copies of `former` one after the other; those that wait for their turn are nobody's original."""
    for copy in copies:
        document = Document(duplicates.text_of(session, copy))
        free = duplicates.free(copy.id, waiting_for=former)
        original = _original(session, copy, document, band_keys(document.text), free)
        duplicates.mark(session, copy, original)


def _original(
    session: Session, article: Article, document: Document, keys: list[int], free: ColumnElement[bool]
) -> UUID | None:
    """By where the page says it belongs, by the feed's guid, by the very same text, by a text that is alike."""
    found = None
    canonical = f"url:{url_key(document.canonical_url)}" if document.canonical_url else article.identity
    if canonical != article.identity:
        found = duplicates.by_identity(session, canonical, free)
    if found is None and article.source_id and article.guid:
        found = duplicates.by_guid(session, article.source_id, article.guid, free)
    if found is None:
        found = duplicates.by_hash(session, article.content_hash, free)
    if found is None:
        compared = duplicates.candidates(session, article, keys, free)
        found = next((one.original_id for one in compared if alike(document.text, one.text)), None)
    return found
