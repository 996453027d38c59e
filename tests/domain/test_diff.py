"""What changed between two texts, by block and by figure."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.diff import Part, block_changes, counts_of, figure_changes, parts_of

A, B, C = "Three people died in the blast on Monday.", "The port was closed until noon.", "Schools open on Tuesday."
A2 = "Five people died in the blast on Monday."


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([A, B], [A, B], []),
        ([A, B], [B, A], []),  # moved
        ([A, B], [A2, B], [("changed", A, A2)]),
        ([A], [A, C], [("added", None, C)]),
        ([A, C], [A], [("removed", C, None)]),
        ([A, B], [C, A2, B], [("added", None, C), ("changed", A, A2)]),
        ([A], [A, A], [("added", None, A)]),  # told twice
        ([], [A], [("added", None, A)]),
    ],
)
def test_paragraphs(before: list[str], after: list[str], expected: list[tuple[str, str | None, str | None]]) -> None:
    changes = block_changes(*(parts_of("\n\n".join(lines), []) for lines in (before, after)))
    assert [(c.op, c.before and c.before.text, c.after and c.after.text) for c in changes] == expected


def test_blocks_are_the_same_by_their_id() -> None:
    """Rewritten from the first word to the last it is still that block; another id is another block."""
    before = [Part("Old words here.", "u1", "2026-01-01T08:00:00+00:00"), Part(B, "u0")]
    after = [Part("Quite different ones.", "u1"), Part(B, "u9")]
    found = [(c.op, (c.after or c.before).id) for c in block_changes(before, after)]  # type: ignore[union-attr]
    assert found == [("changed", "u1"), ("added", "u9"), ("removed", "u0")]


def test_parts_around_blocks() -> None:
    text = "Lead line.\n\nFirst block.\n\nSecond block.\n\nFoot."
    blocks = [{"id": "b2", "at": None, "start": 26, "end": 39}, {"id": "b1", "at": None, "start": 12, "end": 24}]
    assert [(p.id, p.text) for p in parts_of(text, blocks)] == [
        (None, "Lead line."),
        ("b1", "First block."),
        ("b2", "Second block."),
        (None, "Foot."),
    ]


@given(st.lists(st.text("ab \n", max_size=12), max_size=8), st.lists(st.text("ab \n", max_size=12), max_size=8))
def test_changes_lead_from_one_text_to_the_other(before: list[str], after: list[str]) -> None:
    old, new = (parts_of("\n".join(lines), []) for lines in (before, after))
    left = sorted(p.text for p in old)
    for change in block_changes(old, new):
        if change.before:
            left.remove(change.before.text)
        if change.after:
            left.append(change.after.text)
    assert sorted(left) == sorted(p.text for p in new)


def report(place: str, *figures: tuple[str, int], claimant: str | None = "officials", current: bool = True) -> Any:
    return {
        "claimant": {"name": claimant} if claimant else None,
        "places": [{"name": place}],
        "evidence": [{"text": f"An attack on {place} was reported"}],
        "figures": [
            {"metric": m, "subject": "person", "low": n, "high": n, "current": current, "claimant": None}
            for m, n in figures
        ],
    }


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([report("Odesa", ("killed", 3))], [report("Odesa", ("killed", 5))], [("killed", 3, 5)]),
        ([report("Odesa", ("killed", 3))], [report("Odesa", ("killed", 3))], []),
        ([report("Odesa", ("killed", 3))], [report("Odesa", ("killed", 3), ("injured", 7))], [("injured", None, 7)]),
        ([report("Odesa", ("killed", 3))], [], [("killed", 3, None)]),
        # two attacks: each toll pairs with that of its own place, though the order is turned round
        (
            [report("Odesa", ("killed", 3)), report("Sumy", ("killed", 1))],
            [report("Sumy", ("killed", 2)), report("Odesa", ("killed", 4))],
            [("killed", 1, 2), ("killed", 3, 4)],
        ),
        # another speaker for the same attack
        (
            [report("Odesa", ("killed", 3))],
            [report("Odesa", ("killed", 5), claimant="the governor")],
            [("killed", 3, 5)],
        ),
        ([report("Odesa", ("killed", 3))], [report("Odesa", ("killed", 3), claimant="the governor")], []),
        # a toll which the page itself supersedes is history of that page, not of this revision
        ([], [report("Odesa", ("killed", 8), current=False)], []),
    ],
)
def test_figures(before: list[Any], after: list[Any], expected: list[tuple[str, int | None, int | None]]) -> None:
    changes = figure_changes(counts_of(before), counts_of(after))
    found = [
        ((c.after or c.before).metric, c.before.low if c.before else None, c.after.low if c.after else None)  # type: ignore[union-attr]
        for c in changes
    ]
    assert found == expected
