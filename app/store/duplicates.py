"""Copies of one text: the bands they are found by, and the mark that leaves them out of lists. No row is ever deleted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, text
from sqlmodel import Session, col

from app.core.db import dialect_of
from app.models import Article, ArticleBand, Mention, Revision
from app.store.save_findings import recount

WINDOW = timedelta(days=7)  # a copy appears within days; what repeats later is another story
MAX_CANDIDATES = 50
_LOCK = 0x5172_6570  # of PostgreSQL's advisory locks: two copies that arrive at once must see each other


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that may be the original, or a copy of it (`original_id`)."""

    article_id: UUID
    original_id: UUID
    text: str


def lock(session: Session) -> None:
    """Held to the end of the transaction. SQLite has one writer anyway."""
    if dialect_of(session) == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def set_bands(session: Session, article_id: UUID, keys: Sequence[int]) -> None:
    session.execute(delete(ArticleBand).where(col(ArticleBand.article_id) == article_id))
    session.add_all(ArticleBand(article_id=article_id, band=band, key=key) for band, key in enumerate(keys))
    session.flush()


def by_identity(session: Session, identity: str, free: ColumnElement[bool]) -> UUID | None:
    """The original behind an identity."""
    return _original(session, col(Article.identity) == identity, free)


def by_hash(session: Session, content_hash: str, free: ColumnElement[bool]) -> UUID | None:
    """An article with the very same text."""
    return _original(session, col(Article.content_hash) == content_hash, free)


def by_guid(session: Session, source_id: UUID, guid: str, free: ColumnElement[bool]) -> UUID | None:
    """Another address under which the same source gave the same item."""
    return _original(session, (col(Article.source_id) == source_id) & (col(Article.guid) == guid), free)


def free(article_id: UUID, waiting_for: UUID | None = None) -> ColumnElement[bool]:
    """What may be an original, or lead to one: another article, not a copy of this one, not withdrawn, and not one of
    the copies of `waiting_for` that wait for their turn.
    """
    taken = [one for one in (article_id, waiting_for) if one is not None]
    copy_of = col(Article.duplicate_of)
    return and_(
        col(Article.id) != article_id,
        or_(copy_of.is_(None), copy_of.not_in(taken)),
        col(Article.withdrawn_at).is_(None),
    )


def _original(session: Session, *clauses: ColumnElement[bool]) -> UUID | None:
    query = select(func.coalesce(col(Article.duplicate_of), col(Article.id))).where(*clauses)
    return session.execute(query.order_by(col(Article.id)).limit(1)).scalar_one_or_none()


def candidates(session: Session, article: Article, keys: Sequence[int], free: ColumnElement[bool]) -> list[Candidate]:
    """Articles of the same days that share a band, those that share most first."""
    if not keys:
        return []
    pairs = [(col(ArticleBand.band) == band) & (col(ArticleBand.key) == key) for band, key in enumerate(keys)]
    shared = (
        select(col(ArticleBand.article_id), func.count().label("bands"))
        .where(or_(*pairs), col(ArticleBand.article_id) != article.id)
        .group_by(col(ArticleBand.article_id))
        .subquery()
    )
    query = (
        select(col(Article.id), func.coalesce(col(Article.duplicate_of), col(Article.id)), col(Revision.text))
        .join(shared, col(Article.id) == shared.c.article_id)
        .join(Revision, (col(Revision.article_id) == col(Article.id)) & (col(Revision.number) == col(Article.revision)))
        .where(
            free,
            col(Article.sort_at).between(article.sort_at - WINDOW, article.sort_at + WINDOW),
        )
        .order_by(shared.c.bands.desc(), col(Article.id))
        .limit(MAX_CANDIDATES)
    )
    return [Candidate(*row) for row in session.execute(query)]


def unmarked(session: Session) -> list[UUID]:
    """Articles that are neither copies nor withdrawn, in the order of arrival."""
    query = select(col(Article.id)).where(col(Article.duplicate_of).is_(None), col(Article.withdrawn_at).is_(None))
    return list(session.execute(query.order_by(col(Article.id))).scalars())


def copies_of(session: Session, article_id: UUID) -> Sequence[Article]:
    """Those marked as copies of it, the oldest first."""
    query = select(Article).where(col(Article.duplicate_of) == article_id).order_by(col(Article.id))
    return session.execute(query).scalars().all()


def text_of(session: Session, article: Article) -> str:
    query = select(col(Revision.text)).where(
        col(Revision.article_id) == article.id, col(Revision.number) == article.revision
    )
    return str(session.execute(query).scalar_one())


def mark(session: Session, article: Article, original_id: UUID | None) -> bool:
    """Set or take away the mark; entities are counted anew when it changed, since copies do not count."""
    if article.duplicate_of == original_id:
        return False
    article.duplicate_of = original_id
    session.add(article)
    session.flush()
    mentioned = select(col(Mention.entity_id)).where(col(Mention.article_id) == article.id).distinct()
    recount(session, set(session.execute(mentioned).scalars()))
    return True
