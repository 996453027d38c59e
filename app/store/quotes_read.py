"""Reading quotes."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlmodel import Session, col

from app.core.errors import NotFound, Superseded
from app.core.ids import parse_id
from app.domain.vocabulary import QuoteKind, SearchKind
from app.models import Article, Mention, Quote
from app.store import articles_read, corrections, places, search, when
from app.store.filters import (
    Filter,
    Name,
    Resource,
    Share,
    Values,
    Words,
    at_least,
    both_ways,
    contains,
    equals,
    is_entity,
)
from app.store.paging import ListQuery, Page, fetch_page, instant


def _about(session: Session, values: Values) -> ColumnElement[bool]:
    """The entity is named inside the quote's own words."""
    ids = places.entity_ids(session, values["about"])
    named = select(1).where(
        col(Mention.article_id) == col(Quote.article_id),
        col(Mention.current),
        col(Mention.entity_id).in_(ids),
        col(Mention.start) >= col(Quote.start),
        col(Mention.end) <= col(Quote.end),
    )
    return named.exists()


QUOTES = Resource(
    name="quotes",
    filters=(
        Filter(
            "speaker",
            Name,
            "Who says it: an id or a name.",
            "Maksym Horbal",
            is_entity("speaker", col(Quote.speaker_id), col(Quote.speaker_name)),
        ),
        Filter("about", Name, "An entity named inside the quote: an id or a name.", "Odesa", _about),
        Filter(
            "q",
            Words,
            "In the quote or its speaker's name. " + search.LANGUAGE,
            "warehouses",
            lambda session, values: search.found_in(session, SearchKind.QUOTE, col(Quote.id), values["q"]),
        ),
        Filter("kind", QuoteKind, "The kind of quote.", "direct", equals("kind", col(Quote.kind))),
        Filter(
            "medium",
            Name,
            "Where it was said, as the text names it.",
            "Telegram",
            lambda _session, values: contains(col(Quote.medium), values["medium"]),
        ),
        Filter(
            "article",
            Name,
            "The article's id.",
            "0195c0de-0000-7000-8000-000000000001",
            lambda _session, values: articles_read.is_article(values["article"], col(Quote.article_id)),
        ),
        Filter(
            "from",
            when.When,
            "Said (else published) on this date or later.",
            "2025-03-01",
            lambda _session, values: when.since(col(Quote.said_on), col(Quote.sort_at), values["from"]),
        ),
        Filter(
            "to",
            when.When,
            "Said (else published) on this date or earlier.",
            "2025-03-31",
            lambda _session, values: when.until(col(Quote.said_on), col(Quote.sort_at), values["to"]),
        ),
        Filter(
            "min_confidence",
            Share,
            "The least confidence, 0 to 1.",
            0.8,
            at_least("min_confidence", col(Quote.confidence)),
        ),
        Filter(
            "include_duplicates",
            bool,
            "Also those of articles that repeat another one.",
            True,
            articles_read.no_copies(col(Quote.article_id)),
        ),
    ),
    sorts=both_ways("said_on", col(Quote.sort_at), instant, col(Quote.id))
    | both_ways("published_at", col(Quote.reported_at), instant, col(Quote.id))
    | both_ways("confidence", col(Quote.confidence), float, col(Quote.id)),
    defaults={"include_duplicates": articles_read.no_copies(col(Quote.article_id))},
)


def narrowed(session: Session, query: ListQuery) -> Select[Any]:
    """Current quotes of articles that are not withdrawn, by the filters of `query`."""
    shown = select(Quote).where(col(Quote.current), articles_read.visible(col(Quote.article_id)))
    return QUOTES.apply(session, shown, query.values)


def page(session: Session, query: ListQuery) -> Page[Quote]:
    return fetch_page(session, narrowed(session, query), QUOTES.order(query.sort), query)


def get(session: Session, quote_id: str) -> Quote:
    """NotFound; Withdrawn when its article is; Superseded when a later revision no longer has it; Rejected when an
    editor says so.
    """
    quote = session.get(Quote, parse_id(quote_id))
    if quote is None:
        raise NotFound("There is no such quote.")
    article = session.get(Article, quote.article_id)
    if article is not None:
        articles_read.check_not_withdrawn(article)
    corrections.check_not_rejected(session, quote)
    if not quote.current:
        raise Superseded("The article no longer has this quote.", extra={"article_id": str(quote.article_id)})
    return quote


def of_article(session: Session, article: Article) -> Sequence[Quote]:
    """The current quotes in text order."""
    statement = select(Quote).where(col(Quote.article_id) == article.id, col(Quote.current))
    rows = session.execute(statement).scalars().all()
    return sorted(rows, key=lambda row: (row.document["start"], row.id))
