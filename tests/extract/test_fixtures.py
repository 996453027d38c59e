"""Our own briefings: the open ones hold their floor, the locked ones are as they were when they were locked."""

import hashlib
from pathlib import Path

import pytest

from scripts.fixtures import load, score

FOLDER = Path(__file__).resolve().parent.parent / "fixtures"
#: committed floors; a drop must be explained in the commit that lowers one
FLOOR = {
    "attacks": 0.97,
    "figures": 0.97,
    "attacker": 0.92,
    "target": 0.97,
    "date": 0.97,
    "kind": 0.95,
    "claimant": 0.9,
    "places": 0.9,
    "lang_quotes": 0.98,
    "lang_speaker": 0.95,
    "lang_persons": 0.97,
    "lang_places": 0.96,
    "lang_orgs": 0.95,
}


def test_open_briefings(extractor) -> None:  # type: ignore[no-untyped-def]
    scores = score(
        extractor, [p for p in load("open") if not p["id"].startswith(("fig-", "event-", "fourth-", "wire-"))]
    )
    assert {k: v for k, v in scores.items() if k in FLOOR and v < FLOOR[k]} == {}
    assert scores["wrong_numbers"] <= 0.02


def test_figures_of_the_harder_pages(extractor) -> None:  # type: ignore[no-untyped-def]
    """The `fig-` pages are full of numbers that are no figures; their floors are of figures alone."""
    scores = score(extractor, [p for p in load("open") if p["id"].startswith("fig-")])
    assert scores["figures"] >= 0.93
    assert scores["wrong_numbers"] <= 0.04


def test_events_of_the_harder_pages(extractor) -> None:  # type: ignore[no-untyped-def]
    """The `event-` pages mix attacks with history, asides and other wars; floors are of events, not of figures."""
    scores = score(extractor, [p for p in load("open") if p["id"].startswith("event-")])
    floors = {
        "attacks": 0.92,
        "attacker": 0.93,
        "target": 0.93,
        "date": 0.93,
        "kind": 0.93,
        "claimant": 0.85,
        "places": 0.79,
    }
    assert {k: v for k, v in scores.items() if k in floors and v < floors[k]} == {}


def test_the_locked_third_is_untouched() -> None:
    expected, name = (FOLDER / "locked.sha256").read_text().split()
    assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == expected


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = text.lower().split()
    return {tuple(words[i : i + 3]) for i in range(len(words) - 2)}


def test_no_two_briefings_are_alike() -> None:
    """The exact Jaccard similarity of three-word shingles (what MinHash estimates) is under 0.3 for every pair."""
    pages = [(p["id"], _shingles(p["text"])) for p in load("open") + load("locked")]
    alike = [(a, b) for i, (a, x) in enumerate(pages) for b, y in pages[:i] if len(x & y) >= 0.3 * len(x | y)]
    assert alike == []


@pytest.mark.parametrize("page", load("open") + load("locked"), ids=lambda p: p["id"])
def test_gold_is_whole(page) -> None:  # type: ignore[no-untyped-def]
    """Every figure of the gold is a known metric and subject, and its number stands in the text in digits or words."""
    assert "attacks" in page or "language" in page["tags"]
    for _speaker, words in page["quotes"] if "language" in page["tags"] else ():
        assert words in page["text"]
    for attack in page.get("attacks", ()):
        assert set(attack) == {"attacker", "target", "date", "kind", "claimant", "places", "figures"}
        for metric, subject, low in attack["figures"]:
            assert metric in {"launched", "downed", "lost", "hit", "left", "killed", "injured"}
            assert isinstance(subject, str)
            assert low > 0
