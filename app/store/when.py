"""`from` and `to`: an inclusive date or an instant, as the clauses that compare it with a resource's own time."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, WithJsonSchema
from sqlalchemy import ColumnElement, and_, or_

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)")
_DAY = timedelta(days=1) - timedelta(microseconds=1)


def lower(value: str) -> datetime:
    """The first instant of `value`, aware UTC. ValueError when it is neither a date nor an instant with a zone."""
    if _DATE.fullmatch(value):
        return datetime.combine(date.fromisoformat(value), time.min, UTC)
    if not _INSTANT.fullmatch(value):
        raise ValueError("a date (2025-03-03) or an instant with its zone (2025-03-03T08:15:00Z)")
    return datetime.fromisoformat(value.upper()).astimezone(UTC)


def upper(value: str) -> datetime:
    """The last instant of `value`: of its day when it is a date."""
    return lower(value) + _DAY if _DATE.fullmatch(value) else lower(value)


def _check(value: str) -> str:
    try:
        upper(value)
    except (ValueError, OverflowError):
        raise ValueError("a date (2025-03-03) or an instant with its zone (2025-03-03T08:15:00Z)") from None
    return value


When = Annotated[
    str,
    AfterValidator(_check),
    WithJsonSchema({"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]}),
]


def since(day: Any, instant: Any, value: str) -> ColumnElement[bool]:
    """Not before `value`: by the day where the row has one, else by its instant."""
    at = lower(value)
    return or_(and_(day.is_not(None), day >= at.date()), and_(day.is_(None), instant >= at))


def until(day: Any, instant: Any, value: str) -> ColumnElement[bool]:
    """Not after `value`."""
    at = upper(value)
    return or_(and_(day.is_not(None), day <= at.date()), and_(day.is_(None), instant <= at))
