"""`sitrep reextract`: stored revisions through the present extractor.

By default what that extractor has read already is skipped, so a run that was stopped goes on by itself; a run over
everything goes on from what it has not read since its beginning.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from app.core.clock import utcnow
from app.core.db import read_session, write_session
from app.core.errors import SitrepError
from app.core.settings import Settings
from app.domain import diff
from app.domain.document import Block, Document, Span
from app.domain.findings import Findings
from app.models import Article, Revision, Snapshot
from app.services.extraction import ExtractionService
from app.store import replay
from app.store.json import attack_json, quote_json

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Result:
    """One revision after it was read again; `error` says why it was not."""

    item: replay.Item
    changed: bool = False
    words: str = ""
    error: str | None = None


def plan(
    engine: Engine,
    version: str,
    *,
    since: datetime | None = None,
    source: str | None = None,
    every: bool = False,
    before: datetime | None = None,
) -> Sequence[replay.Item]:
    """Revisions whose findings are not of this extractor version; with `every` all that were not read since `before`."""
    with read_session(engine) as session:
        return replay.chosen(
            session, not_by=None if every else version, before=before if every else None, since=since, source=source
        )


async def run(
    engine: Engine, settings: Settings, extraction: ExtractionService, items: Sequence[replay.Item], *, write: bool
) -> AsyncIterator[Result]:
    """Each as it is done, as many at once as there are extraction processes; one that fails stops no other."""
    slots = asyncio.Semaphore(settings.extract_workers)

    async def one(item: replay.Item) -> Result:
        async with slots:
            try:
                return await _again(engine, extraction, item, write=write)
            except SitrepError as error:
                return Result(item, error=str(error))

    for start in range(0, len(items), _AT_ONCE):  # a task for each of a million would cost more than the work
        for done in asyncio.as_completed([one(item) for item in items[start : start + _AT_ONCE]]):
            yield await done


async def _again(engine: Engine, extraction: ExtractionService, item: replay.Item, *, write: bool) -> Result:
    def load() -> tuple[Document, Snapshot | None] | None:
        with read_session(engine) as session:
            found = replay.load(session, item)
            return (_document(*found[:2]), found[2]) if found else None

    loaded = await asyncio.to_thread(load)
    if loaded is None:
        return Result(item, error="the article was withdrawn meanwhile")
    document, before = loaded
    findings = await extraction.extract(document)
    words = _compare(before, findings)

    def save() -> None:
        with write_session(engine) as session:
            replay.apply(session, item, findings, utcnow())

    if write:
        await asyncio.to_thread(save)
    return Result(item, changed=bool(words), words=words)


def _document(article: Article, revision: Revision) -> Document:
    """The stored text as it is; it is not cleaned again."""
    return Document(
        revision.text,
        title=revision.title,
        url=article.url,
        byline=article.byline,
        published_at=article.published_at,
        published_at_rule=article.published_at_rule,
        modified_at=article.modified_at,
        language=article.language,
        raw_hash=revision.raw_hash,
        cleaner_version=revision.cleaner_version,
        blocks=tuple(_block(one) for one in revision.blocks or []),
    )


def _block(one: dict[str, str | int | None]) -> Block:
    at = datetime.fromisoformat(str(one["at"])) if one["at"] else None
    return Block(str(one["id"]), at, Span(int(one["start"] or 0), int(one["end"] or 0)))


def _compare(before: Snapshot | None, findings: Findings) -> str:
    """What the present extractor finds otherwise, in a few words; empty when nothing."""
    if before is None:
        return "no findings were kept for it"
    quotes = [quote_json(one) for one in findings.quotes]
    reports = [attack_json(one) for one in findings.attack_reports]
    parts = [
        _moved("quotes", {str(q) for q in before.quotes}, {str(q) for q in quotes}),
        _moved("reports", {str(r) for r in before.attack_reports}, {str(r) for r in reports}),
    ]
    figures = diff.figure_changes(diff.counts_of(before.attack_reports), diff.counts_of(reports))
    parts += [_figure(one) for one in figures]
    return ", ".join(part for part in parts if part)


def _moved(name: str, old: set[str], new: set[str]) -> str:
    gone, come = len(old - new), len(new - old)
    return f"{name} -{gone} +{come}" if gone or come else ""


def _figure(one: diff.FigureChange) -> str:
    known = one.after or one.before
    assert known is not None
    values = [side.low if side else None for side in (one.before, one.after)]
    return f"{known.metric} {known.subject} {values[0]} -> {values[1]}"
