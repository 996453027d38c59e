"""Corrections by people."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel, UniqueConstraint

from app.domain.vocabulary import Correctable, CorrectionState
from app.models.base import Id, json_column, key, link, one_of


class Correction(SQLModel, table=True):
    """What one editor changed of one finding, in one request. `after` is applied anew to whatever is found later.

    `number` counts the corrections of a finding, in the order in which they are applied.
    """

    __tablename__ = "corrections"
    __table_args__ = (
        one_of("resource", Correctable),
        one_of("state", CorrectionState),
        UniqueConstraint("resource_id", "number"),
    )

    id: Id = key()
    article_id: Id = link("articles.id")
    resource: str
    resource_id: Id
    number: int
    state: str = Field(default=CorrectionState.APPLIED.value, index=True)
    revision: int  # of the article, when it was made
    by: str  # the prefix of the key, or "cli"
    at: datetime
    reason: str
    before: dict[str, Any] = json_column(dict)
    after: dict[str, Any] = json_column(dict)
    undone_by: str | None = None
    undone_at: datetime | None = None
    undone_reason: str | None = None
