"""Attack reports, their figures and places."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Field, Index, SQLModel

from app.domain.vocabulary import AttackKind, DatePrecision, Metric, PlaceRole, Qualifier, Subject
from app.models.base import Id, json_column, key, link, one_of


class AttackReport(SQLModel, table=True):
    """One attack as one revision tells it; `document` is its JSON without ids."""

    __tablename__ = "attack_reports"
    __table_args__ = (
        one_of("kind", AttackKind),
        one_of("date_precision", DatePrecision),
        Index("ix_attack_reports_sort_at", "sort_at", "id"),
        Index("ix_attack_reports_current", "current", "sort_at", "id"),
        Index("ix_attack_reports_reported", "current", "reported_at", "id"),
    )

    id: Id = key()
    article_id: Id = link("articles.id")
    revision: int
    fingerprint: str = Field(index=True)
    kind: str
    attacker_id: Id | None = link("entities.id", nullable=True)
    attacker_name: str | None = None
    target_id: Id | None = link("entities.id", nullable=True)
    target_name: str | None = None
    claimant_id: Id | None = link("entities.id", nullable=True)
    claimant_name: str | None = None
    occurred_from: date | None = None
    occurred_to: date | None = None
    date_precision: str
    historical: bool = False
    sort_at: datetime
    reported_at: datetime  # its article's time: when it became news
    confidence: float
    extractor_version: str
    document: dict[str, Any] = json_column(dict)  # as corrected
    original: dict[str, Any] | None = json_column()  # as extracted, where corrections apply to it
    current: bool = True
    rejected: bool = False  # an editor rejected it: found in the current revision, and not current


class Figure(SQLModel, table=True):
    """One number of a report, for filters by metric, subject and model; low and high are counts."""

    __tablename__ = "figures"
    __table_args__ = (one_of("metric", Metric), one_of("subject", Subject), one_of("qualifier", Qualifier))

    id: Id = key()
    report_id: Id = link("attack_reports.id")
    metric: str
    subject: str
    model: str | None = None
    low: int | None = None
    high: int | None = None
    qualifier: str
    is_total: bool = True
    superseded: bool = False


class PlaceLink(SQLModel, table=True):
    """A place of a report with its role."""

    __tablename__ = "place_links"
    __table_args__ = (one_of("role", PlaceRole),)

    id: Id = key()
    report_id: Id = link("attack_reports.id")
    entity_id: Id | None = link("entities.id", nullable=True)
    name: str
    role: str
