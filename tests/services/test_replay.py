"""Replay: what persists keeps its id, what does not is superseded, an interrupted run goes on, `--compare` writes nothing."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from app.core.clock import utcnow
from app.core.db import read_session
from app.core.errors import PoisonDocument
from app.core.settings import Settings
from app.domain import findings as f
from app.domain.document import Document
from app.models import Article, AttackReport, Change, Figure, Quote, Revision, Snapshot
from app.services import replay
from app.services.ingest import store
from tests.store.test_save import NOW, TEXT, document, findings

MORE = TEXT + " The power is back."


class Extraction:
    """A newer extractor: no quotes, and one figure read otherwise. Some texts kill it."""

    def __init__(self, poison: str = "never") -> None:
        self.poison = poison

    async def extract(self, document: Document) -> f.Findings:
        if self.poison in document.text:
            raise PoisonDocument
        old = findings(document.text)
        report = old.attack_reports[0]
        figures = (replace(report.figures[0], low=3, high=3),)
        return replace(old, extractor_version="newer", quotes=(), attack_reports=(replace(report, figures=figures),))


def run(engine: Engine, extraction: Extraction, *, write: bool = True, **which: Any) -> list[replay.Result]:
    async def work() -> list[replay.Result]:
        items = replay.plan(engine, "newer", **which)
        return [one async for one in replay.run(engine, Settings(), extraction, items, write=write)]  # type: ignore[arg-type]

    return asyncio.run(work())


@pytest.fixture
def stored(any_engine: Engine) -> Engine:
    """One article in two revisions, another in one."""
    store(any_engine, document(), findings(), now=NOW)
    store(any_engine, document(MORE), findings(MORE), now=NOW + timedelta(hours=1))
    store(any_engine, document(TEXT, url="https://example.org/b"), findings(), now=NOW)
    return any_engine


def test_ids_persist_and_what_is_gone_is_superseded(stored: Engine) -> None:
    with read_session(stored) as session:
        before = set(session.exec(select(AttackReport.id)))
        texts = session.exec(select(Revision.text).order_by(Revision.id)).all()  # type: ignore[arg-type]
        changed_at = session.exec(select(Article.content_changed_at).order_by(Article.id)).all()  # type: ignore[arg-type]
    assert [one.error for one in run(stored, Extraction())] == [None] * 3
    with read_session(stored) as session:
        assert set(session.exec(select(AttackReport.id))) == before
        assert session.exec(select(Quote.current)).all() == [False, False]
        assert session.exec(select(Figure.low)).all() == [3, 3]
        assert {s.extractor_version for s in session.exec(select(Snapshot))} == {"newer"}
        assert {r.extractor_version for r in session.exec(select(Revision))} == {"newer"}
        assert session.exec(select(Revision.text).order_by(Revision.id)).all() == texts  # type: ignore[arg-type]
        assert session.exec(select(Article.content_changed_at).order_by(Article.id)).all() == changed_at  # type: ignore[arg-type]
        kinds = session.exec(select(Change.kind).order_by(Change.seq)).all()  # type: ignore[arg-type]
        assert kinds == ["created", "revised", "created", "reextracted", "reextracted"]  # no row for an old revision
        assert {a.quote_count for a in session.exec(select(Article))} == {0}


def test_it_goes_on_where_it_was(stored: Engine) -> None:
    first = run(stored, Extraction(poison="power"))
    assert sorted(bool(one.error) for one in first) == [False, False, True]
    assert [one.item.number for one in run(stored, Extraction())] == [2]  # only what was left
    assert run(stored, Extraction()) == []


def test_all_reads_what_is_current_too_and_goes_on_where_it_was(stored: Engine) -> None:
    begun = utcnow()
    assert len(run(stored, Extraction(), every=True, before=begun)) == 3
    assert run(stored, Extraction(), every=True, before=begun) == []  # stopped at its end
    begun = utcnow()
    first = run(stored, Extraction(poison="power"), every=True, before=begun)
    assert sorted(bool(one.error) for one in first) == [False, False, True]
    assert [one.item.number for one in run(stored, Extraction(), every=True, before=begun)] == [2]


def test_compare_writes_nothing(stored: Engine) -> None:
    results = run(stored, Extraction(), write=False)
    assert {one.words for one in results} == {"quotes -1 +0, reports -1 +1, launched drone 2 -> 3"}
    with read_session(stored) as session:
        assert session.exec(select(Quote.current)).all() == [True, True]
        assert len(session.exec(select(Change)).all()) == 3
    assert len(run(stored, Extraction(), write=False)) == 3


def test_a_withdrawn_article_is_left_alone(stored: Engine) -> None:
    from app.core.db import write_session
    from app.services.articles import withdraw

    with write_session(stored) as session:
        withdraw(session, session.exec(select(Article.id).order_by(Article.id)).first(), "retracted")  # type: ignore[arg-type]
    assert len(run(stored, Extraction())) == 1
