"""Closed lists that the API serves at /v1/vocabulary and the database checks. Sources: docs/extraction.md."""

from enum import StrEnum


class EntityKind(StrEnum):
    PERSON = "person"
    ORGANIZATION = "organization"
    MILITARY_UNIT = "military_unit"
    GROUP = "group"
    PLACE = "place"
    FACILITY = "facility"
    WEAPON = "weapon"
    EVENT = "event"


class PlaceLevel(StrEnum):
    COUNTRY = "country"
    REGION = "region"
    DISTRICT = "district"
    COMMUNITY = "community"
    SETTLEMENT = "settlement"
    CITY_DISTRICT = "city_district"
    SEA = "sea"
    OTHER = "other"


class QuoteKind(StrEnum):
    DIRECT = "direct"
    MIXED = "mixed"
    INDIRECT = "indirect"


class AttackKind(StrEnum):
    DRONE = "drone"
    MISSILE = "missile"
    MIXED = "mixed"
    ARTILLERY = "artillery"
    AIRSTRIKE = "airstrike"
    NAVAL = "naval"
    GROUND = "ground"
    EXPLOSION = "explosion"
    OTHER = "other"


class DatePrecision(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    UNKNOWN = "unknown"


class PartOfDay(StrEnum):
    NIGHT = "night"
    EARLY = "early"
    MORNING = "morning"
    DAY = "day"
    EVENING = "evening"


class PlaceRole(StrEnum):
    TARGET = "target"
    INTERCEPTED_OVER = "intercepted_over"
    LAUNCHED_FROM = "launched_from"


class Metric(StrEnum):
    LAUNCHED = "launched"
    DOWNED = "downed"
    LOST = "lost"
    HIT = "hit"
    LEFT = "left"
    KILLED = "killed"
    INJURED = "injured"
    MISSING = "missing"
    CAPTURED = "captured"
    EVACUATED = "evacuated"
    DAMAGED = "damaged"
    DESTROYED = "destroyed"


class Subject(StrEnum):
    DRONE = "drone"
    NAVAL_DRONE = "naval_drone"
    CRUISE_MISSILE = "cruise_missile"
    BALLISTIC_MISSILE = "ballistic_missile"
    MISSILE = "missile"
    GUIDED_BOMB = "guided_bomb"
    ROCKET = "rocket"
    ARTILLERY = "artillery"
    AIRCRAFT = "aircraft"
    AIR_TARGET = "air_target"
    PERSON = "person"
    BUILDING = "building"
    OTHER = "other"


class Qualifier(StrEnum):
    EXACT = "exact"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ABOUT = "about"
    RANGE = "range"


class FlagCode(StrEnum):
    LANGUAGE_NOT_SUPPORTED = "language_not_supported"
    SUM_EXCEEDS_LAUNCHED = "sum_exceeds_launched"
    PARTS_EXCEED_TOTAL = "parts_exceed_total"
    DATE_CONFLICT = "date_conflict"
    RIVAL_CLAIMS = "rival_claims"
    UNCLOSED_QUOTE = "unclosed_quote"


class NullReason(StrEnum):
    NO_DATE_IN_TEXT = "no_date_in_text"
    NO_PUBLICATION_DATE = "no_publication_date"
    NOT_NAMED = "not_named"
    AMBIGUOUS = "ambiguous"
    NO_PLACE_IN_TEXT = "no_place_in_text"


class UnresolvedReason(StrEnum):
    NOT_IN_GAZETTEER = "not_in_gazetteer"
    AMBIGUOUS = "ambiguous"
    TOO_VAGUE = "too_vague"


class JobKind(StrEnum):
    INGEST_URL = "ingest_url"
    INGEST_TEXT = "ingest_text"
    POLL_SOURCE = "poll_source"
    REEXTRACT = "reextract"
    WEBHOOK = "webhook"


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    RETRYING = "retrying"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    REFUSED = "refused"


class DeliveryState(StrEnum):
    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


class SourceKind(StrEnum):
    FEED = "feed"
    SITEMAP = "sitemap"
    PAGE = "page"
    LIVE = "live"


class ChangeKind(StrEnum):
    CREATED = "created"
    REVISED = "revised"
    WITHDRAWN = "withdrawn"
    REEXTRACTED = "reextracted"
    CORRECTED = "corrected"  # by a person, or such a correction was undone


class ResourceKind(StrEnum):
    """What a change is about."""

    ARTICLE = "article"
    QUOTE = "quote"
    ATTACK_REPORT = "attack_report"


class Correctable(StrEnum):
    """What people may correct: kinds of findings."""

    QUOTE = "quote"
    ATTACK_REPORT = "attack_report"


class CorrectionState(StrEnum):
    APPLIED = "applied"
    PARTIAL = "partial"  # some of the figures it corrects are no longer found
    ORPHANED = "orphaned"  # what it corrects is no longer found; it is applied again when that comes back
    UNDONE = "undone"


class SearchKind(StrEnum):
    ARTICLE = "article"
    QUOTE = "quote"
    ENTITY = "entity"


class Scope(StrEnum):
    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


#: subject hierarchy: a query for the parent finds the children
SUBJECT_PARENT: dict[Subject, Subject] = {
    Subject.CRUISE_MISSILE: Subject.MISSILE,
    Subject.BALLISTIC_MISSILE: Subject.MISSILE,
    Subject.MISSILE: Subject.AIR_TARGET,
    Subject.DRONE: Subject.AIR_TARGET,
    Subject.GUIDED_BOMB: Subject.AIR_TARGET,
}
