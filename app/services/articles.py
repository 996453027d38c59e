"""What `POST /v1/articles` and `sitrep ingest` do."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import anyio
from sqlalchemy import Engine
from sqlmodel import Session

from app.core.clock import utcnow
from app.core.db import write_session
from app.core.errors import Unprocessable
from app.domain.document import Page
from app.domain.vocabulary import JobKind
from app.ingest.guard import refused_literal
from app.ingest.urls import check_url, url_key
from app.services import duplicates
from app.services.extraction import ExtractionService
from app.services.ingest import Decision, store_async
from app.services.runtime import Runtime
from app.store import articles_read, jobs, save


@dataclass(frozen=True, slots=True)
class Submitted:
    """201 new or revised, 200 the same again, 202 a job was made."""

    status: int
    article_id: UUID | None = None
    job_id: UUID | None = None


def page_of(*, text: str | None, html: str | None, url: str | None, now: datetime) -> Page:
    """A Page without a network."""
    body = (text if text is not None else html or "").encode()
    return Page(
        body=body,
        content_type="text/plain" if text is not None else "text/html",
        url=url,
        charset="utf-8",
        fetched_at=now,
    )


def check_address(runtime: Runtime, url: str) -> None:
    """Unprocessable for a literal address that may not be connected to; names are checked when they are resolved."""
    if refused_literal(check_url(url), allow_private=runtime.settings.fetch_allow_private):
        raise Unprocessable("The address in this URL is refused.")


async def submit(
    runtime: Runtime,
    *,
    text: str | None = None,
    html: str | None = None,
    url: str | None = None,
    title: str | None = None,
    published_at: datetime | None = None,
) -> Submitted:
    """Text or HTML is extracted and stored before the answer; a lone URL becomes a job."""
    if text is None and html is None:
        if url is None:
            raise Unprocessable("Exactly one of text, html and url is needed.")
        check_address(runtime, url)
        return await _submit_url(runtime, url)
    status, article_id = await ingest_text(
        runtime.engine, runtime.extraction, text=text, html=html, url=url, title=title, published_at=published_at
    )
    return Submitted(status, article_id)


async def ingest_text(
    engine: Engine,
    extraction: ExtractionService,
    *,
    text: str | None,
    html: str | None,
    url: str | None,
    title: str | None,
    published_at: datetime | None,
) -> tuple[int, UUID]:
    """Extract in a child, then decide and save. Nothing is stored when extraction fails."""
    now = utcnow()
    page = page_of(text=text, html=html, url=url, now=now)
    document, findings = await extraction.read_and_extract(page, title=title, published_at=published_at, url=url)
    done = await store_async(engine, document, findings, now=now, raw=page)
    return (200 if done.decision is Decision.UNCHANGED else 201), done.article_id


async def _submit_url(runtime: Runtime, url: str) -> Submitted:
    def enqueue() -> UUID:
        with write_session(runtime.engine) as session:
            return jobs.enqueue(
                session, JobKind.INGEST_URL, url=url, dedupe_key=f"ingest:{url_key(url)}", now=utcnow()
            ).id

    job_id = await anyio.to_thread.run_sync(enqueue)
    runtime.wake()
    return Submitted(202, job_id=job_id)


def withdraw(session: Session, article_id: UUID, reason: str) -> None:
    """Raises NotFound when unknown, Withdrawn when it is already gone."""
    article = articles_read.get(session, str(article_id))
    if not save.withdraw(session, article_id, reason, utcnow()):  # another one was faster
        articles_read.check_not_withdrawn(article)
    duplicates.withdrawn(session, article_id)
