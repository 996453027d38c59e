"""Writing a document with its findings: one transaction, one row in the outbox, ids that persist."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select, update

from app.core.errors import Conflict
from app.domain import findings as found
from app.domain.document import Document
from app.domain.vocabulary import ChangeKind, ResourceKind
from app.models import Article, Mention, Revision, TitleChange
from app.store import changes, search
from app.store.save_findings import recount, save_findings

SUMMARY_CHARS = 600


@dataclass(frozen=True, slots=True)
class ArticleForUpdate:
    """What is known of an article before it is read again."""

    id: UUID
    revision: int
    content_hash: str
    withdrawn_at: datetime | None = None
    withdrawn_reason: str | None = None
    raw_hash: str | None = None
    cleaner_version: str | None = None
    text: str = ""
    extractor_version: str | None = None


def known(session: Session, identity: str) -> ArticleForUpdate | None:
    """The article under an identity ("url:…" or "text:<sha256>"), None when it is new."""
    row = session.exec(select(Article).where(Article.identity == identity)).first()
    if row is None:
        return None
    text = select(Revision).where(Revision.article_id == row.id, Revision.number == row.revision)
    now = session.exec(text).one()
    return ArticleForUpdate(
        row.id,
        row.revision,
        row.content_hash,
        row.withdrawn_at,
        row.withdrawn_reason,
        raw_hash=row.raw_hash or now.raw_hash,
        cleaner_version=now.cleaner_version,
        text=now.text,
        extractor_version=now.extractor_version,
    )


def create(
    session: Session,
    *,
    identity: str,
    document: Document,
    findings: found.Findings,
    now: datetime,
    source_id: UUID | None,
) -> UUID:
    """A new article with its first revision and findings; returns its id."""
    article = Article(
        identity=identity,
        source_id=source_id,
        url=document.url,
        guid=document.guid,
        fetched_at=now,
        content_changed_at=now,
        sort_at=document.published_at or now,
        content_hash=document.content_hash,
        flags=[],
    )
    session.add(article)
    session.flush()
    _fill(session, article, document, findings, now)
    changes.record(session, ChangeKind.CREATED, ResourceKind.ARTICLE, article.id, now)
    session.flush()
    return article.id


def revise(
    session: Session, before: ArticleForUpdate, *, document: Document, findings: found.Findings, now: datetime
) -> UUID:
    """A changed text becomes the next revision. Raises Conflict when somebody else revised it meanwhile."""
    article = session.get(Article, before.id)
    if article is None or article.revision != before.revision:
        raise Conflict("The article changed while it was read; send it again.")
    article.revision += 1
    article.content_changed_at = max(article.content_changed_at, now)  # a clock set back does not undo a change
    article.fetched_at = now
    _fill(session, article, document, findings, now)
    changes.record(session, ChangeKind.REVISED, ResourceKind.ARTICLE, article.id, now)
    session.flush()
    return article.id


def touch(session: Session, article_id: UUID, now: datetime, *, document: Document | None = None) -> None:
    """Seen again with the same text: no revision, no change. A new headline or other markup is noted on the article."""
    session.exec(update(Article).where(col(Article.id) == article_id).values(fetched_at=now))
    article = session.get(Article, article_id) if document else None
    if article is None or document is None:
        return
    if document.raw_hash and article.raw_hash and document.raw_hash != article.raw_hash:
        article.markup_changed_at = now
    article.raw_hash = document.raw_hash or article.raw_hash
    if document.title and document.title != article.title:
        session.add(TitleChange(article_id=article.id, at=now, before=article.title, after=document.title))
        article.title = document.title
    session.add(article)
    session.flush()
    search.refresh_article(session, article.id)


def _fill(session: Session, article: Article, document: Document, findings: found.Findings, now: datetime) -> None:
    article.title, article.byline = document.title, document.byline
    article.published_at, article.published_at_rule = document.published_at, document.published_at_rule
    article.modified_at, article.language = document.modified_at, _language(document, findings)
    article.sort_at = document.published_at or article.sort_at
    article.live, article.raw_hash = document.live or bool(document.blocks), document.raw_hash
    article.content_hash, article.word_count = document.content_hash, len(document.text.split())
    article.summary, article.flags = (
        _summary(document.text),
        [{"code": f.code.value, "detail": f.detail} for f in findings.flags],
    )
    _revision(session, article, document, findings, now)
    save_findings(session, article, findings, now)


def _language(document: Document, findings: found.Findings) -> str | None:
    return document.language or (None if findings.flags else "en")


def _summary(text: str) -> str:
    """The lead paragraph: the first line of more than twelve words."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    lead = next((line for line in lines if len(line.split()) > 12), lines[0] if lines else "")
    return lead if len(lead) <= SUMMARY_CHARS else lead[: SUMMARY_CHARS - 1].rsplit(" ", 1)[0] + "…"


def _revision(session: Session, article: Article, document: Document, findings: found.Findings, now: datetime) -> None:
    blocks = [
        {"id": b.id, "at": b.at.isoformat() if b.at else None, "start": b.span.start, "end": b.span.end}
        for b in document.blocks
    ]
    session.add(
        Revision(
            article_id=article.id,
            number=article.revision,
            fetched_at=now,
            title=document.title,
            text=document.text,
            content_hash=document.content_hash,
            raw_hash=document.raw_hash,
            cleaner_version=document.cleaner_version,
            extractor_version=findings.extractor_version,
            word_count=article.word_count,
            blocks=blocks,
        )
    )


def withdraw(session: Session, article_id: UUID, reason: str, now: datetime) -> bool:
    """Take an article and its findings out of lists; the row stays, polled again it stays withdrawn. False when unknown or already gone."""
    article = session.get(Article, article_id, with_for_update=True, populate_existing=True)
    if article is None or article.withdrawn_at is not None:
        return False
    article.withdrawn_at, article.withdrawn_reason = now, reason
    session.add(article)
    changes.record(session, ChangeKind.WITHDRAWN, ResourceKind.ARTICLE, article_id, now)
    session.flush()
    recount(session, set(session.exec(select(Mention.entity_id).where(Mention.article_id == article_id))))
    search.refresh_article(session, article_id)
    return True
