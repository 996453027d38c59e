"""The findings of each revision as they were found there: what older texts said, and what a diff compares."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from app.domain import findings as found
from app.models import AttackReport, Quote, Snapshot
from app.store.fingerprint import fingerprint
from app.store.json import attack_json, plain, quote_json


def put(session: Session, article_id: UUID, number: int, findings: found.Findings, now: datetime) -> None:
    """Keep the findings of a revision, in place of those of an extraction before."""
    row = get(session, article_id, number) or Snapshot(
        article_id=article_id, number=number, extractor_version="", at=now
    )
    row.extractor_version, row.at = findings.extractor_version, now
    row.entities = [_entity(one) for one in findings.entities]
    row.quotes = [quote_json(one) for one in findings.quotes]
    row.attack_reports = [attack_json(one) for one in findings.attack_reports]
    session.add(row)
    session.flush()


def _entity(one: found.Entity) -> dict[str, Any]:
    record: dict[str, Any] = plain(one)
    return record


def get(session: Session, article_id: UUID, number: int) -> Snapshot | None:
    """None for a revision stored before snapshots were kept; `sitrep reextract` fills it."""
    return session.exec(select(Snapshot).where(Snapshot.article_id == article_id, Snapshot.number == number)).first()


def ids_of(session: Session, article_id: UUID, name: str) -> dict[str, UUID]:
    """Fingerprint -> id of all `quotes` or `attack_reports` that the article ever had."""
    model: Any = Quote if name == "quotes" else AttackReport
    rows = session.exec(select(model).where(model.article_id == article_id))
    return {row.fingerprint: row.id for row in rows}


def mark_of(article_id: UUID, one: dict[str, Any]) -> str:
    """The fingerprint of a quote or report in a snapshot."""
    if "evidence" not in one:
        return fingerprint(article_id, "quote", one["text"])
    evidence = one["evidence"]
    return fingerprint(article_id, "attack_report", evidence[0]["text"] if evidence else one["kind"])
