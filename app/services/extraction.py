"""Reading and extracting in killable processes, so that no text can block or bring down the server."""

from dataclasses import replace
from datetime import datetime

from app.core.errors import TooLarge
from app.core.pool import ProcessPool
from app.core.settings import Settings
from app.domain.document import Document, Page
from app.domain.findings import Findings
from app.extract.pipeline import Extractor
from app.ingest.readers import read

_EXTRACTOR: Extractor | None = None


def load(model: str) -> None:
    """In the child: the model, once."""
    global _EXTRACTOR
    _EXTRACTOR = Extractor.load(model)


def work(
    page: Page, title: str | None, published_at: datetime | None, url: str | None, max_chars: int
) -> tuple[Document, Findings]:
    """In the child: page -> document -> findings. Raises EmptyText, UnreadablePage or TooLarge."""
    assert _EXTRACTOR is not None
    document = read(page, title=title, published_at=published_at, url=url)
    if len(document.text) > max_chars:
        raise TooLarge(f"The text has more than {max_chars} characters.")
    findings = _EXTRACTOR.extract(document)
    return document if findings.flags else replace(document, language=document.language or "en"), findings


class ExtractionService:
    """A pool of extracting processes; requests and ingestion have one each, so neither starves the other."""

    def __init__(self, settings: Settings) -> None:
        self._max_chars = settings.max_text_chars
        self.pool = ProcessPool(
            workers=settings.extract_workers,
            initializer=load,
            initargs=(settings.spacy_model,),
            timeout_s=settings.extract_timeout_s,
            memory_mb=settings.extract_memory_mb,
            recycle_after=settings.extract_recycle_after,
        )

    async def read_and_extract(
        self, page: Page, *, title: str | None = None, published_at: datetime | None = None, url: str | None = None
    ) -> tuple[Document, Findings]:
        """Raises EmptyText, UnreadablePage, TooLarge, ChildTimeout (503) or ChildKilled (422)."""
        found: tuple[Document, Findings] = await self.pool.run(work, page, title, published_at, url, self._max_chars)
        return found

    async def close(self) -> None:
        await self.pool.close()
