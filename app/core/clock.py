"""The present moment, in one place; everything below the edge takes time as an argument."""

from datetime import UTC, datetime


def utcnow() -> datetime:
    """Now, aware, UTC."""
    return datetime.now(UTC)
