"""Findings -> the JSON of docs/extraction.md. One place, used by the API, the CLI and the store."""

from dataclasses import fields
from datetime import date
from typing import Any

from app.domain.document import Document, Quoted
from app.domain.findings import (
    AttackReport,
    Damage,
    Entity,
    Figure,
    Findings,
    Flag,
    Medium,
    Mention,
    Place,
    PlaceLink,
    Quote,
    Ref,
)

Json = dict[str, Any]


def quoted(value: Quoted | None) -> Json | None:
    """`{start, end, text}`."""
    return None if value is None else {"start": value.span.start, "end": value.span.end, "text": value.text}


def _located(value: Quoted | None) -> Json:
    return quoted(value) or {"start": None, "end": None, "text": None}


def ref(value: Ref | None) -> Json | None:
    return None if value is None else {"entity": value.entity, "name": value.name, **_located(value.at)}


def day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def flag(value: Flag) -> Json:
    return {"code": value.code.value} | ({"detail": value.detail} if value.detail else {})


def place(value: Place | None) -> Json | None:
    """Gazetteer facts; enums as their values."""
    if value is None:
        return None
    found = {f.name: getattr(value, f.name) for f in fields(value)}
    return found | {"level": value.level.value, "unresolved": value.unresolved.value if value.unresolved else None}


def mention(value: Mention) -> Json:
    return {**_located(value.at), "metonym": value.metonym}


def entity(value: Entity) -> Json:
    return {
        "key": value.key,
        "kind": value.kind.value,
        "name": value.name,
        "role": quoted(value.role),
        "place": place(value.place),
        "wikidata_id": value.wikidata_id,
        "mentions": [mention(m) for m in value.mentions],
    }


def medium(value: Medium | None) -> Json | None:
    return None if value is None else {"name": value.name, **_located(value.at)}


def quote(value: Quote) -> Json:
    return {
        "kind": value.kind.value,
        "parts": [quoted(p) for p in value.parts],
        "text": value.text,
        "start": value.start,
        "end": value.end,
        "clause": quoted(value.clause),
        "speaker": ref(value.speaker),
        "cue": quoted(value.cue),
        "medium": medium(value.medium),
        "said_on": day(value.said_on),
        "confidence": round(value.confidence, 2),
    }


def figure(value: Figure) -> Json:
    return {
        "metric": value.metric.value,
        "subject": value.subject.value,
        "model": value.model,
        "who": value.who,
        "low": value.low,
        "high": value.high,
        "qualifier": value.qualifier.value,
        "claimant": ref(value.claimant),
        "place": ref(value.place),
        "is_total": value.is_total,
        "current": value.current,
        **_located(value.at),
        "rule": value.rule,
        "confidence": value.confidence,
    }


def place_link(value: PlaceLink) -> Json:
    return {"role": value.role.value, **(ref(value.place) or {})}


def damage(value: Damage) -> Json:
    return {"object": value.object, **_located(value.at)}


def attack_report(value: AttackReport) -> Json:
    return {
        "attacker": ref(value.attacker),
        "target": ref(value.target),
        "kind": value.kind.value,
        "occurred_from": day(value.occurred_from),
        "occurred_to": day(value.occurred_to),
        "date_precision": value.date_precision.value,
        "part_of_day": value.part_of_day.value if value.part_of_day else None,
        "date_span": quoted(value.date_span),
        "historical": value.historical,
        "places": [place_link(p) for p in value.places],
        "claimant": ref(value.claimant),
        "figures": [figure(f) for f in value.figures],
        "damage": [damage(d) for d in value.damage],
        "evidence": [quoted(e) for e in value.evidence],
        "flags": [flag(f) for f in value.flags],
        "nulls": {k: v.value for k, v in sorted(value.nulls.items())},
        "confidence": round(value.confidence, 2),
    }


def to_json(document: Document, findings: Findings) -> Json:
    """The answer of `POST /v1/extract` and of `sitrep extract`."""
    at = document.published_at
    return {
        "title": document.title,
        "language": document.language,
        "published_at": None if at is None else at.isoformat().replace("+00:00", "Z"),
        "text": document.text,
        "extractor": {"name": "sitrep-rules", "version": findings.extractor_version},
        "flags": [flag(f) for f in findings.flags],
        "entities": [entity(e) for e in findings.entities],
        "quotes": [quote(q) for q in findings.quotes],
        "attack_reports": [attack_report(r) for r in findings.attack_reports],
    }
