"""Reading feeds and sitemaps, apart from extraction: the process that does it needs no model."""

from app.domain.document import Page
from app.domain.vocabulary import SourceKind
from app.ingest.readers.feed import read_feed
from app.ingest.readers.sitemap import Listing, read_sitemap


def read_listing(page: Page, kind: SourceKind) -> Listing:
    """In the child: feed or sitemap -> items. Raises UnreadablePage."""
    return read_sitemap(page) if kind is SourceKind.SITEMAP else Listing(tuple(read_feed(page)))
