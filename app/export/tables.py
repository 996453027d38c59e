"""Flat tables of the resources: what a CSV or Parquet file has for columns. JSON is nested, a table is not."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

Json = dict[str, Any]
Places = Mapping[str, Json]  # gazetteer facts by entity id, with `region_name`
PARTS = "; "


class Kind(StrEnum):
    TEXT = "text"
    INT = "int"
    FLOAT = "float"
    BOOL = "bool"
    DATE = "date"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class Batch:
    """Some items as the API shows them, and what is known of the places they name."""

    items: Sequence[Json]
    places: Places = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """Named, typed columns; `rows` gives the rows of one item, in that order, None for what is not known."""

    columns: Mapping[str, Kind]
    rows: Callable[[Json, Places], Iterator[tuple[Any, ...]]]


def plain(value: Any) -> Any:
    """For `json.dumps(default=…)`: as the API writes it."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date | UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def compact(value: Any) -> str:
    """JSON on one line."""
    return json.dumps(value, default=plain, ensure_ascii=False, separators=(",", ":"))


def dig(item: Any, path: str) -> Any:
    """`article.url` of an item; None where something on the way is missing."""
    for name in path.split("."):
        item = item.get(name) if isinstance(item, dict) else None
    return item


def _table(**columns: tuple[Kind, str | Callable[[Json, Places], Any]]) -> Table:
    """One row an item; a column is the path of a member or a function."""
    getters = [
        (lambda item, _places, path=how: dig(item, path)) if isinstance(how, str) else how
        for _kind, how in columns.values()
    ]

    def rows(item: Json, places: Places) -> Iterator[tuple[Any, ...]]:
        yield tuple(get(item, places) for get in getters)

    return Table({name: kind for name, (kind, _how) in columns.items()}, rows)


def joined(values: Sequence[str]) -> str | None:
    """Several values in one cell; None, not an empty text, when there is none."""
    return PARTS.join(values) or None


def places_of(item: Json, *roles: str) -> list[Json]:
    """The places of a report with these roles, in the order of the text."""
    return [place for place in item["places"] if place["role"] in roles]


def main_place(item: Json, places: Places) -> Json:
    """The first place that was hit, else of interception, with its facts; {} when there is none."""
    for role in ("target", "intercepted_over"):
        for place in places_of(item, role):
            return place | places.get(str(place.get("id")), {})
    return {}


def toll(item: Json, metric: str) -> tuple[int | None, int | None]:
    """(low, high) of the killed or injured that the report's own claimant states in total, else the only one who does; else (None, None)."""
    every = [f for f in item["figures"] if f["metric"] == metric and f["is_total"] and f["current"]]
    stated = [f for f in every if not f["claimant"]] or every
    whole = [f for f in stated if not f["who"]] or stated
    return (whole[0]["low"], whole[0]["high"]) if len(whole) == 1 else (None, None)


def best(low: int | None, high: int | None) -> int | None:
    """The number where one is given ("at least 3" gives 3); None for a range, since nobody stated its middle."""
    if low is None or high is None:
        return high if low is None else low
    return low if low == high else None


def _names(item: Json, *roles: str) -> str | None:
    return joined(list(dict.fromkeys(place["name"] for place in places_of(item, *roles))))


