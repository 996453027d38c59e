"""OPML: what feed readers write comes in, ours goes round, nothing expands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import MalformedXml, SitrepError, TooLarge, Unprocessable
from app.ingest.opml import MAX_DEPTH, MAX_OUTLINES, Outline, read_opml, write_opml

NESTED = b"""<?xml version="1.0"?><opml version="1.0"><head/><body><outline text="War">
<outline type="rss" text=" One " xmlUrl=" https://e.org/1 "/><outline xmlUrl="https://e.org/2"/></outline></body></opml>"""
BOMB = b'<!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><opml><body><outline text="&b;" xmlUrl="x"/></body></opml>'
OUTSIDE = b'<!DOCTYPE opml SYSTEM "file:///etc/passwd"><opml/>'


def test_folders_are_walked() -> None:
    assert [(o.line, o.url, o.name) for o in read_opml(NESTED)] == [
        (2, "https://e.org/1", "One"),
        (2, "https://e.org/2", None),
    ]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", MalformedXml),
        (b"<opml><body>", MalformedXml),
        (b"\xff\xfe\x00", MalformedXml),
        (b'<?xml version="1.0" encoding="no-such"?><opml/>', MalformedXml),
        (b"<rss/>", Unprocessable),
        (BOMB, Unprocessable),
        (BOMB.decode().encode("utf-16"), Unprocessable),  # another encoding hides no declaration
        (OUTSIDE, Unprocessable),
        (b"<opml>" + b"<outline>" * (MAX_DEPTH + 1), Unprocessable),
        (b"<opml>" + b'<outline xmlUrl="a"/>' * (MAX_OUTLINES + 1) + b"</opml>", TooLarge),
        (b" " * 2_000_001, TooLarge),
    ],
)
def test_hostile_files(body: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_opml(body)


@given(name=st.text(max_size=50), outlet=st.text(max_size=50))
def test_any_words_go_round(name: str, outlet: str) -> None:
    (back,) = read_opml(write_opml([Outline(0, "https://e.org/?a=1&b=<2>", name, {"outlet": outlet})]).encode())
    assert back.url == "https://e.org/?a=1&b=<2>"


@given(st.binary(max_size=200))
def test_any_bytes_end_in_a_clear_error(body: bytes) -> None:
    try:
        found = read_opml(body)
    except SitrepError as error:
        assert error.status in (400, 413, 422) and error.detail
    else:
        assert all(one.url and one.line > 0 for one in found)
