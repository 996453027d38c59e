"""The same words from text and from HTML; broken pages end quickly with a clear error."""

import html as html_lib

import pytest

from app.core.errors import EmptyText, UnreadablePage
from app.domain.document import Page
from app.ingest.readers import READERS, read
from app.ingest.readers.feed import read_feed

PARAGRAPHS = [
    "Drones struck a substation near the river port on Monday night, and two villages lost power until noon, the operator said.",
    "“Crews are on site,” the operator’s spokeswoman wrote on Telegram, adding that repairs would take until the evening of the next day.",
    "Schools in both villages stayed closed on Tuesday, while a field kitchen served meals in the square near the old town hall.",
]
WORDPRESS = (
    "<html><head><title>Power cut</title><meta property='article:published_time' content='2024-03-05T10:00:00+02:00'></head><body>"
    "<nav><a href='/'>Home</a><a href='/world'>World</a></nav><article class='post'><h1 class='entry-title'>Power cut</h1>"
    "<div class='entry-content'>%s</div></article><aside class='widget'><h3>Related Articles</h3><ul><li><a href='/x'>Old Story Of Another Day</a></li></ul></aside>"
    "<div id='respond'><h3>Leave a Reply</h3><p>Your email address will not be published.</p></div></body></html>"
)


def _html(source: str) -> Page:
    return Page(source.encode(), "text/html", charset="utf-8")


def test_html_and_text_give_the_same_body() -> None:
    page = _html(WORDPRESS % "".join(f"<p>{html_lib.escape(p)}</p>" for p in PARAGRAPHS))
    document = read(page)
    own = "\n\n".join(PARAGRAPHS)  # the headline has a field of its own
    assert document.text == read(Page(own.encode(), "text/plain")).text
    assert document.title == "Power cut"
    assert document.published_at is not None and document.published_at.isoformat() == "2024-03-05T08:00:00+00:00"
    assert document.published_at_rule == "meta"


def test_a_future_date_is_refused() -> None:
    page = _html((WORDPRESS % f"<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[2]}</p>").replace("2024-03-05", "2999-03-05"))
    assert read(page).published_at is None


@pytest.mark.parametrize("source", ["", "<html></html>", "<div>" * 50_000, "\x01\x02" * 500])
def test_nothing_to_read_is_a_clear_error(source: str) -> None:
    with pytest.raises(EmptyText):
        read(_html(source))


def test_an_unknown_type_is_a_clear_error() -> None:
    with pytest.raises(UnreadablePage):
        read(Page(b"%PDF", "application/pdf"))


def test_lying_charset_and_bom_do_not_raise() -> None:
    assert (
        "Caf"
        in read(
            Page("Café in the harbour opened again on Monday.".encode("cp1252"), "text/plain", charset="no-such")
        ).text
    )


def test_every_reader_is_documented() -> None:
    assert all(reader.__doc__ for reader in READERS.values())


RSS = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>t</title><link>https://example.org/</link><description>d</description>
<item><title>One</title><link>https://example.org/1</link><guid>g1</guid><pubDate>Tue, 05 Mar 2024 08:00:00 GMT</pubDate></item></channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><id>u</id><updated>2024-03-05T08:00:00Z</updated>
<entry><title>One</title><id>https://example.org/1</id><link href="https://example.org/1"/><updated>2024-03-05T08:00:00Z</updated></entry></feed>"""
JSON = b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "url": "https://example.org/1", "title": "One", "date_published": "2024-03-05T08:00:00Z"}]}'


@pytest.mark.parametrize("body", [RSS, ATOM, JSON])
def test_feeds(body: bytes) -> None:
    (item,) = read_feed(Page(body, "application/xml"))
    assert (item.url, item.title) == ("https://example.org/1", "One")


@pytest.mark.parametrize("body", [b"", b"<html><p>no feed</p></html>", b"{broken", b"\x00\x01"])
def test_no_feed_is_a_clear_error(body: bytes) -> None:
    with pytest.raises(UnreadablePage):
        read_feed(Page(body, "application/xml"))


@pytest.mark.parametrize("oldest_first", [False, True])
def test_the_newest_of_a_feed_without_end(oldest_first: bool) -> None:
    """10,000 items, of which 1,000 are read: the newest, whichever end they stand at."""
    days = [
        f"<entry><id>{n}</id><link href='https://e.org/{n}'/><updated>{1990 + n // 365:04}-01-{n % 28 + 1:02}T{n % 24:02}:00:00Z</updated></entry>"
        for n in range(10_000)
    ]
    shown = days if oldest_first else days[::-1]
    body = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>t</title>{''.join(shown)}</feed>".encode()
    items = read_feed(Page(body, "application/atom+xml", url="https://e.org/feed"))
    assert len(items) == 1_000
    years = [item.updated_at.year for item in items if item.updated_at]
    assert min(years) >= 2014 and years == sorted(years, reverse=not oldest_first)
