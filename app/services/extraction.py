"""Reading and extracting in killable processes, so that no text can block or bring down the server."""

import sys
from dataclasses import replace
from datetime import datetime

from app.core.errors import TooLarge
from app.core.pool import ProcessPool
from app.core.settings import Settings
from app.domain.document import Document, FeedItem, Page
from app.domain.findings import Findings
from app.domain.vocabulary import SourceKind
from app.extract.pipeline import Extractor
from app.ingest.readers import read, with_item
from app.ingest.readers.sitemap import Listing
from app.services.listing import read_listing

_EXTRACTOR: Extractor | None = None


def load(model: str) -> None:
    """In the child: the model, once, and no network from then on."""
    global _EXTRACTOR
    _EXTRACTOR = Extractor.load(model)
    sys.addaudithook(_no_network)


def _no_network(event: str, _args: tuple[object, ...]) -> None:
    """Reading fetches nothing, whatever a library makes of a text. An audit hook cannot be taken away again."""
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        raise PermissionError("reading a text uses no network")


def work(
    page: Page,
    title: str | None,
    published_at: datetime | None,
    url: str | None,
    max_chars: int,
    item: FeedItem | None = None,
) -> tuple[Document, Findings]:
    """In the child: page -> document -> findings. Raises EmptyText, UnreadablePage or TooLarge."""
    assert _EXTRACTOR is not None
    document = with_item(read(page, title=title, published_at=published_at, url=url), item)
    if len(document.text) > max_chars:
        raise TooLarge(f"The text has more than {max_chars} characters.")
    findings = _EXTRACTOR.extract(document)
    return document if findings.flags else replace(document, language=document.language or "en"), findings


def again(document: Document) -> Findings:
    """In the child: findings of a stored text."""
    assert _EXTRACTOR is not None
    return _EXTRACTOR.extract(document)


def version() -> str:
    """In the child: what the extractor calls itself, model and data included."""
    assert _EXTRACTOR is not None
    return _EXTRACTOR.version


class ExtractionService:
    """A pool of extracting processes; requests and ingestion have one each, so neither starves the other.

    Feeds are read in a process of their own, without a model: no poll waits for the extraction of pages. `patient`: for
    work that nobody waits for.
    """

    def __init__(self, settings: Settings, *, patient: bool = False) -> None:
        self._max_chars = settings.max_text_chars
        self.pool = ProcessPool(
            workers=settings.extract_workers,
            initializer=load,
            initargs=(settings.spacy_model,),
            timeout_s=settings.extract_timeout_s,
            memory_mb=settings.extract_memory_mb,
            recycle_after=settings.extract_recycle_after,
            patient=patient,
        )
        self._listings = ProcessPool(
            timeout_s=settings.extract_timeout_s, memory_mb=settings.extract_memory_mb, patient=patient
        )

    async def read_and_extract(
        self,
        page: Page,
        *,
        title: str | None = None,
        published_at: datetime | None = None,
        url: str | None = None,
        item: FeedItem | None = None,
        timeout_s: float | None = None,
    ) -> tuple[Document, Findings]:
        """`item`: what the feed says of the page, for what the page leaves open. `timeout_s`: other than a request has.

        Raises EmptyText, UnreadablePage, TooLarge, ChildTimeout (503) or ChildKilled (422).
        """
        found: tuple[Document, Findings] = await self.pool.run(
            work, page, title, published_at, url, self._max_chars, item, timeout_s=timeout_s
        )
        return found

    async def extract(self, document: Document) -> Findings:
        """The findings of a text that is stored. Raises ChildTimeout or ChildKilled."""
        found: Findings = await self.pool.run(again, document)
        return found

    async def version(self) -> str:
        """The present extractor's version."""
        found: str = await self.pool.run(version)
        return found

    async def read_listing(self, page: Page, kind: SourceKind) -> Listing:
        """What a feed or sitemap lists; in a child, so that no file can hold up the server. Raises UnreadablePage."""
        found: Listing = await self._listings.run(read_listing, page, kind)
        return found

    async def close(self) -> None:
        await self._listings.close()
        await self.pool.close()
