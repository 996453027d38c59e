"""Response models of corrections: what a correction sets, and a finding with those that are in force."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.findings import AttackReport, FoundQuote, FoundReport, Quote
from app.domain.vocabulary import DatePrecision, Metric, PartOfDay, PlaceRole, Qualifier, Subject


class CorrectedRef(BaseModel):
    """An actor or place as an editor names it; `entity` is null for one that is none."""

    entity: str | None
    id: UUID | None = None
    name: str


class CorrectedPlace(CorrectedRef):
    role: PlaceRole


class CorrectedMedium(BaseModel):
    name: str


class CorrectedFigure(BaseModel):
    """The members of a figure that a correction sets; the others are absent."""

    id: str
    rejected: bool | None = None
    metric: Metric | None = None
    subject: Subject | None = None
    model: str | None = None
    who: str | None = None
    low: int | None = None
    high: int | None = None
    qualifier: Qualifier | None = None
    claimant: CorrectedRef | None = None
    place: CorrectedRef | None = None
    is_total: bool | None = None
    current: bool | None = None


class CorrectedValues(BaseModel):
    """The members that a correction sets; the others are absent. Null: not known."""

    rejected: bool | None = None
    kind: str | None = None
    speaker: CorrectedRef | None = None
    medium: CorrectedMedium | None = None
    said_on: date | None = None
    attacker: CorrectedRef | None = None
    target: CorrectedRef | None = None
    claimant: CorrectedRef | None = None
    occurred_from: date | None = None
    occurred_to: date | None = None
    date_precision: DatePrecision | None = None
    part_of_day: PartOfDay | None = None
    historical: bool | None = None
    places: list[CorrectedPlace] | None = None
    figures: list[CorrectedFigure] | None = None


class AppliedCorrection(BaseModel):
    """A correction in force. `before` is what it put aside; the members of both are the same."""

    model_config = ConfigDict(json_schema_extra={"example": examples.APPLIED})

    id: UUID
    by: str = Field(description="The prefix of the editor's key, or `cli`.")
    at: datetime
    reason: str
    before: CorrectedValues
    after: CorrectedValues


class QuoteWithCorrections(Quote):
    """A stored quote; `original` is what was extracted, where people corrected it."""

    corrections: list[AppliedCorrection] = Field([], description="Those in force, in the order of their application.")
    original: FoundQuote | None = None


class AttackReportWithCorrections(AttackReport):
    """A stored attack report; `original` is what was extracted, where people corrected it."""

    corrections: list[AppliedCorrection] = Field([], description="Those in force, in the order of their application.")
    original: FoundReport | None = None
