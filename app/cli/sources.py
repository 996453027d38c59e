"""Sources: what the server polls."""

from typing import Annotated

import typer

from app.cli.common import engine, settings
from app.core.errors import SitrepError

sources = typer.Typer(help="Feeds and pages that the server polls.", no_args_is_help=True)


@sources.command("add")
def sources_add(
    url: str,
    kind: Annotated[str, typer.Option(help="feed or page")] = "feed",
    name: Annotated[str | None, typer.Option()] = None,
    interval: Annotated[int | None, typer.Option(min=1, max=86_400, help="Seconds between polls.")] = None,
) -> None:
    """Poll this feed or page from now on."""
    from app.core.clock import utcnow
    from app.core.db import write_session
    from app.domain.vocabulary import SourceKind
    from app.ingest.urls import check_url, url_key
    from app.store import sources as rows

    if kind not in ("feed", "page"):
        raise typer.BadParameter("--kind is feed or page")
    check_url(url)
    seconds = interval or settings().poll_interval_s
    with write_session(engine()) as session:
        source = rows.add(
            session,
            url=url,
            url_key=url_key(url),
            kind=SourceKind(kind),
            name=name or url,
            interval_s=seconds,
            now=utcnow(),
        )
        print(source.id)


@sources.command("list")
def sources_list() -> None:
    """Every source with its health."""
    from app.core.db import read_session
    from app.store import sources as rows

    with read_session(engine()) as session:
        for one in rows.listed(session):
            state = one.paused_reason or one.last_error or ("enabled" if one.enabled else "disabled")
            print(f"{one.id}  {one.kind:<7}  {one.url}  {state}")


@sources.command("remove")
def sources_remove(source_id: str) -> None:
    """Forget a source; its articles stay."""
    from app.core.db import write_session
    from app.core.errors import NotFound
    from app.core.ids import parse_id
    from app.store import sources as rows

    with write_session(engine()) as session:
        try:
            found = rows.remove(session, parse_id(source_id))
        except NotFound:
            found = False
        if not found:
            raise SitrepError(f"no source has the id {source_id}")
