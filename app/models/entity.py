"""Entities across articles, their spellings and mentions."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, Index, SQLModel, UniqueConstraint

from app.domain.vocabulary import EntityKind
from app.models.base import Id, json_column, key, link, one_of


class Entity(SQLModel, table=True):
    """One person, organisation or place; `key` is the extractor's ("person:antony-blinken")."""

    __tablename__ = "entities"
    __table_args__ = (one_of("kind", EntityKind), Index("ix_entities_mention_count", "mention_count", "id"))

    id: Id = key()
    key: str = Field(unique=True)
    kind: str = Field(index=True)
    name: str = Field(index=True)
    role: str | None = None
    wikidata_id: str | None = None
    geonames_id: int | None = None
    katottg: str | None = None
    iso_3166_2: str | None = Field(default=None, index=True)
    country_code: str | None = Field(default=None, index=True)
    latitude: float | None = None
    longitude: float | None = None
    level: str | None = None
    precision: str | None = None
    unresolved: str | None = None
    mention_count: int = 0
    article_count: int = 0
    quote_count: int = 0
    first_seen: datetime
    last_seen: datetime
    merged_into: Id | None = link("entities.id", nullable=True)


class EntityAlias(SQLModel, table=True):
    """A spelling under which an entity was met; `folded` is its search form."""

    __tablename__ = "entity_aliases"
    __table_args__ = (UniqueConstraint("entity_id", "alias"),)

    id: Id = key()
    entity_id: Id = link("entities.id")
    alias: str
    folded: str = Field(index=True)


class Mention(SQLModel, table=True):
    """One place in a revision's text where an entity is named; offsets count code points."""

    __tablename__ = "mentions"
    __table_args__ = (  # the entities of an article, the articles of an entity
        Index("ix_mentions_article", "article_id", "current", "entity_id"),
        Index("ix_mentions_entity", "entity_id", "current", "article_id"),
    )

    id: Id = key()
    article_id: Id = Field(foreign_key="articles.id", ondelete="CASCADE")
    revision: int
    entity_id: Id = Field(foreign_key="entities.id", ondelete="CASCADE")
    start: int
    end: int
    text: str
    metonym: bool = False
    role: dict[str, Any] | None = json_column()  # on the entity's first mention: the office as this page names it
    current: bool = True
