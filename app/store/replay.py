"""Revisions whose findings come from another extractor, and new findings in place of old ones."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_
from sqlmodel import Session, col, func, select

from app.domain.findings import Findings
from app.domain.vocabulary import ChangeKind, ResourceKind
from app.models import Article, Revision, Snapshot, Source
from app.store import changes, snapshots
from app.store.save_findings import save_findings


@dataclass(frozen=True, slots=True)
class Item:
    """One revision to read again."""

    article_id: UUID
    number: int


def chosen(
    session: Session,
    *,
    not_by: str | None = None,
    before: datetime | None = None,
    since: datetime | None = None,
    source: str | None = None,
) -> list[Item]:
    """Revisions of living articles, the oldest article first: not read by this extractor version, not read since `before`,
    of articles whose text changed `since`, of this source.
    """
    kept = and_(col(Snapshot.article_id) == col(Revision.article_id), col(Snapshot.number) == col(Revision.number))
    query = (
        select(Revision.article_id, Revision.number)
        .join(Article, col(Article.id) == col(Revision.article_id))
        .outerjoin(Snapshot, kept)
        .where(col(Article.withdrawn_at).is_(None))
    )
    if not_by is not None:
        query = query.where(or_(col(Snapshot.id).is_(None), col(Snapshot.extractor_version) != not_by))
    if before is not None:
        query = query.where(or_(col(Snapshot.id).is_(None), col(Snapshot.at) < before))
    if since is not None:
        query = query.where(Article.content_changed_at >= since)
    if source is not None:
        named = select(Source.id).where(or_(func.lower(Source.name) == source.lower(), col(Source.url) == source))
        query = query.where(col(Article.source_id).in_(named))
    rows = session.exec(query.order_by(col(Revision.article_id), col(Revision.number)))
    return [Item(article_id, number) for article_id, number in rows]


def load(session: Session, item: Item) -> tuple[Article, Revision, Snapshot | None] | None:
    """None when the article is withdrawn."""
    article = session.get(Article, item.article_id)
    if article is None or article.withdrawn_at is not None:
        return None
    revision = session.exec(_revision(item)).one()
    return article, revision, snapshots.get(session, item.article_id, item.number)


def _revision(item: Item):  # type: ignore[no-untyped-def]
    return select(Revision).where(Revision.article_id == item.article_id, Revision.number == item.number)


def apply(session: Session, item: Item, findings: Findings, now: datetime) -> None:
    """In one transaction: what persists keeps its id, what does not is superseded, the version is recorded.

    Only the current revision has rows in lists, and only it makes a change; an older one gets its snapshot replaced.
    """
    loaded = load(session, item)
    if loaded is None:
        return
    article, revision, _before = loaded
    revision.extractor_version = findings.extractor_version
    session.add(revision)
    if item.number != article.revision:
        snapshots.put(session, article.id, item.number, findings, now)
        return
    article.flags = [{"code": one.code.value, "detail": one.detail} for one in findings.flags]
    session.add(article)
    save_findings(session, article, findings, now)
    changes.record(session, ChangeKind.REEXTRACTED, ResourceKind.ARTICLE, article.id, now)
