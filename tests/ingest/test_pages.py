"""What a page says of itself, as a table; live pages as blocks; any bytes end in a document or a clear error."""

import contextlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.core.errors import SitrepError
from app.domain.document import FeedItem, Page
from app.ingest.clean import clean_text
from app.ingest.readers import read, with_item
from app.ingest.readers.feed import read_feed
from app.ingest.readers.sitemap import read_sitemap
from app.ingest.times import moment

NOW = datetime(2025, 6, 1, tzinfo=UTC)
BODY = (
    "<article>"
    + "<p>The harbour master counted the cranes twice on Tuesday and found that one of them was gone.</p>" * 4
    + "</article>"
)


def document(head: str, body: str = BODY, url: str | None = "https://e.org/a") -> Any:
    page = Page(f"<html><head>{head}</head><body>{body}</body></html>".encode(), "text/html", "", "utf-8", NOW)
    return read(page, url=url)


def ld(**facts: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle"} | facts)}</script>'


META = '<meta property="article:published_time" content="2025-03-05T10:00:00+02:00">'


@pytest.mark.parametrize(
    ("head", "body", "url", "at", "rule"),
    [
        (ld(datePublished="2025-03-04T08:00:00Z") + META, BODY, None, "2025-03-04T08:00:00+00:00", "json_ld"),
        (META, BODY, None, "2025-03-05T08:00:00+00:00", "meta"),
        ("", '<time datetime="2025-03-06 10:00">x</time>' + BODY, None, "2025-03-06T10:00:00+00:00", "time_tag"),
        ("", BODY, "https://e.org/2025/03/07/a", "2025-03-07T00:00:00+00:00", "url"),
        ("", BODY, "https://e.org/2025/13/07/a", None, None),  # no such month
        (ld(datePublished="2199-01-01") + META, BODY, None, "2025-03-05T08:00:00+00:00", "meta"),  # the clock lies
        (ld(datePublished="2199-01-01"), BODY, None, None, None),
        (ld(datePublished="yesterday"), BODY, None, None, None),
        (ld(datePublished=["2025"]), BODY, None, None, None),
        ('<script type="application/ld+json">{broken</script>' + META, BODY, None, "2025-03-05T08:00:00+00:00", "meta"),
        (f'<script type="application/ld+json">[{{"@graph": [{json.dumps({"@type": ["Thing", "NewsArticle"], "datePublished": "2025-03-04"})}]}}]</script>', BODY, None, "2025-03-04T00:00:00+00:00", "json_ld"),
        (ld(**{"@type": "Organization"}, datePublished="2025-03-04"), BODY, None, "2025-03-04T00:00:00+00:00", "htmldate"),  # of the publisher: a guess
    ],
)  # fmt: skip
def test_the_time_and_its_rule(head: str, body: str, url: str | None, at: str | None, rule: str | None) -> None:
    found = document(head, body, url)
    assert (found.published_at.isoformat() if found.published_at else None, found.published_at_rule) == (at, rule)


def test_other_facts() -> None:
    head = ld(headline=" One  crane gone ", author=[{"name": "A. Writer"}, "B. Other"], dateModified="2025-03-05")
    found = document(head + '<link rel="canonical" href="/b?utm_source=x">')
    assert (found.title, found.byline) == ("One crane gone", "A. Writer, B. Other")
    assert (found.canonical_url, found.modified_at) == (
        "https://e.org/b?utm_source=x",
        datetime(2025, 3, 5, tzinfo=UTC),
    )
    assert document('<meta name="author" content="https://e.org/people/7">').byline is None  # no name
    assert (
        document('<link rel="canonical" href="https://e.org/">').canonical_url is None
    )  # the front page is no address
    item = FeedItem(None, "g", "Of the feed", NOW, byline="Feed")
    assert with_item(found, item).title == "One crane gone"  # the page goes before the feed


def test_the_headline_is_not_read_twice() -> None:
    found = document("<title>One crane gone</title>", "<h1>One crane gone</h1>" + BODY)
    assert (found.title, "One crane gone" in found.text) == ("One crane gone", False)


def updates(*entries: tuple[str, str, str]) -> str:
    found = [{"@id": f"https://e.org/live#{n}", "datePublished": at, "articleBody": text} for n, at, text in entries]
    return ld(**{"@type": "LiveBlogPosting"}, headline="Live", datePublished="2025-05-01", liveBlogUpdate=found)


def test_a_live_page_becomes_blocks() -> None:
    head = updates(
        ("b7", "2025-05-30T10:00:00Z", "<p>Eleven drones went down over the bay.</p><p>Two fires burn.</p>"),
        ("b6", "2199-01-01", "Sirens sounded in the port."),  # a time of the future is none
        ("b5", "2025-05-29", " "),  # without words
    )
    found = document(head)
    assert found.live and [block.id for block in found.blocks] == ["b7", "b6"]
    assert [block.at.isoformat() if block.at else None for block in found.blocks] == ["2025-05-30T10:00:00+00:00", None]
    assert [block.span.of(found.text) for block in found.blocks] == [
        "Eleven drones went down over the bay.\n\nTwo fires burn.",
        "Sirens sounded in the port.",
    ]


def test_live_entries_in_the_markup() -> None:
    entry = '<div itemprop="liveBlogUpdate" id="%s"><time datetime="2025-05-30T10:00:00Z">10</time><p>%s</p></div>'
    found = document("", entry % ("x1", "Sirens sounded in the port.") + entry % ("x1", "The sirens fell silent."))
    assert [(block.id, block.span.of(found.text)) for block in found.blocks] == [
        ("x1", "Sirens sounded in the port."),
        ("x1-2", "The sirens fell silent."),  # an id used twice is told apart
    ]


def test_an_edited_entry_keeps_its_id() -> None:
    one = document(updates(("b7", "2025-05-30", "Three people died."), ("b6", "2025-05-29", "Sirens.")))
    two = document(updates(("b7", "2025-05-30", "Five people died."), ("b6", "2025-05-29", "Sirens.")))
    assert [block.id for block in one.blocks] == [block.id for block in two.blocks]


@given(st.lists(st.text(max_size=80), min_size=2, max_size=6))
def test_block_spans_cover_their_words(texts: list[str]) -> None:
    with contextlib.suppress(SitrepError):
        found = document(updates(*((f"b{n}", "2025-05-30", text) for n, text in enumerate(texts))))
        for block in found.blocks:
            assert block.span.of(found.text) == clean_text(block.span.of(found.text))


TIMES = [
    ("2025-03-05T10:00:00+02:00", "2025-03-05T08:00:00+00:00"),
    ("2025-03-05 10:00", "2025-03-05T10:00:00+00:00"),
    ("20250305T100000Z", "2025-03-05T10:00:00+00:00"),
    ("2025-03-05T24:00:00Z", "2025-03-06T00:00:00+00:00"),
    ("2025-03-05T10:00:60Z", "2025-03-05T10:00:59+00:00"),  # a leap second
    ("Wed, 05 Mar 2025 10:00:00 EST", "2025-03-05T15:00:00+00:00"),
    ("Wed, 05 Mar 2025 10:00:00 +0200", "2025-03-05T08:00:00+00:00"),
    ("5 Mar 2025 10:00:00 MSK", "2025-03-05T07:00:00+00:00"),
    ("2025-02-30", None),
    ("0000-00-00", None),
    ("1970-01-01T00:00:00Z", None),  # a zero, not a time
    ("9999-12-31T23:59:59-23:59", None),
    ("soon", None),
    ("", None),
    (7, None),
    ("x" * 1000, None),
]


@pytest.mark.parametrize(("value", "at"), TIMES)
def test_times(value: object, at: str | None) -> None:
    found = moment(value)
    assert (found.isoformat() if found else None) == at


@given(st.text(max_size=60) | st.from_regex(r"\A\d{1,5}[-/ ]\d\d[-/ ]\d\d[T ]?\d\d:\d\d(:\d\d)?( ?[A-Z+-]\w{0,5})?\Z"))
def test_any_text_is_a_time_or_none(text: str) -> None:
    found = moment(text)
    assert found is None or found.utcoffset().total_seconds() == 0  # type: ignore[union-attr]


RSS = '<?xml version="1.0" encoding="%s"?><rss version="2.0"><channel><title>t</title><link>l</link><description>d</description><item><title>One</title><link>https://e.org/1</link><pubDate>Tue, 05 Mar 2024 08:00:00 GMT</pubDate></item></channel></rss>'
PIECES = st.sampled_from(
    ["<item>", "</item>", "<title>", "]]>", "<![CDATA[", "&amp;", "&x;", "<link>", "https://e.org/1", "<!DOCTYPE a [", "\0", "é", "<entry", "{", '"items":[', "<html>", "<script>", "<p>", "</div>"]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=8), max_size=30), st.sampled_from(["utf-8", "utf-16", "cp1251", "no-such"]))
