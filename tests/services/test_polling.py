"""A poll to its end: what is new becomes jobs with the feed's facts, the row tells how it went."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import Engine
from sqlmodel import select

from app.core.db import read_session, write_session
from app.core.errors import FetchStatus
from app.domain.document import Document, FeedItem, Page
from app.domain.findings import Findings
from app.domain.vocabulary import SourceKind
from app.ingest.fetch import NotModified
from app.ingest.readers import read, with_item
from app.models import Article, Job, Source
from app.services import fetching, polling
from app.services.listing import read_listing
from app.store import sources

AT = datetime(2026, 1, 1, tzinfo=UTC)
FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>t</title><link>https://e.org/</link><description>d</description>'
    "<item><title>One</title><link>https://e.org/1</link><guid>g1</guid><author>A. Writer</author>"
    "<pubDate>Tue, 05 Mar 2024 08:00:00 GMT</pubDate></item>"
    "<item><title>Again</title><link>https://www.e.org/1?utm_source=feed</link><guid>g1</guid></item>"
    "<item><title>Two</title><link>/2</link><guid>g2</guid></item></channel></rss>"
)
SITEMAP = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
    "<url><loc>https://e.org/old</loc><lastmod>2020-01-01</lastmod></url><url><loc>https://e.org/1</loc><news:news>"
    "<news:publication_date>2024-03-05T08:00:00Z</news:publication_date><news:title>One</news:title></news:news></url></urlset>"
)
INDEX = "<sitemapindex><sitemap><loc>https://e.org/map.xml</loc></sitemap></sitemapindex>"


class Site:
    """Answers by URL; remembers what it was asked with."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers, self.asked = answers, []  # type: ignore[var-annotated]

    async def fetch(self, url: str, **more: Any) -> Page | NotModified:
        self.asked.append((url, more.get("etag")))
        answer = self.answers[url]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, NotModified):
            return answer
        kind = "text/html" if answer.startswith("<html") else "application/xml"
        return Page(answer.encode(), kind, url=url, etag='"7"')


class InProcess:
    """The extraction's work without its process."""

    async def read_listing(self, page: Page, kind: SourceKind) -> Any:
        return read_listing(page, kind)

    async def read_and_extract(self, page: Page, *, url: str, item: FeedItem | None = None) -> Any:
        document: Document = with_item(read(page, url=url), item)
        return document, Findings("test")


def add(engine: Engine, kind: SourceKind = SourceKind.FEED, url: str = "https://e.org/feed") -> UUID:
    with write_session(engine) as session:
        data = sources.SourceData(url=url, url_key=url, kind=kind, name="n")
        return sources.add(session, data, default_interval_s=900, now=AT)[0].id


def poll(engine: Engine, source_id: UUID, site: Site) -> None:
    asyncio.run(polling.poll(engine, InProcess(), site, source_id))  # type: ignore[arg-type]


def queued(engine: Engine) -> dict[str | None, dict[str, Any]]:
    with read_session(engine) as session:
        return {job.url: job.payload for job in session.exec(select(Job))}


def row(engine: Engine, source_id: UUID) -> Source:
    with read_session(engine) as session:
        found = session.get(Source, source_id)
        assert found is not None
        return found


def test_new_items_become_jobs_with_the_feeds_facts(engine: Engine) -> None:
    source_id = add(engine)
    poll(engine, source_id, Site({"https://e.org/feed": FEED}))
    found = queued(engine)
    assert len(found) == 2 and "https://e.org/2" in found  # one address in two spellings is read once
    assert all(payload["guid"] in ("g1", "g2") for payload in found.values())
    after = row(engine, source_id)
    assert (after.etag, after.failure_count, after.last_error) == ('"7"', 0, None)
    assert after.last_polled_at is not None and after.next_poll_at > after.last_polled_at


def test_a_304_keeps_the_validators(engine: Engine) -> None:
    source_id = add(engine)
    site = Site({"https://e.org/feed": FEED})
    poll(engine, source_id, site)
    site.answers["https://e.org/feed"] = NotModified()
    poll(engine, source_id, site)
    assert site.asked == [("https://e.org/feed", None), ("https://e.org/feed", '"7"')]
    assert row(engine, source_id).etag == '"7"'


