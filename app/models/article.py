"""Articles and their immutable revisions."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, Index, SQLModel, UniqueConstraint

from app.models.base import Id, json_column, key, link


class Article(SQLModel, table=True):
    """One briefing by identity (URL key, or content hash where it has no URL); its text is that of the current revision."""

    __tablename__ = "articles"
    __table_args__ = (
        Index("ix_articles_sort_at", "sort_at", "id"),
        Index("ix_articles_listed", "withdrawn_at", "duplicate_of", "sort_at", "id"),
    )

    id: Id = key()
    identity: str = Field(unique=True)  # "url:<key>" or "text:<sha256>"
    source_id: Id | None = link("sources.id", nullable=True)
    url: str | None = None
    guid: str | None = None
    title: str | None = None
    byline: str | None = None
    published_at: datetime | None = None
    published_at_rule: str | None = None
    modified_at: datetime | None = None
    fetched_at: datetime
    content_changed_at: datetime
    sort_at: datetime  # published_at, else fetched_at: never null, so that both engines order alike
    language: str | None = None
    live: bool = False
    revision: int = 1
    content_hash: str = Field(index=True)
    word_count: int = 0
    summary: str | None = None
    entity_count: int = 0
    quote_count: int = 0
    attack_report_count: int = 0
    duplicate_of: Id | None = link("articles.id", nullable=True)
    flags: list[Any] = json_column(list)
    etag: str | None = None
    last_modified: str | None = None
    withdrawn_at: datetime | None = None
    withdrawn_reason: str | None = None
    raw_hash: str | None = None  # of the bytes seen last, which may differ though the text does not
    markup_changed_at: datetime | None = None  # bytes changed, the text did not


class Revision(SQLModel, table=True):
    """A text as it stood; never changed after it is written."""

    __tablename__ = "revisions"
    __table_args__ = (UniqueConstraint("article_id", "number"),)

    id: Id = key()
    article_id: Id = link("articles.id")
    number: int
    fetched_at: datetime
    title: str | None = None
    text: str
    content_hash: str
    raw_hash: str | None = None
    cleaner_version: str
    extractor_version: str
    word_count: int
    blocks: list[Any] = json_column(list)


class Snapshot(SQLModel, table=True):
    """The findings of one revision as the extractor named there found them; replaced only by a re-extraction.

    The rows of quotes and attack reports follow the current revision; this keeps what older ones said, spans and all.
    """

    __tablename__ = "snapshots"
    __table_args__ = (UniqueConstraint("article_id", "number"),)

    id: Id = key()
    article_id: Id = link("articles.id")
    number: int
    extractor_version: str
    at: datetime
    entities: list[Any] = json_column(list)
    quotes: list[Any] = json_column(list)
    attack_reports: list[Any] = json_column(list)


class TitleChange(SQLModel, table=True):
    """The headline changed and the text did not: no revision, but remembered."""

    __tablename__ = "title_changes"

    id: Id = key()
    article_id: Id = link("articles.id")
    at: datetime
    before: str | None = None
    after: str | None = None


class RawPage(SQLModel, table=True):
    """The HTML behind a revision, zlib-compressed; kept for SITREP_RAW_DAYS and then purged."""

    __tablename__ = "raw_pages"
    __table_args__ = (UniqueConstraint("article_id", "number"),)

    id: Id = key()
    article_id: Id = link("articles.id")
    number: int
    fetched_at: datetime = Field(index=True)
    content_type: str
    charset: str | None = None
    body: bytes
