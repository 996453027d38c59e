"""Which texts are copies, as a table of edits; band keys are stable and any text may come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ingest.similar import BANDS, alike, band_keys

TEXT = " ".join(
    f"Sentence {n} tells how the {a} of the {b} was seen by the {c} near the old {d} on that day."
    for n, (a, b, c, d) in enumerate(
        zip(
            "roof wall gate yard quay mill barn shop hall mast".split(),
            "port town farm dock fort yard mine weir lock dam".split(),
            "guard baker nurse clerk pilot miner judge groom smith dyer".split(),
            "bridge market tower square harbour station chapel theatre school garden".split(),
            strict=True,
        )
    )
)


@pytest.mark.parametrize(
    ("copy", "is_copy"),
    [
        (TEXT, True),
        (TEXT.upper(), True),
        ("By our own correspondent. " + TEXT + " All rights reserved. © 2025", True),  # a year is no figure
        (TEXT[: len(TEXT) * 2 // 3], True),  # cut
        (TEXT.replace("seen", "noticed"), True),
        (TEXT.replace("Sentence 3", "Sentence 33"), True),  # one number of ten is a slip
        (TEXT.replace("Sentence", "77 times sentence"), False),  # the same words with other figures
        (TEXT + " Then 41 roofs, 52 walls and seven gates were counted by the guard.", False),  # it goes on
        (TEXT[: len(TEXT) // 5], False),  # a quotation is no copy
        (" ".join(reversed(TEXT.split())), False),  # the same words
        ("Short.", False),
        ("", False),
    ],
)
def test_alike(copy: str, is_copy: bool) -> None:
    assert alike(copy, TEXT) is is_copy
    if is_copy:
        assert set(enumerate(band_keys(TEXT))) & set(enumerate(band_keys(copy)))


def test_keys_are_stable() -> None:
    """They are stored: another release must find what this one wrote."""
    assert len(band_keys(TEXT)) == BANDS
    assert band_keys(TEXT)[:2] == band_keys(TEXT + " ")[:2]


@given(st.text(max_size=400), st.text(max_size=400))
def test_any_text(one: str, other: str) -> None:
    assert alike(one, other) in (True, False)
    assert alike(one, one) or len(one.split()) < 60
    assert all(-(2**63) <= key < 2**63 for key in band_keys(one))
