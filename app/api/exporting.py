"""The walk behind exports: the list's own filters and order in batches, each in a session of its own, so that a slow client holds none."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, Select
from sqlmodel import Session

from app.api import views
from app.api.params_files import ExportQuery
from app.core.errors import BudgetExceeded
from app.export.tables import Batch
from app.export.views import VIEWS
from app.services.names import informed_session
from app.store import articles_read, attacks_read, entities_read, paging, quotes_read
from app.store.filters import Resource
from app.store.paging import ListQuery, Page

BATCH_ROWS = 500


@dataclass(frozen=True, slots=True)
class Exported:
    """A resource that can be exported: its list, and its rows as JSON."""

    resource: Resource
    narrowed: Callable[[Session, ListQuery], Select[Any]]
    page: Callable[[Session, ListQuery], Page[Any]]
    view: Callable[[Session, Sequence[Any]], list[dict[str, Any]]]
    views: tuple[str, ...] = ()


EXPORTED: dict[str, Exported] = {
    "articles": Exported(articles_read.ARTICLES, articles_read.narrowed, articles_read.page, views.articles),
    "entities": Exported(entities_read.ENTITIES, entities_read.narrowed, entities_read.page, views.entities),
    "quotes": Exported(quotes_read.QUOTES, quotes_read.narrowed, quotes_read.page, views.findings),
    "attack-reports": Exported(
        attacks_read.ATTACK_REPORTS, attacks_read.narrowed, attacks_read.page, views.findings, tuple(VIEWS)
    ),
}


@dataclass(slots=True)
class Walk:
    """Batches of one export; afterwards `next` is the cursor to go on from, None when all rows were given.

    Over `max_s` seconds it stops: `strict` walks raise BudgetExceeded then, since their format has no room for a cursor.
    """

    engine: Engine
    exported: Exported
    query: ListQuery
    max_rows: int | None = None
    max_s: float | None = None
    strict: bool = False
    next: str | None = None
    given: int = 0  # rows so far
    _first: Batch | None = field(default=None, init=False)

    def open(self) -> None:
        """Reads the first batch: a bad cursor or a slow query is told before anything is sent. BadCursor, BudgetExceeded."""
        if self.query.cursor is not None:
            self.query = replace(self.query, cursor=self._cursor(self.query.cursor))
        self._first = self._read(self.max_rows)

    def _cursor(self, given: str) -> str:
        """The id of a row stands for the place behind it."""
        try:
            row_id = UUID(given)
        except ValueError:
            return given
        with informed_session(self.engine) as session:
            return paging.cursor_after(session, self.query, self.exported.resource.order(self.query.sort), row_id)

    def edge(self) -> str | None:
        """The cursor behind the last row that `max_rows` allows; None when everything fits."""
        if self.max_rows is None or self.next is None:
            return None
        keys = self.exported.resource.order(self.query.sort)
        with informed_session(self.engine, budget_s=self.max_s) as session:
            statement = self.exported.narrowed(session, self.query)
            return paging.cursor_at(session, statement, keys, self.query, self.max_rows)

    def batches(self) -> Iterator[Batch]:
        """Call `open` before."""
        started, batch = time.monotonic(), self._first
        self._first = None  # nothing of it is held while the rest is sent
        while batch is not None:
            self.given += len(batch.items)
            yield batch
            left = None if self.max_rows is None else self.max_rows - self.given
            if self.next is None or left == 0:
                return
            if self.max_s is not None and time.monotonic() - started > self.max_s:
                if self.strict:
                    raise BudgetExceeded("the export took longer than its budget; go on from the last row")
                return
            batch = self._read(left)

    def _read(self, left: int | None) -> Batch:
        limit = BATCH_ROWS if left is None else min(BATCH_ROWS, left)
        query = replace(self.query, limit=limit, cursor=self.next or self.query.cursor)
        with informed_session(self.engine, budget_s=self.max_s) as session:
            page = self.exported.page(session, query)
            items = self.exported.view(session, page.items)
            places = {place["id"] for item in items for place in item.get("places") or () if place.get("id")}
            batch = Batch(items, entities_read.facts(session, places))
        self.next = page.next
        return batch


def walk(engine: Engine, resource: str, asked: ExportQuery, *, max_rows: int | None, max_s: float | None) -> Walk:
    """A walk over the rows that were asked for, not more than `max_rows`."""
    limits = [limit for limit in (asked.limit, max_rows) if limit is not None]
    return Walk(engine, EXPORTED[resource], asked.query, min(limits, default=None), max_s)
