"""Replay: stored texts through the present extractor, and through the present search for copies."""

import sys
from typing import Annotated, Any

import typer

from app.cli.common import engine, moment, settings
from app.core.clock import utcnow
from app.core.errors import SitrepError


def reextract(
    every: Annotated[bool, typer.Option("--all", help="Also what the present extractor has read already.")] = False,
    before: Annotated[
        str | None,
        typer.Option(help="With --all: only what was last read before this moment. So a stopped run goes on."),
    ] = None,
    since: Annotated[str | None, typer.Option(help="Articles whose text changed at this date or later.")] = None,
    source: Annotated[str | None, typer.Option(help="Articles of this source (its name or URL).")] = None,
    compare: Annotated[bool, typer.Option("--compare", help="Show what would change; write nothing.")] = False,
) -> None:
    """Read stored revisions again with the present extractor: those that another one read, or all. Run again, it goes on."""
    import asyncio

    if before and not every:
        raise typer.BadParameter("--before goes with --all; without it what was done is skipped anyway")
    begun = moment(before, option="--before") or utcnow()
    if every and not compare:
        print(f"if this is stopped: sitrep reextract --all --before {begun.isoformat()} goes on", file=sys.stderr)
    failed = asyncio.run(
        _run(compare=compare, since=moment(since, option="--since"), source=source, every=every, before=begun)
    )
    if failed:
        raise SitrepError(f"{failed} revisions could not be read; they stay as they were")


async def _run(*, compare: bool, **which: Any) -> int:
    from rich.console import Console
    from rich.progress import Progress

    from app.services import replay
    from app.services.extraction import ExtractionService

    chosen, database = settings(), engine()
    extraction, done, changed, failed = ExtractionService(chosen, patient=True), 0, 0, 0
    try:
        items = replay.plan(database, await extraction.version(), **which)
        with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
            task = bar.add_task("revisions", total=len(items))
            async for one in replay.run(database, chosen, extraction, items, write=not compare):
                done, changed, failed = done + 1, changed + one.changed, failed + (one.error is not None)
                bar.advance(task)
                if one.error or one.changed:
                    print(f"{one.item.article_id}  revision {one.item.number}  {one.error or one.words}")
    finally:
        await extraction.close()
    verb = "would change" if compare else "changed"
    print(f"{done} revisions read, {changed} {verb}, {failed} failed")
    return failed


def regroup() -> None:
    """Find copies among the stored articles, also those from before copies were grouped. Adds marks, deletes nothing."""
    from rich.console import Console
    from rich.progress import track

    from app.services import duplicates

    console = Console(stderr=True)
    marks = list(track(duplicates.regroup(engine()), "articles", console=console, disable=not sys.stderr.isatty()))
    print(f"{len(marks)} articles looked at, {sum(marks)} marked as copies")
