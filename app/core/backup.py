"""Copies of a SQLite database: whole, consistent, checked. For PostgreSQL there is pg_dump."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, make_url

from app.core import sqlite
from app.core.errors import SitrepError


@dataclass(frozen=True, slots=True)
class Copied:
    """Rows of each table in the copy, and its size in bytes."""

    rows: dict[str, int]
    size: int


def backup(engine: Engine, target: Path) -> Copied:
    """Writes while others read and write; `target` must not exist. It appears whole or not at all."""
    _only_sqlite(engine)
    if target.exists():
        raise SitrepError(f"{target} exists already; name another file")
    partial = target.with_name(target.name + ".part")
    partial.unlink(missing_ok=True)
    source = engine.raw_connection()
    try:
        source.cursor().execute("VACUUM INTO ?", [str(partial)])
        copied = check(partial)
        with partial.open("rb") as file:
            os.fsync(file.fileno())
        os.link(partial, target)  # fails when somebody made it meanwhile, where a rename would replace it
    finally:
        source.close()
        partial.unlink(missing_ok=True)
    return copied


def restore(url: str, source: Path) -> Copied:
    """A checked copy of `source` in place of a database that must not exist yet; stop the server first."""
    if make_url(url).get_backend_name() != "sqlite":
        raise SitrepError("this database is PostgreSQL: use pg_restore (docs/reliability.md)")
    if not source.is_file():
        raise SitrepError(f"{source}: there is no such file")
    target = Path(str(make_url(url).database))
    beside = [target.with_name(target.name + end) for end in ("", "-wal", "-shm")]
    there = next((path for path in beside if path.exists()), None)
    if there is not None:
        raise SitrepError(f"{there} exists already; stop the server and move it away first")
    check(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".part")
    partial.unlink(missing_ok=True)
    connection = _open(source)
    try:
        connection.execute("VACUUM INTO ?", [str(partial)])
        copied = check(partial)
        os.link(partial, target)
    finally:
        connection.close()
        partial.unlink(missing_ok=True)
    return copied


def check(path: Path) -> Copied:
    """Integrity, foreign keys and the count of every table. Raises SitrepError with what is wrong."""
    connection = _open(path)
    try:
        wrong = [row[0] for row in connection.execute("PRAGMA integrity_check(3)") if row[0] != "ok"]
        wrong += [
            f"a row of {row[0]} refers to a missing one" for row in connection.execute("PRAGMA foreign_key_check")
        ]
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        if wrong or "alembic_version" not in names:
            raise SitrepError(f"{path} is damaged: {'; '.join(wrong[:3]) or 'it is no database of Sitrep'}")
        plain = [name for name in names if not name.startswith("sqlite_") and "_fts" not in name]
        rows = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in sorted(plain)}
    except sqlite.sqlite_module().DatabaseError as error:
        raise SitrepError(f"{path} cannot be read as a database: {error}") from None
    finally:
        connection.close()
    return Copied(rows, path.stat().st_size)


def _open(path: Path) -> Any:
    return sqlite.sqlite_module().connect(f"file:{path.resolve()}?mode=ro", uri=True)


def _only_sqlite(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        raise SitrepError("this database is PostgreSQL: use pg_dump (docs/reliability.md)")
