"""The records of the API. Only what is stable for all is named; the server may send more."""

from typing import Any, TypedDict


class Span(TypedDict):
    """Half-open range of code points in the article's text, and the words there."""

    start: int
    end: int
    text: str


class Ref(TypedDict):
    """An actor or a place as named by the text."""

    id: str | None
    entity: str | None
    name: str


class ArticleRef(TypedDict):
    id: str
    title: str | None
    url: str | None
    published_at: str | None


class Article(TypedDict):
    id: str
    url: str | None
    title: str | None
    published_at: str | None
    fetched_at: str
    language: str | None
    revision: int
    summary: str | None
    counts: dict[str, int]


class Figure(Span):
    """A number with what it counts; `low` and `high` bound it, null where it is open. `id` names it for corrections."""

    id: str
    metric: str
    subject: str
    low: int | None
    high: int | None
    qualifier: str


class AttackReport(TypedDict):
    id: str
    article: ArticleRef
    revision: int
    kind: str
    attacker: Ref | None
    target: Ref | None
    claimant: Ref | None
    occurred_from: str | None
    occurred_to: str | None
    places: list[dict[str, Any]]
    figures: list[Figure]
    evidence: list[Span]
    confidence: float
    corrected: bool


class Quote(TypedDict):
    id: str
    article: ArticleRef
    kind: str
    parts: list[Span]
    speaker: Ref | None
    said_on: str | None
    confidence: float
    corrected: bool


class Entity(TypedDict):
    id: str
    kind: str
    name: str
    aliases: list[str]
    mention_count: int


class Related(TypedDict):
    """Another entity, and what it shares with the one that was asked for."""

    entity: Entity
    articles: int
    quotes: int
    attack_reports: int
    score: float


class Mention(Span):
    """Where an entity is named."""

    article: ArticleRef
    revision: int
    metonym: bool


class Citation(TypedDict):
    """The exact words of an exact revision; `csl` is an item of CSL-JSON."""

    article: ArticleRef
    revision: int
    content_hash: str
    permalink: str
    source_link: str | None
    start: int | None
    end: int | None
    text: str | None
    before: str | None
    after: str | None
    csl: dict[str, Any]


class Change(TypedDict):
    seq: int
    kind: str
    resource: str
    id: str
    at: str


class Correction(TypedDict):
    """What an editor changed of one quote or attack report; `before` and `after` have the same members."""

    id: str
    article_id: str
    resource: str
    resource_id: str
    state: str
    by: str
    at: str
    reason: str
    before: dict[str, Any]
    after: dict[str, Any]
    undone: dict[str, str] | None
