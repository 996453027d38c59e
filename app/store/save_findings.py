"""The findings of a revision as rows: entities with aliases and mentions, quotes, attack reports with their parts; ids that persist."""

from datetime import UTC, date, datetime, time
from typing import TypeVar
from uuid import UUID

from sqlmodel import Session, col, delete, func, select, update

from app.domain import findings as found
from app.models import Article, AttackReport, Entity, EntityAlias, Figure, Mention, PlaceLink, Quote
from app.store import search, snapshots
from app.store.fingerprint import fingerprint
from app.store.json import attack_json, fold_name, plain, quote_json


def save_findings(session: Session, article: Article, findings: found.Findings, now: datetime) -> None:
    """The findings of the current revision, in place of what was current before; its snapshot; counts; the search index."""
    before = set(
        session.exec(select(Mention.entity_id).where(Mention.article_id == article.id, col(Mention.current)).distinct())
    )
    ids = save_entities(session, article, findings, now)
    quotes = save_quotes(session, article, findings, ids)
    reports = save_reports(session, article, findings, ids)
    snapshots.put(session, article.id, article.revision, findings, now)
    article.entity_count, article.quote_count, article.attack_report_count = len(ids), quotes, reports
    session.flush()
    recount(session, before | set(ids.values()))
    search.refresh_article(session, article.id)


def save_entities(session: Session, article: Article, findings: found.Findings, now: datetime) -> dict[str, UUID]:
    session.exec(update(Mention).where(col(Mention.article_id) == article.id).values(current=False))
    session.exec(  # of an extraction before; those of older revisions stay
        delete(Mention).where(col(Mention.article_id) == article.id, col(Mention.revision) == article.revision)
    )
    seen = article.sort_at
    rows = {e.key: e for e in _existing(session, [e.key for e in findings.entities])}
    for one in sorted(findings.entities, key=lambda e: e.key):  # one order for all writers: no two wait in a ring
        row = rows.get(one.key) or _new_entity(one, seen)
        rows[one.key] = row
        row.first_seen, row.last_seen = min(row.first_seen, seen), max(row.last_seen, seen)
        row.role = row.role or (one.role.text if one.role else None)
        session.add(row)
    session.flush()
    for one in findings.entities:
        _aliases(session, rows[one.key], one)
        session.add_all(
            Mention(
                article_id=article.id,
                revision=article.revision,
                entity_id=rows[one.key].id,
                start=m.at.span.start,
                end=m.at.span.end,
                text=m.at.text,
                metonym=m.metonym,
                role=plain(one.role) if m is one.mentions[0] else None,
            )
            for m in one.mentions
        )
    return {one.key: rows[one.key].id for one in findings.entities}


def _existing(session: Session, keys: list[str]) -> list[Entity]:
    return [
        e
        for i in range(0, len(keys), 500)
        for e in session.exec(select(Entity).where(col(Entity.key).in_(keys[i : i + 500])))
    ]


def _new_entity(one: found.Entity, seen: datetime) -> Entity:
    row = Entity(
        key=one.key, kind=one.kind.value, name=one.name, first_seen=seen, last_seen=seen, wikidata_id=one.wikidata_id
    )
    if one.place is not None:
        for name in ("geonames_id", "katottg", "iso_3166_2", "country_code", "latitude", "longitude", "precision"):
            setattr(row, name, getattr(one.place, name))
        row.level = one.place.level.value
        row.unresolved = one.place.unresolved.value if one.place.unresolved else None
    return row


def _aliases(session: Session, row: Entity, one: found.Entity) -> None:
    known_aliases = set(session.exec(select(EntityAlias.alias).where(EntityAlias.entity_id == row.id)))
    for alias in dict.fromkeys([one.name, *(m.at.text for m in one.mentions)]):
        if alias not in known_aliases:
            session.add(EntityAlias(entity_id=row.id, alias=alias, folded=fold_name(alias)))
    session.flush()


def recount(session: Session, entity_ids: set[UUID]) -> None:
    """Counts of entities over current findings of articles that are neither withdrawn nor copies of others."""
    for entity_id in sorted(entity_ids):
        live = select(Article.id).where(col(Article.withdrawn_at).is_(None), col(Article.duplicate_of).is_(None))
        mentions = select(func.count(), func.count(func.distinct(Mention.article_id))).where(
            Mention.entity_id == entity_id, col(Mention.current), col(Mention.article_id).in_(live)
        )
        mention_count, article_count = session.exec(mentions).one()
        quotes = (
            select(func.count())
            .select_from(Quote)
            .where(Quote.speaker_id == entity_id, col(Quote.current), col(Quote.article_id).in_(live))
        )
        values = {
            "mention_count": mention_count,
            "article_count": article_count,
            "quote_count": session.exec(quotes).one(),
        }
        session.exec(update(Entity).where(col(Entity.id) == entity_id).values(**values))
    search.refresh_entities(session, entity_ids)