def test_a_failure_is_told_by_the_row(engine: Engine) -> None:
    source_id = add(engine)
    with pytest.raises(FetchStatus):
        poll(engine, source_id, Site({"https://e.org/feed": FetchStatus("The site answered 503.")}))
    after = row(engine, source_id)
    assert (after.failure_count, after.last_error) == (1, "The site answered 503.")


@pytest.mark.parametrize("first", [SITEMAP, INDEX])
def test_sitemaps_and_their_index(engine: Engine, first: str) -> None:
    source_id = add(engine, SourceKind.SITEMAP)
    poll(engine, source_id, Site({"https://e.org/feed": first, "https://e.org/map.xml": SITEMAP}))
    found = queued(engine)
    assert set(found) == {"https://e.org/1", "https://e.org/old"}
    assert found["https://e.org/1"] == {"title": "One", "published_at": "2024-03-05T08:00:00+00:00"}


@pytest.mark.parametrize("kind", [SourceKind.PAGE, SourceKind.LIVE])
def test_a_page_lists_itself_each_time(engine: Engine, kind: SourceKind) -> None:
    source_id = add(engine, kind, "https://e.org/live")
    for _ in range(2):
        poll(engine, source_id, Site({}))
    assert queued(engine) == {"https://e.org/live": {"live": True} if kind is SourceKind.LIVE else {}}


def test_a_page_that_rests_is_asked_less_often(engine: Engine) -> None:
    source_id = add(engine, SourceKind.LIVE, "https://e.org/live")
    poll(engine, source_id, Site({}))  # new: sooner again
    assert row(engine, source_id).poll_interval_s == 675
    page = (
        "<html><body><article><p>" + "Drones struck a substation near the port. " * 5 + "</p></article></body></html>"
    )
    asyncio.run(
        fetching.ingest_url(engine, InProcess(), Site({"https://e.org/live": page}), url="https://e.org/live")  # type: ignore[arg-type]
    )
    poll(engine, source_id, Site({}))  # changed since
    assert row(engine, source_id).poll_interval_s == 506
    poll(engine, source_id, Site({}))  # as it was
    assert row(engine, source_id).poll_interval_s == 632


def test_what_the_page_lacks_comes_from_the_feed(engine: Engine) -> None:
    page = (
        "<html><body><article><p>"
        + "Drones struck a substation near the port on Monday night. " * 4
        + "</p></article></body></html>"
    )
    site = Site({"https://e.org/1": page})
    item = FeedItem(None, "g1", "One", AT, byline="A. Writer", live=True)
    for _ in range(2):
        asyncio.run(
            fetching.ingest_url(engine, InProcess(), site, url="https://e.org/1", item=item)  # type: ignore[arg-type]
        )
    with read_session(engine) as session:
        article = session.exec(select(Article)).one()
    assert (article.title, article.byline, article.published_at) == ("One", "A. Writer", AT)
    assert (article.published_at_rule, article.guid, article.live, article.revision) == ("feed", "g1", True, 1)
    assert [etag for _, etag in site.asked] == [None, '"7"']  # the second time with the validator


