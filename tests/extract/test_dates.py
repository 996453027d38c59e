"""Date expressions, seen from Wednesday 13 November 2024, noon UTC."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.vocabulary import DatePrecision, PartOfDay
from app.extract.dates import find_dates

PUBLISHED = datetime(2024, 11, 13, 12, tzinfo=UTC)

DAYS = [
    ("early on November 13", "2024-11-13"),
    ("on January 20", "2025-01-20"),  # the nearest January is the next one
    ("on December 30", "2024-12-30"),
    ("13 November", "2024-11-13"),
    ("the 12th of November", "2024-11-12"),
    ("Nov. 9, 2024", "2024-11-09"),
    ("May 26, 2023", "2023-05-26"),
    ("2024-10-02", "2024-10-02"),
    ("on Wednesday", "2024-11-13"),  # the day of publication itself
    ("on Thursday", "2024-11-07"),  # the latest one not after publication
    ("last Wednesday", "2024-11-06"),
    ("on Thursday night", "2024-11-08"),  # a night belongs to the morning after
    ("overnight on Monday", "2024-11-11"),
    ("Sunday night into Monday", "2024-11-11"),
    ("yesterday", "2024-11-12"),
    ("overnight", "2024-11-13"),
    ("last night", "2024-11-13"),
    ("this morning", "2024-11-13"),
    ("two days ago", "2024-11-11"),
    ("the night of November 12-13", "2024-11-13"),
]


@pytest.mark.parametrize(("words", "day"), DAYS)
def test_days(words: str, day: str) -> None:
    (hit,) = find_dates(f"It happened {words}, they said.", published_at=PUBLISHED)
    assert hit.end == date.fromisoformat(day)
    assert hit.precision is DatePrecision.DAY


@pytest.mark.parametrize(
    ("words", "precision"),
    [
        ("in 2022", DatePrecision.YEAR),
        ("in August", DatePrecision.MONTH),
        ("in May 2023", DatePrecision.MONTH),
        ("last week", DatePrecision.WEEK),
    ],
)
def test_longer_times(words: str, precision: DatePrecision) -> None:
    (hit,) = find_dates(f"It began {words}.", published_at=PUBLISHED)
    assert hit.precision is precision


@pytest.mark.parametrize(
    "words", ["may happen", "March of the living", "at 10:30", "Kh-22", "February 30", "next Friday"]
)
def test_no_dates(words: str) -> None:
    assert find_dates(f"It {words}.", published_at=PUBLISHED) == []


def test_without_publication_nothing_is_guessed() -> None:
    (hit,) = find_dates("on Tuesday", published_at=None)
    assert hit.end is None and hit.precision is DatePrecision.UNKNOWN


def test_part_of_day() -> None:
    (hit,) = find_dates("early on November 13", published_at=PUBLISHED)
    assert hit.part_of_day is PartOfDay.EARLY


@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    assert all(hit.span.of(text) == hit.text for hit in find_dates(text, published_at=PUBLISHED))
