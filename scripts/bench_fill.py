"""Rows for measurements: the attack reports of the shipped samples, copied under new ids and times."""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, func, insert, select, text
from sqlmodel import Session

from app.core.db import read_session, write_session
from app.core.ids import new_id
from app.models import Article, AttackReport, Figure, Revision

Row = dict[str, Any]
_PER_ARTICLE, _BATCH = 10, 5_000
SPREAD_S = 3 * 365 * 86_400  # the copies lie within three years


class Copies:
    """Makes (article, revision, report, figures) rows, ever new ones."""

    def __init__(self, session: Session, seed: int = 1) -> None:
        reports = list(session.execute(select(AttackReport)).scalars())
        articles = {row.id: row for row in session.execute(select(Article)).scalars()}
        revisions = {row.article_id: row for row in session.execute(select(Revision)).scalars()}
        figures: dict[Any, list[Figure]] = {}
        for one in session.execute(select(Figure)).scalars():
            figures.setdefault(one.report_id, []).append(one)
        self._patterns = [
            (
                articles[r.article_id].model_dump(),
                revisions[r.article_id].model_dump(),
                r.model_dump(),
                [f.model_dump() for f in figures.get(r.id, [])],
            )
            for r in reports
        ]
        self._dice, self._made = random.Random(seed), 0

    def article(self, reports: int) -> dict[str, list[Row]]:
        """Table name -> rows of one article with so many reports."""
        self._made += 1
        article, revision, report, figures = self._dice.choice(self._patterns)
        at = article["sort_at"] - timedelta(seconds=self._dice.randrange(SPREAD_S))
        own, mark = new_id(), f"url:https://bench.example/{self._dice.getrandbits(64)}/{self._made}"
        rows: dict[str, list[Row]] = {"reports": [], "figures": []}
        rows["articles"] = [
            article | {"id": own, "identity": mark, "sort_at": at, "published_at": at, "source_id": None}
        ]
        rows["revisions"] = [revision | {"id": new_id(), "article_id": own}]
        for n in range(reports):
            one = report | {
                "id": new_id(),
                "article_id": own,
                "fingerprint": f"{mark}/{n}",
                "sort_at": at + timedelta(hours=n),
            }
            rows["reports"].append(one)
            rows["figures"] += [f | {"id": new_id(), "report_id": one["id"]} for f in figures]
        return rows


_TABLES: dict[str, Any] = {
    "articles": Article.__table__,  # type: ignore[attr-defined]
    "revisions": Revision.__table__,  # type: ignore[attr-defined]
    "reports": AttackReport.__table__,  # type: ignore[attr-defined]
    "figures": Figure.__table__,  # type: ignore[attr-defined]
}


def write(session: Session, rows: dict[str, list[Row]]) -> None:
    for name, table in _TABLES.items():
        if rows.get(name):
            session.execute(insert(table), rows[name])


def fill(engine: Engine, reports: int) -> None:
    """So many reports more, ten an article."""
    with read_session(engine) as session:
        copies = Copies(session)
    for batch in _batches(copies, reports):
        with write_session(engine) as session:
            write(session, batch)
    if engine.dialect.name == "postgresql":  # as its own housekeeping does within a minute
        with write_session(engine) as session:
            session.execute(text("ANALYZE"))


def stored(engine: Engine) -> int:
    """Attack reports that are there."""
    with read_session(engine) as session:
        return int(session.execute(select(func.count()).select_from(AttackReport)).scalar_one())


def _batches(copies: Copies, reports: int) -> Iterator[dict[str, list[Row]]]:
    left = reports
    while left > 0:
        batch: dict[str, list[Row]] = {name: [] for name in _TABLES}
        while left > 0 and len(batch["reports"]) < _BATCH:
            for name, rows in copies.article(min(_PER_ARTICLE, left)).items():
                batch[name] += rows
            left -= min(_PER_ARTICLE, left)
        yield batch
