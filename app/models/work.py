"""Jobs, the outbox of changes, API keys and idempotency keys."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel, UniqueConstraint

from app.domain.vocabulary import ChangeKind, JobKind, JobState, Scope
from app.models.base import Id, json_column, key, link, one_of

_OPEN = text("state IN ('queued', 'running', 'retrying')")


class Job(SQLModel, table=True):
    """Work to do; this row is the truth, the queue only carries its id."""

    __tablename__ = "jobs"
    __table_args__ = (
        one_of("kind", JobKind),
        one_of("state", JobState),
        Index("uq_jobs_open_dedupe_key", "dedupe_key", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Id = key()
    kind: str
    url: str | None = None
    host: str | None = Field(default=None, index=True)  # of the URL: the jobs of one host take turns
    payload: dict[str, Any] = json_column(dict)
    dedupe_key: str | None = Field(default=None, index=True)
    state: str = Field(default=JobState.QUEUED.value, index=True)
    attempts: int = 0
    last_error: str | None = None
    source_id: Id | None = link("sources.id", nullable=True)
    article_id: Id | None = link("articles.id", nullable=True)
    due_at: datetime = Field(index=True)
    created_at: datetime
    updated_at: datetime


class Change(SQLModel, table=True):
    """The outbox: one row a created, revised, withdrawn, re-extracted or corrected resource, in total order."""

    __tablename__ = "changes"
    __table_args__ = (one_of("kind", ChangeKind), {"sqlite_autoincrement": True})

    seq: int | None = Field(default=None, primary_key=True)
    kind: str
    resource: str
    resource_id: Id
    at: datetime


class ApiKey(SQLModel, table=True):
    """A key by its hash; `prefix` is what may be shown."""

    __tablename__ = "api_keys"
    __table_args__ = (one_of("scope", Scope),)

    id: Id = key()
    name: str
    prefix: str
    hash: str = Field(unique=True)
    scope: str
    created_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


class IdempotencyKey(SQLModel, table=True):
    """A POST that was answered (or is being answered: status null) under a client's key, for 24 hours."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("owner", "value"),)

    id: Id = key()
    owner: str
    value: str
    request_hash: str
    status: int | None = None
    headers: dict[str, Any] = json_column(dict)
    body: str | None = None
    created_at: datetime = Field(index=True)
