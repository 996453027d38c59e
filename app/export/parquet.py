"""Parquet through pyarrow, the extra `parquet`. A row group is a few batches, so memory stays flat."""

import io
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from app.core.errors import NotAvailable
from app.export.tables import Batch, Kind, Table

GROUP_ROWS = 10_000


def require() -> Any:
    """pyarrow. NotAvailable where it was not installed."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise NotAvailable(
            "Parquet needs the extra `parquet` (pyarrow); CSV and JSON Lines are always there."
        ) from None
    return pyarrow


def write(batches: Iterator[Batch], table: Table, next_cursor: Callable[[], str | None]) -> Iterator[bytes]:
    """The footer's metadata has `sitrep.next`: the cursor to go on from, empty at the end of the data."""
    arrow = require()
    schema = arrow.schema([(name, _type(arrow, kind)) for name, kind in table.columns.items()])
    sink = _Sink()
    with arrow.parquet.ParquetWriter(sink, schema, compression="zstd") as writer:
        for rows in _groups(batches, table):
            columns = zip(*rows, strict=True)
            arrays = [
                arrow.array(_values(column, kind), kept)
                for column, kind, kept in zip(columns, table.columns.values(), schema.types, strict=True)
            ]
            writer.write_table(arrow.table(arrays, schema=schema))
            yield sink.take()
        writer.add_key_value_metadata({"sitrep.next": next_cursor() or ""})
    yield sink.take()


def _groups(batches: Iterator[Batch], table: Table) -> Iterator[list[tuple[Any, ...]]]:
    held: list[tuple[Any, ...]] = []
    for batch in batches:
        held += [row for item in batch.items for row in table.rows(item, batch.places)]
        if len(held) >= GROUP_ROWS:
            yield held
            held = []
    if held:
        yield held


def _type(arrow: Any, kind: Kind) -> Any:
    return {
        Kind.TEXT: arrow.string(),
        Kind.INT: arrow.int64(),
        Kind.FLOAT: arrow.float64(),
        Kind.BOOL: arrow.bool_(),
        Kind.DATE: arrow.date32(),
        Kind.INSTANT: arrow.timestamp("us", tz="UTC"),
    }[kind]


def _values(column: tuple[Any, ...], kind: Kind) -> list[Any]:
    if kind is Kind.DATE:
        return [date.fromisoformat(value) if isinstance(value, str) else value for value in column]
    if kind is Kind.TEXT:
        return [None if value is None else str(value) for value in column]
    return list(column)


class _Sink(io.RawIOBase):
    """A file that is read while it is written: only what was not taken yet is held."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._written = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._held += data
        self._written += len(data)
        return len(data)

    def tell(self) -> int:
        return self._written

    def take(self) -> bytes:
        taken, self._held = bytes(self._held), bytearray()
        return taken
