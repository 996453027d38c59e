"""Reading sources."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import Session, col

from app.core.errors import NotFound
from app.core.ids import parse_id
from app.domain.vocabulary import SourceKind
from app.models import Source
from app.store.filters import Filter, Name, Resource, Values, Words, both_ways, contains, equals
from app.store.paging import Key, ListQuery, Page, fetch_page, instant

_CODE = Annotated[str, Field(min_length=2, max_length=2)]


def _q(_session: Session, values: Values) -> ColumnElement[bool]:
    columns = (col(Source.name), func.coalesce(col(Source.outlet), ""), col(Source.url))
    return or_(*(contains(column, values["q"]) for column in columns))


def _paused(_session: Session, values: Values) -> ColumnElement[bool]:
    reason = col(Source.paused_reason)
    return reason.is_not(None) if values["paused"] else reason.is_(None)


def _failing(_session: Session, values: Values) -> ColumnElement[bool]:
    count = col(Source.failure_count)
    return count > 0 if values["failing"] else count == 0


SOURCES = Resource(
    name="sources",
    filters=(
        Filter("q", Words, "Words in the name, the outlet or the URL.", "harbour", _q),
        Filter("kind", SourceKind, "The kind of source.", "feed", equals("kind", col(Source.kind))),
        Filter("enabled", bool, "Only those polled, or only the others.", True, equals("enabled", col(Source.enabled))),
        Filter("paused", bool, "Only those that were paused for their failures, or only others.", False, _paused),
        Filter("failing", bool, "Only those whose last poll failed, or only others.", False, _failing),
        Filter("language", _CODE, "ISO 639-1 code of the language.", "en", equals("language", col(Source.language))),
        Filter("country", _CODE, "ISO 3166-1 code of the country.", "UA", equals("country", col(Source.country))),
        Filter("stance", Name, "The stance it was given.", "russian_state", equals("stance", col(Source.stance))),
    ),
    sorts=dict(reversed(both_ways("name", col(Source.name), str, col(Source.id)).items()))
    | both_ways("next_poll_at", col(Source.next_poll_at), instant, col(Source.id))
    | {  # ids are UUIDv7: they are in the order of creation
        "-created_at": (Key(col(Source.id), True, UUID),),
        "created_at": (Key(col(Source.id), False, UUID),),
    },
)


def page(session: Session, query: ListQuery) -> Page[Source]:
    statement = SOURCES.apply(session, select(Source), query.values)
    return fetch_page(session, statement, SOURCES.order(query.sort), query)


def get(session: Session, source_id: str) -> Source:
    """NotFound."""
    source = session.get(Source, parse_id(source_id))
    if source is None:
        raise NotFound("There is no such source.")
    return source


def every(session: Session) -> Sequence[Source]:
    """All of them by name: an export is whole."""
    return session.execute(select(Source).order_by(col(Source.name), col(Source.id))).scalars().all()


def by_url_key(session: Session, keys: Sequence[str]) -> dict[str, UUID]:
    """URL key -> id of those that are known."""
    rows = session.execute(select(Source).where(col(Source.url_key).in_(keys))).scalars()
    return {row.url_key: row.id for row in rows}
