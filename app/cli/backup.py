"""Copies of the database."""

from pathlib import Path
from typing import Any

from app.cli.common import engine, settings


def backup(file: Path) -> None:
    """Copy the SQLite database to a new FILE, checked, while the server runs."""
    from app.core.backup import backup as copy

    _print(copy(engine(), file), file)


def restore(file: Path) -> None:
    """Make the database from FILE; there must be none yet. Stop the server first."""
    from sqlalchemy import make_url

    from app.core.backup import restore as copy

    url = settings().database_url
    _print(copy(url, file), make_url(url).database)


def _print(copied: Any, where: Any) -> None:
    for name, count in copied.rows.items():
        print(f"{count:>9}  {name}")
    print(f"{copied.size:>9}  bytes in {where}, integrity ok")
