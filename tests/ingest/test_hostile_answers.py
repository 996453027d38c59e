"""What a hostile site may send: bounded time and memory, and a clear error for each."""

import asyncio
import contextlib
import gzip
import socket
import threading
import time
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer

from app.core.errors import (
    FetchError,
    FetchGone,
    FetchRefused,
    FetchStatus,
    FetchTimeout,
    FetchTooLarge,
    UnreadablePage,
)
from app.domain.document import Page
from app.ingest.body import read_body
from app.ingest.fetch import Fetcher
from app.ingest.robots import Robots
from tests.ingest.test_fetch import fetch

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ZEROS = b"\0" * 50_000_000


async def chunks(body: bytes, size: int = 16_384) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


@pytest.mark.parametrize(
    ("encoding", "body", "error"),
    [
        ("gzip", gzip.compress(ZEROS), FetchTooLarge),
        ("deflate", zlib.compress(ZEROS), FetchTooLarge),
        ("gzip, gzip", gzip.compress(gzip.compress(ZEROS)), FetchError),
        ("br", b"\x0b\x00\x80x\x03", FetchError),  # not asked for
        ("gzip", b"not gzip at all", FetchError),
    ],
)
def test_bombs_cost_no_memory(encoding: str, body: bytes, error: type[Exception]) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(error):
            asyncio.run(read_body(chunks(body), encoding=encoding, limit=2_000_000))
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


def test_a_bomb_inside_a_bomb_stays_packed() -> None:
    """Packed twice and declared once: what comes out is the inner file, not what is in it."""
    inner = gzip.compress(ZEROS)
    assert asyncio.run(read_body(chunks(gzip.compress(inner)), encoding="gzip", limit=2_000_000)) == inner


@given(st.binary(max_size=3000), st.integers(1, 700))
def test_packed_and_plain_give_the_same(body: bytes, size: int) -> None:
    for encoding, packed in (("", body), ("gzip", gzip.compress(body)), ("deflate", zlib.compress(body))):
        assert asyncio.run(read_body(chunks(packed, size), encoding=encoding, limit=3000)) == body


class Dribble:
    """A server that sends `head`, then `piece` for ever at `pause` seconds."""

    def __init__(self, head: bytes, piece: bytes, pause: float) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/"
        self.thread = threading.Thread(target=self._serve, args=(head, piece, pause), daemon=True)
        self.thread.start()

    def _serve(self, head: bytes, piece: bytes, pause: float) -> None:
        with self.listener, contextlib.suppress(OSError):  # the client goes away, as it should
            peer, _ = self.listener.accept()
            with peer:
                peer.sendall(head)
                while True:
                    peer.sendall(piece)
                    time.sleep(pause)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"


@pytest.mark.parametrize(
    ("head", "piece", "pause", "error"),
    [
        (HEAD, b"a", 0.05, FetchTimeout),  # slow-loris in the body
        (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", 0.05, FetchTimeout),  # and in the headers
        (HEAD, b"a" * 65_536, 0, FetchTooLarge),  # without end
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", b"a", 0.05, FetchTooLarge),  # announced
        (b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 2_000_000 + b"\r\n", b"a", 0.05, FetchError),  # headers without end
        (b"SSH-2.0-OpenSSH\r\n", b"a", 0.05, FetchError),  # another protocol
    ],
)
def test_a_hostile_server_ends_in_time(head: bytes, piece: bytes, pause: float, error: type[Exception]) -> None:
    server = Dribble(head, piece, pause)
    with pytest.raises(error):
        fetch(server.url, timeout_s=1)
    server.thread.join(10)


def test_other_kinds_of_files_are_not_read(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a.pdf").respond_with_data(b"%PDF", content_type="application/pdf")
    with pytest.raises(UnreadablePage):
        fetch(httpserver.url_for("/a.pdf"))


@pytest.mark.parametrize(
    ("named", "body", "read_as"),
    [
        ("text/html; charset=utf-8; x=y", b"x", "text/html"),
        ("application/octet-stream", b"\n<!DOCTYPE html><p>x", "text/html"),  # a type that says nothing
        ("TEXT/HTML", b"x", "text/html"),
    ],
)
def test_types(httpserver: HTTPServer, named: str, body: bytes, read_as: str) -> None:
    httpserver.expect_request("/a").respond_with_data(body, content_type=named)
    page = fetch(httpserver.url_for("/a"))
    assert isinstance(page, Page) and page.content_type == read_as


def test_only_what_may_pass_is_tried_again(httpserver: HTTPServer) -> None:
    def ask(path: str) -> int:
        async def work() -> None:
            fetcher = Fetcher(allow_private=True, timeout_s=5, user_agent="t/1", robots=False, rate=100, attempts=2)
            try:
                await fetcher.fetch(httpserver.url_for(path), now=NOW)
            finally:
                await fetcher.close()

        before = len(httpserver.log)
        with pytest.raises(FetchError):
            asyncio.run(work())
        return len(httpserver.log) - before

    for path, status, headers in (
        ("/500", 500, {}),
        ("/503", 503, {"Retry-After": "60"}),
        ("/404", 404, {}),
        ("/429", 429, {}),
    ):
        httpserver.expect_request(path).respond_with_data("", status=status, headers=headers)
    assert (ask("/500"), ask("/503"), ask("/404"), ask("/429")) == (2, 1, 1, 1)


def test_retry_after_is_handed_on(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a").respond_with_data("", status=429, headers={"Retry-After": "60"})
    with pytest.raises(FetchStatus) as caught:
        fetch(httpserver.url_for("/a"))
    assert caught.value.headers["Retry-After"] == "60"


class Site:
    """robots.txt as given; counts how often it is read."""

    def __init__(self, answer: bytes | Exception) -> None:
        self.answer, self.reads = answer, 0

    async def read(self, url: str) -> Page:
        self.reads += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return Page(self.answer, "text/plain", url=url)


RULES = b"User-agent: *\nDisallow: /private\nCrawl-delay: 7\n"


@pytest.mark.parametrize(
    ("answer", "path", "error"),
    [
        (RULES, "/open", None),
        (RULES, "/private/1", FetchRefused),
        (FetchGone("The site answered 404."), "/private/1", None),  # no robots.txt: all is allowed
        (FetchStatus("The site answered 503."), "/open", FetchStatus),  # closed for now, tried again later
        (FetchTimeout("too slow"), "/open", FetchTimeout),
        (FetchRefused("not public"), "/open", FetchRefused),
        (FetchTooLarge("more than"), "/open", None),
        (b"\xff\xfe\x00garbage" * 99, "/open", None),
        (b"User-agent: sitrep\nDisallow: /\n", "/open", FetchRefused),  # meant for us
    ],
)
def test_robots(answer: bytes | Exception, path: str, error: type[Exception] | None) -> None:
    robots, site = Robots("sitrep/0.1"), Site(answer)
    ask = robots.check("https://e.org" + path, site.read, NOW)
    if error is None:
        assert asyncio.run(ask) in (0.0, 7.0)
    else:
        with pytest.raises(error):
            asyncio.run(ask)


def test_robots_are_read_once_an_hour() -> None:
    robots, site = Robots("sitrep/0.1"), Site(RULES)

    async def work() -> None:
        for minutes in (0, 30, 59, 61):
            assert await robots.check("https://e.org/a", site.read, NOW + timedelta(minutes=minutes)) == 7.0

    asyncio.run(work())
    assert site.reads == 2
