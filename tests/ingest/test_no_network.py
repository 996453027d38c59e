"""Reading a page fetches nothing: a library that takes a text for a URL asked for it, past the guard."""

import asyncio
import socket
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from app.core.errors import SitrepError
from app.core.settings import Settings
from app.domain.document import Page
from app.ingest.readers import read
from app.services.extraction import ExtractionService

NOW = datetime(2025, 3, 3, tzinfo=UTC)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as found:
        found.settimeout(0.3)
        yield found


def knocked(listener: socket.socket) -> bool:
    try:
        listener.accept()[0].close()
    except TimeoutError:
        return False
    return True


@pytest.mark.parametrize("text", ["http://{}/latest", "http://{}/<p>a", "HTTP://{}/", "\nhttp://{}/", "http:{}"])
def test_a_page_that_is_a_url_is_not_fetched(listener: socket.socket, text: str) -> None:
    body = text.format(f"127.0.0.1:{listener.getsockname()[1]}").encode()
    try:
        read(Page(body, "text/html", url="https://e.org/", fetched_at=NOW))
    except SitrepError as error:
        assert error.status == 422
    assert not knocked(listener)


def connect(url: str) -> str:
    """In the child: what any library might do."""
    try:
        urllib.request.urlopen(url, timeout=5)
    except OSError as error:
        return str(error)
    return "connected"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_reading_processes_open_no_connection(listener: socket.socket, host: str) -> None:
    async def run() -> str:
        service = ExtractionService(Settings(extract_timeout_s=120))
        try:
            return str(await service.pool.run(connect, f"http://{host}:{listener.getsockname()[1]}/"))
        finally:
            await service.close()

    assert "no network" in asyncio.run(run())
    assert not knocked(listener)
