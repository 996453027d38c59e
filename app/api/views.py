"""Rows as the JSON of the response models: references get ids, findings their article."""

import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import Session

from app.domain.corrections import refs_of, with_figure_ids
from app.export.tables import compact
from app.models import Article, AttackReport, Correction, Entity, Mention, Quote, Revision, Snapshot, Source
from app.store import articles_read, entities_read, search, snapshots
from app.store import corrections as corrections_store
from app.store.related import Related

Json = dict[str, Any]
_ALIASES = 50
_ARTICLE = [
    "id",
    "url",
    "title",
    "byline",
    "published_at",
    "published_at_rule",
    "modified_at",
    "fetched_at",
    "content_changed_at",
    "language",
    "word_count",
    "live",
    "revision",
    "content_hash",
    "summary",
    "duplicate_of",
]
_ENTITY = [
    "id",
    "kind",
    "name",
    "role",
    "wikidata_id",
    "mention_count",
    "article_count",
    "quote_count",
    "first_seen",
    "last_seen",
]
_PLACE = [
    "geonames_id",
    "katottg",
    "iso_3166_2",
    "country_code",
    "latitude",
    "longitude",
    "level",
    "precision",
    "unresolved",
]
_REVISION = [
    "number",
    "fetched_at",
    "content_hash",
    "raw_hash",
    "cleaner_version",
    "extractor_version",
    "title",
    "word_count",
    "blocks",
]


def pick(row: Any, names: Sequence[str]) -> Json:
    return {name: getattr(row, name) for name in names}


def articles(session: Session, rows: Sequence[Article]) -> list[Json]:
    sources = articles_read.sources_of(session, rows)
    return [article(row, sources.get(row.source_id) if row.source_id else None) for row in rows]


def article(row: Article, source: Source | None) -> Json:
    counts = {
        "entities": row.entity_count,
        "quotes": row.quote_count,
        "attack_reports": row.attack_report_count,
    }
    named = {"id": source.id, "name": source.name} if source else None
    return pick(row, _ARTICLE) | {"source": named, "counts": counts, "flags": row.flags or []}


def edits(session: Session, row: Article) -> Json:
    """What changed beside the text."""
    changed = [pick(one, ("at", "before", "after")) for one in articles_read.title_changes(session, row)]
    return {"title_changes": changed, "markup_changed_at": row.markup_changed_at}


def as_of(row: Article, then: Revision) -> Json:
    """What an article said of itself at an older revision."""
    if then.number == row.revision:
        return {}
    return pick(then, ("title", "content_hash", "word_count")) | {"revision": then.number}


def findings_then(session: Session, row: Article, number: int, wanted: frozenset[str]) -> Json:
    """The findings of an older revision that `wanted` names, as they were found there."""
    kept = snapshots.get(session, row.id, number)
    ids = entities_read.ids_by_key(session, {one["key"] for one in kept.entities}) if kept else {}
    body: Json = {}
    for name in wanted & {"quotes", "attack_reports"}:
        own = snapshots.ids_of(session, row.id, name)
        body[name] = [_then(row, kept, one, ids, own) for one in getattr(kept, name, ())]
    if "entities" in wanted:
        body["entities"] = [one | {"id": ids.get(one["key"])} for one in (kept.entities if kept else ())]
    return body


def _then(row: Article, kept: Snapshot | None, one: Json, ids: dict[str, UUID], own: dict[str, UUID]) -> Json:
    assert kept is not None
    known = {"id": own.get(snapshots.mark_of(row.id, one)), "article": article_ref(row), "revision": kept.number}
    return {**known, "extractor_version": kept.extractor_version, "corrected": False, **with_ids(one, ids)}


def revision(row: Revision) -> Json:
    return pick(row, _REVISION) | {"blocks": row.blocks or []}


def article_ref(row: Article | None) -> Json | None:
    return None if row is None else pick(row, ("id", "title", "url", "published_at"))


def findings(session: Session, rows: Sequence[Quote | AttackReport]) -> list[Json]:
    """Quotes or attack reports with their article and the ids of the entities they name."""
    ids = entities_read.ids_by_key(session, {ref["entity"] for row in rows for ref in refs_of(row.document)})
    owners = articles_read.by_ids(session, {row.article_id for row in rows})
    return [
        {
            "id": row.id,
            "article": article_ref(owners.get(row.article_id)),
            "revision": row.revision,
            "extractor_version": row.extractor_version,
            "corrected": row.original is not None,
            **with_ids(with_figure_ids(row.document), ids),
        }
        for row in rows
    ]


