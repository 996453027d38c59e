"""Response models of findings: one shape for `POST /v1/extract` and for what is stored (there with ids)."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.domain.vocabulary import (
    AttackKind,
    DatePrecision,
    EntityKind,
    FlagCode,
    Metric,
    NullReason,
    PartOfDay,
    PlaceLevel,
    PlaceRole,
    Qualifier,
    QuoteKind,
    Subject,
    UnresolvedReason,
)

Confidence = Annotated[float, Field(ge=0, le=1)]


class Span(BaseModel):
    """A range of Unicode code points of the article's text, and the words there."""

    start: int
    end: int
    text: str


class Located(BaseModel):
    """A span that may be missing: the thing is known, but this text does not name it."""

    start: int | None
    end: int | None
    text: str | None


class Ref(Located):
    """An actor or place as named here. `entity` is its key within the article, `id` that of the stored entity."""

    entity: str | None
    id: UUID | None = None
    name: str


class PlaceRef(Ref):
    role: PlaceRole


class Medium(Span):
    """Where it was said, when not to the reporter."""

    name: str


class Flag(BaseModel):
    """Something the reader should know; codes are listed by `GET /v1/vocabulary`."""

    code: FlagCode
    detail: str | None = None


class Place(BaseModel):
    """Gazetteer facts. Occupied territory carries the country it belongs to under international law."""

    geonames_id: int | None
    katottg: str | None
    iso_3166_2: str | None
    country_code: str | None
    latitude: float | None
    longitude: float | None
    level: PlaceLevel
    precision: str | None
    unresolved: UnresolvedReason | None


class FoundMention(Span):
    """`metonym`: the place stands for its government ("Kyiv says")."""

    metonym: bool


class FoundEntity(BaseModel):
    """One thing of one text, across its spellings."""

    model_config = ConfigDict(json_schema_extra={"example": examples.FOUND_ENTITY})

    key: str
    id: UUID | None = None
    kind: EntityKind
    name: str
    role: Span | None
    place: Place | None
    wikidata_id: str | None
    mentions: list[FoundMention]


class FoundQuote(BaseModel):
    """Words that somebody is made to say: `parts` are the pieces inside the marks, `text` joins them."""

    kind: QuoteKind
    parts: list[Span]
    text: str
    start: int
    end: int
    clause: Span | None
    speaker: Ref | None
    cue: Span | None
    medium: Medium | None
    said_on: date | None
    confidence: Confidence


class Figure(Located):
    """One number with its span. `low`/`high` are null where the text gives no number. `id` names it within its stored
    report, for corrections.
    """

    id: str | None = None
    metric: Metric
    subject: Subject
    model: str | None
    who: str | None
    low: int | None
    high: int | None
    qualifier: Qualifier
    claimant: Ref | None
    place: Ref | None
    is_total: bool
    current: bool
    rule: str
    confidence: Confidence | None = None


class Damage(Located):
    object: str


class FoundReport(BaseModel):
    """One attack as one article tells it. What the text does not say is null, with a reason in `nulls`."""

    attacker: Ref | None
    target: Ref | None
    kind: AttackKind
    occurred_from: date | None
    occurred_to: date | None
    date_precision: DatePrecision
    part_of_day: PartOfDay | None
    date_span: Span | None
    historical: bool
    places: list[PlaceRef]
    claimant: Ref | None
    figures: list[Figure]
    damage: list[Damage]
    evidence: list[Span]
    flags: list[Flag]
    nulls: dict[str, NullReason]
    confidence: Confidence


class Extractor(BaseModel):
    name: str
    version: str = Field(description="Changes with the code, the model, the gazetteers and the cleaner.")


class Extraction(BaseModel):
    """Everything found in a posted text; nothing of it is stored."""

    model_config = ConfigDict(json_schema_extra={"example": examples.EXTRACTED})

    title: str | None
    language: str | None
    published_at: datetime | None
    text: str = Field(description="The cleaned text; every offset counts its Unicode code points.")
    extractor: Extractor
    flags: list[Flag]
    entities: list[FoundEntity]
    quotes: list[FoundQuote]
    attack_reports: list[FoundReport]


class ArticleRef(BaseModel):
    """The article a finding is from."""

    id: UUID
    title: str | None
    url: str | None
    published_at: datetime | None


class Provenance(BaseModel):
    """What every stored finding carries beside its words."""

    id: UUID
    article: ArticleRef
    revision: int
    extractor_version: str
    corrected: bool = Field(False, description="People corrected it: `corrections` of the single one has what and why.")


class Quote(Provenance, FoundQuote):
    """A stored quote, with what people corrected of it."""

    model_config = ConfigDict(json_schema_extra={"example": examples.QUOTE})


class AttackReport(Provenance, FoundReport):
    """A stored attack report, with what people corrected of it."""

    model_config = ConfigDict(json_schema_extra={"example": examples.REPORT})


class PastProvenance(Provenance):
    """The same for a finding of an older revision."""

    id: UUID | None = Field(description="Null only for a finding that never was current.")  # type: ignore[assignment]


class PastQuote(PastProvenance, FoundQuote):
    """A quote of the revision that was asked for."""

    model_config = ConfigDict(json_schema_extra={"example": examples.QUOTE})


class PastReport(PastProvenance, FoundReport):
    """An attack report of the revision that was asked for."""

    model_config = ConfigDict(json_schema_extra={"example": examples.REPORT})
