"""The bodies of corrections: what an editor may say of a quote or an attack report. What is left out stays; null means not known."""

from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from app.api.texts import Words
from app.core.clock import utcnow
from app.domain.vocabulary import AttackKind, DatePrecision, Metric, PartOfDay, PlaceRole, Qualifier, QuoteKind, Subject

Reason = Annotated[Words, Field(min_length=1, max_length=500, description="Why; shown to whoever reads the finding.")]
Label = Annotated[Words, Field(min_length=1, max_length=200)]
Tally = Annotated[int, Field(strict=True, ge=0, le=2_000_000_000)]
Switch = Annotated[bool, Field(strict=True)]
_ACTOR = "An id or a name of an entity that some text named; `{name}` for somebody who is none."


class Bare(BaseModel):
    """Somebody or some place that is no entity: "officials"."""

    model_config = ConfigDict(extra="forbid")

    name: Label


Actor = Annotated[Label | Bare, Field(description=_ACTOR, examples=["Ukrainian Air Force"])]


def _day(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("a date (2025-03-03), as a string")
    try:
        found = date.fromisoformat(value) if len(value) == 10 else None
    except ValueError:
        found = None
    if found is None:
        raise ValueError("a date (2025-03-03)")
    if not date(1900, 1, 1) <= found <= utcnow().date() + timedelta(days=1):
        raise ValueError("before 1900, or more than a day ahead")
    return value


Day = Annotated[str, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]


def _only_true(value: bool) -> bool:
    if not value:
        raise ValueError("only true; `DELETE /v1/corrections/{id}` takes a rejection back")
    return value


Rejected = Annotated[bool, Field(strict=True), AfterValidator(_only_true), WithJsonSchema({"const": True})]


class Patch(BaseModel):
    """What all corrections are: members, of which some cannot be null, and some go together."""

    model_config = ConfigDict(extra="forbid")

    @property
    def change(self) -> dict[str, Any]:
        """The members that were given, without the reason."""
        return self.model_dump(mode="json", exclude_unset=True, exclude={"reason"})


def _sensible(body: BaseModel, *, beside: str, never_null: tuple[str, ...], pairs: tuple[tuple[str, str], ...]) -> None:
    given = body.model_fields_set - {beside}
    if not given:
        raise ValueError("give at least one field to correct")
    if "rejected" in given and len(given) > 1:
        raise ValueError("`rejected` stands alone")
    for name in never_null:
        if name in given and getattr(body, name) is None:
            raise ValueError(f"`{name}` cannot be null")
    for first, last in pairs:
        if (first in given) != (last in given):
            raise ValueError(f"give `{first}` and `{last}` together")


class QuotePatch(Patch):
    """What is wrong with a quote. `rejected` alone: it is none."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 2})

    reason: Reason
    rejected: Rejected | None = Field(None, description="It is no quote; it leaves every list.")
    speaker: Actor | None = None
    medium: Label | None = Field(None, description="Where it was said; null: to the reporter, or not told.")
    kind: QuoteKind | None = None
    said_on: Day | None = None

    @model_validator(mode="after")
    def _check(self) -> "QuotePatch":
        _sensible(self, beside="reason", never_null=("rejected", "kind"), pairs=())
        return self


class PlaceIn(BaseModel):
    """A place of a report."""

    model_config = ConfigDict(extra="forbid")

    place: Actor
    role: PlaceRole


class FigurePatch(Patch):
    """What is wrong with one figure. `rejected` alone: the text does not give it."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 2})

    id: Annotated[str, Field(pattern="^f[0-9a-f]{12}$", description="The figure's `id`.", examples=["f3a1b2c4d5e6"])]
    rejected: Rejected | None = None
    metric: Metric | None = None
    subject: Subject | None = None
    model: Label | None = None
    who: Label | None = None
    low: Tally | None = Field(None, description="Given together with `high`.")
    high: Tally | None = None
    qualifier: Qualifier | None = None
    claimant: Actor | None = Field(None, description="Who states this figure, when not the report's claimant.")
    place: Actor | None = None
    is_total: Switch | None = None
    current: Switch | None = None

    @model_validator(mode="after")
    def _check(self) -> "FigurePatch":
        never = ("rejected", "metric", "subject", "qualifier", "is_total", "current")
        _sensible(self, beside="id", never_null=never, pairs=(("low", "high"),))
        return self


class ReportPatch(Patch):
    """What is wrong with an attack report. `rejected` alone: there was no such attack. `places` replaces the whole list."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 2})

    reason: Reason
    rejected: Rejected | None = Field(None, description="It is no attack; it leaves every list.")
    attacker: Actor | None = None
    target: Actor | None = None
    claimant: Actor | None = None
    kind: AttackKind | None = None
    occurred_from: Day | None = Field(None, description="Given together with `occurred_to`.")
    occurred_to: Day | None = None
    date_precision: DatePrecision | None = None
    part_of_day: PartOfDay | None = None
    historical: Switch | None = None
    places: Annotated[list[PlaceIn], Field(max_length=50)] | None = None
    figures: Annotated[list[FigurePatch], Field(min_length=1, max_length=200)] | None = None

    @model_validator(mode="after")
    def _check(self) -> "ReportPatch":
        never = ("rejected", "kind", "date_precision", "historical", "places", "figures")
        _sensible(self, beside="reason", never_null=never, pairs=(("occurred_from", "occurred_to"),))
        ids = [one.id for one in self.figures or ()]
        if len(ids) > len(set(ids)):
            raise ValueError("name each figure once")
        return self

    @property
    def change(self) -> dict[str, Any]:
        whole = super().change
        if self.figures is not None:
            whole["figures"] = [one.model_dump(mode="json", exclude_unset=True) for one in self.figures]
        return whole
