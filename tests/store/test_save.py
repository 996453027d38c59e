"""Saving: new, revised, unchanged; ids persist; the outbox goes with it; nothing by half."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, func
from sqlmodel import Session, select

from app.core.db import read_session, write_session
from app.core.errors import DiskFull, Withdrawn
from app.domain import findings as f
from app.domain.document import Document, Quoted
from app.domain.vocabulary import AttackKind, DatePrecision, EntityKind, Metric, QuoteKind, Subject
from app.models import Article, AttackReport, Change, Entity, Figure, Mention, Quote, Revision
from app.services.articles import withdraw
from app.services.ingest import Decision, store

NOW = datetime(2024, 11, 13, 20, tzinfo=UTC)
TEXT = "Kyiv heard two drones. “All is quiet now,” Ivan Bondar said."


def document(text: str = TEXT, url: str | None = "https://example.org/a") -> Document:
    return Document(
        text, url=url, published_at=datetime(2024, 11, 13, 8, tzinfo=UTC), language="en", cleaner_version="1"
    )


def findings(text: str = TEXT) -> f.Findings:
    """What an extractor could find in TEXT, by hand."""

    def at(words: str) -> Quoted:
        start = text.index(words)
        return Quoted.cut(text, start, start + len(words))

    kyiv = f.Entity("place:kyiv", EntityKind.PLACE, "Kyiv", mentions=(f.Mention(at("Kyiv")),))
    bondar = f.Entity("person:ivan-bondar", EntityKind.PERSON, "Ivan Bondar", mentions=(f.Mention(at("Ivan Bondar")),))
    speaker = f.Ref(bondar.key, bondar.name, at("Ivan Bondar"))
    quote = f.Quote(QuoteKind.DIRECT, (at("All is quiet now,"),), speaker, at("said"), confidence=0.9)
    figure = f.Figure(Metric.LAUNCHED, Subject.DRONE, at("two"), "count_noun", 2, 2)
    report = f.AttackReport(
        None,
        None,
        AttackKind.DRONE,
        None,
        None,
        DatePrecision.UNKNOWN,
        None,
        None,
        False,
        (),
        None,
        (figure,),
        (),
        (at("Kyiv heard two drones."),),
        confidence=0.5,
    )
    return f.Findings("test", (kyiv, bondar), (quote,), (report,))


def count(session: Session, model: type) -> int:
    return session.exec(select(func.count()).select_from(model)).one()


def put(engine: Engine, doc: Document, found: f.Findings | None = None):  # type: ignore[no-untyped-def]
    return store(engine, doc, found or findings(), now=NOW)


def test_new_then_the_same(engine: Engine) -> None:
    first, second = put(engine, document()), put(engine, replace(document(), title="Another headline"))
    assert (first.decision, second.decision) == (Decision.NEW, Decision.UNCHANGED)
    assert first.article_id == second.article_id
    with read_session(engine) as session:
        assert [
            count(session, m) for m in (Article, Revision, Quote, AttackReport, Figure, Mention, Entity, Change)
        ] == [1, 1, 1, 1, 1, 2, 2, 1]


def test_a_changed_text_is_a_revision_and_findings_keep_their_ids(engine: Engine) -> None:
    put(engine, document())
    with read_session(engine) as session:
        before = session.exec(select(Quote.id)).one()
    text = TEXT + " The power is back."
    assert put(engine, document(text), findings(text)).decision is Decision.REVISED
    with read_session(engine) as session:
        quote = session.exec(select(Quote)).one()
        assert (quote.id, quote.revision) == (before, 2)
        assert [r.text for r in session.exec(select(Revision).order_by(Revision.number))] == [TEXT, text]  # type: ignore[arg-type]
        assert [c.kind for c in session.exec(select(Change).order_by(Change.seq))] == ["created", "revised"]  # type: ignore[arg-type]
        entity = session.exec(select(Entity).where(Entity.key == "place:kyiv")).one()
        assert (entity.mention_count, entity.article_count) == (1, 1)  # old mentions no longer count


def test_a_finding_that_is_gone_is_no_longer_current(engine: Engine) -> None:
    put(engine, document())
    put(engine, document("Nothing happened."), f.Findings("test"))
    with read_session(engine) as session:
        assert session.exec(select(Quote.current)).all() == [False]


def test_withdrawn_stays_withdrawn(engine: Engine) -> None:
    article_id = put(engine, document()).article_id
    with write_session(engine) as session:
        withdraw(session, article_id, "wrong page")
    with pytest.raises(Withdrawn):
        put(engine, document("A new text."), f.Findings("test"))
    with read_session(engine) as session:
        assert session.exec(select(Entity.mention_count)).all() == [0, 0]


def _race(engine: Engine) -> list[Decision]:
    results: list[Decision] = []
    start = threading.Barrier(6)

    def work() -> None:
        start.wait()
        results.append(put(engine, document()).decision)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


def test_six_at_once_are_one_article(engine: Engine) -> None:
    assert _race(engine) == [Decision.NEW] + [Decision.UNCHANGED] * 5


@pytest.mark.needs("postgres")
@pytest.mark.xdist_group("postgres")
def test_six_at_once_are_one_article_on_postgres(postgres_engine: Engine) -> None:
    assert _race(postgres_engine) == [Decision.NEW] + [Decision.UNCHANGED] * 5


def test_no_update_is_lost(engine: Engine) -> None:
    """With SQLAlchemy's default transactions 608 of 800 were."""
    article_id = put(engine, document()).article_id

    def work() -> None:
        for _ in range(25):
            with write_session(engine) as session:
                article = session.get(Article, article_id)
                assert article is not None
                article.word_count += 1
                session.add(article)

    start: Callable[..., threading.Thread] = threading.Thread
    with read_session(engine) as session:
        before = session.exec(select(Article.word_count)).one()
    threads = [start(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with read_session(engine) as session:
        assert session.exec(select(Article.word_count)).one() == before + 200


def test_a_full_disk_is_a_clear_error_and_stores_nothing_by_half(engine: Engine) -> None:
    long = TEXT + " word" * 100_000
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    from sqlalchemy import event

    limit = event.listen
    limit(engine, "begin", lambda c: c.exec_driver_sql(f"PRAGMA max_page_count={pages + 3}"))
    with pytest.raises(DiskFull):
        put(engine, document(long), findings(long))
    with read_session(engine) as session:
        assert [count(session, m) for m in (Article, Revision, Quote, Change, Entity)] == [0] * 5
