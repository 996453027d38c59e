"""create_app(settings): the only wiring of HTTP."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version

from asgi_correlation_id import CorrelationIdMiddleware
from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from starlette.middleware.cors import CORSMiddleware
from starlette_compress import CompressMiddleware, add_compress_type

from app.api import ROUTERS, metrics, openapi, problems
from app.api.correcting import QuotePatch, ReportPatch
from app.api.hosts import AllowedHosts
from app.api.limits import RateLimit
from app.api.mcp import Door, Mcp
from app.api.middleware import Boundary, ConditionalGet, is_request_id, state_flag
from app.api.sources import SourceIn, SourcePatch
from app.api.stream import Patience
from app.api.texts import ArticleIn, ExtractIn
from app.api.webhooks import WebhookIn, WebhookPatch
from app.core.errors import NotMigrated
from app.core.settings import Settings, load_settings
from app.services.runtime import Runtime

log = logging.getLogger("sitrep")


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application; nothing is opened before its lifespan starts."""
    settings = settings or load_settings()
    app: FastAPI = FastAPIOffline(
        title="Sitrep", version=_version(), lifespan=_lifespan, redirect_slashes=False, openapi_url="/openapi.json"
    )
    app.openapi_version = "3.2.0"
    app.state.settings = settings
    app.state.stopping = False
    app.state.migrated = False
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router)
    openapi.install(
        app, bodies=(ArticleIn, ExtractIn, SourceIn, SourcePatch, WebhookIn, WebhookPatch, QuotePatch, ReportPatch)
    )
    metrics.install(app)
    _add_layers(app, settings)
    return app


def _version() -> str:
    try:
        return version("sitrep")
    except PackageNotFoundError:  # run from a checkout that was not installed
        return "0.0.0"


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Starts the services. On a database that is not migrated the server runs and answers 503."""
    runtime = Runtime(app.state.settings)
    app.state.runtime = runtime
    app.state.mcp = Mcp(app)
    app.state.loop = asyncio.get_running_loop()
    try:
        await runtime.start()
    except NotMigrated as error:
        log.error("%s", error.detail or error.title)
    try:
        yield
    finally:
        app.state.stopping = True
        await app.state.mcp.stop()
        await runtime.stop()


def stop_soon(app: FastAPI) -> None:
    """For a signal handler: new requests are refused and streams end, so that the server's own shutdown has no one to
    wait for. Harmless before the start."""
    app.state.stopping = True
    runtime: Runtime | None = getattr(app.state, "runtime", None)
    loop: asyncio.AbstractEventLoop | None = getattr(app.state, "loop", None)
    if runtime is not None and loop is not None:
        loop.call_soon_threadsafe(runtime.stop_soon)


def _add_layers(app: FastAPI, settings: Settings) -> None:
    """From the inside out: the last one added sees a request first."""
    app.add_middleware(ConditionalGet)
    app.add_middleware(Door, owner=app)
    app.add_middleware(Patience, stall_s=settings.stream_stall_s)
    for kind in ("application/jsonl", "application/geo+json", "application/rss+xml", "application/feed+json"):
        add_compress_type(kind)
    app.add_middleware(CompressMiddleware, minimum_size=500)
    if settings.rate_limit:
        storage = settings.rate_limit_storage
        app.add_middleware(RateLimit, rate=settings.rate_limit, trusted=settings.trusted_proxies, storage=storage)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.cors_origins),
            allow_methods=["GET", "HEAD", "POST", "PATCH", "DELETE"],
            allow_headers=[
                "Authorization",
                "Content-Type",
                "Idempotency-Key",
                "If-Match",
                "If-None-Match",
                "X-Request-ID",
            ],
            expose_headers=["ETag", "Link", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-ID"],
        )
    if settings.allowed_hosts:
        app.add_middleware(AllowedHosts, hosts=settings.allowed_hosts)
    app.add_middleware(Boundary, stopping=state_flag(app, "stopping"))
    app.add_middleware(CorrelationIdMiddleware, validator=is_request_id)
