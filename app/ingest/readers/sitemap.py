"""Sitemaps and news sitemaps -> items; an index -> the maps it names."""

import zlib
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from app.core.errors import FetchTooLarge, UnreadablePage
from app.domain.document import FeedItem, Page
from app.ingest.times import moment
from app.ingest.urls import MAX_URL

MAX_BYTES = 20_000_000  # unpacked; the protocol allows 50 MB, a news sitemap has 1,000 entries
MAX_ITEMS = 1_000
MAX_CHILDREN = 5


@dataclass(frozen=True, slots=True)
class Listing:
    """What a source lists: its items, and further maps to read, the newest first."""

    items: tuple[FeedItem, ...]
    children: tuple[str, ...] = ()


def read_sitemap(page: Page) -> Listing:
    """The newest entries. Raises UnreadablePage for what is no sitemap, FetchTooLarge for a bomb."""
    root = _root(_unpacked(page.body))
    kind = etree.QName(root).localname if root is not None else ""
    if root is None or kind not in ("urlset", "sitemapindex"):
        raise UnreadablePage("This is not a sitemap.")
    entries = [_texts(entry) for entry in root if isinstance(entry.tag, str)]
    found = [one for one in entries if _is_address(one.get("loc"))]
    found.sort(
        key=lambda one: moment(one.get("publication_date")) or moment(one.get("lastmod")) or _LONG_AGO, reverse=True
    )
    if kind == "sitemapindex":
        return Listing((), tuple(one["loc"] for one in found[:MAX_CHILDREN]))
    return Listing(tuple(_item(one) for one in found[:MAX_ITEMS]))


_LONG_AGO = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def _unpacked(body: bytes) -> bytes:
    """A sitemap is often a .gz file of its own, beside any encoding of the transfer."""
    if body[:2] != b"\x1f\x8b":
        return body
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        found = unpack.decompress(body, MAX_BYTES)
    except zlib.error:
        raise UnreadablePage("The compressed sitemap is broken.") from None
    if unpack.unconsumed_tail:
        raise FetchTooLarge(f"The sitemap has more than {MAX_BYTES} bytes unpacked.")
    return found


def _root(body: bytes) -> etree._Element | None:
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _texts(entry: etree._Element) -> dict[str, str]:
    """Local name -> text of everything in an entry, the first of each name."""
    found: dict[str, str] = {}
    for element in entry.iter():
        if isinstance(element.tag, str) and element.text and element.text.strip():
            found.setdefault(etree.QName(element).localname, element.text.strip())
    return found


def _is_address(url: str | None) -> bool:
    return url is not None and len(url) <= MAX_URL and url.startswith(("http://", "https://"))


def _item(entry: dict[str, str]) -> FeedItem:
    published, changed = moment(entry.get("publication_date")), moment(entry.get("lastmod"))
    title = entry.get("title")
    return FeedItem(
        url=entry["loc"],
        guid=None,
        title=title[:500] if title else None,
        published_at=published,
        updated_at=changed,
    )
