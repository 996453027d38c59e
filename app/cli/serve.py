"""Serving and migrating."""

import math
import socket
from types import FrameType
from typing import Annotated, Any

import typer

from app.cli.common import engine, settings
from app.core.errors import SitrepError


def serve(
    host: Annotated[str | None, typer.Option(help="Address to bind; default SITREP_HOST.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port to bind; default SITREP_PORT.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Only say whether the address can be bound.")] = False,
) -> None:
    """Serve the API and its docs, and poll sources in the background."""
    chosen = settings(**{k: v for k, v in (("host", host), ("port", port)) if v is not None})
    if check:
        _bind(chosen.host, chosen.port).close()
        return
    _serve(chosen)


def _bind(host: str, port: int) -> socket.socket:
    """SitrepError names the address that cannot be had."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise SitrepError(f"cannot listen on {host}:{port}: {error.strerror}") from None
    return listener


def _serve(chosen: Any) -> None:
    import uvicorn

    from app.core.logging import configure
    from app.main import create_app, stop_soon

    configure(chosen)
    engine()
    with _bind(chosen.host, chosen.port) as listener:
        listener.listen(1024)
        shown = f"http://{chosen.host}:{listener.getsockname()[1]}"
        print(f"Sitrep serves on {shown} (docs: {shown}/docs)", flush=True)
        app = create_app(chosen)

        class Server(uvicorn.Server):
            def handle_exit(self, sig: int, frame: FrameType | None) -> None:
                stop_soon(app)  # else uvicorn waits for streams that never end
                super().handle_exit(sig, frame)

        config = uvicorn.Config(
            app,
            log_level=chosen.log_level,
            access_log=False,
            timeout_graceful_shutdown=math.ceil(chosen.shutdown_timeout_s),
            server_header=False,
        )
        Server(config).run(sockets=[listener])


def worker() -> None:
    """Work on jobs from the shared queue (SITREP_QUEUE_URL) until told to stop; start as many as you like, on any machine."""
    import asyncio

    from app.core.logging import configure
    from app.services.worker import run

    chosen = settings()
    if chosen.queue_url is None:
        raise SitrepError("SITREP_QUEUE_URL is not set: jobs run inside `sitrep serve`")
    configure(chosen)
    engine()
    asyncio.run(run(chosen, ready=lambda: print("Sitrep works on jobs", flush=True)))


def migrate(down: Annotated[bool, typer.Option("--down", help="Take all tables away instead.")] = False) -> None:
    """Create the database or bring it up to date; harmless when it is."""
    from app.core import migrate as migrations
    from app.core.db import make_engine

    found = make_engine(settings())
    migrations.downgrade(found) if down else migrations.upgrade(found)
    print(f"database at revision {migrations.current(found)}")
