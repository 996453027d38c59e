"""Which SQLite to use, and how a connection to it is prepared."""

import sqlite3
from collections.abc import Callable
from types import ModuleType
from typing import Any

from sqlalchemy import Engine, event

_RACE_FIRST, _RACE_LAST = (3, 7, 0), (3, 51, 2)  # releases whose WAL reset can corrupt a database
BUSY_TIMEOUT_MS = 5000


def sqlite_module() -> ModuleType:
    """`pysqlite3`, which bundles a sound SQLite, where its wheel exists; else the interpreter's own."""
    try:
        import pysqlite3.dbapi2 as bundled
    except ImportError:
        return sqlite3
    module: ModuleType = bundled
    return module


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """False for the releases with the WAL-reset race."""
    return not _RACE_FIRST <= version <= _RACE_LAST


def prepare(engine: Engine, module: ModuleType) -> None:
    """Hook pragmas and explicit transactions to the engine.

    The driver's own transactions begin at the first write, so two that read first lose an update without an error.
    Here each transaction begins at once: IMMEDIATE for writers (see `db.write_session`), DEFERRED for readers.
    """
    journal = "WAL" if wal_is_safe(module.sqlite_version_info) else "DELETE"

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        for pragma in _pragma_list(journal):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        write = connection.get_execution_options().get("sitrep_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _pragma_list(journal: str) -> tuple[str, ...]:
    return (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        f"journal_mode={journal}",
        "synchronous=" + ("NORMAL" if journal == "WAL" else "FULL"),
        "foreign_keys=ON",
    )


def watch(connection: Any, expired: Callable[[], bool]) -> Callable[[], None]:
    """Interrupt queries of this driver connection once `expired()`; the returned function takes the watch off."""
    connection.set_progress_handler(lambda: 1 if expired() else 0, 10_000)  # ~1 ms between two looks
    return lambda: connection.set_progress_handler(None, 0)
