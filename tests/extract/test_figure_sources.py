"""A figure's own place and its own claimant, where they are not the report's. Sentences are our own."""

from datetime import UTC, datetime

import pytest

from app.domain.document import Document

PUBLISHED = datetime(2024, 11, 13, 18, tzinfo=UTC)

PLACES = [
    (
        "Russia launched 60 drones at Ukraine overnight and 22 were shot down, 13 of them over Mykolaiv region and 9 over Odesa region, the Ukrainian Air Force said.",
        [(60, None), (22, None), (13, "Mykolaiv Oblast"), (9, "Odesa Oblast")],
    ),
    # in front of the number
    (
        "In Kharkiv, two people were killed and in Sumy three were wounded by Russian missiles on Wednesday, police said.",
        [(2, "Kharkiv"), (3, "Sumy")],
    ),
    # the whole belongs to no single place of the list
    (
        "Russia's Defence Ministry said 33 drones were destroyed overnight over Bryansk, Kursk and Belgorod regions.",
        [(33, None)],
    ),
    # the report's only place needs no second naming
    ("A Russian drone killed two people in Nikopol on Wednesday, the governor said.", [(2, None)]),
]


@pytest.mark.parametrize(("text", "expected"), PLACES)
def test_place_of_a_figure(extractor, text: str, expected: list[tuple[int, str | None]]) -> None:  # type: ignore[no-untyped-def]
    (report,) = extractor.extract(Document(text, published_at=PUBLISHED, language="en")).attack_reports
    told = [(f.low, f.place.name if f.place else None) for f in report.figures]
    assert [t for t in told if t[0] != 1] == expected


CLAIMANTS = [
    # two counts in one sentence: both stand as totals
    (
        "Ukraine said a Russian strike on Selydove killed seven people on Wednesday, while Russia's Defence Ministry said it killed 30 soldiers.",
        "Ukraine",
        {7: None, 30: "Russian Defense Ministry"},
    ),
    # without a verb of its own
    (
        "A Russian missile hit Kramatorsk on Wednesday. Local officials put the death toll at five, the ministry at seven.",
        None,
        {5: "Local officials", 7: "ministry"},
    ),
    # another source in another sentence
    (
        "Russian missiles struck Dnipro on Wednesday and killed six people, Governor Serhii Lysak said. Interior Minister Ihor Klymenko said that 12 people were wounded.",
        "Serhii Lysak",
        {6: None, 12: "Ihor Klymenko"},
    ),
    # a pronoun is the one who spoke before
    (
        "Russian missiles struck Dnipro on Wednesday and killed six people, Governor Serhii Lysak said. He said that 12 people were wounded.",
        "Serhii Lysak",
        {6: None, 12: None},
    ),
]


@pytest.mark.parametrize(("text", "own", "expected"), CLAIMANTS)
def test_claimant_of_a_figure(extractor, text: str, own: str | None, expected: dict[int, str | None]) -> None:  # type: ignore[no-untyped-def]
    (report,) = extractor.extract(Document(text, published_at=PUBLISHED, language="en")).attack_reports
    assert (report.claimant.name if report.claimant else None) == own
    told = {f.low: f.claimant.name if f.claimant else None for f in report.figures if f.low != 1}
    assert told == expected
    assert all(f.is_total and f.current for f in report.figures)
