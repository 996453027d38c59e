"""What the operations on articles do."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import anyio
from sqlmodel import Session

from app.core.clock import utcnow
from app.core.db import write_session
from app.core.errors import BudgetExceeded, Unprocessable
from app.domain.vocabulary import JobKind
from app.ingest.guard import refused_literal
from app.ingest.urls import check_url, url_key
from app.services import duplicates, posted
from app.services.ingest import Decision
from app.services.posted import Posted
from app.services.runtime import Runtime
from app.store import articles_read, jobs, save


@dataclass(frozen=True, slots=True)
class Submitted:
    """201 new or revised, 200 the same again, 202 a job was made."""

    status: int
    article_id: UUID | None = None
    job_id: UUID | None = None


def check_address(runtime: Runtime, url: str) -> None:
    """Unprocessable for a literal address that may not be connected to; names are checked when they are resolved."""
    if refused_literal(check_url(url), allow_private=runtime.settings.fetch_allow_private):
        raise Unprocessable("The address in this URL is refused.")


async def submit(runtime: Runtime, given: Posted) -> Submitted:
    """Text or HTML is extracted and stored before the answer; a long one that takes too long for that, and a lone URL,
    become a job.
    """
    if given.text is None and given.html is None:
        if given.url is None:
            raise Unprocessable("Exactly one of text, html and url is needed.")
        check_address(runtime, given.url)
        key = f"ingest:{url_key(given.url)}"
        return await _enqueue(runtime, JobKind.INGEST_URL, url=given.url, dedupe_key=key)
    try:
        done = await posted.ingest(runtime.engine, runtime.extraction, given)
    except BudgetExceeded:
        if not given.is_long:
            raise
        more = {"payload": given.payload, "dedupe_key": f"text:{given.mark}"}
        return await _enqueue(runtime, JobKind.INGEST_TEXT, url=given.url, **more)
    return Submitted(200 if done.decision is Decision.UNCHANGED else 201, done.article_id)


async def _enqueue(runtime: Runtime, kind: JobKind, **values: Any) -> Submitted:
    def enqueue() -> UUID:
        with write_session(runtime.engine) as session:
            return jobs.enqueue(session, kind, now=utcnow(), **values).id

    job_id = await anyio.to_thread.run_sync(enqueue)
    runtime.wake()
    return Submitted(202, job_id=job_id)


def withdraw(session: Session, article_id: UUID, reason: str) -> None:
    """Raises NotFound when unknown, Withdrawn when it is already gone."""
    article = articles_read.get(session, str(article_id))
    if not save.withdraw(session, article_id, reason, utcnow()):  # another one was faster
        articles_read.check_not_withdrawn(article)
    duplicates.withdrawn(session, article_id)
