"""decide and save: what a document that was read means for what is known, in one transaction."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import anyio
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from app.core.db import write_session
from app.core.errors import Busy, Conflict, Withdrawn
from app.domain.document import Document, Page, content_hash
from app.domain.findings import Findings
from app.ingest.clean import clean_text
from app.ingest.urls import url_key
from app.services import duplicates
from app.store import raw_pages, save, sources

_TRIES = 5


class Decision(StrEnum):
    NEW = "new"
    REVISED = "revised"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of a document."""

    decision: Decision
    article_id: UUID


def identity_of(document: Document) -> str:
    """URL key, or the text's hash where there is no URL."""
    return f"url:{url_key(document.url)}" if document.url else f"text:{content_hash(document.text)}"


def decide(known: save.ArticleForUpdate | None, document: Document) -> Decision:
    """Pure: the same text again is no revision, whatever its markup or title. Raises Withdrawn for a withdrawn article."""
    if known is None:
        return Decision.NEW
    if known.withdrawn_at is not None:
        raise Withdrawn.because(known.withdrawn_reason, known.withdrawn_at)
    return Decision.UNCHANGED if _same_text(known, document) else Decision.REVISED


def _same_text(known: save.ArticleForUpdate, document: Document) -> bool:
    """The publisher changed nothing. Another cleaner reads the same bytes, or an old text, otherwise: no revision."""
    if known.content_hash == document.content_hash:
        return True
    if document.raw_hash is not None and document.raw_hash == known.raw_hash:
        return True
    return known.cleaner_version != document.cleaner_version and clean_text(known.text) == document.text


def store(
    engine: Engine,
    document: Document,
    findings: Findings,
    *,
    now: datetime,
    source_id: UUID | None = None,
    raw: Page | None = None,
) -> Ingested:
    """Decide inside the writing transaction; two at once end as one new and one unchanged. `raw`: the page, to be kept."""
    for attempt in range(_TRIES):
        try:
            with write_session(engine) as session:
                identity = identity_of(document)
                known = save.known(session, identity)
                decision = decide(known, document)
                if decision is not Decision.UNCHANGED:
                    article_id = _save(session, known, identity, document, findings, now, source_id)
                    duplicates.place(session, article_id, document)
                    raw_pages.keep(session, article_id, raw, now)
                    return Ingested(decision, article_id)
                assert known is not None
                save.touch(session, known.id, now, document=document)
                return Ingested(decision, known.id)
        except (IntegrityError, Busy):
            if attempt == _TRIES - 1:
                raise Conflict("Somebody else is writing the same article; send it again.") from None
    raise AssertionError("unreachable")


def _save(
    session: Session,
    known: save.ArticleForUpdate | None,
    identity: str,
    document: Document,
    findings: Findings,
    now: datetime,
    source_id: UUID | None,
) -> UUID:
    if known is not None:
        return save.revise(session, known, document=document, findings=findings, now=now)
    source = sources.known(session, source_id)  # it may have been removed while its page was read
    return save.create(session, identity=identity, document=document, findings=findings, now=now, source_id=source)


async def store_async(
    engine: Engine,
    document: Document,
    findings: Findings,
    *,
    now: datetime,
    source_id: UUID | None = None,
    raw: Page | None = None,
) -> Ingested:
    """`store` in a thread: the event loop never waits for the database."""
    return await anyio.to_thread.run_sync(
        lambda: store(engine, document, findings, now=now, source_id=source_id, raw=raw)
    )
