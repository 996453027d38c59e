"""Reading articles: the list, one, its revisions."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, select, true
from sqlmodel import Session, col

from app.core.errors import NotFound, Withdrawn
from app.core.ids import parse_id
from app.domain.vocabulary import SearchKind
from app.models import Article, Mention, Revision, Source, TitleChange
from app.store import places, search, when
from app.store.filters import Filter, Name, Resource, Values, Where, Words, both_ways, equals
from app.store.paging import ListQuery, Page, fetch_page, instant


def _source(_session: Session, values: Values) -> ColumnElement[bool]:
    value: str = values["source"]
    try:
        return col(Article.source_id) == UUID(value)
    except ValueError:
        named = select(col(Source.id)).where(func.lower(col(Source.name)) == value.lower())
        return col(Article.source_id).in_(named)


def _has_attacks(_session: Session, values: Values) -> ColumnElement[bool]:
    count = col(Article.attack_report_count)
    return count > 0 if values["has_attacks"] else count == 0


def _duplicates(_session: Session, values: Values) -> ColumnElement[bool]:
    if values.get("include_duplicates"):
        return col(Article.id) == col(Article.id)
    return col(Article.duplicate_of).is_(None)


ARTICLES = Resource(
    name="articles",
    filters=(
        Filter(
            "q",
            Words,
            "In the title or the text. " + search.LANGUAGE,
            '"grain depot"',
            lambda session, values: search.found_in(session, SearchKind.ARTICLE, col(Article.id), values["q"]),
        ),
        Filter("source", Name, "The source's id or name.", "Harbour News", _source),
        Filter("language", Name, "ISO 639-1 code of the language.", "en", equals("language", col(Article.language))),
        Filter(
            "entity",
            Name,
            "Names this entity: an id or a name.",
            "Odesa Oblast",
            lambda session, values: places.mentioned(session, col(Article.id), values["entity"]),
        ),
        Filter(
            "from",
            when.When,
            "Published (else fetched) on this date or later.",
            "2025-03-01",
            lambda _session, values: col(Article.sort_at) >= when.lower(values["from"]),
        ),
        Filter(
            "to",
            when.When,
            "Published (else fetched) on this date or earlier.",
            "2025-03-31",
            lambda _session, values: col(Article.sort_at) <= when.upper(values["to"]),
        ),
        Filter("has_attacks", bool, "Only articles with attack reports, or only those without.", True, _has_attacks),
        Filter("live", bool, "Only live briefings, or only others.", False, equals("live", col(Article.live))),
        Filter("include_duplicates", bool, "Also articles that repeat another one.", True, _duplicates),
    ),
    sorts=both_ways("published_at", col(Article.sort_at), instant, col(Article.id))
    | both_ways("content_changed_at", col(Article.content_changed_at), instant, col(Article.id)),
    includes=("entities", "quotes", "attack_reports"),
    defaults={"include_duplicates": _duplicates},
)


def narrowed(session: Session, query: ListQuery) -> Select[Any]:
    """Articles that are not withdrawn, by the filters of `query`."""
    return ARTICLES.apply(session, select(Article).where(col(Article.withdrawn_at).is_(None)), query.values)


def page(session: Session, query: ListQuery) -> Page[Article]:
    return fetch_page(session, narrowed(session, query), ARTICLES.order(query.sort), query)


def get(session: Session, article_id: str) -> Article:
    """NotFound; Withdrawn with its reason."""
    article = session.get(Article, parse_id(article_id))
    if article is None:
        raise NotFound("There is no such article.")
    check_not_withdrawn(article)
    return article


def check_not_withdrawn(article: Article) -> None:
    if article.withdrawn_at is not None:
        raise Withdrawn.because(article.withdrawn_reason, article.withdrawn_at)


def revision(session: Session, article: Article, number: int | None = None) -> Revision:
    """The current revision, or that of a number. NotFound."""
    wanted = article.revision if number is None else number
    statement = select(Revision).where(col(Revision.article_id) == article.id, col(Revision.number) == wanted)
    found: Revision | None = session.execute(statement).scalar_one_or_none()
    if found is None:
        raise NotFound("The article has no such revision.")
    return found


def revisions(session: Session, article: Article) -> Sequence[Revision]:
    """All of them, the newest first."""
    statement = select(Revision).where(col(Revision.article_id) == article.id)
    return session.execute(statement.order_by(col(Revision.number).desc())).scalars().all()


def title_changes(session: Session, article: Article) -> Sequence[TitleChange]:
    """The oldest first."""
    statement = select(TitleChange).where(col(TitleChange.article_id) == article.id)
    return session.execute(statement.order_by(col(TitleChange.at), col(TitleChange.id))).scalars().all()


def sources_of(session: Session, articles: Sequence[Article]) -> dict[UUID, Source]:
    """The sources of these articles by id."""
    ids = {article.source_id for article in articles if article.source_id}
    rows = session.execute(select(Source).where(col(Source.id).in_(ids))).scalars() if ids else ()
    return {row.id: row for row in rows}


def by_ids(session: Session, ids: set[UUID]) -> dict[UUID, Article]:
    """Articles by id, for the reference that each finding carries."""
    rows = session.execute(select(Article).where(col(Article.id).in_(ids))).scalars() if ids else ()
    return {row.id: row for row in rows}


def visible(article_id: Any) -> ColumnElement[bool]:
    """The finding's article is not withdrawn."""
    shown = select(1).where(col(Article.id) == article_id, col(Article.withdrawn_at).is_(None))
    return shown.exists()


def no_copies(article_id: Any) -> Where:
    """Findings of copies are left out, unless copies or the article itself are asked for."""

    def where(_session: Session, values: Values) -> ColumnElement[bool]:
        if values.get("include_duplicates") or "article" in values:
            return true()
        copy = select(1).where(col(Article.id) == article_id, col(Article.duplicate_of).is_not(None))
        return ~copy.exists()

    return where


def is_article(value: str, column: Any) -> ColumnElement[bool]:
    """`column` is this article; an id that is none finds nothing."""
    try:
        return and_(column == UUID(value))
    except ValueError:
        return false()


def mentions_of(session: Session, article: Article) -> Sequence[Mention]:
    """The current mentions in text order."""
    statement = select(Mention).where(col(Mention.article_id) == article.id, col(Mention.current))
    return session.execute(statement.order_by(col(Mention.start), col(Mention.id))).scalars().all()
