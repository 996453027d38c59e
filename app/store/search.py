"""Full-text search: keeping the entries in step with what they stand for, and finding them; one query language on both engines."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Float, and_, bindparam, case, cast, column, literal_column, not_, or_, table, true
from sqlalchemy import false as never
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlmodel import Session, col, delete, insert, select

from app.core.db import dialect_of
from app.core.errors import Unprocessable
from app.domain.query import MAX_TERMS, Term, folded, parse
from app.domain.vocabulary import SearchKind
from app.models import Article, Entity, EntityAlias, Quote, Revision, SearchEntry
from app.store import when
from app.store.filters import Filter, Resource, Values, Words, equals
from app.store.paging import Key, ListQuery, Page, fetch_page, instant

LANGUAGE = 'Words that all occur; `"a phrase"`, `-not`, `prefix*`. Case, accents and apostrophes do not count.'
_PIECE = 500
_FTS = table("fts_search", column("rowid"))


# --- keeping step: called in the transaction that writes the rows


def refresh_article(session: Session, article_id: UUID) -> None:
    """The entries of an article and its current quotes as they stand now; none when it is withdrawn."""
    session.flush()
    session.execute(delete(SearchEntry).where(col(SearchEntry.article_id) == article_id))
    here = (col(Article.id) == article_id, col(Article.withdrawn_at).is_(None))
    text = select(Article.title, Revision.text, Article.sort_at).join(Revision, _current_text()).where(*here)
    _add(session, [_entry("article", article_id, article_id, *row) for row in session.execute(text)])
    said = (
        select(Quote.id, Quote.speaker_name, Quote.text, Quote.sort_at)
        .join(Article, col(Article.id) == col(Quote.article_id))
        .where(*here, col(Quote.current))
    )
    _add(session, [_entry("quote", one, article_id, *row) for one, *row in session.execute(said)])


def _current_text() -> ColumnElement[bool]:
    return and_(col(Revision.article_id) == col(Article.id), col(Revision.number) == col(Article.revision))


def refresh_entities(session: Session, ids: Iterable[UUID]) -> None:
    """The entries of these entities; none for one that no article names or that was merged away."""
    session.flush()
    wanted = list(ids)
    for start in range(0, len(wanted), _PIECE):
        _refresh_entities(session, wanted[start : start + _PIECE])


def _refresh_entities(session: Session, ids: Collection[UUID]) -> None:
    mine = (col(SearchEntry.kind) == SearchKind.ENTITY, col(SearchEntry.resource_id).in_(ids))
    session.execute(delete(SearchEntry).where(*mine))
    spelt = aliases_of(session, ids)
    living = select(Entity.id, Entity.name, Entity.last_seen).where(
        col(Entity.id).in_(ids), col(Entity.merged_into).is_(None), col(Entity.mention_count) > 0
    )
    rows = session.execute(living).all()
    _add(session, [_entry("entity", one, None, name, " ".join(spelt.get(one, ())), at) for one, name, at in rows])


def _entry(kind: str, resource_id: UUID, article_id: UUID | None, title: str | None, body: str, at: datetime) -> Any:
    return {
        "kind": kind,
        "resource_id": resource_id,
        "article_id": article_id,
        "title": folded(title),
        "body": folded(body),
        "at": at,
    }


def _add(session: Session, entries: list[Any]) -> None:
    if entries:
        session.execute(insert(SearchEntry), entries)


def aliases_of(session: Session, ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Spellings by entity, in the order they were met."""
    found: dict[UUID, list[str]] = {}
    spellings = select(EntityAlias.entity_id, EntityAlias.alias).where(col(EntityAlias.entity_id).in_(ids))
    for one, alias in session.execute(spellings.order_by(col(EntityAlias.id))):
        found.setdefault(one, []).append(alias)
    return found


# --- finding


def terms_of(text: str) -> tuple[Term, ...]:
    """The terms of a query. Unprocessable when there are more than ten."""
    found = parse(text)
    if len(found) > MAX_TERMS:
        fault = {"loc": ["query", "q"], "msg": f"at most {MAX_TERMS} words or phrases", "type": "too_many_terms"}
        raise Unprocessable("Some parameters are not acceptable.", errors=[fault])
    return found


def matches(session: Session, terms: Collection[Term]) -> ColumnElement[bool]:
    """The entry has all terms and none of the negated. Nothing to look for finds nothing."""
    if all(term.negated for term in terms):
        return never()
    if dialect_of(session) == "sqlite":
        asked = literal_column("fts_search").op("MATCH")(bindparam(None, _fts5(terms)))
        return col(SearchEntry.id).in_(select(_FTS.c.rowid).where(asked))
    return and_(true(), *(not_(_has(term)) if term.negated else _has(term) for term in terms))


def _fts5(terms: Collection[Term]) -> str:
    """Words hold only letters and digits, so quotes keep them from being read as operators."""

    def one(term: Term) -> str:
        return f'"{" ".join(term.words)}"' + (" *" if term.prefix else "")

    wanted = " AND ".join(one(term) for term in terms if not term.negated)
    refused = " OR ".join(one(term) for term in terms if term.negated)
    return f"({wanted}) NOT ({refused})" if refused else wanted


