"""Quotes of revisions."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Field, Index, SQLModel

from app.domain.vocabulary import QuoteKind
from app.models.base import Id, json_column, key, link, one_of


class Quote(SQLModel, table=True):
    """One utterance; `document` is its JSON without ids, the columns are what lists filter by."""

    __tablename__ = "quotes"
    __table_args__ = (
        one_of("kind", QuoteKind),
        Index("ix_quotes_sort_at", "sort_at", "id"),
        Index("ix_quotes_current", "current", "sort_at", "id"),
        Index("ix_quotes_reported", "current", "reported_at", "id"),
    )

    id: Id = key()
    article_id: Id = link("articles.id")
    revision: int
    fingerprint: str = Field(index=True)  # article, kind, words: the same finding keeps its id
    kind: str
    text: str
    start: int = 0  # its span, so that a database can tell what is named in it
    end: int = 0
    speaker_id: Id | None = link("entities.id", nullable=True)
    speaker_name: str | None = None
    medium: str | None = None
    said_on: date | None = None
    sort_at: datetime
    reported_at: datetime  # its article's time: when it became news
    confidence: float
    extractor_version: str
    document: dict[str, Any] = json_column(dict)  # as corrected
    original: dict[str, Any] | None = json_column()  # as extracted, where corrections apply to it
    current: bool = True
    rejected: bool = False  # an editor rejected it: found in the current revision, and not current
