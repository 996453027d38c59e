"""A finding's JSON as its row: corrections applied, and the columns that lists filter by taken from the outcome."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, delete

from app.domain import corrections
from app.domain.vocabulary import CorrectionState
from app.models import Article, AttackReport, Correction, Figure, PlaceLink, Quote

Ids = Mapping[str, UUID]
Json = dict[str, Any]
_FIGURE = ("metric", "subject", "model", "low", "high", "qualifier", "is_total")


def settle(
    session: Session,
    row: Quote | AttackReport,
    pristine: Json,
    made: Sequence[Correction],
    *,
    article: Article,
    ids: Ids,
) -> None:
    """`row` as `pristine` with the corrections `made` to it, the oldest first; each of them learns how much of it applies."""
    pristine = corrections.with_figure_ids(pristine)
    for one in made:
        one.state = corrections.reach(pristine, one.after).value
        session.add(one)
    changes = [one.after for one in made if one.state != CorrectionState.ORPHANED]
    row.document = corrections.apply(pristine, changes)
    row.original = pristine if changes else None
    row.rejected = corrections.is_rejected(changes)
    row.current = not row.rejected
    session.add(row)
    if isinstance(row, Quote):
        _quote(row, row.document, article, ids)
    else:
        _report(row, row.document, article, ids)
        session.flush()
        _parts(session, row, row.document, ids)


def pristine_of(row: Quote | AttackReport) -> Json:
    """The finding as it was extracted."""
    return corrections.with_figure_ids(row.original or row.document)


def _quote(row: Quote, document: Json, article: Article, ids: Ids) -> None:
    for name in ("kind", "text", "start", "end", "confidence"):
        setattr(row, name, document[name])
    row.speaker_id, row.speaker_name = _actor(ids, document["speaker"])
    row.medium = document["medium"]["name"] if document["medium"] else None
    row.said_on = _day(document["said_on"])
    row.sort_at = _at(row.said_on, article)


def _report(row: AttackReport, document: Json, article: Article, ids: Ids) -> None:
    for name in ("attacker", "target", "claimant"):
        entity_id, bare = _actor(ids, document[name])
        setattr(row, f"{name}_id", entity_id)
        setattr(row, f"{name}_name", bare)
    row.kind, row.date_precision, row.historical = (document[name] for name in ("kind", "date_precision", "historical"))
    row.occurred_from, row.occurred_to = _day(document["occurred_from"]), _day(document["occurred_to"])
    row.sort_at = _at(row.occurred_to, article)
    row.confidence = document["confidence"]


def _parts(session: Session, row: AttackReport, document: Json, ids: Ids) -> None:
    """Figures and places as rows, in place of those before."""
    session.exec(delete(Figure).where(col(Figure.report_id) == row.id))
    session.exec(delete(PlaceLink).where(col(PlaceLink.report_id) == row.id))
    session.add_all(
        Figure(report_id=row.id, superseded=not figure["current"], **{name: figure[name] for name in _FIGURE})
        for figure in document["figures"]
    )
    session.add_all(
        PlaceLink(report_id=row.id, entity_id=_actor(ids, place)[0], name=place["name"], role=place["role"])
        for place in document["places"]
    )


def _actor(ids: Ids, ref: Json | None) -> tuple[UUID | None, str | None]:
    if ref is None:
        return None, None
    return ids.get(ref["entity"]) if ref["entity"] else None, ref["name"]


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _at(day: date | None, article: Article) -> datetime:
    return datetime.combine(day, time(12), UTC) if day else article.sort_at
