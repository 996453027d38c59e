"""Plain text -> Document."""

import hashlib
from datetime import datetime

from app.core.errors import EmptyText
from app.domain.document import Document, Page
from app.ingest.clean import CLEANER_VERSION, clean_text


def decode(page: Page) -> str:
    """Text of the body: the declared charset, else UTF-8, else Windows-1252 (which takes any byte)."""
    for charset in (page.charset, "utf-8"):
        try:
            return page.body.decode(charset) if charset else page.body.decode("utf-8")
        except (LookupError, UnicodeDecodeError):
            continue
    return page.body.decode("cp1252", errors="replace")


def read_text(
    page: Page, *, title: str | None = None, published_at: datetime | None = None, url: str | None = None
) -> Document:
    """Raises EmptyText when nothing but clutter came."""
    return document(
        decode(page), page, title=title, published_at=published_at, url=url, rule="given" if published_at else None
    )


def document(
    text: str,
    page: Page,
    *,
    title: str | None,
    published_at: datetime | None,
    url: str | None,
    rule: str | None,
    byline: str | None = None,
    modified_at: datetime | None = None,
    language: str | None = None,
) -> Document:
    """A cleaned Document with its provenance."""
    cleaned = clean_text(text)
    if not any(c.isalnum() for c in cleaned):
        raise EmptyText("There is no readable text in it.")
    return Document(
        text=cleaned,
        title=title,
        url=url,
        byline=byline,
        published_at=published_at,
        published_at_rule=rule,
        modified_at=modified_at,
        language=language,
        raw_hash=hashlib.sha256(page.body).hexdigest(),
        cleaner_version=CLEANER_VERSION,
    )
