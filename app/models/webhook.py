"""Webhooks: who wants to be told of changes, and every delivery with how it went."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from app.domain.vocabulary import DeliveryState
from app.models.base import Id, json_column, key, link, one_of


class Webhook(SQLModel, table=True):
    """A subscription. `last_seq` is the last change that became deliveries; the secrets are needed to sign."""

    __tablename__ = "webhooks"

    id: Id = key()
    url: str
    description: str | None = None
    kinds: list[str] | None = json_column()
    resources: list[str] | None = json_column()
    secret: str
    old_secret: str | None = None
    old_secret_until: datetime | None = None
    enabled: bool = True
    disabled_reason: str | None = None
    failure_count: int = 0
    last_seq: int = 0
    created_at: datetime
    updated_at: datetime


class Delivery(SQLModel, table=True):
    """One message to one webhook; `body` is what is signed and sent, the same at every attempt."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (one_of("state", DeliveryState),)

    id: Id = key()
    webhook_id: Id = link("webhooks.id")
    type: str
    seq: int | None = None
    job_id: Id | None = link("jobs.id", nullable=True)
    body: str
    state: str = Field(default=DeliveryState.PENDING.value, index=True)
    attempts: int = 0
    response_status: int | None = None
    error: str | None = None
    duration_ms: int | None = None
    created_at: datetime = Field(index=True)
    updated_at: datetime
