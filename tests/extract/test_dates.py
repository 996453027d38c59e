"""Date expressions, seen from Wednesday 13 November 2024, noon UTC."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.document import Document
from app.domain.findings import AttackReport
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


EDGES = [
    # published (UTC), text, the day there
    (
        "2024-11-12T22:30:00+00:00",
        "Russian drones struck Kharkiv overnight, killing two people.",
        "2024-11-13",
    ),  # 00:30 in Kyiv
    ("2024-11-12T21:30:00+00:00", "Russian drones struck Kharkiv today, killing two people.", "2024-11-12"),  # 23:30
    (
        "2024-11-12T22:30:00+00:00",
        "Ukrainian drones struck Belgorod today, killing two people.",
        "2024-11-13",
    ),  # Moscow
    ("2024-11-12T22:30:00+00:00", "Israeli jets struck Rafah today, killing two people.", "2024-11-13"),  # Gaza
    ("2024-11-12T19:00:00+00:00", "Iranian missiles struck Isfahan today, killing two people.", "2024-11-12"),  # 22:30
    (
        "2024-11-12T21:45:00+00:00",
        "RSF drones struck El Fasher today, killing two people.",
        "2024-11-12",
    ),  # 23:45 in Khartoum
    (
        "2024-11-13T00:00:00+00:00",
        "Russian drones struck Kharkiv today, killing two people.",
        "2024-11-13",
    ),  # a bare date
]


@pytest.mark.parametrize(("published", "text", "day"), EDGES)
def test_today_is_the_day_where_it_happened(extractor, published: str, text: str, day: str) -> None:  # type: ignore[no-untyped-def]
    document = Document(text, published_at=datetime.fromisoformat(published), language="en")
    (report,) = extractor.extract(document).attack_reports
    assert report.occurred_to == date.fromisoformat(day)


def _report(extractor, text: str) -> AttackReport:  # type: ignore[no-untyped-def]
    found: list[AttackReport] = [
        *extractor.extract(Document(text, published_at=PUBLISHED, language="en")).attack_reports
    ]
    assert len(found) == 1
    return found[0]


COARSE = [
    (
        "Russian missiles hit Kupiansk last week, killing three people and wounding 12, the governor said.",
        ("2024-11-05", "2024-11-12", DatePrecision.WEEK),
    ),
    (
        "In October a Russian missile killed 14 people in Kryvyi Rih, prosecutors said.",
        ("2024-10-01", "2024-10-31", DatePrecision.MONTH),
    ),
    # the day is known: the month beside it is not the report's
    (
        "Russian missiles hit Kupiansk on Wednesday, killing three people, the most since October.",
        ("2024-11-13", "2024-11-13", DatePrecision.DAY),
    ),
]


@pytest.mark.parametrize(("text", "expected"), COARSE)
def test_a_week_or_month_is_kept_as_one(extractor, text: str, expected: tuple[str, str, DatePrecision]) -> None:  # type: ignore[no-untyped-def]
    report = _report(extractor, text)
    assert (str(report.occurred_from), str(report.occurred_to), report.date_precision) == expected


def test_another_weeks_attack_is_background_of_other_news(extractor) -> None:  # type: ignore[no-untyped-def]
    text = "Ministers met in Paris. They spoke of aid. They dined. Last week Russian missiles killed three people in Kupiansk."
    assert extractor.extract(Document(text, published_at=PUBLISHED, language="en")).attack_reports == ()


PARTS = [
    ("Russian drones struck Odesa at dawn on Wednesday and killed two people.", PartOfDay.EARLY),
    ("Russian missiles killed two people in Odesa in broad daylight on Wednesday, the mayor said.", PartOfDay.DAY),
    ("Russian missiles killed two people in Odesa on Wednesday evening.", PartOfDay.EVENING),
    ("Shortly after midnight on Wednesday Russian missiles killed two people in Odesa.", PartOfDay.NIGHT),
    (
        "Russian missiles killed two people in Odesa on Wednesday, the mayor said on Wednesday evening.",
        None,
    ),  # of the statement
]


@pytest.mark.parametrize(("text", "part"), PARTS)
def test_part_of_the_day_of_an_attack(extractor, text: str, part: PartOfDay | None) -> None:  # type: ignore[no-untyped-def]
    assert _report(extractor, text).part_of_day is part


@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    assert all(hit.span.of(text) == hit.text for hit in find_dates(text, published_at=PUBLISHED))
