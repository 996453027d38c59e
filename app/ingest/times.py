"""Times as feeds and pages write them -> aware UTC: ISO 8601, RFC 822, and their usual mistakes."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

_ZONES = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}
_ZONES |= {"BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3}
_ISO = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d|[+-]\d\d)?",
    re.IGNORECASE,
)
_MAX = 80
_FIRST_YEAR = 1990  # before the web


def moment(value: object) -> datetime | None:
    """Aware UTC; a time without a zone is taken as UTC. None for what is no time, or one before the web."""
    if not isinstance(value, str) or not value.strip() or len(value) > _MAX:
        return None
    text = " ".join(value.split())
    found = _iso(text) or _rfc822(text)
    if found is None:
        return None
    try:
        at = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except OverflowError:
        return None
    return at if at.year >= _FIRST_YEAR else None


def _iso(text: str) -> datetime | None:
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    try:
        at = datetime(year, month, day, tzinfo=_zone(match[7])) + timedelta(hours=hour, minutes=minute)
        return at + timedelta(seconds=min(second, 59)) if hour <= 24 and minute < 60 else None
    except (ValueError, OverflowError):
        return None


def _zone(text: str | None) -> timezone:
    if text is None or text.upper() in ("Z", "UTC", "GMT"):
        return UTC
    sign = -1 if text[0] == "-" else 1
    digits = text[1:].replace(":", "").ljust(4, "0")
    return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))


def _rfc822(text: str) -> datetime | None:
    """Names of zones that the standard library does not know are spelt as offsets first."""
    name = text.rpartition(" ")[2].upper()
    if name in _ZONES:
        text = f"{text[: -len(name)]}{_ZONES[name]:+03d}00"
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
