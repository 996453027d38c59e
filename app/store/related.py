"""Which entities stand beside another one: in the same articles, in the same quotes, in the same attack reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, distinct, func, literal_column, or_, select, union_all
from sqlalchemy.orm import Bundle
from sqlmodel import Session, col

from app.domain.vocabulary import EntityKind
from app.models import Article, AttackReport, Entity, Mention, PlaceLink, Quote
from app.store import entities_read, when
from app.store.filters import Filter, Resource, Values, equals
from app.store.paging import Key, ListQuery, Page, fetch_page

_SHARED = "shared"
Counts = dict[UUID, int]

RELATED = Resource(
    name="related",
    filters=(
        Filter("kind", EntityKind, "The kind of the other entity.", "person", equals("kind", col(Entity.kind))),
        Filter(
            "from",
            when.When,
            "In articles published (else fetched) on this date or later.",
            "2025-03-01",
            lambda _session, values: col(Article.sort_at) >= when.lower(values["from"]),
        ),
        Filter(
            "to",
            when.When,
            "In articles published (else fetched) on this date or earlier.",
            "2025-03-31",
            lambda _session, values: col(Article.sort_at) <= when.upper(values["to"]),
        ),
    ),
    sorts={
        "-articles": (
            Key(literal_column(f"{_SHARED}.articles", Integer), True, int),
            Key(col(Entity.id), False, UUID),
        )
    },
)


@dataclass(frozen=True, slots=True)
class Related:
    """Another entity and how often it shares something. `score`: shared articles by those that name either, 0 to 1."""

    entity: Entity
    articles: int
    quotes: int
    attack_reports: int
    score: float


def page(session: Session, entity: Entity, query: ListQuery) -> Page[Related]:
    """Those that share the most articles first; copies and withdrawn articles do not count."""
    statement = narrowed(session, entity, query)
    found = fetch_page(session, statement, RELATED.order(query.sort), query)
    items = _with_counts(session, entity, query.values, {row.id: row.articles for row in found.items})
    return Page(items, found.next, found.total)


def narrowed(session: Session, entity: Entity, query: ListQuery) -> Select[Any]:
    """Id and number of shared articles of each entity that some article names beside this one."""
    shared = (
        select(col(Mention.entity_id), func.count(distinct(col(Mention.article_id))).label("articles"))
        .where(
            col(Mention.current),
            col(Mention.article_id).in_(_articles_of(session, entity, query.values)),
            col(Mention.entity_id) != entity.id,
        )
        .group_by(col(Mention.entity_id))
        .subquery(_SHARED)
    )
    statement: Select[Any] = (
        select(Bundle("pair", col(Entity.id), shared.c.articles))
        .join(shared, shared.c.entity_id == col(Entity.id))
        .where(col(Entity.merged_into).is_(None))
    )
    return statement.where(*(_clause(session, query.values, name) for name in {"kind"} & query.values.keys()))


def _clause(session: Session, values: Values, name: str) -> ColumnElement[bool]:
    return next(one for one in RELATED.filters if one.name == name).where(session, values)


def _shown(session: Session, values: Values) -> list[ColumnElement[bool]]:
    """Articles that count."""
    times = [_clause(session, values, name) for name in ("from", "to") if name in values]
    return [col(Article.withdrawn_at).is_(None), col(Article.duplicate_of).is_(None), *times]


def _articles_of(session: Session, entity: Entity, values: Values) -> Select[Any]:
    return (
        select(col(Mention.article_id))
        .join(Article, col(Article.id) == col(Mention.article_id))
        .where(col(Mention.entity_id) == entity.id, col(Mention.current), *_shown(session, values))
        .distinct()
    )


def _with_counts(session: Session, entity: Entity, values: Values, shared: Counts) -> list[Related]:
    ids = list(shared)
    rows = {row.id: row for row in entities_read.by_ids(session, ids)}
    articles = _article_counts(session, [entity.id, *ids], values)
    own = _articles_of(session, entity, values).cte("own_articles").prefix_with("MATERIALIZED").c
    quotes, reports = _quote_counts(session, entity, own, ids), _report_counts(session, entity, own, ids)
    return [
        Related(
            rows[one],
            both,
            quotes.get(one, 0),
            reports.get(one, 0),
            round(both / (articles[entity.id] + articles[one] - both), 4),
        )
        for one, both in shared.items()
    ]


def _article_counts(session: Session, ids: Sequence[UUID], values: Values) -> Counts:
    """How many articles name each."""
    statement = (
        select(col(Mention.entity_id), func.count(distinct(col(Mention.article_id))))
        .join(Article, col(Article.id) == col(Mention.article_id))
        .where(col(Mention.entity_id).in_(ids), col(Mention.current), *_shown(session, values))
        .group_by(col(Mention.entity_id))
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def _inside(quote: Any) -> list[ColumnElement[bool]]:
    """The mention stands in the quote's own words."""
    return [
        col(Mention.article_id) == quote.article_id,
        col(Mention.current),
        col(Mention.start) >= quote.start,
        col(Mention.end) <= quote.end,
    ]


def _quote_counts(session: Session, entity: Entity, own: Any, ids: Sequence[UUID]) -> Counts:
    """Quotes that both take part in, as speaker or named in the words."""
    named = select(1).where(*_inside(Quote), col(Mention.entity_id) == entity.id).exists()
    quotes = (
        select(col(Quote.id), col(Quote.article_id), col(Quote.start), col(Quote.end), col(Quote.speaker_id))
        .where(
            col(Quote.article_id) == own.article_id, col(Quote.current), or_(col(Quote.speaker_id) == entity.id, named)
        )
        .cte("own_quotes")
        .prefix_with("MATERIALIZED")
    ).c
    spoken = select(quotes.id.label("one"), quotes.speaker_id.label("entity_id")).where(quotes.speaker_id.in_(ids))
    about = select(quotes.id, col(Mention.entity_id)).where(*_inside(quotes), col(Mention.entity_id).in_(ids))
    return _count_pairs(session, spoken, about)


def _report_counts(session: Session, entity: Entity, own: Any, ids: Sequence[UUID]) -> Counts:
    """Attack reports that both take part in: as attacker, target, claimant or place."""
    roles = (col(AttackReport.attacker_id), col(AttackReport.target_id), col(AttackReport.claimant_id))
    place = select(1).where(col(PlaceLink.report_id) == col(AttackReport.id), col(PlaceLink.entity_id) == entity.id)
    reports = (
        select(col(AttackReport.id), *roles)
        .where(
            col(AttackReport.article_id) == own.article_id,
            col(AttackReport.current),
            or_(*(role == entity.id for role in roles), place.exists()),
        )
        .cte("own_reports")
        .prefix_with("MATERIALIZED")
    ).c
    parts = [
        select(reports.id.label("one"), role.label("entity_id")).where(role.in_(ids))
        for role in (reports.attacker_id, reports.target_id, reports.claimant_id)
    ]
    places = select(reports.id, col(PlaceLink.entity_id)).where(
        col(PlaceLink.report_id) == reports.id, col(PlaceLink.entity_id).in_(ids)
    )
    return _count_pairs(session, *parts, places)


def _count_pairs(session: Session, *parts: Select[Any]) -> Counts:
    """How many findings each entity takes part in, once each."""
    pairs = union_all(*parts).subquery("pairs")
    counted = select(pairs.c.entity_id, func.count(distinct(pairs.c.one))).group_by(pairs.c.entity_id)
    return {row[0]: row[1] for row in session.execute(counted)}
