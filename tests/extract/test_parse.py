"""Windows add up to the text, whatever it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.extract.parse import paragraphs, parse, windows


@given(st.text(st.sampled_from("ab \nй"), max_size=400), st.integers(1, 40))
def test_windows_cover_the_text_exactly(text, size):
    pieces = list(windows(text, size=size))
    assert "".join(p.of(text) for p in pieces) == text
    assert all(p.end - p.start <= size for p in pieces)


def test_windows_cut_at_line_breaks_first():
    assert [p.of("one two\nthree four") for p in windows("one two\nthree four", size=12)] == ["one two\n", "three four"]


def test_paragraphs_are_trimmed_lines():
    text = " one \n\n\ttwo"
    assert [p.of(text) for p in paragraphs(text)] == ["one", "two"]


@pytest.mark.parametrize("text", ["", "\n", "One.\nTwo.", "Kyiv stood. " * 1200])
def test_offsets_are_those_of_the_whole_text(nlp, text):
    doc = parse(nlp, text)
    assert all(text[t.idx : t.idx + len(t)] == t.text for t in doc)
