"""Related entities on both engines: what counts as shared, in which order, and that each comes once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import Engine, Select, event
from sqlalchemy.orm import ORMExecuteState
from sqlmodel import Session

from app.core.db import write_session
from app.models import Article, AttackReport, Entity, Mention, PlaceLink, Quote
from app.store import related
from app.store.paging import ListQuery

AT = datetime(2025, 3, 1, tzinfo=UTC)
_numbers = count()


class Corpus:
    """Makes articles that name entities by letter; the first word of a quote is at 0, each mention 10 further."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.entities: dict[str, Entity] = {}

    def entity(self, name: str) -> Entity:
        if name not in self.entities:
            kind = "person" if name.islower() else "place"
            made = Entity(key=f"{kind}:{name}", kind=kind, name=name, mention_count=1, first_seen=AT, last_seen=AT)
            self.session.add(made)
            self.session.flush()
            self.entities[name] = made
        return self.entities[name]

    def article(self, names: str, *, day: int = 1, **more: object) -> Article:
        number = next(_numbers)
        at = AT + timedelta(days=day - 1)
        made = Article(
            identity=f"text:{number}",
            fetched_at=at,
            content_changed_at=at,
            sort_at=at,
            content_hash=str(number),
            **more,
        )
        self.session.add(made)
        self.session.flush()
        for place, name in enumerate(names):
            one = Mention(
                article_id=made.id,
                revision=1,
                entity_id=self.entity(name).id,
                start=place * 10,
                end=place * 10 + 5,
                text=name,
            )
            self.session.add(one)
        self.session.flush()
        return made

    def quote(self, article: Article, speaker: str, *, words: tuple[int, int], current: bool = True) -> None:
        self.session.add(
            Quote(
                article_id=article.id,
                revision=1,
                fingerprint=str(next(_numbers)),
                kind="direct",
                text="x",
                start=words[0] * 10,
                end=words[1] * 10 + 5,
                speaker_id=self.entity(speaker).id,
                sort_at=AT,
                reported_at=AT,
                confidence=1,
                extractor_version="1",
                current=current,
            )
        )

    def report(self, article: Article, attacker: str, target: str, places: str = "", claimant: str = "") -> None:
        made = AttackReport(
            article_id=article.id,
            revision=1,
            fingerprint=str(next(_numbers)),
            kind="drone",
            attacker_id=self.entity(attacker).id,
            target_id=self.entity(target).id,
            claimant_id=self.entity(claimant).id if claimant else None,
            date_precision="day",
            sort_at=AT,
            reported_at=AT,
            confidence=1,
            extractor_version="1",
        )
        self.session.add(made)
        self.session.flush()
        for place in places:
            link = PlaceLink(report_id=made.id, entity_id=self.entity(place).id, name=place, role="target")
            self.session.add(link)


@pytest.fixture
def corpus(any_engine: Engine) -> Iterator[Corpus]:
    """Articles of A with b, C, D; withdrawn ones, copies and old revisions beside them."""
    with write_session(any_engine) as session:
        made = Corpus(session)
        first = made.article("AbbCA")  # named twice in one article: still one article
        second = made.article("AbD", day=2)
        made.article("AC", day=3)
        made.article("bE", day=4)  # without A
        made.article("AEz", withdrawn_at=AT, withdrawn_reason="retracted")
        made.article("AEz", duplicate_of=first.id)
        old = made.article("AEz")
        for mention in session.query(Mention).where(Mention.article_id == old.id):
            mention.current = False
        made.quote(first, "b", words=(3, 4))  # b says something about C and A
        made.quote(first, "b", words=(3, 4), current=False)
        made.quote(second, "A", words=(2, 2))  # A about D
        made.quote(second, "b", words=(2, 2))  # b about D: not about A
        made.report(first, "A", "C", places="CA", claimant="b")
        made.report(second, "D", "b")  # without A
        session.flush()
        yield made


def shares(found: list[related.Related]) -> list[tuple[object, ...]]:
    return [(one.entity.name, one.articles, one.quotes, one.attack_reports, one.score) for one in found]


def asked(corpus: Corpus, name: str, **more: object) -> list[related.Related]:
    corpus.session.flush()
    query = ListQuery("related", more)
    return list(related.page(corpus.session, corpus.entities[name], query).items)


def test_what_is_shared(corpus: Corpus) -> None:
    assert shares(asked(corpus, "A")) == [
        ("b", 2, 1, 1, 0.5),  # 2 of the 4 articles that name A or b
        ("C", 2, 1, 1, 0.6667),  # as often as b: the older id first
        ("D", 1, 1, 0, 0.3333),
    ]
    assert shares(asked(corpus, "E")) == [("b", 1, 0, 0, 0.3333)]
    assert asked(corpus, "z") == []  # nothing that counts names it


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({"kind": "person"}, "b"),
        ({"kind": "place"}, "CD"),
        ({"from": "2025-03-02"}, "bCD"),
        ({"from": "2025-03-03"}, "C"),
        ({"to": "2025-03-01"}, "bC"),
        ({"from": "2025-03-02", "to": "2025-03-02", "kind": "place"}, "D"),
        ({"from": "2026-01-01"}, ""),
    ],
)
def test_filters(corpus: Corpus, values: dict[str, object], names: str) -> None:
    assert sorted(one.entity.name for one in asked(corpus, "A", **values)) == sorted(names)


def test_a_window_bounds_the_counts_too(corpus: Corpus) -> None:
    assert shares(asked(corpus, "A", to="2025-03-01")) == [("b", 1, 1, 1, 1.0), ("C", 1, 1, 1, 1.0)]


def test_a_merged_entity_is_not_shown(corpus: Corpus) -> None:
    corpus.entities["D"].merged_into = corpus.entities["C"].id
    assert [one.entity.name for one in asked(corpus, "A")] == ["b", "C"]


def test_pages(corpus: Corpus) -> None:
    """One at a time gives what all at once give; many that share equally much are told apart by their ids."""
    for name in "FGHIJKLM":
        corpus.article("A" + name)
    every = [one.entity.id for one in asked(corpus, "A")]
    query, seen = ListQuery("related", limit=2, include=frozenset({"total"})), []
    while True:
        page = related.page(corpus.session, corpus.entities["A"], query)
        seen += [one.entity.id for one in page.items]
        assert page.total == len(every) == 11
        if page.next is None:
            break
        query = replace(query, cursor=page.next)
    assert seen == every
    assert seen[3:] == sorted(seen[3:])


def test_no_table_is_read_whole(corpus: Corpus) -> None:
    """SQLite chooses by rule, not by size: what it does here it does with millions of rows."""
    if corpus.session.get_bind().dialect.name != "sqlite":
        pytest.skip("PostgreSQL chooses by size: a small table it reads whole")
    for name, kind in (("A", {}), ("A", {"kind": "person", "from": "2025-03-01"})):
        plan = []

        def explain(state: ORMExecuteState, plan: list[str] = plan) -> None:
            if isinstance(state.statement, Select):
                text = str(state.statement.compile(corpus.session.get_bind(), compile_kwargs={"literal_binds": True}))
                plan += [row[3] for row in state.session.connection().exec_driver_sql("EXPLAIN QUERY PLAN " + text)]

        event.listen(corpus.session, "do_orm_execute", explain)
        try:
            assert asked(corpus, name, **kind)
        finally:
            event.remove(corpus.session, "do_orm_execute", explain)
        read = {step.split()[1] for step in plan if step.startswith("SCAN")}
        assert not read & {"mentions", "articles", "quotes", "attack_reports", "place_links", "entities"}, plan
        assert any("ix_mentions_" in step for step in plan)
