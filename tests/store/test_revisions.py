"""Revisions: only the publisher's words make one; findings belong to theirs; what comes back gets its id back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from app.core.db import read_session
from app.domain import findings as f
from app.models import Article, Change, Quote, Revision, Snapshot, TitleChange
from app.services.ingest import Decision, store
from tests.store.test_save import NOW, TEXT, document, findings

MORE = TEXT + " The power is back."
NONE = f.Findings("test")


def put(engine: Engine, text: str, at: int, **options: object) -> Decision:
    found = findings(text) if "Bondar" in text else NONE
    doc = replace(document(text), **options)  # type: ignore[arg-type]
    return store(engine, doc, found, now=NOW + timedelta(hours=at)).decision


@pytest.mark.parametrize(
    ("first", "second", "decision"),
    [
        (({}), {"title": "New headline"}, Decision.UNCHANGED),
        (({"raw_hash": "a"}), {"raw_hash": "b"}, Decision.UNCHANGED),  # markup alone
        # the same bytes read by another cleaner are no revision, whatever text it makes of them
        ({"raw_hash": "a", "text": MORE}, {"raw_hash": "a", "cleaner_version": "2"}, Decision.UNCHANGED),
        # other bytes, another cleaner, and the old text cleaned anew is the new one
        (
            {"raw_hash": "a", "text": MORE + "\n\nRead more"},
            {"raw_hash": "b", "cleaner_version": "2", "text": MORE},
            Decision.UNCHANGED,
        ),
        # other bytes, another cleaner, and other words: the publisher changed them
        ({"raw_hash": "a"}, {"raw_hash": "b", "cleaner_version": "2", "text": MORE}, Decision.REVISED),
        ({"raw_hash": None}, {"raw_hash": None, "text": MORE}, Decision.REVISED),
    ],
)
def test_what_makes_a_revision(
    any_engine: Engine, first: dict[str, object], second: dict[str, object], decision: Decision
) -> None:
    first, second = dict(first), dict(second)
    assert put(any_engine, str(first.pop("text", TEXT)), 0, **first) is Decision.NEW
    assert put(any_engine, str(second.pop("text", TEXT)), 1, **second) is decision


def test_title_and_markup_are_noted_on_the_article(any_engine: Engine) -> None:
    put(any_engine, TEXT, 0, title="Two drones", raw_hash="a")
    put(any_engine, TEXT, 1, title="Two drones over Kyiv", raw_hash="b")
    put(any_engine, TEXT, 2, title="Two drones over Kyiv", raw_hash="b")
    put(any_engine, TEXT, 3, title=None, raw_hash="b")  # a page that lost its headline does not take it away
    with read_session(any_engine) as session:
        article = session.exec(select(Article)).one()
        assert (article.title, article.revision, article.markup_changed_at) == (
            "Two drones over Kyiv",
            1,
            NOW + timedelta(hours=1),
        )
        assert article.content_changed_at == NOW  # moves only with the text
        changed = session.exec(select(TitleChange)).one()
        assert (changed.before, changed.after) == ("Two drones", "Two drones over Kyiv")
        assert session.exec(select(Revision.title)).all() == ["Two drones"]
        assert len(session.exec(select(Change)).all()) == 1


def test_back_to_an_earlier_text(any_engine: Engine) -> None:
    """A, B, A: three revisions; the quote of A is gone in B and back under its own id."""
    put(any_engine, TEXT, 0)
    with read_session(any_engine) as session:
        first = session.exec(select(Quote.id)).one()
    assert put(any_engine, "Nothing happened.", 1) is Decision.REVISED
    assert put(any_engine, TEXT, 2) is Decision.REVISED
    with read_session(any_engine) as session:
        assert [(q.id, q.current, q.revision) for q in session.exec(select(Quote))] == [(first, True, 3)]
        hashes = session.exec(select(Revision.content_hash).order_by(Revision.number)).all()  # type: ignore[arg-type]
        assert hashes[0] == hashes[2] != hashes[1]


def test_words_that_stand_twice_are_two_and_both_go(any_engine: Engine) -> None:
    one = findings()
    twice = replace(one, quotes=one.quotes * 2)
    store(any_engine, document(), twice, now=NOW)
    put(any_engine, "Nothing happened.", 1)
    with read_session(any_engine) as session:
        assert session.exec(select(Quote.current)).all() == [False, False]


def test_each_revision_keeps_its_findings_and_their_spans(any_engine: Engine) -> None:
    put(any_engine, TEXT, 0)
    put(any_engine, "So. " + TEXT, 1)
    with read_session(any_engine) as session:
        for number, snapshot in enumerate(session.exec(select(Snapshot).order_by(Snapshot.number)), 1):  # type: ignore[arg-type]
            text = session.exec(select(Revision.text).where(Revision.number == number)).one()
            spans = [
                *(part for quote in snapshot.quotes for part in quote["parts"]),
                *(one for report in snapshot.attack_reports for one in (*report["evidence"], *report["figures"])),
                *(mention for entity in snapshot.entities for mention in entity["mentions"]),
            ]
            assert len(spans) == 5
            assert all(text[one["start"] : one["end"]] == one["text"] for one in spans)
        assert number == 2


def test_a_clock_set_back_does_not_undo_a_change(any_engine: Engine) -> None:
    put(any_engine, TEXT, 0)
    put(any_engine, MORE, 5)
    put(any_engine, TEXT, -2000)
    with read_session(any_engine) as session:
        article = session.exec(select(Article)).one()
    assert (article.revision, article.content_changed_at) == (3, datetime(2024, 11, 14, 1, tzinfo=UTC))
