"""Numbers, claims and reports by construction. Sentences are our own."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.document import Document
from app.domain.vocabulary import Qualifier
from app.extract.attacks.direction import attacker_in
from app.extract.attacks.lexicon import weapons
from app.extract.attacks.numbers import numbers

PUBLISHED = datetime(2024, 11, 13, 18, tzinfo=UTC)

NUMBERS = [
    ("37 drones", [(37, Qualifier.EXACT)]),
    (
        "more than 120 missiles and 90 drones",
        [(120, Qualifier.AT_LEAST), (90, Qualifier.EXACT)],
    ),  # only the 120 is at_least
    ("twenty-one of 22", [(21, Qualifier.EXACT), (22, Qualifier.EXACT)]),
    ("1,280 bombs", [(1280, Qualifier.EXACT)]),
    ("both missiles", [(2, Qualifier.EXACT)]),
    ("about 20 to 30 rockets", [(20, Qualifier.ABOUT)]),
    ("dozens of drones", []),  # no number
    ("a 7-year-old girl", []),  # an age
    ("Kh-101", []),  # a name
    ("45 percent", []),
    ("at 10:30", []),
]


@pytest.mark.parametrize(("text", "expected"), NUMBERS)
def test_numbers(text: str, expected: list[tuple[int, Qualifier]]) -> None:
    assert [(n.low, n.qualifier) for n in numbers(text)] == expected


@pytest.mark.parametrize(
    ("text", "subject", "model"),
    [
        ("two Kh-59 guided missiles", "cruise_missile", "Kh-59"),
        ("four Iskander-M ballistic missiles", "ballistic_missile", "Iskander-M"),
        ("three naval drones", "naval_drone", None),  # not drones
        ("a Shahed-136 drone", "drone", "Shahed"),
        ("guided aerial bombs", "guided_bomb", None),
        ("16 “kamikaze” drones", "drone", None),
    ],
)
def test_weapons(text: str, subject: str, model: str | None) -> None:
    (weapon,) = weapons(text)
    assert (weapon.subject.value, weapon.model) == (subject, model)


@pytest.mark.parametrize(
    ("text", "attacker"),
    [
        ("Russian forces shelled the port", "Russia"),
        ("Ukrainian drones set a depot on fire", "Ukraine"),
        ("Houthi forces in Yemen fired a missile at a tanker", "Houthis"),
        ("an Israeli airstrike hit a clinic", "Israel"),
        ("Ukraine's air force reported nothing new", None),  # the defender is no attacker
    ],
)
def test_attacker_is_read(text: str, attacker: str | None) -> None:
    found = attacker_in(text, 0)
    assert (found.name if found else None) == attacker


REPORTS = [
    # all N: launched and downed
    (
        "All 18 drones that Russia launched at Ukraine overnight were shot down, the Ukrainian Air Force said.",
        {("downed", "drone", 18), ("launched", "drone", 18)},
    ),
    # N of M
    (
        "Of the 40 drones Russia launched at Ukraine overnight, 31 were shot down, the Ukrainian Air Force said.",
        {("launched", "drone", 40), ("downed", "drone", 31)},
    ),
    # a list that shares its verb; other things are counted too
    (
        "The Ukrainian Air Force said it shot down three cruise missiles and 12 drones that Russia sent over five regions.",
        {("downed", "cruise_missile", 3), ("downed", "drone", 12)},
    ),
    # casualties
    (
        "Russian forces shelled Nikopol with artillery on November 13, killing two people and wounding five, officials said.",
        {("killed", "person", 2), ("injured", "person", 5)},
    ),
    # lost is never downed
    (
        "Russia attacked Ukraine with drones. Another 15 drones were lost after electronic jamming, the Ukrainian Air Force said.",
        {("lost", "drone", 15)},
    ),
]


@pytest.mark.parametrize(("text", "figures"), REPORTS)
def test_reports(extractor, text: str, figures: set[tuple[str, str, int]]) -> None:  # type: ignore[no-untyped-def]
    (report,) = extractor.extract(Document(text, published_at=PUBLISHED, language="en")).attack_reports
    assert {(f.metric.value, f.subject.value, f.low) for f in report.figures} == figures
    assert report.attacker is not None and report.attacker.name == "Russia"
    assert report.target is not None and report.target.name == "Ukraine"
    assert report.claimant is not None


@pytest.mark.parametrize(
    "text",
    [
        "Russia has stepped up its daily attacks on Ukrainian cities in recent weeks.",  # a trend
        "The minister warned that Russia could strike the grid again this winter.",  # a threat
        "Envoys from twelve countries met in Geneva to discuss winter aid.",
        "Ukraine asked for permission to strike deeper inside Russia.",
    ],
)
def test_no_reports(extractor, text: str) -> None:  # type: ignore[no-untyped-def]
    assert extractor.extract(Document(text, published_at=PUBLISHED, language="en")).attack_reports == ()


def _spans(value):  # type: ignore[no-untyped-def]
    if isinstance(value, dict):
        if isinstance(value.get("start"), int) and "text" in value and len(value.get("parts", [1])) == 1:
            yield value
        for inner in value.values():
            yield from _spans(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _spans(inner)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [*(t for t, _ in REPORTS), "“Ok, now,” he said.", "\n\n", "12", "Ŭ", "🙂 ", "Russia ", "(4)", " 3–4 "]
        ),
        max_size=6,
    )
)
def test_every_span_slices_back(extractor, pieces: list[str]) -> None:  # type: ignore[no-untyped-def]
    from app.extract.serialize import to_json

    text = "".join(pieces)
    document = Document(text, published_at=PUBLISHED, language="en")
    answer = to_json(document, extractor.extract(document))
    for span in _spans([answer["entities"], answer["quotes"], answer["attack_reports"]]):
        assert text[span["start"] : span["end"]] == span["text"]
