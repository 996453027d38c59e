"""Feeds of a list: RSS 2.0 and JSON Feed 1.1. The same items give the same bytes, so that readers are told 304."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from feedgen.feed import FeedGenerator

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Item:
    """One entry. `id` never changes; `url` is the page it comes from (else the resource), `resource` its address in the API."""

    id: str
    title: str
    url: str
    resource: str
    html: str
    at: datetime
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """`home` is the list that it follows, `own` its own address."""

    title: str
    description: str
    home: str
    own: str
    items: Sequence[Item]


def plain(text: str) -> str:
    """`text` without the signs that XML cannot carry, escaped or not."""
    return _NOT_XML.sub("", text)


def rss(feed: Feed) -> bytes:
    made = FeedGenerator()
    made.load_extension("dc", atom=False, rss=True)
    made.title(plain(feed.title))
    made.description(plain(feed.description))
    made.link(href=feed.own, rel="self", type=FEEDS["rss"].media_type)
    made.link(href=feed.home, rel="alternate")
    made.generator("Sitrep")
    made.docs("https://www.rssboard.org/rss-specification")
    made.lastBuildDate(max((item.at for item in feed.items), default=_NEVER))
    for item in feed.items:
        _entry(made.add_entry(order="append"), item)
    return bytes(made.rss_str())


def _entry(made: Any, item: Item) -> None:
    made.guid(item.id, permalink=False)
    made.title(plain(item.title))
    made.link(href=plain(item.url))
    made.description(plain(item.html))
    made.pubDate(item.at)
    if item.authors:
        made.dc.dc_creator([plain(name) for name in item.authors])


def json_feed(feed: Feed) -> bytes:
    body = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": plain(feed.title),
        "description": plain(feed.description),
        "home_page_url": feed.home,
        "feed_url": feed.own,
        "items": [_json(item) for item in feed.items],
    }
    return json.dumps(body, ensure_ascii=False).encode()


def _json(item: Item) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": item.id,
        "url": plain(item.url),
        "title": plain(item.title),
        "content_html": plain(item.html),
        "date_published": item.at.isoformat().replace("+00:00", "Z"),
        "_sitrep": {"about": "The item in the API of this server.", "resource": item.resource},
    }
    return made | ({"authors": [{"name": plain(name)} for name in item.authors]} if item.authors else {})


@dataclass(frozen=True, slots=True)
class FeedFormat:
    media_type: str
    write: Callable[[Feed], bytes]


FEEDS: dict[str, FeedFormat] = {
    "rss": FeedFormat("application/rss+xml", rss),
    "feed.json": FeedFormat("application/feed+json", json_feed),
}
