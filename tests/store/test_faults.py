"""A database that cannot be written: one clear error, nothing by half, reads go on, and it works again afterwards."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, event
from sqlmodel import select

from app.core.db import read_session, write_session
from app.core.errors import DatabaseUnavailable
from app.models import Article, Change
from tests.store.test_save import TEXT, document, findings, put

MORE = TEXT + " The power is back."


@pytest.fixture
def impatient(engine: Engine) -> Iterator[Engine]:
    """Waits 50 ms for a lock instead of five seconds."""

    def hurry(connection, _record) -> None:  # type: ignore[no-untyped-def]
        connection.execute("PRAGMA busy_timeout=50")

    event.listen(engine, "connect", hurry)
    engine.dispose()
    yield engine


def test_a_locked_database(impatient: Engine) -> None:
    put(impatient, document())
    with write_session(impatient) as holder:  # somebody else writes, and does not end
        holder.connection()
        with pytest.raises(DatabaseUnavailable):
            put(impatient, document(MORE), findings(MORE))
        with read_session(impatient) as session:
            assert session.exec(select(Article.revision)).all() == [1]
    put(impatient, document(MORE), findings(MORE))
    with read_session(impatient) as session:
        assert session.exec(select(Change.seq)).all() == [1, 2]


def test_a_read_only_database(engine: Engine) -> None:
    put(engine, document())

    def forbid(connection) -> None:  # type: ignore[no-untyped-def]
        connection.exec_driver_sql("PRAGMA query_only=ON")

    event.listen(engine, "begin", forbid)
    with pytest.raises(DatabaseUnavailable):
        put(engine, document(MORE), findings(MORE))
    with read_session(engine) as session:
        assert session.exec(select(Article.revision)).all() == [1]
    event.remove(engine, "begin", forbid)
    engine.dispose()
    put(engine, document(MORE), findings(MORE))
    with read_session(engine) as session:
        assert session.exec(select(Article.revision)).all() == [2]
