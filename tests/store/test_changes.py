"""The outbox under concurrent writers: numbers are 1, 2, 3 … in commit order, and a reader that goes on from its last number misses none."""

import random
import threading
import time
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, insert, text

from app.core.db import dialect_of, read_session, write_session
from app.core.ids import new_id
from app.domain.vocabulary import ChangeKind, ResourceKind
from app.models import Change
from app.store import changes

NOW = datetime(2026, 1, 1, tzinfo=UTC)
WRITERS, EACH = 6, 12


class AbortedError(Exception):
    pass


def _write(engine: Engine, seed: int, committed: list[object]) -> None:
    """Units of work of uneven length; every fourth rolls back."""
    dice = random.Random(seed)
    for turn in range(EACH):
        one = new_id()
        try:
            with write_session(engine) as session:
                changes.record(session, ChangeKind.CREATED, ResourceKind.ARTICLE, one, NOW)
                changes.record(session, ChangeKind.REVISED, ResourceKind.ARTICLE, one, NOW)
                time.sleep(dice.random() * 0.004)
                if turn % 4 == 3:
                    raise AbortedError
        except AbortedError:
            continue
        committed.append(one)


def _read(engine: Engine, stop: threading.Event, seen: list[int]) -> None:
    """A client that asks again and again from where it stopped; one last time after the writers ended."""
    last = 0
    while True:
        ending = stop.is_set()
        with read_session(engine) as session:
            rows = changes.after(session, last, limit=5)
        seen += [row.seq or 0 for row in rows]
        last = seen[-1] if seen else 0
        if ending and not rows:
            return


def _storm(engine: Engine) -> tuple[list[int], list[object]]:
    stop, seen, committed = threading.Event(), list[int](), list[object]()
    reader = threading.Thread(target=_read, args=(engine, stop, seen))
    writers = [threading.Thread(target=_write, args=(engine, seed, committed)) for seed in range(WRITERS)]
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    reader.join()
    return seen, committed


def test_nothing_is_skipped_and_nothing_comes_twice(any_engine: Engine) -> None:
    seen, committed = _storm(any_engine)
    assert len(committed) == WRITERS * EACH * 3 // 4
    assert seen == list(range(1, 2 * len(committed) + 1))
    with read_session(any_engine) as session:
        rows = changes.after(session, 0, limit=1000)
    assert {row.resource_id for row in rows} == set(committed)
    assert all(a.resource_id == b.resource_id for a, b in zip(rows[::2], rows[1::2], strict=True))  # one unit, one run


@pytest.mark.needs("postgres")
@pytest.mark.xdist_group("postgres")
def test_a_sequence_would_let_a_reader_pass_a_late_number(postgres_engine: Engine) -> None:
    """Why the lock is there: the first to draw a number commits last."""
    with postgres_engine.connect() as slow, postgres_engine.connect() as quick:
        for connection in (slow, quick):
            connection.execute(text("CREATE SEQUENCE IF NOT EXISTS plain"))
            connection.commit()
        early = slow.execute(text("SELECT nextval('plain')")).scalar_one()
        late = quick.execute(text("SELECT nextval('plain')")).scalar_one()
        values = {"kind": "created", "resource": "article", "at": NOW}
        slow.execute(insert(Change).values(seq=early, resource_id=new_id(), **values))
        quick.execute(insert(Change).values(seq=late, resource_id=new_id(), **values))
        quick.commit()
        with read_session(postgres_engine) as session:
            assert [row.seq for row in changes.after(session, 0, limit=9)] == [late]  # a reader goes on from here
        slow.commit()
        with read_session(postgres_engine) as session:
            assert changes.after(session, late, limit=9) == []  # and never sees the early one


def test_a_unit_of_work_that_fails_leaves_no_number(any_engine: Engine) -> None:
    for fails in (True, False):
        try:
            with write_session(any_engine) as session:
                changes.record(session, ChangeKind.WITHDRAWN, ResourceKind.ARTICLE, new_id(), NOW)
                if fails:
                    raise AbortedError
        except AbortedError:
            pass
    with read_session(any_engine) as session:
        assert dialect_of(session) in ("sqlite", "postgresql")
        assert [row.seq for row in changes.after(session, 0, limit=9)] == [1]
