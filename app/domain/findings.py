"""What the extractors find, as frozen values. Shapes and names: docs/extraction.md. None = not known; never 0, never guessed."""

from dataclasses import dataclass, field
from datetime import date

from app.domain.document import Quoted
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


@dataclass(frozen=True, slots=True)
class Flag:
    code: FlagCode
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Gazetteer facts of a place. Coordinates are WGS 84 degrees; `precision` says what the pin stands for."""

    geonames_id: int | None
    katottg: str | None
    iso_3166_2: str | None
    country_code: str | None  # ISO 3166-1 alpha-2; occupied territory belongs to the country under international law
    latitude: float | None
    longitude: float | None
    level: PlaceLevel
    precision: (
        str | None
    )  # "settlement" | "seat" (of a district or community) | "community" | "district" | "region" | … ; None when unresolved
    unresolved: UnresolvedReason | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    at: Quoted
    metonym: bool = False


@dataclass(frozen=True, slots=True)
class Entity:
    key: str  # "person:antony-blinken", unique in one answer
    kind: EntityKind
    name: str  # canonical
    role: Quoted | None = None
    place: Place | None = None
    wikidata_id: str | None = None
    mentions: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to an actor as the text names it here. `entity` is None for "officials"."""

    entity: str | None
    name: str
    at: Quoted | None


@dataclass(frozen=True, slots=True)
class Medium:
    name: str
    at: Quoted


@dataclass(frozen=True, slots=True)
class Quote:
    kind: QuoteKind
    parts: tuple[Quoted, ...]  # >= 1, in text order
    speaker: Ref | None
    cue: Quoted | None
    medium: Medium | None = None
    clause: Quoted | None = None  # mixed only
    said_on: date | None = None
    confidence: float = 0.0

    @property
    def text(self) -> str:
        return " ".join(p.text for p in self.parts)

    @property
    def start(self) -> int:
        return self.parts[0].span.start

    @property
    def end(self) -> int:
        return self.parts[-1].span.end


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of an attack; `at` shows it in digits or words. `low`/`high` are integers, None where no number is given."""

    metric: Metric
    subject: Subject
    at: Quoted
    rule: str
    low: int | None
    high: int | None
    qualifier: Qualifier = Qualifier.EXACT
    model: str | None = None
    who: str | None = None
    claimant: Ref | None = None  # only when not the report's
    place: Ref | None = None
    is_total: bool = True
    current: bool = True
    confidence: float = 0.0
    #: what the arbiter gives it, 0 to 1: a part of `confidence`, neither stored nor answered
    chance: float | None = field(default=None, metadata={"stored": False})


@dataclass(frozen=True, slots=True)
class PlaceLink:
    place: Ref
    role: PlaceRole


@dataclass(frozen=True, slots=True)
class Damage:
    object: str
    at: Quoted


@dataclass(frozen=True, slots=True)
class AttackReport:
    """One attack as this page tells it."""

    attacker: Ref | None
    target: Ref | None
    kind: AttackKind
    occurred_from: date | None
    occurred_to: date | None
    date_precision: DatePrecision
    part_of_day: PartOfDay | None
    date_span: Quoted | None
    historical: bool
    places: tuple[PlaceLink, ...]
    claimant: Ref | None
    figures: tuple[Figure, ...]
    damage: tuple[Damage, ...]
    evidence: tuple[Quoted, ...]
    flags: tuple[Flag, ...] = ()
    nulls: dict[str, NullReason] = field(default_factory=dict)  # attacker | target | date | claimant | places
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything found in one document; the same text, publication time and extractor version give the same value."""

    extractor_version: str
    entities: tuple[Entity, ...] = ()
    quotes: tuple[Quote, ...] = ()
    attack_reports: tuple[AttackReport, ...] = ()
    flags: tuple[Flag, ...] = ()
