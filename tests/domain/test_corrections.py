"""What a finding says after corrections: rules one by one, and that applying and taking away come out even."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import corrections as c
from app.domain import vocabulary as words

SPAN = {"start": 0, "end": 6, "text": "Moscow"}


def figure(metric: str, text: str, low: int, **other: Any) -> dict[str, Any]:
    plain = {"model": None, "who": None, "claimant": None, "place": None, "is_total": True, "current": True}
    count = {"low": low, "high": low, "qualifier": "exact"}
    return (
        {"metric": metric, "subject": "drone", "start": 9, "end": 9 + len(text), "text": text} | plain | count | other
    )


REPORT: dict[str, Any] = c.with_figure_ids(
    {
        "attacker": {"entity": "place:russia", "name": "Russia", **SPAN},
        "target": None,
        "claimant": {"entity": None, "name": "officials", "start": 20, "end": 29, "text": "officials"},
        "kind": "drone",
        "occurred_from": "2025-03-03",
        "occurred_to": "2025-03-03",
        "date_precision": "day",
        "part_of_day": None,
        "historical": False,
        "places": [{"entity": "place:kyiv", "name": "Kyiv", "role": "target", "start": 40, "end": 44, "text": "Kyiv"}],
        # "all 30": one span, two metrics; "two" twice, for the same thing
        "figures": [
            figure("launched", "30", 30),
            figure("downed", "30", 30),
            figure("killed", "two", 2),
            figure("killed", "two", 2, is_total=False),
        ],
        "flags": [{"code": "sum_exceeds_launched", "detail": None}, {"code": "rival_claims", "detail": None}],
        "nulls": {"target": "not_named"},
        "confidence": 0.9,
    }
)
IDS = [one["id"] for one in REPORT["figures"]]
QUOTE: dict[str, Any] = {
    "kind": "direct",
    "parts": [{"start": 0, "end": 3, "text": "All"}],
    "speaker": {"entity": "person:a", "name": "A", "start": 5, "end": 7, "text": "he"},
    "cue": {"start": 8, "end": 12, "text": "said"},
    "medium": None,
    "said_on": None,
}
KYIV, LVIV = ({"entity": f"place:{name.lower()}", "name": name} for name in ("Kyiv", "Lviv"))


def test_each_figure_has_a_name_of_its_own_that_persists() -> None:
    assert len(set(IDS)) == 4
    moved = copy.deepcopy(REPORT)
    for one in moved["figures"]:
        one["start"], one["low"] = one["start"] + 100, one["low"] + 1  # another revision, another reading
        del one["id"]
    assert [one["id"] for one in c.with_figure_ids(moved)["figures"]] == IDS
    assert c.with_figure_ids(REPORT) is REPORT


# change -> (where, what is there afterwards)
RULES: list[tuple[dict[str, Any], str, Any]] = [
    # another attacker at the words that were read
    ({"attacker": LVIV}, "attacker", LVIV | SPAN),
    ({"target": LVIV}, "target", LVIV | {"start": None, "end": None, "text": None}),
    ({"target": LVIV}, "nulls", {}),
    ({"attacker": None}, "nulls", {"target": "not_named", "attacker": "not_named"}),
    ({"places": []}, "nulls", {"target": "not_named", "places": "no_place_in_text"}),
    (
        {"occurred_from": None, "occurred_to": None, "date_precision": "unknown"},
        "nulls",
        {"target": "not_named", "date": "no_date_in_text"},
    ),
    ({"places": [KYIV | {"role": "launched_from"}]}, "places", [{**REPORT["places"][0], "role": "launched_from"}]),
    # an editor looked at the figures: flags about their sums are no longer true
    ({"figures": [{"id": IDS[1], "low": 29, "high": 29, "qualifier": "exact"}]}, "flags", REPORT["flags"][1:]),
    ({"kind": "mixed"}, "flags", REPORT["flags"]),
    ({"figures": [{"id": IDS[2], "rejected": True}]}, "figures", [REPORT["figures"][n] for n in (0, 1, 3)]),
    ({"rejected": True}, "figures", REPORT["figures"]),
]


@pytest.mark.parametrize(("change", "where", "what"), RULES, ids=range(len(RULES)))
def test_rules(change: dict[str, Any], where: str, what: Any) -> None:
    before = copy.deepcopy(REPORT)
    assert c.apply(REPORT, [change])[where] == what
    assert before == REPORT


def test_a_medium_gets_words_of_the_quote() -> None:
    told = c.apply(QUOTE, [{"medium": {"name": "Telegram"}}])
    assert told["medium"] == {"name": "Telegram", "start": 8, "end": 12, "text": "said"}
    lost_and_found = c.apply(QUOTE, [{"speaker": None}, {"speaker": KYIV}])
    assert lost_and_found["speaker"] == KYIV | {"start": 5, "end": 7, "text": "he"}


COMPLETED = [
    ({"occurred_from": "2025-03-01", "occurred_to": "2025-03-01"}, {"date_precision": "day"}),
    ({"occurred_from": None, "occurred_to": None}, {"date_precision": "unknown"}),
    ({"date_precision": "week"}, {"occurred_from": "2025-03-03", "occurred_to": "2025-03-03"}),
    ({"kind": "mixed"}, {}),
]


@pytest.mark.parametrize(("change", "added"), COMPLETED, ids=range(len(COMPLETED)))
def test_what_goes_together_is_kept_together(change: dict[str, Any], added: dict[str, Any]) -> None:
    full = c.completed(REPORT, change)
    assert full | change | added == full
    undated = REPORT | {"occurred_from": None, "occurred_to": None, "date_precision": "unknown"}
    assert c.completed(undated, COMPLETED[0][0])["date_precision"] == "day"


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"kind": "mixed"}, "applied"),
        ({"rejected": True}, "applied"),
        ({"figures": [{"id": IDS[0], "rejected": True}]}, "applied"),
        ({"figures": [{"id": IDS[0], "rejected": True}, {"id": "fgone", "rejected": True}]}, "partial"),
        ({"kind": "mixed", "figures": [{"id": "fgone", "rejected": True}]}, "partial"),
        ({"figures": [{"id": "fgone", "rejected": True}]}, "orphaned"),
    ],
)
def test_how_much_of_it_is_found(change: dict[str, Any], state: str) -> None:
    assert c.reach(REPORT, change) == state
    c.apply(REPORT, [change])  # what is gone is passed over


REFS = st.sampled_from([None, KYIV, LVIV, {"entity": None, "name": "locals"}])
PLACES = st.lists(st.sampled_from([KYIV | {"role": "target"}, LVIV | {"role": "launched_from"}]), max_size=3)
COUNTS = st.tuples(st.integers(0, 99), st.integers(0, 99)).map(sorted)


@st.composite
def figures(draw: st.DrawFn) -> dict[str, Any]:
    one: dict[str, Any] = {"id": draw(st.sampled_from(IDS))}
    if draw(st.booleans()):
        return one | {"rejected": True}
    low, high = draw(COUNTS)
    qualifier = "exact" if low == high else "range"
    return one | {
        "low": low,
        "high": high,
        "qualifier": qualifier,
        "metric": draw(st.sampled_from(list(words.Metric))).value,
    }


CHANGES = st.lists(
    st.one_of(
        st.fixed_dictionaries({}, optional={"attacker": REFS, "target": REFS, "claimant": REFS, "places": PLACES}),
        st.fixed_dictionaries({"kind": st.sampled_from(list(words.AttackKind)).map(str)}),
        st.fixed_dictionaries({"figures": st.lists(figures(), min_size=1, max_size=3, unique_by=lambda f: f["id"])}),
        st.just({"occurred_from": None, "occurred_to": None, "date_precision": "unknown"}),
        st.just({"rejected": True}),
    ),
    max_size=6,
)


@given(CHANGES, st.randoms(use_true_random=False))
def test_taking_all_away_gives_back_what_was_extracted(changes: list[dict[str, Any]], random: Any) -> None:
    """In any order; on the way each state is what the changes that are left make of the pristine finding."""
    before = copy.deepcopy(REPORT)
    left = list(changes)
    while left:
        document = c.apply(REPORT, left)
        assert document == c.apply(REPORT, left)
        assert c.apply(REPORT, [*left, *left[-1:]]) == document  # the same correction twice is once
        assert [one for one in document["figures"] if (one["low"] or 0) > (one["high"] or 0)] == []
        assert {name for name in document["nulls"] if name != "date"} == {
            name for name in ("attacker", "target", "claimant", "places") if not document[name]
        }
        left.pop(random.randrange(len(left)))
    assert c.apply(REPORT, left) == REPORT == before
    assert not c.is_rejected(left)


@given(CHANGES)
def test_a_correction_says_what_it_puts_aside(changes: list[dict[str, Any]]) -> None:
    """`before` as a change leads back to the values before it; what is so already is no correction."""
    document = REPORT
    for change in changes:
        known = {one["id"] for one in document["figures"]}
        change = change | (
            {"figures": [one for one in change["figures"] if one["id"] in known]} if "figures" in change else {}
        )
        told = c.narrowed(document, c.completed(document, change))
        assert list(c.faults(told)) == []
        after = c.apply(document, [told])
        assert c.narrowed(after, {n: v for n, v in told.items() if n not in ("figures", "rejected")}) == {}
        if "rejected" not in told and not any("rejected" in one for one in told.get("figures", ())):
            back = c.apply(after, [c.stated(document, told)])
            assert c.stated(back, told) == c.stated(document, told)
        document = after
