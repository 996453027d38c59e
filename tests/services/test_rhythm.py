"""When a source is polled next, as a table; time and dice are given."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import FetchGone, FetchStatus
from app.domain.vocabulary import SourceKind
from app.services.polling import failure, retry_after
from app.services.rhythm import CEILING_S, FLOOR_S, PAUSE_AFTER, PollOutcome, decide_poll, own_interval
from app.store.sources import SourceForPoll

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
SOURCE = SourceForPoll(UUID(int=1), SourceKind.FEED, "https://e.org/feed", poll_interval_s=900, last_polled_at=NOW)


def ago(*minutes: float) -> tuple[datetime, ...]:
    return tuple(NOW - timedelta(minutes=one) for one in minutes)


@pytest.mark.parametrize(
    ("times", "modified", "seconds"),
    [
        (ago(10, 70, 130, 190), True, 1800),  # an item an hour: twice an hour
        (ago(1, 2, 3, 4), True, FLOOR_S),  # an agency
        (ago(10_000, 10_060, 10_120), True, 60_000),  # hourly once, silent for a week
        (ago(60 * 24 * 300, 60 * 24 * 301, 60 * 24 * 302), True, CEILING_S),
        (ago(5, 5, 5, 5), True, FLOOR_S),  # all of one moment
        ((), True, 675),  # no dates: it had something new
        ((), False, 1125),  # no dates: 304
        (ago(-60, -120, -180, 30), True, 675),  # dates of the future say nothing
    ],
)
def test_own_rhythm(times: tuple[datetime, ...], modified: bool, seconds: int) -> None:
    assert own_interval(times, 900, modified=modified, now=NOW) == seconds


def test_failures_double_the_wait_and_pause_with_the_reason() -> None:
    waits, source = [], SOURCE
    for _ in range(PAUSE_AFTER):
        intent = decide_poll(source, PollOutcome(error="too slow"), now=NOW, dice=0.0)
        waits.append(int((intent.next_poll_at - NOW).total_seconds()))
        source = SourceForPoll(
            source.id, source.kind, source.url, poll_interval_s=900, failure_count=intent.failure_count
        )
        assert (intent.paused_reason is None) == (intent.failure_count < PAUSE_AFTER)
    assert waits == [1800, 3600, 7200, 14_400, 28_800, 57_600, *[CEILING_S] * 4]
    assert intent.paused_reason == "10 polls in a row failed: too slow"


def test_success_forgives_and_keeps_what_a_304_does_not_send() -> None:
    source = SourceForPoll(SOURCE.id, SOURCE.kind, SOURCE.url, etag='"1"', failure_count=7, poll_interval_s=900)
    intent = decide_poll(source, PollOutcome(modified=False), now=NOW, dice=0.5)
    assert (intent.failure_count, intent.last_error, intent.etag) == (0, None, '"1"')


def test_a_given_interval_is_kept() -> None:
    source = SourceForPoll(SOURCE.id, SOURCE.kind, SOURCE.url, poll_interval_s=60, poll_interval_fixed=True)
    assert decide_poll(source, PollOutcome(times=ago(1, 600, 1200)), now=NOW, dice=0).poll_interval_s == 60


def test_lag_is_of_what_appeared_since_the_poll_before() -> None:
    outcome = PollOutcome(fresh=ago(5, 15, 25))
    assert decide_poll(SOURCE, outcome, now=NOW, dice=0).lag_s == 900
    first = SourceForPoll(SOURCE.id, SOURCE.kind, SOURCE.url)  # never polled: all items are old
    assert decide_poll(first, outcome, now=NOW, dice=0).lag_s is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("Thu, 01 Jan 2026 12:10:00 GMT", 600),
        ("Thu, 01 Jan 2026 11:00:00 GMT", None),  # behind us
        ("soon", None),
        ("-5", None),
        (None, None),
        ("9" * 99, 999_999_999.0),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds


def test_the_site_is_obeyed() -> None:
    outcome = failure(FetchStatus("The site answered 429.", headers={"Retry-After": "7200"}), NOW)
    intent = decide_poll(SOURCE, outcome, now=NOW, dice=0)
    assert intent.next_poll_at == NOW + timedelta(hours=2)
    gone = decide_poll(SOURCE, failure(FetchGone("The site answered 410."), NOW), now=NOW, dice=0)
    assert gone.paused_reason is not None and "410" in gone.paused_reason
    assert decide_poll(SOURCE, failure(KeyError("x"), NOW), now=NOW, dice=0).last_error is not None


@given(
    dice=st.floats(0, 1, exclude_max=True),
    failures=st.integers(0, 10_000),
    interval=st.integers(1, CEILING_S),
    asked=st.none() | st.floats(0, 1e12),
    error=st.none() | st.just("x"),
)
def test_the_next_poll_is_always_ahead_and_within_a_day(
    dice: float, failures: int, interval: int, asked: float | None, error: str | None
) -> None:
    source = SourceForPoll(
        SOURCE.id, SOURCE.kind, SOURCE.url, poll_interval_s=interval, poll_interval_fixed=True, failure_count=failures
    )
    intent = decide_poll(source, PollOutcome(error=error, retry_after_s=asked), now=NOW, dice=dice)
    assert NOW < intent.next_poll_at <= NOW + timedelta(seconds=CEILING_S)
