"""Ten copies at once end as one original with nine, on both engines; marks never chain."""

import concurrent.futures
import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hsettings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import col, delete, select

from app.core.db import read_session, write_session
from app.core.errors import Withdrawn
from app.domain.document import Document
from app.domain.findings import Findings
from app.models import Article, ArticleBand
from app.services.articles import withdraw
from app.services.duplicates import regroup
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


def _forget(engine: Engine) -> None:
    """As stored by a version that grouped no copies."""
    with write_session(engine) as session:
        for row in session.exec(select(Article)):
            row.duplicate_of = None
        session.exec(delete(ArticleBand))


def marks(engine: Engine) -> list[int | None]:
    """Of each article in order: which one it is a copy of."""
    with read_session(engine) as session:
        rows = list(session.exec(select(Article).order_by(col(Article.id))))
    ids = [row.id for row in rows]
    return [ids.index(row.duplicate_of) if row.duplicate_of else None for row in rows]


def test_what_was_stored_before_copies_were_grouped(any_engine: Engine) -> None:
    for n in range(3):
        put(any_engine, n)
    _forget(any_engine)
    put(any_engine, 3)  # since the upgrade: it finds only the very same text, not those without bands
    put(any_engine, 4)
    assert marks(any_engine) == [None, None, None, None, 3]
    assert list(regroup(any_engine)) == [False, True, True, True]
    assert marks(any_engine) == [None, 0, 0, 0, 0]  # the oldest is the original, and no mark leads to a copy
    assert list(regroup(any_engine)) == [False]  # twice changes nothing
    put(any_engine, 5)
    assert marks(any_engine)[-1] == 0


def test_copies_outlive_their_original_and_come_back(any_engine: Engine) -> None:
    """Withdrawn: the oldest copy stands for the others. Its text changes: they are free. It comes back: so do they."""
    for n in range(3):
        put(any_engine, n)
    with write_session(any_engine) as session:
        first = session.exec(select(Article.id).order_by(col(Article.id))).first()
        assert first is not None
        withdraw(session, first, "retracted")
    assert marks(any_engine) == [None, None, 1]
    other = Document(f"Another story altogether. {TEXT[::-1]}", url="https://paper1.example/1", published_at=NOW)
    store(any_engine, other, Findings("test"), now=NOW)
    assert marks(any_engine)[1:] == [None, None]
    put(any_engine, 1)  # the text as it was
    assert sorted(str(mark) for mark in marks(any_engine)[1:]) == ["2", "None"]


_STEPS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(-1, 3), st.booleans()), min_size=1, max_size=9
)


@hsettings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_STEPS)
def test_no_mark_leads_to_a_copy_whatever_comes(engine: Engine, steps: list[tuple[int, int, int, bool]]) -> None:
    """Four pages that change among three texts, name each other as canonical in any ring, and are withdrawn."""
    with write_session(engine) as session:
        for model in (ArticleBand, Article):
            session.exec(delete(model))
    texts = [TEXT, f"By the desk of the paper. {TEXT}", f"Something else. {TEXT[::-1]}"]
    for page, text, canonical, gone in steps:
        said = f"https://ring{canonical}.example/1" if canonical >= 0 else None
        document = Document(texts[text], url=f"https://ring{page}.example/1", published_at=NOW, canonical_url=said)
        with contextlib.suppress(Withdrawn):
            done = store(engine, document, Findings("test"), now=NOW)
            if gone:
                with write_session(engine) as session:
                    withdraw(session, done.article_id, "retracted")
        with read_session(engine) as session:
            rows = {row.id: row for row in session.exec(select(Article))}
        for row in rows.values():
            if row.duplicate_of is not None and row.withdrawn_at is None:
                original = rows[row.duplicate_of]
                assert original.id != row.id
                assert (original.duplicate_of, original.withdrawn_at) == (None, None)