@example(["<!DOCTYPE a [", '<!ENTITY a "b">', "]>"], "utf-8")
def test_mangled_feeds(pieces: list[str], encoding: str) -> None:
    whole = RSS % encoding
    at = len("".join(pieces)) % len(whole)
    codec = "utf-8" if encoding == "no-such" else encoding
    body = (whole[:at] + "".join(pieces) + whole[at:]).encode(codec, errors="replace")
    page = Page(body, "application/xml", url="https://e.org/feed")
    for reader in (read_feed, lambda given: read_sitemap(given).items):
        try:
            found = list(reader(page))
        except SitrepError as error:
            assert error.status in (413, 422) and error.detail
        else:
            assert all(item.published_at is None or item.published_at.utcoffset() is not None for item in found)
            assert not any("\0" in (item.title or "") + (item.url or "") + (item.guid or "") for item in found)


@settings(deadline=None)  # the first page loads the libraries
@given(
    st.lists(PIECES | st.text(max_size=8), max_size=30),
    st.none() | st.sampled_from(["utf-16", "koi8-r", "no-such", ""]),
)
def test_mangled_pages(pieces: list[str], charset: str | None) -> None:
    try:
        found = read(Page("".join(pieces).encode(errors="replace"), "text/html", charset=charset, fetched_at=NOW))
    except SitrepError as error:
        assert error.status in (413, 422) and error.detail
    else:
        assert found.text.strip() and "\0" not in found.text + (found.title or "")  # else no database could store it
