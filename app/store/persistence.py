"""Which finding is which across revisions and extractions: the same article, kind and words keep their id."""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import Session, col, select

from app.domain.corrections import traits, with_figure_ids
from app.models import Article, AttackReport, Quote
from app.store.rows import pristine_of

Finding = TypeVar("Finding", Quote, AttackReport)
Json = dict[str, Any]
_MOST_PAIRS = 2_500  # a hostile page may repeat three words ten thousand times: then their order alone decides


def ever(session: Session, model: type[Finding], article_id: UUID) -> list[Finding]:
    """All findings the article ever had, those of the current revision first: words that come back get their id back."""
    found = or_(col(model.current), col(model.rejected))
    query = select(model).where(model.article_id == article_id).order_by(found.desc(), col(model.id))
    return list(session.exec(query))


def is_found(row: Quote | AttackReport) -> bool:
    """It is one of the current revision, whether or not an editor rejected it."""
    return row.current or row.rejected


def matched(old: Sequence[Finding], marks: Sequence[str], documents: Sequence[Json]) -> dict[int, Finding]:
    """The row of each document that has one, by the document's number."""
    rows: dict[str, list[Finding]] = {}
    for row in old:
        rows.setdefault(row.fingerprint, []).append(row)
    numbers: dict[str, list[int]] = {}
    for number, mark in enumerate(marks):
        numbers.setdefault(mark, []).append(number)
    known: dict[int, Finding] = {}
    for mark in numbers.keys() & rows.keys():
        known |= _paired(rows[mark], {number: documents[number] for number in numbers[mark]})
    return known


def _paired(rows: Sequence[Finding], documents: dict[int, Json]) -> dict[int, Finding]:
    """Of findings with the same words the likest are one: when the first of two in a sentence is no longer found, the
    second must not inherit its id, nor that an editor rejected it: in doubt what was rejected is what is gone.
    """
    if len(rows) * len(documents) == 1 or len(rows) * len(documents) > _MOST_PAIRS:
        return dict(zip(documents, rows, strict=False))
    new = {number: traits(with_figure_ids(one)) for number, one in documents.items()}
    before = [traits(pristine_of(row)) for row in rows]
    fewer = len(documents) < len(rows)
    pairs = sorted(
        (not is_found(row), -len(before[place] & new[number]), fewer and row.rejected, number, place)
        for place, row in enumerate(rows)
        for number in documents
    )
    known: dict[int, Finding] = {}
    taken: set[int] = set()
    for *_, number, place in pairs:
        if number not in known and place not in taken:
            known[number] = rows[place]
            taken.add(place)
    return known


def new(model: type[Finding], article: Article, mark: str) -> Finding:
    """A row that has yet to be settled."""
    given: dict[str, Any] = {
        "article_id": article.id,
        "revision": 0,
        "fingerprint": mark,
        "kind": "",
        "sort_at": article.sort_at,
        "reported_at": article.sort_at,
        "confidence": 0,
        "extractor_version": "",
        ("text" if model is Quote else "date_precision"): "",
    }
    return model(**given)
