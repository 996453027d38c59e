"""A text as a client posted it: read before the answer where the time suffices, else kept in a job and read in its turn."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from app.core.clock import utcnow
from app.core.errors import PoisonDocument
from app.core.pool import ChildTimeout
from app.domain.document import Page
from app.services.extraction import ExtractionService
from app.services.ingest import Ingested, store_async

LONG_WORDS = 5_000  # a shorter text that is not read in time is no long text but a busy server


@dataclass(frozen=True, slots=True)
class Posted:
    """`text` or `html`, and what the client knows of it."""

    text: str | None = None
    html: str | None = None
    url: str | None = None
    title: str | None = None
    published_at: datetime | None = None

    @classmethod
    def of(cls, payload: dict[str, Any]) -> "Posted":
        """The inverse of `payload`."""
        at = payload["published_at"]
        return cls(**payload | {"published_at": datetime.fromisoformat(at) if at else None})

    @property
    def payload(self) -> dict[str, Any]:
        return asdict(self) | {"published_at": self.published_at.isoformat() if self.published_at else None}

    @property
    def mark(self) -> str:
        """The same for the same request."""
        return hashlib.sha256(json.dumps(self.payload, sort_keys=True).encode()).hexdigest()

    @property
    def is_long(self) -> bool:
        """More than LONG_WORDS words; of a page, its markup counts too."""
        return len((self.text or self.html or "").split()) > LONG_WORDS

    def page(self, now: datetime) -> Page:
        """A Page without a network."""
        kind = "text/html" if self.text is None else "text/plain"
        body = (self.text if self.text is not None else self.html or "").encode()
        return Page(body=body, content_type=kind, url=self.url, charset="utf-8", fetched_at=now)


async def ingest(
    engine: Engine, extraction: ExtractionService, given: Posted, *, timeout_s: float | None = None
) -> Ingested:
    """Extract in a child, then decide and save. Nothing is stored when extraction fails."""
    now = utcnow()
    page = given.page(now)
    document, findings = await extraction.read_and_extract(
        page, title=given.title, published_at=given.published_at, url=given.url, timeout_s=timeout_s
    )
    return await store_async(engine, document, findings, now=now, raw=page)


async def ingest_slowly(engine: Engine, extraction: ExtractionService, payload: dict[str, Any], seconds: float) -> UUID:
    """What the job of a long text does. PoisonDocument when even that time does not suffice: the next would be lost too."""
    try:
        return (await ingest(engine, extraction, Posted.of(payload), timeout_s=seconds)).article_id
    except ChildTimeout:
        raise PoisonDocument(
            f"Reading the text took longer than {seconds:g} s (SITREP_EXTRACT_JOB_TIMEOUT_S)."
        ) from None
