"""The HTML behind revisions, compressed, for a set time: what a better reader could read again."""

import zlib
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, delete, select

from app.domain.document import Page
from app.models import Article, RawPage

_BATCH = 500  # a sweep must not hold the only writer for long


def keep(session: Session, article_id: UUID, page: Page | None, now: datetime) -> None:
    """The page of the article's current revision; texts are not kept, they are stored as they are."""
    article = session.get(Article, article_id)
    if page is None or article is None or "html" not in page.content_type:
        return
    session.add(
        RawPage(
            article_id=article_id,
            number=article.revision,
            fetched_at=now,
            content_type=page.content_type,
            charset=page.charset,
            body=zlib.compress(page.body, 6),
        )
    )


def body_of(session: Session, article_id: UUID, number: int) -> bytes | None:
    """The bytes as they came; None when they were no HTML or are purged."""
    row = session.exec(select(RawPage).where(RawPage.article_id == article_id, RawPage.number == number)).first()
    return zlib.decompress(row.body) if row else None


def purge(session: Session, before: datetime) -> int:
    """Forget pages that were fetched before a moment, some at a time; how many."""
    old = list(session.exec(select(RawPage.id).where(col(RawPage.fetched_at) <= before).limit(_BATCH)))
    if old:
        session.exec(delete(RawPage).where(col(RawPage.id).in_(old)))
    return len(old)
