"""The findings of a revision as rows: entities with aliases and mentions, quotes, attack reports with their parts; ids that persist."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, delete, func, select, update

from app.domain import corrections as words
from app.domain import findings as found
from app.models import Article, AttackReport, Correction, Entity, EntityAlias, Mention, Quote
from app.store import corrections, entities_read, persistence, rows, search, snapshots
from app.store.json import attack_json, fold_name, plain, quote_json


def save_findings(session: Session, article: Article, findings: found.Findings, now: datetime) -> None:
    """The findings of the current revision, in place of what was current before, with what people corrected of them; its
    snapshot, as extracted; counts; the search index.
    """
    lock(session, article.id)
    before = _counted(session, article.id)
    ids = save_entities(session, article, findings, now)
    made = corrections.standing(session, article.id)
    known = ids | _keys_of(session, made)
    quotes = [quote_json(one) for one in findings.quotes]
    reports = [attack_json(one) for one in findings.attack_reports]
    _save(session, Quote, article, quotes, findings.extractor_version, known, made)
    _save(session, AttackReport, article, reports, findings.extractor_version, known, made)
    snapshots.put(session, article.id, article.revision, findings, now)
    article.entity_count = len(ids)
    count(session, article)
    recount(session, before | set(ids.values()) | _counted(session, article.id))
    search.refresh_article(session, article.id)


def lock(session: Session, article_id: UUID) -> None:
    """Held to the end of the transaction: who corrects a finding and who extracts it anew take turns. SQLite has one writer anyway."""
    session.exec(select(Article.id).where(Article.id == article_id).with_for_update())


def count(session: Session, article: Article) -> None:
    """What the article shows of its quotes and reports."""
    for name, model in (("quote_count", Quote), ("attack_report_count", AttackReport)):
        shown = select(func.count()).select_from(model).where(model.article_id == article.id, col(model.current))
        setattr(article, name, session.exec(shown).one())
    session.add(article)
    session.flush()


def _counted(session: Session, article_id: UUID) -> set[UUID]:
    """The entities that the article mentions or lets speak."""
    session.flush()
    named = select(Mention.entity_id).where(Mention.article_id == article_id, col(Mention.current)).distinct()
    said = select(Quote.speaker_id).where(Quote.article_id == article_id, col(Quote.current)).distinct()
    return {*session.exec(named), *(one for one in session.exec(said) if one is not None)}


def _keys_of(session: Session, made: dict[UUID, list[Correction]]) -> dict[str, UUID]:
    """The entities that corrections name: the text may not."""
    refs = (ref for some in made.values() for one in some for ref in words.refs_of(one.after))
    return entities_read.ids_by_key(session, {ref["entity"] for ref in refs})


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


def _save(
    session: Session,
    model: type[persistence.Finding],
    article: Article,
    documents: Sequence[rows.Json],
    version: str,
    ids: rows.Ids,
    made: dict[UUID, list[Correction]],
) -> None:
    """Each finding under the id that it had before; those that are gone are superseded, their corrections orphaned."""
    marks = [snapshots.mark_of(article.id, one) for one in documents]
    old = persistence.ever(session, model, article.id)
    known = persistence.matched(old, marks, documents)
    for number, document in enumerate(documents):
        row = known.get(number) or persistence.new(model, article, marks[number])
        row.revision, row.extractor_version, row.reported_at = article.revision, version, article.sort_at
        rows.settle(session, row, document, made.get(row.id, ()), article=article, ids=ids)
    kept = {row.id for row in known.values()}
    for row in (one for one in old if one.id not in kept and persistence.is_found(one)):
        row.current = row.rejected = False
        session.add(row)
        corrections.orphan(session, made.get(row.id, ()))
    session.flush()
