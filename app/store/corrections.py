"""Corrections: of a finding, of an article, as a list. How they are applied: domain/corrections.py and rows.py."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, false, func, select
from sqlmodel import Session, col

from app.core.errors import NotFound, Rejected
from app.core.ids import parse_id
from app.domain.vocabulary import Correctable, CorrectionState
from app.models import Article, AttackReport, Correction, Quote
from app.store import articles_read
from app.store.filters import Filter, Name, Resource, Values, equals
from app.store.paging import Key, ListQuery, Page, fetch_page


def _finding(_session: Session, values: Values) -> ColumnElement[bool]:
    """An id that is none finds nothing."""
    try:
        return col(Correction.resource_id) == UUID(values["resource_id"])
    except ValueError:
        return false()


CORRECTIONS = Resource(
    name="corrections",
    filters=(
        Filter(
            "article",
            Name,
            "The id of the article that the finding is from.",
            "0195c0de-0000-7000-8000-000000000001",
            lambda _session, values: articles_read.is_article(values["article"], col(Correction.article_id)),
        ),
        Filter(
            "resource",
            Correctable,
            "The kind of finding.",
            "attack_report",
            equals("resource", col(Correction.resource)),
        ),
        Filter(
            "resource_id",
            Name,
            "The id of the quote or attack report.",
            "0195c0de-0000-7000-8000-000000000008",
            _finding,
        ),
        Filter("state", CorrectionState, "How it stands.", "applied", equals("state", col(Correction.state))),
    ),
    sorts={  # ids are UUIDv7: they are in the order of creation
        "-at": (Key(col(Correction.id), True, UUID),),
        "at": (Key(col(Correction.id), False, UUID),),
    },
)


def page(session: Session, query: ListQuery) -> Page[Correction]:
    """Corrections of articles that are not withdrawn."""
    shown = select(Correction).where(articles_read.visible(col(Correction.article_id)))
    return fetch_page(session, CORRECTIONS.apply(session, shown, query.values), CORRECTIONS.order(query.sort), query)


def get(session: Session, correction_id: str) -> Correction:
    """NotFound; Withdrawn when the article of its finding is."""
    found = session.get(Correction, parse_id(correction_id))
    if found is None:
        raise NotFound("There is no such correction.")
    article = session.get(Article, found.article_id)
    if article is not None:
        articles_read.check_not_withdrawn(article)
    return found


def standing(session: Session, article_id: UUID) -> dict[UUID, list[Correction]]:
    """Finding -> its corrections that nobody undid, the oldest first."""
    query = select(Correction).where(
        col(Correction.article_id) == article_id, col(Correction.state) != CorrectionState.UNDONE
    )
    found: dict[UUID, list[Correction]] = {}
    for one in session.execute(query.order_by(col(Correction.number))).scalars():
        found.setdefault(one.resource_id, []).append(one)
    return found


def in_force(session: Session, finding_id: UUID) -> Sequence[Correction]:
    """What a finding owes to people, the oldest first."""
    applied = (CorrectionState.APPLIED, CorrectionState.PARTIAL)
    query = select(Correction).where(col(Correction.resource_id) == finding_id, col(Correction.state).in_(applied))
    return session.execute(query.order_by(col(Correction.number))).scalars().all()


def next_number(session: Session, finding_id: UUID) -> int:
    """Under the lock of the article."""
    query = select(func.coalesce(func.max(col(Correction.number)), 0)).where(col(Correction.resource_id) == finding_id)
    return int(session.execute(query).scalar_one()) + 1


def orphan(session: Session, made: Iterable[Correction]) -> None:
    """What they corrected is no longer found."""
    for one in made:
        one.state = CorrectionState.ORPHANED.value
        session.add(one)


def undone(session: Session, one: Correction, *, by: str, reason: str, now: datetime) -> None:
    one.state, one.undone_by, one.undone_reason, one.undone_at = CorrectionState.UNDONE.value, by, reason, now
    session.add(one)
    session.flush()


def check_not_rejected(session: Session, row: Quote | AttackReport) -> None:
    """Rejected, with the editor's reason and what may be undone."""
    if not row.rejected:
        return
    made = next(one for one in in_force(session, row.id) if one.after.get("rejected"))
    at = made.at.isoformat().replace("+00:00", "Z")
    extra = {"correction_id": str(made.id), "rejected_at": at, "article_id": str(row.article_id)}
    raise Rejected(made.reason, extra=extra)
