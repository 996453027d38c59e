"""Engine, read and write sessions, the query budget, and database errors as ours."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlmodel import Session

from app.core import sqlite
from app.core.errors import BudgetExceeded, Busy, DatabaseUnavailable, DiskFull, SitrepError
from app.core.settings import Settings

_LAST = "sitrep_last"


def make_engine(settings: Settings) -> Engine:
    """The engine of `settings.database_url`; the folder of a SQLite file is made."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "postgresql":
        return create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, pool_size=10)
    Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    module = sqlite.sqlite_module()
    engine = create_engine(url.set(drivername="sqlite"), module=module, pool_size=10, max_overflow=20)
    sqlite.prepare(engine, module)
    return engine


@contextmanager
def read_session(engine: Engine, *, budget_s: float | None = None) -> Iterator[Session]:
    """A session that sees one state and writes nothing; BudgetExceeded when its queries take longer than `budget_s`."""
    with translated(), Session(engine, expire_on_commit=False) as session, _budget(session, budget_s):
        yield session


@contextmanager
def write_session(engine: Engine) -> Iterator[Session]:
    """One unit of work: committed at the end, rolled back on any exception. Never two at once on SQLite."""
    writer = engine.execution_options(sitrep_write=True)
    with translated(), Session(writer, expire_on_commit=False) as session, session.begin():
        yield session
        session.flush()
        for work in session.info.pop(_LAST, ()):
            work()


def at_the_end(session: Session, work: Callable[[], None]) -> None:
    """Do `work` last in this unit of work, just before its commit: for locks that must be taken after all others."""
    session.info.setdefault(_LAST, []).append(work)


@contextmanager
def _budget(session: Session, budget_s: float | None) -> Iterator[None]:
    if budget_s is None:
        yield
        return
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SET LOCAL statement_timeout = {max(1, int(budget_s * 1000))}"))
        yield
        return
    deadline = time.monotonic() + budget_s
    driver = session.connection().connection.dbapi_connection
    unwatch = sqlite.watch(driver, lambda: time.monotonic() > deadline)
    try:
        yield
    finally:
        unwatch()  # before the connection goes back to the pool


@contextmanager
def translated() -> Iterator[None]:
    """Database errors leave as SitrepError; an IntegrityError stays, for the caller that expects it."""
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        known = _translate(error)
        if known is None:
            raise
        raise known from error


_AWAY = ("unable to open", "database is locked", "readonly database", "disk i/o error")  # SQLite has no codes here


def _translate(error: DBAPIError) -> SitrepError | None:
    words = str(error.orig).lower()
    state = getattr(error.orig, "sqlstate", None)
    if state == "53100" or "database or disk is full" in words:
        return DiskFull()
    if state == "57014" or words == "interrupted":
        return BudgetExceeded("the query took longer than its budget")
    if state in ("40P01", "40001"):  # two writers waited for each other: one was chosen to try again
        return Busy("Somebody else is writing the same rows; try again.")
    if any(one in words for one in _AWAY):
        return DatabaseUnavailable()
    if isinstance(error, OperationalError) and (error.connection_invalidated or (state is None and _is_psycopg(error))):
        return DatabaseUnavailable()
    return None


def _is_psycopg(error: DBAPIError) -> bool:
    return type(error.orig).__module__.startswith("psycopg")


def dialect_of(session: Session) -> str:
    """`sqlite` or `postgresql`."""
    return str(session.get_bind().dialect.name)


def ping(engine: Engine) -> bool:
    """True when a query is answered."""
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except DBAPIError:
        return False
    return True


def insert_ignoring(session: Session, model: Any) -> Any:
    """An INSERT that both engines let conflict silently with `.on_conflict_do_nothing()`."""
    if dialect_of(session) == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as pg_insert

        return pg_insert(model)
    from sqlalchemy.dialects.sqlite import insert as sqlite_insert

    return sqlite_insert(model)