def finding(session: Session, row: Quote | AttackReport) -> Json:
    """One of them, with its corrections and what it said before them."""
    shown = findings(session, [row])[0]
    made = corrections_store.in_force(session, row.id)
    ids = entities_read.ids_by_key(session, {ref["entity"] for ref in refs_of(row.original)})
    names = ("id", "by", "at", "reason", "before", "after")
    told = [{name: one[name] for name in names} for one in corrections(session, made)]
    return shown | {"corrections": told, "original": with_ids(row.original, ids)}


def corrections(session: Session, rows: Sequence[Correction]) -> list[Json]:
    """Corrections with the ids of the entities they name."""
    ids = entities_read.ids_by_key(
        session, {ref["entity"] for row in rows for ref in (*refs_of(row.before), *refs_of(row.after))}
    )
    names = ("id", "article_id", "resource", "resource_id", "state", "revision", "by", "at", "reason")
    return [
        pick(row, names)
        | {"before": with_ids(row.before, ids), "after": with_ids(row.after, ids)}
        | {"undone": {"by": row.undone_by, "at": row.undone_at, "reason": row.undone_reason} if row.undone_at else None}
        for row in rows
    ]


def tag(shown: Json) -> str:
    """The `ETag` of a finding: whoever changes it says by it what was read."""
    return f'W/"{hashlib.sha256(compact(shown).encode()).hexdigest()[:32]}"'


def with_ids(value: Any, ids: dict[str, UUID]) -> Any:
    """A copy in which each reference has an `id` beside its key."""
    if isinstance(value, list):
        return [with_ids(part, ids) for part in value]
    if not isinstance(value, dict):
        return value
    copy = {name: with_ids(part, ids) for name, part in value.items()}
    return copy | {"id": ids.get(copy["entity"])} if "entity" in copy else copy


def entities(session: Session, rows: Sequence[Entity]) -> list[Json]:
    spellings = search.aliases_of(session, [row.id for row in rows])
    return [entity(row, spellings.get(row.id, [])) for row in rows]


def entity(row: Entity, spellings: list[str]) -> Json:
    place = pick(row, _PLACE) if row.level else None
    return pick(row, _ENTITY) | {"place": place, "aliases": spellings[:_ALIASES]}


def related(session: Session, found: Sequence[Related]) -> list[Json]:
    """Entities with what they share."""
    shown = entities(session, [one.entity for one in found])
    return [
        {"entity": entity} | pick(one, ("articles", "quotes", "attack_reports", "score"))
        for entity, one in zip(shown, found, strict=True)
    ]


def found_entities(session: Session, row: Article) -> list[Json]:
    """The entities of an article with their mentions there, in text order."""
    by_entity: dict[UUID, list[Mention]] = {}
    for mention in articles_read.mentions_of(session, row):
        by_entity.setdefault(mention.entity_id, []).append(mention)
    rows = {one.id: one for one in entities_read.by_ids(session, by_entity)}
    return [_found_entity(rows[one], mentions) for one, mentions in by_entity.items()]


def _found_entity(row: Entity, mentions: list[Mention]) -> Json:
    return {
        **pick(row, ("id", "key", "kind", "name", "wikidata_id")),
        "role": next((m.role for m in mentions if m.role), None),
        "place": pick(row, _PLACE) if row.level else None,
        "mentions": [pick(mention, ("start", "end", "text", "metonym")) for mention in mentions],
    }


def mentions(session: Session, rows: Sequence[Mention]) -> list[Json]:
    owners = articles_read.by_ids(session, {row.article_id for row in rows})
    names = ("revision", "start", "end", "text", "metonym")
    return [{"article": article_ref(owners.get(row.article_id)), **pick(row, names)} for row in rows]


def excerpts(found: Sequence[Json]) -> list[Json]:
    """The spans that carry quotes and reports, each once, in text order."""
    spans = [span for one in found for span in one.get("evidence") or one.get("parts") or []]
    unique = {(span["start"], span["end"]): span for span in spans}
    return [unique[key] for key in sorted(unique)]
