"""/v1/entities: persons, organisations and places across articles."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples, views
from app.api.deps import READ, Reader
from app.api.findings import ArticleRef, FoundMention, Place
from app.api.openapi import errors
from app.api.params import link_feeds, link_next, list_query, listing
from app.domain.vocabulary import EntityKind
from app.models import Entity as EntityRow
from app.services import names
from app.store import entities_read, related
from app.store.paging import ListQuery

router = APIRouter(prefix="/v1/entities", tags=["entities"], dependencies=READ)
_MENTION = {"article": examples.ARTICLE_REF, "revision": 1, **examples.span("Odesa Oblast"), "metonym": False}
_RELATED: dict[str, Any] = {"entity": examples.ENTITY, "articles": 3, "quotes": 0, "attack_reports": 2, "score": 0.3333}


class Entity(BaseModel):
    """One thing across all articles."""

    model_config = ConfigDict(json_schema_extra={"example": examples.ENTITY})

    id: UUID
    kind: EntityKind
    name: str
    aliases: list[str]
    role: str | None
    place: Place | None
    wikidata_id: str | None
    mention_count: int
    article_count: int
    quote_count: int
    first_seen: datetime
    last_seen: datetime


class EntityList(BaseModel):
    """One page of entities."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [examples.ENTITY], "next": None}})

    items: list[Entity]
    next: str | None
    total: int | None = None


class Match(BaseModel):
    """An entity that the name may stand for. `score` is 1 for an equal spelling."""

    entity: Entity
    score: float = Field(ge=0, le=1)
    matched_alias: str


class MatchList(BaseModel):
    """The best matches first."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"items": [{"entity": examples.ENTITY, "score": 1.0, "matched_alias": "Odesa Oblast"}]}
        }
    )

    items: list[Match]


class Mention(FoundMention):
    """A place in an article's text where the entity is named."""

    article: ArticleRef
    revision: int


class MentionList(BaseModel):
    """One page of mentions."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [_MENTION], "next": None}})

    items: list[Mention]
    next: str | None
    total: int | None = None


class Related(BaseModel):
    """Another entity, and what it shares with the one that was asked for."""

    entity: Entity
    articles: int = Field(description="Articles that name both; copies do not count.")
    quotes: int = Field(description="Quotes that both take part in, as speaker or named in the words.")
    attack_reports: int = Field(description="Reports that both take part in, as attacker, target, claimant or place.")
    score: float = Field(ge=0, le=1, description="Articles that name both, divided by those that name either.")


class RelatedList(BaseModel):
    """One page of related entities."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [_RELATED], "next": None}})

    items: list[Related]
    next: str | None
    total: int | None = None


@router.get(
    "",
    operation_id="listEntities",
    summary="Entities, the most mentioned first",
    response_model=EntityList,
    response_model_exclude_unset=True,
    responses=errors(400, 401, 403),
)
def list_entities(
    session: Reader,
    query: Annotated[ListQuery, Depends(list_query(entities_read.ENTITIES))],
    request: Request,
    response: Response,
) -> dict[str, Any]:
    """Persons, organisations, places and weapons that articles name, one each across its spellings."""
    page = entities_read.page(session, query)
    link_next(request, response, page)
    link_feeds(request, response)
    return listing(page, views.entities(session, page.items))


@router.get(
    "/resolve",
    operation_id="resolveEntity",
    summary="Which entity does a name stand for?",
    response_model=MatchList,
    responses=errors(401, 403),
)
def resolve_entity(
    session: Reader,
    name: Annotated[
        str, Query(min_length=1, max_length=200, description="A name in any spelling.", examples=["odesa oblast"])
    ],
) -> dict[str, Any]:
    """At most ten entities, the likeliest first. Case, accents, apostrophes and hyphens do not count.

    Spellings that the gazetteer and the tables of organisations and persons know lead to their entity, too, once a text
    named it: "Charkow" finds Kharkiv, "SES" the State Emergency Service."""
    matches = names.resolve(session, name)
    shown = views.entities(session, [match.entity for match in matches])
    return {
        "items": [
            {"entity": entity, "score": match.score, "matched_alias": match.matched_alias}
            for entity, match in zip(shown, matches, strict=True)
        ]
    }


@router.get(
    "/{entity_id}",
    operation_id="getEntity",
    summary="One entity",
    response_model=Entity,
    responses=errors(401, 403, 404) | {301: {"description": "It was merged into another; `Location` names that one."}},
)
def get_entity(session: Reader, entity_id: str, request: Request) -> Any:
    """The entity with its spellings and, for a place, its gazetteer facts."""
    entity = entities_read.get(session, entity_id)
    if entity.merged_into is not None:
        return _moved(request, entity, "")
    return views.entities(session, [entity])[0]


@router.get(
    "/{entity_id}/mentions",
    operation_id="listEntityMentions",
    summary="Where an entity is named",
    response_model=MentionList,
    response_model_exclude_unset=True,
    responses=errors(400, 401, 403, 404)
    | {301: {"description": "It was merged into another; `Location` names that one's mentions."}},
)
def list_mentions(
    session: Reader,
    entity_id: str,
    query: Annotated[ListQuery, Depends(list_query(entities_read.MENTIONS))],
    request: Request,
    response: Response,
) -> Any:
    """Its mentions in the current texts, those of the newest article first."""
    entity = entities_read.get(session, entity_id)
    if entity.merged_into is not None:
        return _moved(request, entity, "/mentions")
    page = entities_read.mentions(session, entity, query)
    link_next(request, response, page)
    return listing(page, views.mentions(session, page.items))


@router.get(
    "/{entity_id}/related",
    operation_id="listRelatedEntities",
    summary="Which entities stand beside it?",
    response_model=RelatedList,
    response_model_exclude_unset=True,
    responses=errors(400, 401, 403, 404)
    | {301: {"description": "It was merged into another; `Location` names that one's."}},
)
def list_related(
    session: Reader,
    entity_id: str,
    query: Annotated[ListQuery, Depends(list_query(related.RELATED))],
    request: Request,
    response: Response,
) -> Any:
    """Entities that the same articles name, those that share the most articles first, then by id. Copies of a text and
    withdrawn articles do not count. The counts are of now: they move while articles come in, and rows with them."""
    entity = entities_read.get(session, entity_id)
    if entity.merged_into is not None:
        return _moved(request, entity, "/related")
    page = related.page(session, entity, query)
    link_next(request, response, page)
    return listing(page, views.related(session, page.items))


def _moved(request: Request, entity: EntityRow, rest: str) -> RedirectResponse:
    root = request.scope.get("root_path", "")
    return RedirectResponse(f"{root}/v1/entities/{entity.merged_into}{rest}", 301)
