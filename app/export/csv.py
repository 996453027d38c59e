"""CSV (RFC 4180) in UTF-8. A text that a spreadsheet would run as a formula gets an apostrophe in front."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from app.export.tables import Batch, Table, plain

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def write(batches: Iterator[Batch], table: Table, _next: Callable[[], str | None]) -> Iterator[bytes]:
    """A header and the rows; None is an empty cell."""
    yield _lines([list(table.columns)])
    for batch in batches:
        rows = [row for item in batch.items for row in table.rows(item, batch.places)]
        if rows:
            yield _lines([[_cell(value) for value in row] for row in rows])


def _lines(rows: list[list[Any]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode("utf-8", "replace")


def _cell(value: Any) -> Any:
    """Numbers stay numbers, -30.5 among them; only texts are guarded."""
    if value is None or isinstance(value, int | float):
        return str(value).lower() if isinstance(value, bool) else value
    text = plain(value) if isinstance(value, datetime) else str(value)
    return "'" + text if text.startswith(_FORMULA) else text
