"""The shipped catalogue of outlets on this war: data/catalogue.tsv. Nothing in it is polled until somebody chooses it."""

import csv
import functools
from dataclasses import dataclass
from pathlib import Path

from app.domain.vocabulary import SourceKind
from app.ingest.urls import url_key

_DATA = Path(__file__).resolve().parent / "data" / "catalogue.tsv"


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """An outlet's feed; `key` names it on the command line."""

    key: str
    name: str
    kind: SourceKind
    url: str
    outlet: str
    language: str
    country: str
    stance: str
    provenance: str  # who says that this is its address


@functools.cache
def catalogue() -> tuple[CatalogueEntry, ...]:
    """Every entry in the file's order."""
    with _DATA.open(newline="", encoding="utf-8") as file:
        lines = (line for line in file if not line.startswith("#"))
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return tuple(_entry(row) for row in rows)


def _entry(row: dict[str, str]) -> CatalogueEntry:
    kind = SourceKind(row.pop("kind"))
    return CatalogueEntry(kind=kind, **row)


@functools.cache
def _by_url() -> dict[str, CatalogueEntry]:
    return {url_key(entry.url): entry for entry in catalogue()}


def entry_of(url: str) -> CatalogueEntry | None:
    """The entry with this URL, in any spelling."""
    return _by_url().get(url_key(url))


def entry_named(key: str) -> CatalogueEntry | None:
    """The entry with this key."""
    return next((entry for entry in catalogue() if entry.key == key), None)
