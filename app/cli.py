"""The verbs of `sitrep`: the only wiring of batch work. Heavy imports wait inside the verbs, so that `--help` is quick."""

import json
import sys
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated, Any

import typer

from app.core.errors import SitrepError, Unprocessable

app = typer.Typer(
    help="War-news briefings as structured, citable data.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
sources_app = typer.Typer(help="Feeds and pages that the server polls.", no_args_is_help=True)
keys_app = typer.Typer(help="API keys: hashed at rest, shown once.", no_args_is_help=True)
app.add_typer(sources_app, name="sources")
app.add_typer(keys_app, name="keys")

SAMPLES = Path(__file__).resolve().parent / "samples"
Published = Annotated[str | None, typer.Option("--published-at", help="Date or RFC 3339 time of publication.")]
Title = Annotated[str | None, typer.Option(help="Headline, where the text does not carry it.")]
Url = Annotated[str | None, typer.Option(help="Where the text was published: its identity.")]
Html = Annotated[bool, typer.Option("--html", help="Read as HTML whatever the suffix.")]


def main() -> None:
    """Entry point: one clear line and exit 1 for what is expected to go wrong; typer's own exit 2 for usage."""
    try:
        app()
    except SitrepError as error:
        print(f"sitrep: {error.detail or error.title}", file=sys.stderr)
        sys.exit(1)
    except OSError as error:
        print(f"sitrep: {error.strerror or error}{f': {error.filename}' if error.filename else ''}", file=sys.stderr)
        sys.exit(1)


def _settings(**overrides: Any) -> Any:
    from app.core.settings import load_settings

    return load_settings(**overrides)


def _engine() -> Any:
    """The engine of a migrated database. Raises NotMigrated."""
    from app.core.db import make_engine
    from app.core.migrate import require_migrated

    engine = make_engine(_settings())
    require_migrated(engine)
    return engine


def _moment(value: str | None) -> datetime | None:
    """A date is midnight UTC. Raises Unprocessable for anything that is neither date nor RFC 3339."""
    if value is None:
        return None
    try:
        if len(value) == 10:
            return datetime.combine(date.fromisoformat(value), time(), UTC)
        at = datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError:
        raise Unprocessable(f"--published-at: {value!r} is neither a date nor an RFC 3339 time.") from None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _page(source: str, html: bool, url: str | None) -> Any:
    """FILE or "-" as a Page. Raises Unprocessable for binary input."""
    from app.core.clock import utcnow
    from app.domain.document import Page

    body = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    if b"\x00" in body:
        raise Unprocessable(f"{source}: this is binary, not a text.")
    is_html = html or source.lower().endswith((".html", ".htm"))
    return Page(body=body, content_type="text/html" if is_html else "text/plain", url=url, fetched_at=utcnow())


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to bind; default SITREP_HOST.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port to bind; default SITREP_PORT.")] = None,
) -> None:
    """Serve the API and its docs, and poll sources in the background."""
    import socket

    import uvicorn

    from app.core.logging import configure
    from app.main import create_app

    settings = _settings(**{k: v for k, v in (("host", host), ("port", port)) if v is not None})
    configure(settings)
    _engine()
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
        except OSError as error:
            raise SitrepError(f"cannot listen on {settings.host}:{settings.port}: {error.strerror}") from None
        listener.listen(1024)
        shown = f"http://{settings.host}:{listener.getsockname()[1]}"
        print(f"Sitrep serves on {shown} (docs: {shown}/docs)", flush=True)
        config = uvicorn.Config(
            create_app(settings),
            log_level=settings.log_level,
            access_log=False,
            timeout_graceful_shutdown=10,
            server_header=False,
        )
        uvicorn.Server(config).run(sockets=[listener])


@app.command()
def migrate(down: Annotated[bool, typer.Option("--down", help="Take all tables away instead.")] = False) -> None:
    """Create the database or bring it up to date; harmless when it is."""
    from app.core import migrate as migrations
    from app.core.db import make_engine

    engine = make_engine(_settings())
    migrations.downgrade(engine) if down else migrations.upgrade(engine)
    print(f"database at revision {migrations.current(engine)}")


@app.command()
def extract(
    source: Annotated[str, typer.Argument(metavar="FILE|-")],
    published_at: Published = None,
    title: Title = None,
    url: Url = None,
    html: Html = False,
) -> None:
    """Print what is found in one text as JSON; nothing is stored."""
    from dataclasses import replace

    from app.extract.pipeline import Extractor
    from app.extract.serialize import to_json
    from app.ingest.readers import read

    moment = _moment(published_at)
    document = read(_page(source, html, url), title=title, published_at=moment, url=url)
    findings = Extractor.load(_settings().spacy_model).extract(document)
    known = document if findings.flags else replace(document, language=document.language or "en")
    print(json.dumps(to_json(known, findings), ensure_ascii=False, indent=1))


