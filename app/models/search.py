"""What search looks through: one row an article, quote or entity that may be found."""

from datetime import datetime

from sqlmodel import Field, Index, SQLModel, UniqueConstraint

from app.domain.vocabulary import SearchKind
from app.models.base import Id, link, one_of


class SearchEntry(SQLModel, table=True):
    """Folded words, each between two spaces. The database keeps its own index over them (migration 0002): FTS5, or a tsvector."""

    __tablename__ = "search_entries"
    __table_args__ = (
        UniqueConstraint("kind", "resource_id"),
        one_of("kind", SearchKind),
        Index("ix_search_entries_at", "at", "resource_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    resource_id: Id
    article_id: Id | None = link("articles.id", nullable=True)
    title: str
    body: str
    at: datetime
