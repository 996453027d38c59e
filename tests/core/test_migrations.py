"""Up, down, up on both engines; the models and the migrations say the same."""

import concurrent.futures

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect
from sqlmodel import SQLModel

from app.core import migrate
from app.core.db import make_engine
from app.core.errors import NotMigrated
from app.core.settings import Settings


def _up_down_up(engine: Engine) -> None:
    migrate.upgrade(engine)
    assert migrate.current(engine) == migrate.head()
    migrate.downgrade(engine)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    migrate.upgrade(engine)
    with engine.connect() as connection:
        assert (
            compare_metadata(
                MigrationContext.configure(connection, opts={"include_name": migrate.is_modelled}), SQLModel.metadata
            )
            == []
        )


def test_sqlite(empty_engine: Engine) -> None:
    _up_down_up(empty_engine)


@pytest.mark.needs("postgres")
@pytest.mark.xdist_group("postgres")
def test_postgres(postgres_url: str) -> None:
    engine = make_engine(Settings(database_url=postgres_url))
    _up_down_up(engine)
    engine.dispose()


@pytest.mark.parametrize(
    "url",
    [
        "sqlite",
        pytest.param("postgresql", marks=[pytest.mark.needs("postgres"), pytest.mark.xdist_group("postgres")]),
    ],
)
def test_two_at_once(url: str, request: pytest.FixtureRequest, settings: Settings) -> None:
    """Two containers that start together: both end well."""
    at = settings.database_url if url == "sqlite" else request.getfixturevalue("postgres_url")
    engines = [make_engine(Settings(database_url=at)) for _ in range(3)]
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        list(pool.map(migrate.upgrade, engines))
    for engine in engines:
        migrate.require_migrated(engine)
        engine.dispose()


def test_an_empty_database_is_not_migrated(empty_engine: Engine) -> None:
    with pytest.raises(NotMigrated, match="sitrep migrate"):
        migrate.require_migrated(empty_engine)


def test_every_constraint_has_a_name() -> None:
    """Batch mode drops what has none."""
    nameless = [(t.name, c) for t in SQLModel.metadata.tables.values() for c in t.constraints if c.name is None]
    assert nameless == []
