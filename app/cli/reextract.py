"""Replay: stored texts through the present extractor."""

import sys
from typing import Annotated, Any

import typer

from app.cli.common import engine, moment, settings
from app.core.errors import SitrepError


def reextract(
    every: Annotated[bool, typer.Option("--all", help="Every article.")] = False,
    since: Annotated[str | None, typer.Option(help="Articles whose text changed at this date or later.")] = None,
    source: Annotated[str | None, typer.Option(help="Articles of this source (its name or URL).")] = None,
    compare: Annotated[bool, typer.Option("--compare", help="Show what would change; write nothing.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Also what the present extractor has read already.")] = False,
) -> None:
    """Read stored revisions again with the present extractor. Stopped half-way it goes on where it was."""
    import asyncio

    if not (every or since or source):
        raise typer.BadParameter("say --all, --since or --source")
    failed = asyncio.run(_run(moment(since), source, compare=compare, again=again or compare))
    if failed:
        raise SitrepError(f"{failed} revisions could not be read; they stay as they were")


async def _run(since: Any, source: str | None, *, compare: bool, again: bool) -> int:
    from rich.console import Console
    from rich.progress import Progress

    from app.services import replay
    from app.services.extraction import ExtractionService

    chosen, database = settings(), engine()
    extraction, done, changed, failed = ExtractionService(chosen), 0, 0, 0
    try:
        items = replay.plan(database, await extraction.version(), since=since, source=source, again=again)
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