def listing(*items: tuple[str, str, str]) -> str:
    """An Atom feed of (name, updated, summary)."""
    entries = "".join(
        f'<entry><id>{n}</id><link href="https://e.org/{n}"/><title>{n}</title><updated>{at}</updated><summary>{words}</summary></entry>'
        for n, at, words in items
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>{entries}</feed>'


def stored(engine: Engine, source_id: UUID, *names: str, at: datetime | None = None, state: str = "succeeded") -> None:
    """Their jobs are done and they are stored, read at `at`."""
    now = at or datetime.now(UTC)
    with write_session(engine) as session:
        for job in session.exec(select(Job)):
            job.state = state
            session.add(job)
        for name in names:
            session.add(
                Article(
                    identity=f"url:https://e.org/{name}",
                    fetched_at=now,
                    content_changed_at=now,
                    sort_at=now,
                    content_hash=name,
                    guid=name,
                    source_id=source_id,
                )
            )


def opened(engine: Engine) -> list[str]:
    with read_session(engine) as session:
        return sorted(str(job.url)[-1] for job in session.exec(select(Job)) if job.state == "queued")


OLD, NEW = "2026-01-01T08:00:00Z", "2026-01-01T09:00:00Z"  # both before the articles were read
BEFORE = [("a", OLD, "two hurt"), ("b", OLD, "calm"), ("c", OLD, "calm")]


@pytest.mark.parametrize(
    ("after", "read"),
    [
        (BEFORE, []),
        ([("a", OLD, "three hurt"), *BEFORE[1:]], ["a"]),  # the text in the feed changed, its date did not
        ([("a", OLD, "two &lt;b id='7'&gt;hurt&lt;/b&gt;"), *BEFORE[1:]], []),  # only its markup did
        ([("a", NEW, "two hurt"), *BEFORE[1:]], ["a"]),  # its date did, though to one before our last reading
        ([("a", "2025-12-31T00:00:00Z", "two hurt"), *BEFORE[1:]], []),  # a date that moves back says nothing
        ([("a", OLD, ""), *BEFORE[1:]], ["a"]),
        ([*BEFORE, ("d", OLD, "new")], ["d"]),
        (BEFORE[1:], []),  # listed no more
    ],
)
def test_a_known_page_is_read_again_when_the_feed_tells_it_otherwise(
    engine: Engine, after: list[tuple[str, str, str]], read: list[str]
) -> None:
    source_id = add(engine)
    poll(engine, source_id, Site({"https://e.org/feed": listing(*BEFORE)}))
    assert opened(engine) == ["a", "b", "c"]
    stored(engine, source_id, "a", "b", "c")
    poll(engine, source_id, Site({"https://e.org/feed": listing(*after)}))
    assert opened(engine) == read
    stored(engine, source_id)
    poll(engine, source_id, Site({"https://e.org/feed": listing(*after)}))
    assert opened(engine) == []  # once


def test_a_feed_that_rewrites_all_its_dates_makes_no_storm(engine: Engine) -> None:
    names = "abcdefgh"
    source_id = add(engine)
    poll(engine, source_id, Site({"https://e.org/feed": listing(*((n, OLD, "calm") for n in names))}))
    stored(engine, source_id, *names)
    for minute in range(3):
        at = f"2026-01-02T00:{minute:02}:00Z"
        poll(engine, source_id, Site({"https://e.org/feed": listing(*((n, at, "calm") for n in names))}))
        assert opened(engine) == []
    mixed = [(n, "2026-01-02T01:00:00Z", "calm" if n != "c" else "a strike") for n in names]
    poll(engine, source_id, Site({"https://e.org/feed": listing(*mixed)}))
    assert opened(engine) == ["c"]  # what really changed is read all the same


def test_a_page_that_cannot_be_read_is_not_asked_for_at_each_poll(engine: Engine) -> None:
    source_id = add(engine)
    poll(engine, source_id, Site({"https://e.org/feed": listing(("a", OLD, "calm"))}))
    stored(engine, source_id, state="failed")
    poll(engine, source_id, Site({"https://e.org/feed": listing(("a", OLD, "calm"))}))
    assert opened(engine) == []
    with time_machine.travel(datetime.now(UTC) + timedelta(days=2)):
        poll(engine, source_id, Site({"https://e.org/feed": listing(("a", OLD, "calm"))}))
    assert opened(engine) == ["a"]


def test_a_change_while_its_page_is_being_read_is_not_lost(engine: Engine) -> None:
    """The job that runs may have fetched the page before it changed: the next poll asks again."""
    source_id = add(engine)
    poll(engine, source_id, Site({"https://e.org/feed": listing(("a", OLD, "calm"))}))
    stored(engine, source_id, "a", state="running")
    changed = Site({"https://e.org/feed": listing(("a", NEW, "a strike"))})
    poll(engine, source_id, changed)
    assert opened(engine) == []
    stored(engine, source_id)
    poll(engine, source_id, changed)
    assert opened(engine) == ["a"]
