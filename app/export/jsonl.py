"""JSON Lines: each line is an item as the API shows it; in a view, an object with the view's columns."""

from collections.abc import Callable, Iterator

from app.export.tables import Batch, Table, compact


def write(batches: Iterator[Batch], table: Table | None, _next: Callable[[], str | None]) -> Iterator[bytes]:
    """One object a line; `table` None writes the items as they are."""
    for batch in batches:
        if table is None:
            lines = [compact(item) for item in batch.items]
        else:
            rows = (row for item in batch.items for row in table.rows(item, batch.places))
            lines = [compact(dict(zip(table.columns, row, strict=True))) for row in rows]
        if lines:
            yield ("\n".join(lines) + "\n").encode()