_ARTICLE = {
    "article_id": (Kind.TEXT, "article.id"),
    "article_url": (Kind.TEXT, "article.url"),
    "article_title": (Kind.TEXT, "article.title"),
    "published_at": (Kind.INSTANT, "article.published_at"),
    "revision": (Kind.INT, "revision"),
}
_PLACE = {
    name: (Kind.TEXT, f"place.{name}") for name in ("country_code", "iso_3166_2", "katottg", "level", "precision")
}
TABLES: dict[str, Table] = {
    "articles": _table(
        **{name: (Kind.TEXT, name) for name in ("id", "url", "title", "byline")},
        source_id=(Kind.TEXT, "source.id"),
        source_name=(Kind.TEXT, "source.name"),
        **{name: (Kind.INSTANT, name) for name in ("published_at", "modified_at", "fetched_at", "content_changed_at")},
        language=(Kind.TEXT, "language"),
        word_count=(Kind.INT, "word_count"),
        live=(Kind.BOOL, "live"),
        revision=(Kind.INT, "revision"),
        content_hash=(Kind.TEXT, "content_hash"),
        summary=(Kind.TEXT, "summary"),
        entity_count=(Kind.INT, "counts.entities"),
        quote_count=(Kind.INT, "counts.quotes"),
        attack_report_count=(Kind.INT, "counts.attack_reports"),
        duplicate_of=(Kind.TEXT, "duplicate_of"),
        flags=(Kind.TEXT, lambda item, _places: joined([flag["code"] for flag in item["flags"]])),
    ),
    "entities": _table(
        **{name: (Kind.TEXT, name) for name in ("id", "kind", "name", "role", "wikidata_id")},
        aliases=(Kind.TEXT, lambda item, _places: joined(item["aliases"])),
        geonames_id=(Kind.INT, "place.geonames_id"),
        **_PLACE,
        latitude=(Kind.FLOAT, "place.latitude"),
        longitude=(Kind.FLOAT, "place.longitude"),
        **{name: (Kind.INT, name) for name in ("mention_count", "article_count", "quote_count")},
        first_seen=(Kind.INSTANT, "first_seen"),
        last_seen=(Kind.INSTANT, "last_seen"),
    ),
    "quotes": _table(
        id=(Kind.TEXT, "id"),
        **_ARTICLE,
        kind=(Kind.TEXT, "kind"),
        text=(Kind.TEXT, "text"),
        start=(Kind.INT, "start"),
        end=(Kind.INT, "end"),
        speaker=(Kind.TEXT, "speaker.name"),
        speaker_id=(Kind.TEXT, "speaker.id"),
        cue=(Kind.TEXT, "cue.text"),
        medium=(Kind.TEXT, "medium.name"),
        said_on=(Kind.DATE, "said_on"),
        confidence=(Kind.FLOAT, "confidence"),
        extractor_version=(Kind.TEXT, "extractor_version"),
        corrected=(Kind.BOOL, "corrected"),
    ),
    "attack-reports": _table(
        id=(Kind.TEXT, "id"),
        **_ARTICLE,
        kind=(Kind.TEXT, "kind"),
        attacker=(Kind.TEXT, "attacker.name"),
        target=(Kind.TEXT, "target.name"),
        claimant=(Kind.TEXT, "claimant.name"),
        occurred_from=(Kind.DATE, "occurred_from"),
        occurred_to=(Kind.DATE, "occurred_to"),
        date_precision=(Kind.TEXT, "date_precision"),
        part_of_day=(Kind.TEXT, "part_of_day"),
        historical=(Kind.BOOL, "historical"),
        places_hit=(Kind.TEXT, lambda item, _places: _names(item, "target")),
        places_intercepted_over=(Kind.TEXT, lambda item, _places: _names(item, "intercepted_over")),
        places_launched_from=(Kind.TEXT, lambda item, _places: _names(item, "launched_from")),
        main_place=(Kind.TEXT, lambda item, places: main_place(item, places).get("name")),
        latitude=(Kind.FLOAT, lambda item, places: main_place(item, places).get("latitude")),
        longitude=(Kind.FLOAT, lambda item, places: main_place(item, places).get("longitude")),
        precision=(Kind.TEXT, lambda item, places: main_place(item, places).get("precision")),
        killed_low=(Kind.INT, lambda item, _places: toll(item, "killed")[0]),
        killed_high=(Kind.INT, lambda item, _places: toll(item, "killed")[1]),
        injured_low=(Kind.INT, lambda item, _places: toll(item, "injured")[0]),
        injured_high=(Kind.INT, lambda item, _places: toll(item, "injured")[1]),
        figures=(Kind.TEXT, lambda item, _places: compact(item["figures"])),
        evidence=(Kind.TEXT, lambda item, _places: joined([part["text"] for part in item["evidence"]])),
        flags=(Kind.TEXT, lambda item, _places: joined([flag["code"] for flag in item["flags"]])),
        confidence=(Kind.FLOAT, "confidence"),
        extractor_version=(Kind.TEXT, "extractor_version"),
        corrected=(Kind.BOOL, "corrected"),
    ),
}
