"""Clutter goes, sentences stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ingest.clean import clean_text, normalize

BODY = "Rescuers worked through the night in the harbour district, where a warehouse burned for six hours before it was put out."


@pytest.mark.parametrize(
    "line",
    [
        "World",  # a category alone
        "Photo: City Council",
        "Read also: Minister resigns after vote",
        "A street after the strike. (Photo: Agency)",
        "Subscribe to our newsletter",
        "3 min read",
        "Tags: war, harbour",
        "© 2024 Example Media",
        "/",
    ],
)
def test_clutter_lines_go(line: str) -> None:
    assert clean_text(f"{line}\n\n{BODY}") == BODY


@pytest.mark.parametrize(
    "line",
    [
        "KYIV, Nov 13 (Agency) - Two people were hurt when a drone fell on a garage in the north of the city.",  # a dateline is text
        "“We will rebuild it,” the mayor said.",
        "Read the statement twice before you sign it, the lawyer told the families who had gathered there.",
        "World leaders met on Tuesday.",  # begins like a category
    ],
)
def test_sentences_stay(line: str) -> None:
    assert line in clean_text(f"{BODY}\n\n{line}")


def test_everything_after_a_tail_goes() -> None:
    assert clean_text(f"{BODY}\n\nRelated Articles\n\nAnother headline\n\nLeave a Reply") == BODY


def test_an_inserted_read_more_does_not_cut_the_body() -> None:
    more = f"{BODY}\n\nYou may be interested in\n\n{BODY}\n\n{BODY}"
    assert clean_text(more).count("harbour") == 3


def test_curly_quotes_stay_and_zero_width_goes() -> None:
    assert normalize("“A\u200bB”\u00a0c\u00ad") == "“AB” c"


@given(st.text(max_size=400))
def test_idempotent(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once
