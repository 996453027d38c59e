"""Clauses over entities and places: by id or name, by region or country, by bounding box."""

import re
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator
from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlmodel import Session, col

from app.domain.vocabulary import PlaceLevel
from app.models import Entity, EntityAlias, Mention, PlaceLink
from app.store.json import fold_name

_REGION = re.compile(r"[A-Za-z]{2}-[A-Za-z0-9]{1,3}")
_COUNTRY = re.compile(r"[A-Za-z]{2}")
_MOST_NAMESAKES = 100


def entity_ids(session: Session, value: str) -> Sequence[UUID]:
    """The entities that an id, a key or a name stands for; merged ones lead to what they became."""
    known = session.info.get("keys_of")  # set by the edge: spellings that no text used yet
    keys = [value, *(known(value) if known else ())]
    statement = select(func.coalesce(col(Entity.merged_into), col(Entity.id)))
    try:
        statement = statement.where(col(Entity.id) == UUID(value))
    except ValueError:
        named = select(col(EntityAlias.entity_id)).where(col(EntityAlias.folded) == fold_name(value))
        statement = statement.where(or_(col(Entity.id).in_(named), col(Entity.key).in_(keys)))
    return session.execute(statement.limit(_MOST_NAMESAKES)).scalars().all()


def is_entity(session: Session, column: Any, value: str, *, name: Any = None) -> ColumnElement[bool]:
    """`column` is the entity; where the text's actor is no entity ("officials"), its bare name may be asked for."""
    ids = entity_ids(session, value)
    clause: ColumnElement[bool] = column.in_(ids) if ids else false()
    if name is None:
        return clause
    return or_(clause, and_(column.is_(None), func.lower(name) == value.lower()))


def mentioned(session: Session, article: Any, value: str) -> ColumnElement[bool]:
    """The entity is named in the current text of the article."""
    ids = entity_ids(session, value)
    if not ids:
        return false()
    named = and_(col(Mention.article_id) == article, col(Mention.current), col(Mention.entity_id).in_(ids))
    return exists().where(named)


def within(session: Session, value: str) -> ColumnElement[bool]:
    """The entity lies in a region (ISO 3166-2), a country (ISO 3166-1) or a place given by its id."""
    if _REGION.fullmatch(value):
        return col(Entity.iso_3166_2) == value.upper()
    if _COUNTRY.fullmatch(value):
        return col(Entity.country_code) == value.upper()
    found = [session.get(Entity, one) for one in entity_ids(session, value)]
    areas = [_inside(area) for area in found if area is not None]
    return or_(*areas) if areas else false()


def _inside(area: Entity) -> ColumnElement[bool]:
    if area.level == PlaceLevel.COUNTRY and area.country_code:
        return col(Entity.country_code) == area.country_code
    if area.level == PlaceLevel.REGION and area.iso_3166_2:
        return col(Entity.iso_3166_2) == area.iso_3166_2
    return col(Entity.id) == area.id


def report_place(report: Any, clause: ColumnElement[bool]) -> ColumnElement[bool]:
    """Some place of the report is an entity for which `clause` holds."""
    linked = select(col(PlaceLink.id)).join(Entity, col(PlaceLink.entity_id) == col(Entity.id))
    found: ColumnElement[bool] = linked.where(col(PlaceLink.report_id) == report, clause).exists()
    return found


def _corners(value: str) -> tuple[float, float, float, float]:
    parts = value.split(",")
    if len(parts) != 4:
        raise ValueError("four numbers: west,south,east,north")
    try:
        west, south, east, north = (float(part) for part in parts)
    except ValueError:
        raise ValueError("four numbers: west,south,east,north") from None
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError("longitudes in -180 to 180, latitudes in -90 to 90, south not above north")
    return west, south, east, north


def _check_box(value: str) -> str:
    _corners(value)
    return value


Box = Annotated[str, AfterValidator(_check_box)]


def in_box(value: str) -> ColumnElement[bool]:
    """The entity's point lies in `west,south,east,north` (degrees); west above east crosses the date line."""
    west, south, east, north = _corners(value)
    longitude = col(Entity.longitude)
    beside = and_ if west <= east else or_
    return and_(
        col(Entity.latitude).between(south, north),
        longitude.is_not(None),
        beside(longitude >= west, longitude <= east),
    )
