"""Text fragments: what a browser needs to find words on a page."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.fragment import text_fragment

TEXT = "Odesa, hit twice - again\nRail & road: 5 trains stood. Later 5 trains left the well-known yard of the port."


@pytest.mark.parametrize(
    ("words", "fragment"),
    [
        ("hit twice", "hit%20twice"),
        ("it twice - agai", "hit%20twice%20%2D%20again"),  # whole words; a hyphen has a meaning there
        ("Odesa, hit", "Odesa%2C%20hit"),
        ("Rail & road", "Rail%20%26%20road"),
        ("5 trains", "Rail%20%26%20road%3A-,5%20trains,-stood.%20Later%205%20trains"),  # twice: the words beside it
        ("again\nRail", "again,Rail"),  # two lines: the first and the last words
        (TEXT, "Odesa%2C%20hit%20twice%20%2D,yard%20of%20the%20port."),
        (" - ", "%2D"),
    ],
)
def test_fragments(words: str, fragment: str) -> None:
    start = TEXT.index(words)
    assert text_fragment(TEXT, start, start + len(words)) == "#:~:text=" + fragment


def test_nothing_to_find() -> None:
    assert text_fragment("a \n b", 1, 4) is None


@given(st.text(), st.data())
def test_any_span_of_any_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    text = text.encode("utf-8", "replace").decode()
    made = text_fragment(text, start, end)
    if made is None:
        assert not text[start:end].strip()
        return
    assert made.isascii()
    flat = " ".join(text.split())
    for part in made.removeprefix("#:~:text=").split(","):
        assert unquote(part.strip("-")) in flat
