"""Which items of a listing are read: those unknown, and known ones that the listing tells otherwise than before. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.document import FeedItem

MOST_MOVED = 20  # known pages read again at one poll; others keep their old mark and have their turn at the next
AGAIN = timedelta(days=1)  # a page that could not be read is asked for again so much later, while it is listed
_MANY, _ONE_MOMENT = 5, timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Seen:
    """An item as it was listed before."""

    digest: str | None
    at: datetime | None
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """By identity: `read` now, `fresh` among them for the first time; `kept` keep what was noted of them before."""

    read: tuple[str, ...]
    fresh: tuple[str, ...]
    kept: frozenset[str]


def time_of(item: FeedItem) -> datetime | None:
    """When the listing says that it last changed."""
    times = [at for at in (item.published_at, item.updated_at) if at is not None]
    return max(times, default=None)


def choose(
    items: Mapping[str, FeedItem], read_at: Mapping[str, datetime], seen: Mapping[str, Seen], *, now: datetime
) -> Choice:
    """`read_at`: identity -> when its article was last read; `seen`: identity -> how it was listed before."""
    fresh = [one for one in items if one not in read_at and one not in seen]
    again = [one for one in items if one not in read_at and one in seen and _asks(items[one], seen[one], now)]
    text = [one for one in items if one in read_at and _told_otherwise(items[one], seen.get(one))]
    rest = [one for one in items if one in read_at and one not in text]
    later = [one for one in rest if _later(items[one], seen.get(one), read_at[one], now)]
    moved = text + ([] if rewritten([items[one] for one in later]) else later)
    return Choice((*fresh, *again, *moved[:MOST_MOVED]), tuple(fresh), frozenset(moved[MOST_MOVED:]))


def rewritten(items: Sequence[FeedItem]) -> bool:
    """Many dates moved to the same moment and nothing else did: the listing was made anew, the pages were not."""
    times = sorted(at for item in items if (at := time_of(item)) is not None)
    return len(times) >= _MANY and times[-1] - times[0] <= _ONE_MOMENT


def _asks(item: FeedItem, seen: Seen, now: datetime) -> bool:
    return _told_otherwise(item, seen) or _moved(item, seen) or abs(now - seen.asked_at) >= AGAIN


def _told_otherwise(item: FeedItem, seen: Seen | None) -> bool:
    return seen is not None and None not in (item.digest, seen.digest) and item.digest != seen.digest


def _moved(item: FeedItem, seen: Seen | None) -> bool:
    at = time_of(item)
    return seen is not None and at is not None and seen.at is not None and at > seen.at


def _later(item: FeedItem, seen: Seen | None, read_at: datetime, now: datetime) -> bool:
    if _moved(item, seen):
        return True
    tried = seen is not None and abs(now - seen.asked_at) < AGAIN
    return item.updated_at is not None and item.updated_at > read_at and not tried
