"""Ten copies at once end as one original with nine, on both engines; marks never chain."""

import concurrent.futures
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from app.core.db import read_session
from app.domain.document import Document
from app.domain.findings import Findings
from app.models import Article
from app.services.ingest import store
from tests.ingest.test_similar import TEXT

NOW = datetime(2026, 1, 1, tzinfo=UTC)
COPIES = 10


def put(engine: Engine, n: int) -> None:
    text = f"By correspondent {'abcdefghijk'[n]} of the paper. {TEXT}"
    document = Document(text, url=f"https://paper{n}.example/1", published_at=NOW, language="en")
    store(engine, document, Findings("test"), now=NOW)


def at_once(engine: Engine) -> None:
    with concurrent.futures.ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda n: put(engine, n), range(COPIES)))
    with read_session(engine) as session:
        rows = list(session.exec(select(Article)))
    originals = [row for row in rows if row.duplicate_of is None]
    assert (len(rows), len(originals)) == (COPIES, 1)
    assert {row.duplicate_of for row in rows} == {None, originals[0].id}


def test_sqlite(engine: Engine) -> None:
    at_once(engine)


@pytest.mark.needs("postgres")
@pytest.mark.xdist_group("postgres")
def test_postgres(postgres_engine: Engine) -> None:
    at_once(postgres_engine)


def test_after_a_week_it_is_another_story(engine: Engine) -> None:
    for n, at in enumerate((NOW, NOW.replace(day=20))):
        document = Document(f"Day {'one' if n else 'two'}. {TEXT}", url=f"https://p.example/{n}", published_at=at)
        store(engine, document, Findings("test"), now=NOW)
    with read_session(engine) as session:
        assert [row.duplicate_of for row in session.exec(select(Article))] == [None, None]