def _at(day: date | None, article: Article) -> datetime:
    return datetime.combine(day, time(12), UTC) if day else article.sort_at


def _id(ids: dict[str, UUID], ref: found.Ref | None) -> UUID | None:
    return ids.get(ref.entity) if ref and ref.entity else None


Finding = TypeVar("Finding", Quote, AttackReport)


def _by_fingerprint(session: Session, model: type[Finding], article_id: UUID) -> dict[str, list[Finding]]:
    """All findings the article ever had, those of the current revision first: words that come back get their id back.

    The same words may stand in a page twice, hence lists.
    """
    rows: dict[str, list[Finding]] = {}
    query = select(model).where(model.article_id == article_id).order_by(col(model.current).desc(), col(model.id))
    for row in session.exec(query):
        rows.setdefault(row.fingerprint, []).append(row)
    return rows


def _next(old: dict[str, list[Finding]], mark: str) -> Finding | None:
    rows = old.get(mark)
    return rows.pop(0) if rows else None


def _supersede(session: Session, old: dict[str, list[Finding]]) -> None:
    for row in (one for rows in old.values() for one in rows if one.current):
        row.current = False
        session.add(row)


def save_quotes(session: Session, article: Article, findings: found.Findings, ids: dict[str, UUID]) -> int:
    old = _by_fingerprint(session, Quote, article.id)
    for one in findings.quotes:
        mark = fingerprint(article.id, "quote", one.text)
        row = _next(old, mark) or Quote(
            article_id=article.id,
            revision=0,
            fingerprint=mark,
            kind="",
            text="",
            sort_at=article.sort_at,
            reported_at=article.sort_at,
            confidence=0,
            extractor_version="",
        )
        row.revision, row.kind, row.text, row.document = article.revision, one.kind.value, one.text, quote_json(one)
        row.start, row.end = one.start, one.end
        row.speaker_id, row.speaker_name = _id(ids, one.speaker), one.speaker.name if one.speaker else None
        row.medium, row.said_on, row.sort_at = (
            one.medium.name if one.medium else None,
            one.said_on,
            _at(one.said_on, article),
        )
        row.confidence, row.extractor_version = round(one.confidence, 2), findings.extractor_version
        row.current, row.reported_at = True, article.sort_at
        session.add(row)
    _supersede(session, old)
    return len(findings.quotes)


def save_reports(session: Session, article: Article, findings: found.Findings, ids: dict[str, UUID]) -> int:
    old = _by_fingerprint(session, AttackReport, article.id)
    for one in findings.attack_reports:
        mark = fingerprint(article.id, "attack_report", one.evidence[0].text if one.evidence else one.kind.value)
        row = _next(old, mark) or AttackReport(
            article_id=article.id,
            revision=0,
            fingerprint=mark,
            kind="",
            date_precision="",
            sort_at=article.sort_at,
            reported_at=article.sort_at,
            confidence=0,
            extractor_version="",
        )
        _fill_report(row, one, article, findings, ids)
        session.add(row)
        session.flush()
        _report_parts(session, row, one, ids)
    _supersede(session, old)
    return len(findings.attack_reports)


def _fill_report(
    row: AttackReport, one: found.AttackReport, article: Article, findings: found.Findings, ids: dict[str, UUID]
) -> None:
    row.revision, row.kind, row.document = article.revision, one.kind.value, attack_json(one)
    row.current = True
    for name in ("attacker", "target", "claimant"):
        ref = getattr(one, name)
        setattr(row, f"{name}_id", _id(ids, ref))
        setattr(row, f"{name}_name", ref.name if ref else None)
    row.occurred_from, row.occurred_to, row.date_precision = (
        one.occurred_from,
        one.occurred_to,
        one.date_precision.value,
    )
    row.historical, row.sort_at, row.reported_at = one.historical, _at(one.occurred_to, article), article.sort_at
    row.confidence, row.extractor_version = round(one.confidence, 2), findings.extractor_version


def _report_parts(session: Session, row: AttackReport, one: found.AttackReport, ids: dict[str, UUID]) -> None:
    session.exec(delete(Figure).where(col(Figure.report_id) == row.id))
    session.exec(delete(PlaceLink).where(col(PlaceLink.report_id) == row.id))
    session.add_all(
        Figure(
            report_id=row.id,
            metric=f.metric.value,
            subject=f.subject.value,
            model=f.model,
            low=f.low,
            high=f.high,
            qualifier=f.qualifier.value,
            is_total=f.is_total,
            superseded=not f.current,
        )
        for f in one.figures
    )
    session.add_all(
        PlaceLink(report_id=row.id, entity_id=_id(ids, p.place), name=p.place.name, role=p.role.value)
        for p in one.places
    )
