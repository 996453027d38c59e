"""When a source is polled next. Pure: what is known of it, what the poll brought, the time and a throw of dice go in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from app.store.sources import PollIntent, SourceForPoll

FLOOR_S, CEILING_S = 300, 86_400
PAUSE_AFTER = 10
JITTER = 0.1  # sources that were added together do not stay together
_NEWEST = 20
_MAX_DOUBLINGS = 30


@dataclass(frozen=True, slots=True)
class PollOutcome:
    """What a poll brought. `times` are those of all items listed, `fresh` those of items new to us; both aware."""

    error: str | None = None
    retry_after_s: float | None = None
    gone: bool = False  # 410: the site says it will not come back
    modified: bool = True
    times: tuple[datetime, ...] = ()
    fresh: tuple[datetime, ...] = ()
    etag: str | None = None
    last_modified: str | None = None


def decide_poll(source: SourceForPoll, outcome: PollOutcome, *, now: datetime, dice: float) -> PollIntent:
    """The source's next state; `dice` is in [0, 1)."""
    return _failed(source, outcome, now, dice) if outcome.error else _succeeded(source, outcome, now, dice)


def own_interval(times: tuple[datetime, ...], current_s: int, *, modified: bool, now: datetime) -> int:
    """Seconds between polls from the source's own rhythm, 5 min to 24 h.

    Half the usual gap between its items, longer once it has fallen silent; without dates the present interval shrinks
    when something was new and grows when nothing was.
    """
    recent = sorted(t for t in times if t <= now)[-_NEWEST:]
    if len(recent) < 3:
        return _within(current_s * (0.75 if modified else 1.25))
    gap = median((b - a).total_seconds() for a, b in pairwise(recent))
    silence = (now - recent[-1]).total_seconds()
    return _within(max(gap / 2, silence / 10))


def _within(seconds: float) -> int:
    return int(min(max(seconds, FLOOR_S), CEILING_S))


def _succeeded(source: SourceForPoll, outcome: PollOutcome, now: datetime, dice: float) -> PollIntent:
    interval = source.poll_interval_s
    if not source.poll_interval_fixed:
        interval = own_interval(outcome.times, interval, modified=outcome.modified, now=now)
    return PollIntent(
        last_polled_at=now,
        next_poll_at=_later(now, interval, dice),
        poll_interval_s=interval,
        failure_count=0,
        last_error=None,
        paused_reason=None,
        lag_s=_lag(source, outcome, now),
        etag=outcome.etag or source.etag,
        last_modified=outcome.last_modified or source.last_modified,
    )


def _failed(source: SourceForPoll, outcome: PollOutcome, now: datetime, dice: float) -> PollIntent:
    """The wait doubles with each failure up to a day, and is never shorter than the site asks for."""
    failures = source.failure_count + 1
    wait = source.poll_interval_s * 2 ** min(failures, _MAX_DOUBLINGS)
    return PollIntent(
        last_polled_at=now,
        next_poll_at=_later(now, max(wait, outcome.retry_after_s or 0), dice),
        poll_interval_s=source.poll_interval_s,
        failure_count=failures,
        last_error=outcome.error,
        paused_reason=_pause(outcome, failures),
        lag_s=source.lag_s,
        etag=source.etag,
        last_modified=source.last_modified,
    )


def _pause(outcome: PollOutcome, failures: int) -> str | None:
    if outcome.gone:
        return f"The site says that it is gone for good: {outcome.error}"
    return f"{failures} polls in a row failed: {outcome.error}" if failures >= PAUSE_AFTER else None


def _later(now: datetime, seconds: float, dice: float) -> datetime:
    return now + timedelta(seconds=min(seconds * (1 + JITTER * dice), CEILING_S))


def _lag(source: SourceForPoll, outcome: PollOutcome, now: datetime) -> int | None:
    """Of what appeared since the poll before: a first poll finds old items, which say nothing of our delay."""
    if source.last_polled_at is None or not outcome.fresh:
        return source.lag_s
    return max(0, int(median((now - at).total_seconds() for at in outcome.fresh)))