def _has(term: Term) -> ColumnElement[bool]:
    """The index finds the words; that they follow each other is looked up in the text, since a tsvector forgets after 16,383 words."""
    stars = [""] * (len(term.words) - 1) + [":*" if term.prefix else ""]
    query = " & ".join(f"'{word}'{star}" for word, star in zip(term.words, stars, strict=True))
    found: ColumnElement[bool] = literal_column("search_entries.fts_words").op("@@")(cast(query, TSQUERY))
    if len(term.words) == 1:
        return found
    return and_(found, or_(_spelt(col(SearchEntry.title), term), _spelt(col(SearchEntry.body), term)))


def _spelt(words: Any, term: Term) -> ColumnElement[bool]:
    """The words stand in folded text in this order. They hold no % and no _."""
    found: ColumnElement[bool] = words.like("% " + " ".join(term.words) + ("%" if term.prefix else " %"))
    return found


def score(terms: Collection[Term]) -> ColumnElement[float]:
    """1 the title itself, 0.8 all words in the title, 0.5 elsewhere: the same on both engines, and it does not change while rows are added."""
    wanted = [term for term in terms if not term.negated]
    exact = col(SearchEntry.title) == " " + " ".join(word for term in wanted for word in term.words) + " "
    titled = and_(true(), *(_spelt(col(SearchEntry.title), term) for term in wanted))
    found: ColumnElement[float] = cast(case((exact, 1.0), (titled, 0.8), else_=0.5), Float)
    return found


def _q(session: Session, values: Values) -> ColumnElement[bool]:
    return matches(session, terms_of(values["q"]))


def found_in(session: Session, kind: SearchKind, resource: Any, text: str) -> ColumnElement[bool]:
    """`resource` (an id column) is one of `kind` that the query finds: the `q` of lists."""
    entries = select(SearchEntry.resource_id).where(col(SearchEntry.kind) == kind, matches(session, terms_of(text)))
    clause: ColumnElement[bool] = resource.in_(entries)
    return clause


_AT, _ID = col(SearchEntry.at), col(SearchEntry.resource_id)
SEARCH = Resource(
    name="search",
    filters=(
        Filter("q", Words, LANGUAGE, 'odesa "grain depot" -drill', _q, required=True),
        Filter("kind", SearchKind, "Only this kind.", "article", equals("kind", col(SearchEntry.kind))),
        Filter(
            "from",
            when.When,
            "Published, said or last seen on this date or later.",
            "2025-03-01",
            lambda _session, values: when.lower(values["from"]) <= _AT,
        ),
        Filter(
            "to",
            when.When,
            "Published, said or last seen on this date or earlier.",
            "2025-03-31",
            lambda _session, values: when.upper(values["to"]) >= _AT,
        ),
    ),
    sorts={"-score": (), "-at": (Key(_AT, True, instant), Key(_ID, True, UUID))},
)


def page(session: Session, query: ListQuery) -> Page[SearchEntry]:
    """The best first, among equals the latest."""
    best = score(terms_of(query.values["q"]))
    keys = SEARCH.order(query.sort) or (Key(best, True, float), *SEARCH.sorts["-at"])
    return fetch_page(session, SEARCH.apply(session, select(SearchEntry), query.values), keys, query)


def score_of(entry: SearchEntry, terms: Collection[Term]) -> float:
    """What `score` gives this entry."""
    wanted = [term for term in terms if not term.negated]
    if entry.title == " " + " ".join(word for term in wanted for word in term.words) + " ":
        return 1.0
    ends = ("" if term.prefix else " " for term in wanted)
    titled = all(f" {' '.join(term.words)}{end}" in entry.title for term, end in zip(wanted, ends, strict=True))
    return 0.8 if titled else 0.5


def texts(session: Session, entries: Collection[SearchEntry]) -> dict[tuple[str, UUID], tuple[str, str]]:
    """Title and text of what the entries stand for, by kind and id."""

    def ids(kind: SearchKind) -> list[UUID]:
        return [entry.resource_id for entry in entries if entry.kind == kind]

    articles = select(Article.id, Article.title, Revision.text).join(Revision, _current_text())
    quotes = select(Quote.id, Quote.speaker_name, Quote.text).where(col(Quote.id).in_(ids(SearchKind.QUOTE)))
    entities = select(Entity.id, Entity.name).where(col(Entity.id).in_(ids(SearchKind.ENTITY)))
    found = {
        ("article", one): (title or "", text)
        for one, title, text in session.execute(articles.where(col(Article.id).in_(ids(SearchKind.ARTICLE))))
    }
    found |= {("quote", one): (name or "", text) for one, name, text in session.execute(quotes)}
    spelt = aliases_of(session, ids(SearchKind.ENTITY))
    return found | {("entity", one): (name, ", ".join(spelt.get(one, ()))) for one, name in session.execute(entities)}
