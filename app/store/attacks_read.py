"""Reading attack reports."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlmodel import Session, col

from app.core.errors import NotFound, Superseded, Unprocessable
from app.core.ids import parse_id
from app.domain.vocabulary import SUBJECT_PARENT, AttackKind, Metric, Subject
from app.models import Article, AttackReport, Figure, PlaceLink
from app.store import articles_read, corrections, places, when
from app.store.filters import Count, Filter, Name, Resource, Share, Values, at_least, both_ways, equals, is_entity
from app.store.paging import ListQuery, Page, fetch_page, instant

_NOT_WEAPONS = (Subject.PERSON, Subject.BUILDING, Subject.OTHER)
_SAME_WORD = {"drone": AttackKind.DRONE, "missile": AttackKind.MISSILE, "artillery": AttackKind.ARTILLERY}


def descendants(subject: Subject) -> set[Subject]:
    """The subject and every one below it: a missile is also a cruise missile."""
    below = {child for child, parent in SUBJECT_PARENT.items() if parent is subject}
    return {subject}.union(*(descendants(child) for child in below))


def _weapon(session: Session, values: Values) -> ColumnElement[bool]:
    """A subject finds everything below it, and attacks of that kind without a count; else the name of a model."""
    value = values["weapon"].strip().lower().replace(" ", "_")
    own = col(Figure.report_id) == col(AttackReport.id)
    if value not in {one.value for one in Subject if one not in _NOT_WEAPONS}:
        named = func.lower(col(Figure.model)) == _model(session, values["weapon"])
        return select(1).where(own, named).exists()
    subjects = [one.value for one in descendants(Subject(value))]
    counted = select(1).where(own, col(Figure.subject).in_(subjects)).exists()
    if value in _SAME_WORD:
        return or_(counted, col(AttackReport.kind) == _SAME_WORD[value].value)
    return counted


def _model(session: Session, value: str) -> str:
    """Its name in lower case. Unprocessable for one that no table knows: an empty list would say that there is none."""
    name, known = value.strip().lower(), session.info.get("models")  # set by the edge
    if known is not None and name not in known:
        words = "no subject that is a weapon and no model; GET /v1/vocabulary lists them"
        fault = {"loc": ["query", "weapon"], "msg": words, "type": "unknown_weapon"}
        raise Unprocessable("Some parameters are not acceptable.", errors=[fault])
    return name


def _figures(_session: Session, values: Values) -> ColumnElement[bool]:
    """One figure that still stands satisfies metric, min and max together; an open range counts by its known end."""
    clauses = [col(Figure.report_id) == col(AttackReport.id), col(Figure.superseded).is_(False)]
    clauses.append(col(Figure.metric) == values["metric"])
    if "min" in values:
        clauses.append(func.coalesce(col(Figure.high), col(Figure.low)) >= values["min"])
    if "max" in values:
        clauses.append(func.coalesce(col(Figure.low), col(Figure.high)) <= values["max"])
    return select(1).where(*clauses).exists()


def _place(session: Session, values: Values) -> ColumnElement[bool]:
    own = col(PlaceLink.report_id) == col(AttackReport.id)
    named = places.is_entity(session, col(PlaceLink.entity_id), values["place"], name=col(PlaceLink.name))
    return select(1).where(own, named).exists()


def _in(clause: ColumnElement[bool]) -> ColumnElement[bool]:
    return places.report_place(col(AttackReport.id), clause)


_FROM = func.coalesce(col(AttackReport.occurred_to), col(AttackReport.occurred_from))
_TO = func.coalesce(col(AttackReport.occurred_from), col(AttackReport.occurred_to))
_WEAPON = Annotated[str, Field(min_length=1, max_length=64)]

ATTACK_REPORTS = Resource(
    name="attack-reports",
    filters=(
        Filter(
            "attacker",
            Name,
            "Who attacks: an id or a name.",
            "Russia",
            is_entity("attacker", col(AttackReport.attacker_id), col(AttackReport.attacker_name)),
        ),
        Filter(
            "target",
            Name,
            "The party attacked: an id or a name.",
            "Ukraine",
            is_entity("target", col(AttackReport.target_id), col(AttackReport.target_name)),
        ),
        Filter("kind", AttackKind, "The kind of attack.", "drone", equals("kind", col(AttackReport.kind))),
        Filter(
            "weapon",
            _WEAPON,
            "A subject that is a weapon, with all below it, or a model: `GET /v1/vocabulary` lists both.",
            "missile",
            _weapon,
        ),
        Filter("place", Name, "A place hit, or of interception or launch: an id or a name.", "Odesa Oblast", _place),
        Filter(
            "within",
            Name,
            "A place in this region (`UA-51`), country (`UA`), or in the area of this entity.",
            "UA-51",
            lambda session, values: _in(places.within(session, values["within"])),
        ),
        Filter(
            "bbox",
            places.Box,
            "A place in this box: `west,south,east,north` in degrees.",
            "29.0,45.0,33.0,48.0",
            lambda _session, values: _in(places.in_box(values["bbox"])),
        ),
        Filter(
            "claimant",
            Name,
            "Who states it: an id or a name.",
            "Ukrainian Air Force",
            is_entity("claimant", col(AttackReport.claimant_id), col(AttackReport.claimant_name)),
        ),
        Filter("metric", Metric, "Has a figure of this metric; `min` and `max` bound it.", "downed", _figures),
        Filter(
            "min", Count, "A figure of `metric`, which must be given, of at least this.", 10, _figures, needs="metric"
        ),
        Filter(
            "max", Count, "A figure of `metric`, which must be given, of at most this.", 50, _figures, needs="metric"
        ),
        Filter(
            "from",
            when.When,
            "Occurred (else published) on this date or later.",
            "2025-03-01",
            lambda _session, values: when.since(_FROM, col(AttackReport.sort_at), values["from"]),
        ),
        Filter(
            "to",
            when.When,
            "Occurred (else published) on this date or earlier.",
            "2025-03-31",
            lambda _session, values: when.until(_TO, col(AttackReport.sort_at), values["to"]),
        ),
        Filter(
            "historical",
            bool,
            "Only background, or only the news of the article.",
            False,
            equals("historical", col(AttackReport.historical)),
        ),
        Filter(
            "article",
            Name,
            "The article's id.",
            "0195c0de-0000-7000-8000-000000000001",
            lambda _session, values: articles_read.is_article(values["article"], col(AttackReport.article_id)),
        ),
        Filter(
            "min_confidence",
            Share,
            "The least confidence, 0 to 1.",
            0.8,
            at_least("min_confidence", col(AttackReport.confidence)),
        ),
        Filter(
            "include_duplicates",
            bool,
            "Also those of articles that repeat another one.",
            True,
            articles_read.no_copies(col(AttackReport.article_id)),
        ),
    ),
    sorts=both_ways("occurred_to", col(AttackReport.sort_at), instant, col(AttackReport.id))
    | both_ways("published_at", col(AttackReport.reported_at), instant, col(AttackReport.id))
    | both_ways("confidence", col(AttackReport.confidence), float, col(AttackReport.id)),
    defaults={"include_duplicates": articles_read.no_copies(col(AttackReport.article_id))},
)


def narrowed(session: Session, query: ListQuery) -> Select[Any]:
    """Current reports of articles that are not withdrawn, by the filters of `query`."""
    shown = select(AttackReport).where(col(AttackReport.current), articles_read.visible(col(AttackReport.article_id)))
    return ATTACK_REPORTS.apply(session, shown, query.values)


def page(session: Session, query: ListQuery) -> Page[AttackReport]:
    return fetch_page(session, narrowed(session, query), ATTACK_REPORTS.order(query.sort), query)


def get(session: Session, report_id: str) -> AttackReport:
    """NotFound; Withdrawn when its article is; Superseded when a later revision no longer has it; Rejected when an
    editor says so.
    """
    report = session.get(AttackReport, parse_id(report_id))
    if report is None:
        raise NotFound("There is no such attack report.")
    article = session.get(Article, report.article_id)
    if article is not None:
        articles_read.check_not_withdrawn(article)
    corrections.check_not_rejected(session, report)
    if not report.current:
        raise Superseded("The article no longer has this report.", extra={"article_id": str(report.article_id)})
    return report


def of_article(session: Session, article: Article) -> Sequence[AttackReport]:
    """The current reports in text order."""
    statement = select(AttackReport).where(col(AttackReport.article_id) == article.id, col(AttackReport.current))
    return sorted(session.execute(statement).scalars().all(), key=_text_order)


def _text_order(report: AttackReport) -> tuple[int, UUID]:
    evidence = report.document.get("evidence") or [{"start": 0}]
    return evidence[0]["start"], report.id
