"""Reading entities, their spellings and mentions, and resolving a name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import ColumnElement, Select, func, select
from sqlmodel import Session, col

from app.core.errors import NotFound
from app.core.ids import parse_id
from app.domain.vocabulary import EntityKind, PlaceLevel
from app.models import Article, Entity, EntityAlias, Mention
from app.store import places
from app.store.filters import Count, Filter, Name, Resource, Values, Words, at_least, both_ways, equals
from app.store.json import fold_name
from app.store.paging import Key, ListQuery, Page, fetch_page, instant

_MOST_CANDIDATES = 500


def _q(_session: Session, values: Values) -> ColumnElement[bool]:
    """A part of some spelling."""
    spelt = select(col(EntityAlias.entity_id)).where(
        col(EntityAlias.folded).contains(fold_name(values["q"]), autoescape=True)
    )
    return col(Entity.id).in_(spelt)


ENTITIES = Resource(
    name="entities",
    filters=(
        Filter("q", Words, "A part of one of its spellings.", "odes", _q),
        Filter("kind", EntityKind, "The kind of entity.", "place", equals("kind", col(Entity.kind))),
        Filter(
            "country_code",
            Annotated[str, Field(pattern="^[A-Z]{2}$")],
            "ISO 3166-1 code of the country a place lies in.",
            "UA",
            equals("country_code", col(Entity.country_code)),
        ),
        Filter(
            "within",
            Name,
            "Places in this region (`UA-51`), country (`UA`), or in the area of this entity.",
            "UA-51",
            lambda session, values: places.within(session, values["within"]),
        ),
        Filter(
            "min_mentions",
            Count,
            "Named at least so often.",
            2,
            at_least("min_mentions", col(Entity.mention_count)),
        ),
    ),
    sorts={
        "-mention_count": (Key(col(Entity.mention_count), True, int), Key(col(Entity.id), False, UUID)),
        "name": (Key(col(Entity.name), False, str), Key(col(Entity.id), False, UUID)),
    }
    | both_ways("last_seen", col(Entity.last_seen), instant, col(Entity.id))
    | both_ways("first_seen", col(Entity.first_seen), instant, col(Entity.id)),
)
MENTIONS = Resource(
    name="mentions",
    filters=(),
    sorts=both_ways("published_at", col(Article.sort_at), instant, col(Mention.id)),
)


@dataclass(frozen=True, slots=True)
class Match:
    """An entity that a name may stand for; `score` 0 to 1."""

    entity: Entity
    score: float
    matched_alias: str


def narrowed(session: Session, query: ListQuery) -> Select[Any]:
    """Entities that some article names now, by the filters of `query`."""
    shown = select(Entity).where(col(Entity.merged_into).is_(None), col(Entity.mention_count) > 0)
    return ENTITIES.apply(session, shown, query.values)


def page(session: Session, query: ListQuery) -> Page[Entity]:
    return fetch_page(session, narrowed(session, query), ENTITIES.order(query.sort), query)


def get(session: Session, entity_id: str) -> Entity:
    """NotFound. A merged entity is returned as it is: the caller redirects."""
    entity = session.get(Entity, parse_id(entity_id))
    if entity is None:
        raise NotFound("There is no such entity.")
    return entity


def ids_by_key(session: Session, keys: Iterable[str]) -> dict[str, UUID]:
    """Entity ids by the extractor's keys; a merged one gives the id of what it became."""
    wanted = list(keys)
    found: dict[str, UUID] = {}
    for start in range(0, len(wanted), 500):
        living = func.coalesce(col(Entity.merged_into), col(Entity.id))
        statement = select(col(Entity.key), living).where(col(Entity.key).in_(wanted[start : start + 500]))
        found.update((key, entity_id) for key, entity_id in session.execute(statement))
    return found


def by_ids(session: Session, ids: Iterable[UUID]) -> Sequence[Entity]:
    return session.execute(select(Entity).where(col(Entity.id).in_(list(ids)))).scalars().all()


def by_keys(session: Session, keys: Iterable[str]) -> list[Entity]:
    """The entities with these keys that some text named, in the order of the keys; merged ones as what they became."""
    wanted = list(keys)
    ids = ids_by_key(session, wanted)
    found = {entity.id: entity for entity in by_ids(session, ids.values())}
    return [found[ids[key]] for key in wanted if key in ids and ids[key] in found]


def mentions(session: Session, entity: Entity, query: ListQuery) -> Page[Mention]:
    """Its current mentions in articles that are not withdrawn, those of the newest article first."""
    statement = (
        select(Mention)
        .join(Article, col(Article.id) == col(Mention.article_id))
        .where(col(Mention.entity_id) == entity.id, col(Mention.current), col(Article.withdrawn_at).is_(None))
    )
    return fetch_page(session, statement, MENTIONS.order(query.sort), query)


def resolve(session: Session, name: str, *, limit: int = 10) -> list[Match]:
    """The entities a name may stand for, best first: equal spellings score 1, others by their likeness."""
    wanted = fold_name(name)
    words = wanted.split()
    if not words:
        return []
    statement = (
        select(Entity, EntityAlias)
        .join(EntityAlias, col(EntityAlias.entity_id) == col(Entity.id))
        .where(col(Entity.merged_into).is_(None), col(EntityAlias.folded).contains(words[-1], autoescape=True))
        .order_by((col(EntityAlias.folded) == wanted).desc(), col(Entity.mention_count).desc(), col(EntityAlias.id))
    )
    best: dict[UUID, Match] = {}
    for entity, alias in session.execute(statement.limit(_MOST_CANDIDATES)):
        score = round(SequenceMatcher(None, wanted, alias.folded).ratio(), 2)
        if score > best.get(entity.id, Match(entity, 0, "")).score:
            best[entity.id] = Match(entity, score, alias.alias)
    ranked = sorted(best.values(), key=lambda match: (-match.score, -match.entity.mention_count, match.entity.id))
    return ranked[:limit]


def facts(session: Session, ids: set[UUID]) -> dict[str, dict[str, Any]]:
    """Gazetteer facts of places by their id as text, with the name of the region they lie in where we know it."""
    rows = by_ids(session, ids) if ids else ()
    codes = {row.iso_3166_2 for row in rows if row.iso_3166_2}
    regions = select(col(Entity.iso_3166_2), col(Entity.name)).where(
        col(Entity.iso_3166_2).in_(codes), col(Entity.level) == PlaceLevel.REGION
    )
    names = {row[0]: row[1] for row in session.execute(regions)} if codes else {}
    known = ("latitude", "longitude", "level", "precision", "unresolved", "country_code", "iso_3166_2")
    return {
        str(row.id): {name: getattr(row, name) for name in known}
        | {"region_name": names.get(row.iso_3166_2) if row.iso_3166_2 else None}
        for row in rows
    }
