"""Sources: what the server polls."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.common import engine, settings
from app.core.errors import SitrepError

sources = typer.Typer(help="Feeds, sitemaps and pages that the server polls.", no_args_is_help=True)
Which = Annotated[str, typer.Argument(metavar="ID|URL|KEY", help="Its id, its URL, or its key in the catalogue.")]
Option = typer.Option


@sources.command("add")
def sources_add(
    url: Annotated[str, typer.Argument(metavar="URL|KEY", help="An address, or a key of the catalogue.")],
    kind: Annotated[str | None, Option(help="feed, sitemap, page or live")] = None,
    name: Annotated[str | None, Option()] = None,
    outlet: Annotated[str | None, Option()] = None,
    stance: Annotated[str | None, Option()] = None,
    language: Annotated[str | None, Option(help="Two letters.")] = None,
    country: Annotated[str | None, Option(help="Two letters.")] = None,
    interval: Annotated[int | None, Option(min=1, max=86_400, help="Seconds between polls; else its rhythm.")] = None,
    disabled: Annotated[bool, Option("--disabled", help="Add it without polling it.")] = False,
) -> None:
    """Poll this feed, sitemap or page from now on."""
    from app.core.clock import utcnow
    from app.core.db import write_session
    from app.domain.vocabulary import SourceKind
    from app.ingest.catalogue import entry_named
    from app.services import sources as service

    if kind is not None and kind not in list(SourceKind):
        raise typer.BadParameter("--kind is feed, sitemap, page or live")
    entry = entry_named(url)
    given: dict[str, Any] = {"name": name, "outlet": outlet, "stance": stance, "language": language, "country": country}
    given |= {"kind": SourceKind(kind) if kind else None, "poll_interval_s": interval, "enabled": not disabled}
    with write_session(engine()) as session:
        row, _ = service.add(session, settings(), url=entry.url if entry else url, now=utcnow(), **given)
        print(row.id)


@sources.command("list")
def sources_list() -> None:
    """Every source with its health."""
    from app.core.db import read_session
    from app.store import sources_read

    with read_session(engine()) as session:
        for one in sources_read.every(session):
            state = one.paused_reason or one.last_error or ("enabled" if one.enabled else "disabled")
            print(f"{one.id}  {one.kind:<7}  {one.name}  {one.url}  {state}")


def _change(which: str, **values: Any) -> None:
    from app.core.clock import utcnow
    from app.core.db import write_session
    from app.services import sources as service
    from app.store import sources as rows

    with write_session(engine()) as session:
        usual = settings().poll_interval_s
        rows.change(session, service.find(session, which), values, default_interval_s=usual, now=utcnow())


@sources.command("enable")
def sources_enable(which: Which) -> None:
    """Poll it (again); takes a pause away."""
    _change(which, enabled=True)


@sources.command("disable")
def sources_disable(which: Which) -> None:
    """Poll it no more, but keep it."""
    _change(which, enabled=False)


@sources.command("remove")
def sources_remove(which: Which) -> None:
    """Forget a source; its articles stay."""
    from app.core.db import write_session
    from app.services import sources as service
    from app.store import sources as rows

    with write_session(engine()) as session:
        rows.remove(session, service.find(session, which))


@sources.command("poll")
def sources_poll(which: Which) -> None:
    """Have it polled by the running server now; prints the job's id."""
    from app.core.clock import utcnow
    from app.core.db import write_session
    from app.services import sources as service

    with write_session(engine()) as session:
        print(service.poll_now(session, service.find(session, which), now=utcnow()).id)


@sources.command("catalogue")
def sources_catalogue(
    add: Annotated[bool, Option("--add", help="Add all of them, disabled, to be enabled one by one.")] = False,
) -> None:
    """Outlets that ship with Sitrep; `sources add KEY` chooses one. Nothing is polled unasked."""
    from app.core.clock import utcnow
    from app.core.db import write_session
    from app.ingest.catalogue import catalogue
    from app.services import sources as service

    if not add:
        for one in catalogue():
            print(f"{one.key:<22}  {one.language}  {one.country}  {one.stance:<16}  {one.name}  {one.url}")
        return
    with write_session(engine()) as session:
        done = service.add_catalogue(session, settings(), now=utcnow())
    print(f"added {done.added}, disabled; known {done.known}")


@sources.command("import")
def sources_import(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="An OPML file.")],
    disabled: Annotated[bool, Option("--disabled", help="Add them without polling them.")] = False,
) -> None:
    """Add the feeds of an OPML file; those refused go to stderr with their line."""
    from app.core.clock import utcnow
    from app.core.db import write_session
    from app.ingest.opml import MAX_BYTES, read_opml
    from app.services import sources as service

    body = sys.stdin.buffer.read(MAX_BYTES + 1) if file == "-" else Path(file).read_bytes()
    outlines = read_opml(body)
    with write_session(engine()) as session:
        done = service.import_outlines(session, settings(), outlines, enabled=not disabled, now=utcnow())
    for one in done.refused:
        print(f"{file}:{one.line}: {one.reason}", file=sys.stderr)
    print(f"added {done.added}, known {done.known}, refused {len(done.refused)}")
    if done.refused and not done.added + done.known:
        raise SitrepError(f"{file}: no feed was taken over")


@sources.command("export")
def sources_export(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="Where to; else stdout.")] = "-",
) -> None:
    """Every source as OPML."""
    from app.core.db import read_session
    from app.ingest.opml import write_opml
    from app.services import sources as service
    from app.store import sources_read

    with read_session(engine()) as session:
        text = write_opml(map(service.outline_of, sources_read.every(session)))
    if file == "-":
        print(text, end="")
    else:
        Path(file).write_text(text, encoding="utf-8")
