"""What several verbs share: settings, the migrated database, and reading a command line's FILE."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import typer

from app.core.errors import BadCursor, NotFound, Unprocessable


def settings(**overrides: Any) -> Any:
    """Settings from the environment, with a verb's own options over them."""
    from app.core.settings import load_settings

    return load_settings(**overrides)


def engine() -> Any:
    """The engine of a migrated database. Raises NotMigrated."""
    from app.core.db import make_engine
    from app.core.migrate import require_migrated

    found = make_engine(settings())
    require_migrated(found)
    return found


@contextmanager
def usage() -> Iterator[None]:
    """A value of the command line that is refused is a fault of usage: exit 2, like an unknown option."""
    try:
        yield
    except (Unprocessable, NotFound, BadCursor) as error:
        faults = "; ".join(f"{one['loc'][-1]}: {one['msg']}" for one in error.errors)
        raise typer.BadParameter(faults or error.detail or error.title) from None


def moment(value: str | None, *, option: str = "--published-at") -> datetime | None:
    """A date is midnight UTC. BadParameter for anything that is neither date nor RFC 3339."""
    if value is None:
        return None
    try:
        if len(value) == 10:
            return datetime.combine(date.fromisoformat(value), time(), UTC)
        at = datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError:
        raise typer.BadParameter(f"{option}: {value!r} is neither a date nor an RFC 3339 time") from None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def page_of(source: str, html: bool, url: str | None) -> Any:
    """FILE or "-" as a Page. Raises Unprocessable for binary input, BadParameter for a URL, which is no file."""
    if source.lower().startswith(("http://", "https://")):
        raise typer.BadParameter("name a FILE or -; `sitrep ingest URL` fetches a page")
    from app.core.clock import utcnow
    from app.domain.document import Page

    body = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    if b"\x00" in body:
        raise Unprocessable(f"{source}: this is binary, not a text.")
    is_html = html or source.lower().endswith((".html", ".htm"))
    return Page(body=body, content_type="text/html" if is_html else "text/plain", url=url, fetched_at=utcnow())
