"""The JSON that is kept beside the filter columns of a finding. Same shapes as docs/extraction.md; ids are added when it is read."""

import re
import unicodedata
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

from app.domain.document import Quoted
from app.domain.findings import AttackReport, Quote


def plain(value: Any) -> Any:
    """Frozen values as JSON; a Quoted becomes {start, end, text}."""
    if isinstance(value, Quoted):
        return {"start": value.span.start, "end": value.span.end, "text": value.text}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value):
        kept = (f for f in fields(value) if f.metadata.get("stored", True))
        return _flat({f.name: plain(getattr(value, f.name)) for f in kept})
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    return value


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    """`at` and `place` references are spread into their holder: {entity, name, start, end, text}."""
    if "at" in record:
        at = record.pop("at") or {"start": None, "end": None, "text": None}
        record |= at
    if set(record) == {"place", "role"} and isinstance(record["place"], dict):
        record = {"role": record["role"], **record["place"]}
    return record


def quote_json(value: Quote) -> dict[str, Any]:
    record: dict[str, Any] = plain(value)
    return record | {
        "text": value.text,
        "start": value.start,
        "end": value.end,
        "confidence": round(value.confidence, 2),
    }


def attack_json(value: AttackReport) -> dict[str, Any]:
    record: dict[str, Any] = plain(value)
    return record | {"confidence": round(value.confidence, 2)}


def fold_name(name: str) -> str:
    """Search form of a spelling: case, accents, apostrophes and hyphens do not count."""
    flat = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).lower()
    return re.sub(r"\s+", " ", re.sub(r"[’'ʼ`\".]", "", flat).replace("-", " ")).strip()
