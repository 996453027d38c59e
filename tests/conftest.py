"""Fixtures every room uses. `needs(name)`: skipped with one line where a thing is missing, failed when CI demands all."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from app.core import migrate
from app.core.db import make_engine
from app.core.settings import Settings
from scripts import postgres
from scripts.postgres import free_port as free_port

CONTRACT_TOOLS = Path(__file__).resolve().parents[1] / "tools/contract/node_modules/.bin/openapi-ts"  # make contract

THINGS = {
    "postgres": lambda: postgres.binaries() is not None,
    "node": lambda: shutil.which("node") is not None and CONTRACT_TOOLS.exists(),
    "eval": lambda: bool(os.environ.get("SITREP_EVAL_DIR")),
}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(name): uses postgres, node or eval, which a machine may lack")


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("needs"):
        name = mark.args[0]
        if THINGS[name]():
            continue
        if os.environ.get("SITREP_TEST_REQUIRE_ALL") and name != "eval":
            pytest.fail(f"{name} is missing, and SITREP_TEST_REQUIRE_ALL is set")
        pytest.skip(f"{name} is not on this machine")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A database of its own, nothing in the background."""
    return Settings(database_url=f"sqlite:///{tmp_path}/test.db", ingest_enabled=False)


@pytest.fixture
def empty_engine(settings: Settings) -> Iterator[Engine]:
    engine = make_engine(settings)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(empty_engine: Engine) -> Engine:
    """SQLite, migrated."""
    migrate.upgrade(empty_engine)
    return empty_engine


@pytest.fixture
def eval_dir() -> Path:
    return Path(os.environ["SITREP_EVAL_DIR"])


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A server of its own on a free port; yields the URL of its maintenance database."""
    with postgres.server() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str, worker_id: str) -> Iterator[str]:
    """A fresh database in the session's server."""
    from sqlalchemy import create_engine

    admin = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    name = f"test_{worker_id}_{os.getpid()}"
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield postgres_server.rsplit("/", 1)[0] + f"/{name}"
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def postgres_engine(postgres_url: str) -> Iterator[Engine]:
    """PostgreSQL, migrated."""
    engine = make_engine(Settings(database_url=postgres_url))
    migrate.upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgresql", marks=[pytest.mark.needs("postgres"), pytest.mark.xdist_group("postgres")]),
    ]
)
def any_engine(request: pytest.FixtureRequest) -> Engine:
    """The same test on both engines."""
    found: Engine = request.getfixturevalue("engine" if request.param == "sqlite" else "postgres_engine")
    return found
