"""Where briefings come from."""

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