@app.command()
def ingest(
    targets: Annotated[list[str] | None, typer.Argument(metavar="FILE|-|URL…")] = None,
    samples: Annotated[
        bool, typer.Option("--samples", help="Ingest the briefings that ship with the project.")
    ] = False,
    published_at: Published = None,
    title: Title = None,
    url: Url = None,
    html: Html = False,
) -> None:
    """Read, extract and store texts, pages or URLs."""
    if not targets and not samples:
        raise typer.BadParameter("name a FILE, - or a URL, or use --samples")
    from app.services import batch

    engine, settings, moment = _engine(), _settings(), _moment(published_at)
    items = batch.samples(SAMPLES) if samples else []
    for target in targets or []:
        page = None if target.startswith(("http://", "https://")) else _page(target, html, url)
        items.append(batch.Item(target, page, title=title, url=url, published_at=moment))
    for line in batch.ingest(engine, settings, items):
        print(line)


@app.command()
def jobs(limit: Annotated[int, typer.Option(min=1, max=1000)] = 20) -> None:
    """The latest jobs with their state and last error."""
    from sqlmodel import col, select

    from app.core.db import read_session
    from app.models import Job

    with read_session(_engine()) as session:
        for job in session.exec(select(Job).order_by(col(Job.created_at).desc(), col(Job.id).desc()).limit(limit)):
            print(f"{job.id}  {job.state:<9}  {job.kind:<11}  {job.url or ''}  {job.last_error or ''}".rstrip())


@app.command()
def openapi() -> None:
    """Print the OpenAPI document."""
    from app.core.settings import Settings
    from app.main import create_app

    print(json.dumps(create_app(Settings()).openapi(), ensure_ascii=False, indent=1, sort_keys=True))


@sources_app.command("add")
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
    from app.store import sources

    if kind not in ("feed", "page"):
        raise typer.BadParameter("--kind is feed or page")
    check_url(url)
    seconds = interval or _settings().poll_interval_s
    with write_session(_engine()) as session:
        source = sources.add(
            session,
            url=url,
            url_key=url_key(url),
            kind=SourceKind(kind),
            name=name or url,
            interval_s=seconds,
            now=utcnow(),
        )
        print(source.id)


@sources_app.command("list")
def sources_list() -> None:
    """Every source with its health."""
    from app.core.db import read_session
    from app.store import sources

    with read_session(_engine()) as session:
        for one in sources.listed(session):
            state = one.paused_reason or one.last_error or ("enabled" if one.enabled else "disabled")
            print(f"{one.id}  {one.kind:<7}  {one.url}  {state}")


@sources_app.command("remove")
def sources_remove(source_id: str) -> None:
    """Forget a source; its articles stay."""
    from app.core.db import write_session
    from app.core.errors import NotFound
    from app.core.ids import parse_id
    from app.store import sources

    with write_session(_engine()) as session:
        try:
            found = sources.remove(session, parse_id(source_id))
        except NotFound:
            found = False
        if not found:
            raise SitrepError(f"no source has the id {source_id}")


@keys_app.command("create")
def keys_create(
    scope: Annotated[str, typer.Option(help="read, write or admin")] = "write",
    name: Annotated[str, typer.Option(help="What it is for.")] = "cli",
) -> None:
    """Print a new key, alone on stdout; it cannot be shown again."""
    from app.core.clock import utcnow
    from app.core.db import write_session
    from app.domain.vocabulary import Scope
    from app.store import keys

    if scope not in list(Scope):
        raise typer.BadParameter("--scope is read, write or admin")
    with write_session(_engine()) as session:
        secret = keys.create(session, scope=Scope(scope), name=name, now=utcnow())
    print(secret)


@keys_app.command("list")
def keys_list() -> None:
    """Prefix, scope, name and last use of every key."""
    from app.core.db import read_session
    from app.store import keys

    with read_session(_engine()) as session:
        for key in keys.listed(session):
            state = (
                f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else f"last used {key.last_used_at or 'never'}"
            )
            print(f"{key.prefix}…  {key.scope:<5}  {key.name}  {state}")


@keys_app.command("revoke")
def keys_revoke(prefix: Annotated[str, typer.Argument(help="The shown prefix, or the id.")]) -> None:
    """Refuse a key from now on."""
    from app.core.clock import utcnow
    from app.core.db import write_session
    from app.store import keys

    with write_session(_engine()) as session:
        if not keys.revoke(session, prefix.rstrip("…"), utcnow()):
            raise SitrepError(f"no living key has the prefix {prefix}")


if __name__ == "__main__":
    main()
