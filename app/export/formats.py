"""The formats: one line each. A writer turns batches into bytes and holds no more than a batch or a row group."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.core.errors import NotFound, Unprocessable
from app.export import csv, geojson, jsonl, parquet
from app.export.tables import TABLES, Batch
from app.export.views import VIEWS

Next = Callable[[], str | None]  # asked when the batches have ended
Writer = Callable[[Iterator[Batch], str, str | None, Next], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Format:
    """`write(batches, resource, view, next)`; `check(resource, view)` raises before anything is sent."""

    media_type: str
    write: Writer
    check: Callable[[str, str | None], None]


def _any(_resource: str, _view: str | None) -> None: ...


def _parquet(_resource: str, _view: str | None) -> None:
    parquet.require()


def _geojson(resource: str, view: str | None) -> None:
    """NotFound for what has no place of its own; Unprocessable with a view, which is a table."""
    if resource not in geojson.FEATURES:
        raise NotFound(
            f"There is no GeoJSON of {resource}: they have no place of their own; use csv, jsonl or parquet."
        )
    if view is not None:
        fault = {"loc": ["query", "view"], "msg": "A view is a table; use csv, jsonl or parquet", "type": "no_geometry"}
        raise Unprocessable("Some parameters are not acceptable.", errors=[fault])


FORMATS: dict[str, Format] = {
    "csv": Format("text/csv; charset=utf-8", lambda b, r, v, n: csv.write(b, VIEWS[v] if v else TABLES[r], n), _any),
    "jsonl": Format("application/jsonl", lambda b, _r, v, n: jsonl.write(b, VIEWS[v] if v else None, n), _any),
    "geojson": Format("application/geo+json", lambda b, r, _v, n: geojson.write(b, r, n), _geojson),
    "parquet": Format(
        "application/vnd.apache.parquet",
        lambda b, r, v, n: parquet.write(b, VIEWS[v] if v else TABLES[r], n),
        _parquet,
    ),
}


def format_of(name: str, resource: str, view: str | None) -> Format:
    """NotFound for an unknown one, and for one that makes no sense here."""
    if name not in FORMATS:
        raise NotFound(f"There is no such format; the formats are {', '.join(FORMATS)}.")
    FORMATS[name].check(resource, view)
    return FORMATS[name]
