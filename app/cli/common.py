"""What several verbs share: settings, the migrated database, and reading a command line's FILE."""

import sys
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from app.core.errors import Unprocessable


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


def moment(value: str | None) -> datetime | None:
    """A date is midnight UTC. Raises Unprocessable for anything that is neither date nor RFC 3339."""
    if value is None:
        return None
    try:
        if len(value) == 10:
            return datetime.combine(date.fromisoformat(value), time(), UTC)
        at = datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError:
        raise Unprocessable(f"{value!r} is neither a date nor an RFC 3339 time.") from None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def page_of(source: str, html: bool, url: str | None) -> Any:
    """FILE or "-" as a Page. Raises Unprocessable for binary input."""
    from app.core.clock import utcnow
    from app.domain.document import Page

    body = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    if b"\x00" in body:
        raise Unprocessable(f"{source}: this is binary, not a text.")
    is_html = html or source.lower().endswith((".html", ".htm"))
    return Page(body=body, content_type="text/html" if is_html else "text/plain", url=url, fetched_at=utcnow())
