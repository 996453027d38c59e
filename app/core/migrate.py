"""Migrations by code: the same for the CLI, the tests and readiness."""

from pathlib import Path

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from alembic import command
from app.core.db import translated
from app.core.errors import NotMigrated

_LOCK = 0x5174_7265_7003
_BESIDE = Path(__file__).resolve().parent.parent.parent
#: a checkout has alembic/ beside app/; an image has it as alembic_sitrep, since site-packages/alembic is the library
SCRIPTS = next(
    (p for p in (_BESIDE / "alembic_sitrep", _BESIDE / "alembic") if (p / "env.py").exists()), _BESIDE / "alembic"
)


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration over an open connection; the scripts lie beside the package."""
    found = Config()
    found.set_main_option("script_location", str(SCRIPTS))
    found.attributes["connection"] = connection
    return found


def is_modelled(name: str | None, _kind: str, _parents: object) -> bool:
    """False for what the database keeps for itself beside the models: full-text indexes."""
    return not (name or "").startswith("fts_")


def head() -> str | None:
    """The newest revision the code knows."""
    return ScriptDirectory.from_config(config()).get_current_head()


def current(engine: Engine) -> str | None:
    """The revision the database stands at, None when it is empty."""
    with translated(), engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine, target: str = "head") -> None:
    """To `target`, in one transaction; of two that begin at once the second finds it done."""
    with translated(), engine.execution_options(sitrep_write=True).begin() as connection:
        if connection.dialect.name == "postgresql":  # SQLite has one writer anyway
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        command.upgrade(config(connection), target)


def downgrade(engine: Engine, target: str = "base") -> None:
    with translated(), engine.execution_options(sitrep_write=True).begin() as connection:
        command.downgrade(config(connection), target)


def require_migrated(engine: Engine) -> None:
    """Raises NotMigrated unless the database stands at the newest revision."""
    if current(engine) != head():
        raise NotMigrated("The database is not migrated: run `sitrep migrate`.")
