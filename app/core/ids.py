"""Identifiers: UUIDv7, so that rows of one moment lie side by side."""

from uuid import UUID

from uuid_utils.compat import uuid7

from app.core.errors import NotFound


def new_id() -> UUID:
    """A fresh UUIDv7."""
    return uuid7()


def parse_id(text: str) -> UUID:
    """The id in its canonical spelling; anything else is NotFound, as an unknown id would be."""
    try:
        value = UUID(text)
    except ValueError:
        raise NotFound from None
    if str(value) != text.lower():  # braces, urn:uuid: and missing hyphens are other spellings of one URL
        raise NotFound
    return value
