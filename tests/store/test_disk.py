"""Real disks that end or turn read-only: one clear error, nothing by half, reads go on, and it works again when there is room.

A file system of a few megabytes in memory, where the machine lets us mount one; a limit on the size of files anywhere.
"""

import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlmodel import func, select

from app.core import migrate
from app.core.db import make_engine, read_session
from app.core.errors import DatabaseUnavailable, DiskFull, SitrepError
from app.core.settings import Settings
from app.models import Article, Change, Revision
from tests.store.test_save import TEXT, document, findings, put


def _mount(place: Path, size: str) -> None:
    place.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(place)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode != 0:
        pytest.skip("this machine lets us mount no small disk")


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MB."""
    place = tmp_path / "small"
    _mount(place, "4m")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def migrated(url: str) -> Engine:
    engine = make_engine(Settings(database_url=url))
    migrate.upgrade(engine)
    return engine


def fill(engine: Engine, error: type[SitrepError], most: int = 200) -> int:
    """Store one article after the other until there is no more room; how many were stored."""
    for n in range(most):
        words = f"{TEXT} {uuid4()} " + " ".join(str(uuid4()) for _ in range(2_000))
        try:
            put(engine, document(words, url=f"https://example.org/{n}"), findings(words))
        except error:
            return n
    raise AssertionError("the disk did not end")


def counts(engine: Engine) -> tuple[int, int, int]:
    with read_session(engine) as session:
        found = [session.exec(select(func.count()).select_from(model)).one() for model in (Article, Revision, Change)]
    return found[0], found[1], found[2]


def test_a_full_disk(small: Path) -> None:
    engine = migrated(f"sqlite:///{small}/a.db")
    stored = fill(engine, DiskFull)
    assert counts(engine) == (stored,) * 3
    subprocess.run(["mount", "-o", "remount,size=16m", str(small)], check=True)
    put(engine, document(url="https://example.org/again"), findings())
    assert counts(engine) == (stored + 1,) * 3
    engine.dispose()


def test_a_disk_that_turns_read_only(small: Path) -> None:
    engine = migrated(f"sqlite:///{small}/a.db")
    put(engine, document(), findings())
    engine.dispose()  # a file that is open for writing keeps a disk writable
    subprocess.run(["mount", "-o", "remount,ro", str(small)], check=True)
    with pytest.raises(DatabaseUnavailable):
        put(engine, document(url="https://example.org/b"), findings())
    engine.dispose()
    subprocess.run(["mount", "-o", "remount,rw", str(small)], check=True)
    assert counts(engine) == (1, 1, 1)
    put(engine, document(url="https://example.org/b"), findings())
    assert counts(engine) == (2, 2, 2)
    engine.dispose()


def test_a_file_that_may_not_grow(engine: Engine, settings: Settings) -> None:
    """A quota or ulimit: the system says "file too large", SQLite "disk I/O error"."""
    put(engine, document(), findings())
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = max(f.stat().st_size for f in Path(str(engine.url.database)).parent.glob("test.db*"))
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 200_000, before[1]))
    try:
        stored = fill(engine, DatabaseUnavailable)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert counts(engine) == (stored + 1,) * 3
    put(engine, document(url="https://example.org/again"), findings())
    assert counts(engine) == (stored + 2,) * 3


@pytest.mark.needs("postgres")
@pytest.mark.xdist_group("postgres")
def test_a_full_disk_under_postgresql(postgres_server: str) -> None:
    """Its tables on a disk of 30 MB."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="sitrep-small-") as folder:
        Path(folder).chmod(0o755)
        place = Path(folder) / "disk"
        _mount(place, "30m")
        admin = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
        try:
            place.chmod(0o777)
            subprocess.run(["chown", "postgres", str(place)], check=True)
            with admin.connect() as connection:
                connection.execute(text(f"CREATE TABLESPACE small LOCATION '{place}'"))
                connection.execute(text("CREATE DATABASE small TABLESPACE small"))
            engine = migrated(postgres_server.rsplit("/", 1)[0] + "/small")
            stored = fill(engine, DiskFull)
            assert counts(engine) == (stored,) * 3
            engine.dispose()
        finally:
            with admin.connect() as connection:
                connection.execute(text("DROP DATABASE IF EXISTS small WITH (FORCE)"))
                connection.execute(text("DROP TABLESPACE IF EXISTS small"))
            admin.dispose()
            subprocess.run(["umount", "-l", str(place)], check=True)
