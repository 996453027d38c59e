"""Backups are whole and checked, taken while writers write; nothing is ever overwritten."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from app.core.backup import backup, check, restore
from app.core.db import make_engine, read_session
from app.core.errors import SitrepError
from app.core.settings import Settings
from app.models import Article
from tests.store.test_save import document, put


def test_there_and_back(engine: Engine, tmp_path: Path) -> None:
    put(engine, document())
    copied = backup(engine, tmp_path / "b.db")
    assert (copied.rows["articles"], copied.rows["quotes"], copied.rows["changes"]) == (1, 1, 1)
    url = f"sqlite:///{tmp_path}/new/again.db"
    assert restore(url, tmp_path / "b.db").rows == copied.rows
    again = make_engine(Settings(database_url=url))
    with read_session(again) as session:
        assert session.exec(select(Article.url)).all() == ["https://example.org/a"]
    put(again, document("Another text."))  # it can be written
    again.dispose()
    assert sorted(p.name for p in tmp_path.glob("*.part")) == []


def test_a_copy_taken_while_others_write_is_consistent(engine: Engine, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            put(engine, document(url=f"https://example.org/{number}"))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        copies = [backup(engine, tmp_path / f"{n}.db") for n in range(5)]
    finally:
        stop.set()
        writer.join()
    assert all(one.rows["articles"] == one.rows["changes"] == one.rows["snapshots"] for one in copies)


def test_nothing_is_overwritten(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("dear to me")
    with pytest.raises(SitrepError, match="exists already"):
        backup(engine, tmp_path / "mine")
    backup(engine, tmp_path / "b.db")
    with pytest.raises(SitrepError, match="exists already"):
        restore(settings.database_url, tmp_path / "b.db")
    assert (tmp_path / "mine").read_text() == "dear to me"


def test_a_damaged_or_foreign_file_is_refused(engine: Engine, tmp_path: Path) -> None:
    put(engine, document())
    backup(engine, tmp_path / "b.db")
    data = bytearray((tmp_path / "b.db").read_bytes())
    data[4096 * 3 : 4096 * 6] = b"\x55" * 4096 * 3
    (tmp_path / "broken.db").write_bytes(data)
    (tmp_path / "words.db").write_text("no database at all, but some words" * 50)
    for name in ("broken.db", "words.db", "missing.db"):
        with pytest.raises(SitrepError):
            restore(f"sqlite:///{tmp_path}/new.db", tmp_path / name)
    assert not (tmp_path / "new.db").exists()
    assert check(tmp_path / "b.db").rows["articles"] == 1


def test_postgresql_says_what_to_use(tmp_path: Path) -> None:
    (tmp_path / "b.db").touch()
    with pytest.raises(SitrepError, match="pg_restore"):
        restore("postgresql://localhost/x", tmp_path / "b.db")
