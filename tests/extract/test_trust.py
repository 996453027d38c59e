"""A figure's confidence comes from counts in a table: what lowers it, what it never leaves, and how the table is made."""

from dataclasses import replace

import pytest

from app.domain.document import Quoted
from app.domain.findings import Figure
from app.domain.vocabulary import Metric, Subject
from app.extract.attacks import trust
from scripts.calibrate import counted, table

FIGURE = Figure(Metric.KILLED, Subject.PERSON, Quoted.cut("two", 0, 3), "count_noun", 2, 2)
SEEN = {
    ("all", ""): trust.Seen(90, 100),
    ("rule", "count_noun"): trust.Seen(54, 60),
    ("rule", "nearest"): trust.Seen(10, 20),
    ("rule", "n_of_m"): trust.Seen(40, 40),
    ("metric", "hit"): trust.Seen(12, 20),
    ("metric", "launched"): trust.Seen(30, 30),
    ("doubt", "no_attacker"): trust.Seen(15, 30),
}


@pytest.fixture(autouse=True)
def _counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trust, "seen", lambda: SEEN)


def test_a_rule_is_as_sure_as_it_was_right() -> None:
    sure, plain, weak = (replace(FIGURE, rule=r) for r in ("n_of_m", "count_noun", "nearest"))
    assert trust.confidence_of(sure, ()) > trust.confidence_of(plain, ()) == 0.9 > trust.confidence_of(weak, ())


def test_a_rule_never_seen_is_as_sure_as_all_of_them() -> None:
    assert trust.confidence_of(replace(FIGURE, rule="new_rule"), ()) == 0.9


def test_doubts_lower_and_nothing_but_the_rule_raises() -> None:
    assert trust.confidence_of(FIGURE, {"no_attacker"}) < 0.9
    assert trust.confidence_of(replace(FIGURE, metric=Metric.HIT), ()) < 0.9
    assert trust.confidence_of(replace(FIGURE, metric=Metric.LAUNCHED), ()) == 0.9


def test_the_bounds_hold() -> None:
    worst = trust.confidence_of(replace(FIGURE, rule="nearest", metric=Metric.HIT), {"no_attacker"} | {"no_target"})
    assert trust.LEAST <= worst < trust.confidence_of(replace(FIGURE, rule="n_of_m"), ()) <= trust.MOST


def test_doubts_are_what_the_report_lacks() -> None:
    facts = {"attacker": None, "target": "Ukraine", "date": None, "claimant": "police", "places": ()}
    assert trust.doubts_of(facts) == {"no_attacker", "no_date", "no_places"}


def test_the_table_counts_by_confidence_and_by_mark() -> None:
    high, low = replace(FIGURE, confidence=0.97), replace(FIGURE, confidence=0.6, rule="nearest")
    figures = [(high, frozenset(), True), (high, frozenset(), False), (low, frozenset({"no_target"}), True)]
    lines = table(figures)
    assert lines[1].split()[-3:] == ["1", "2", "0.500"]
    assert lines[2].split()[-1] == "-"
    assert lines[-1].split()[-3:] == ["1", "1", "1.000"]
    counts = counted(figures)
    assert counts["all", ""] == (2, 3)
    assert counts["rule", "nearest"] == counts["doubt", "no_target"] == (1, 1)
