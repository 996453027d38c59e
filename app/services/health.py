"""What readiness means: database, migrations, disk and queue, each "ok" or what is wrong."""

import shutil

from sqlalchemy import make_url

from app.core import migrate
from app.core.db import ping
from app.core.errors import SitrepError
from app.services.runtime import Runtime

MIN_FREE_BYTES = 50_000_000


def checks(runtime: Runtime) -> dict[str, str]:
    """Part -> "ok" or one clear phrase."""
    database = _database(runtime)
    return {
        "database": database,
        "migrations": _migrations(runtime) if database == "ok" else "unknown",
        "disk": _disk(runtime),
        "queue": _queue(runtime),
    }


def _database(runtime: Runtime) -> str:
    return "ok" if ping(runtime.engine) else "the database does not answer"


def _migrations(runtime: Runtime) -> str:
    try:
        migrate.require_migrated(runtime.engine)
    except SitrepError as error:
        return str(error.detail)
    return "ok"


def _disk(runtime: Runtime) -> str:
    url = make_url(runtime.settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return "ok"
    from pathlib import Path

    free = shutil.disk_usage(Path(url.database).resolve().parent).free
    return "ok" if free > MIN_FREE_BYTES else f"only {free // 1_000_000} MB are free"


def _queue(runtime: Runtime) -> str:
    return (
        "ok"
        if runtime.queue is not None or runtime.settings.queue_url or not runtime.settings.ingest_enabled
        else "the background task is not running"
    )
