"""Where briefings come from, and what each source lists at present."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from app.domain.vocabulary import SourceKind
from app.models.base import Id, key, one_of


class Source(SQLModel, table=True):
    """A feed, sitemap or page that is polled; `failure_count`, `last_error` and `lag_s` tell its health."""

    __tablename__ = "sources"
    __table_args__ = (one_of("kind", SourceKind),)

    id: Id = key()
    kind: str
    url: str
    url_key: str = Field(unique=True)
    name: str
    outlet: str | None = None
    stance: str | None = None
    language: str | None = None
    country: str | None = None
    enabled: bool = True
    paused_reason: str | None = None
    poll_interval_s: int
    poll_interval_fixed: bool = False  # given by the operator; else it follows the source's own rhythm
    etag: str | None = None
    last_modified: str | None = None
    last_polled_at: datetime | None = None
    next_poll_at: datetime = Field(index=True)
    last_error: str | None = None
    failure_count: int = 0
    lag_s: int | None = None  # publication to first sight, of the latest new items
    created_at: datetime


class ListedItem(SQLModel, table=True):
    """One page as a source listed it the last time: what a later poll compares with. Gone when the source lists it no more."""

    __tablename__ = "listed_items"

    source_id: Id = Field(foreign_key="sources.id", primary_key=True, ondelete="CASCADE")
    mark: str = Field(primary_key=True)  # SHA-256 of the page's identity: a URL may be too long for an index
    digest: str | None = None  # of its title and text in the listing
    at: datetime | None = None  # its time in the listing
    asked_at: datetime  # when a job was last made for it, or when it was first seen
