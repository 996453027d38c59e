"""The door to the network, over real sockets."""

import asyncio
import gzip
from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from app.core.errors import FetchError, FetchGone, FetchRefused, FetchStatus, FetchTimeout, FetchTooLarge
from app.domain.document import Page
from app.ingest.fetch import Fetcher, NotModified

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def fetch(
    url: str, *, allow_private: bool = True, timeout_s: float = 5, robots: bool = False, **more: Any
) -> Page | NotModified:
    async def work() -> Page | NotModified:
        fetcher = Fetcher(
            allow_private=allow_private,
            timeout_s=timeout_s,
            user_agent="sitrep-test/1",
            robots=robots,
            rate=100,
            attempts=1,
        )
        try:
            return await fetcher.fetch(url, now=NOW, **more)
        finally:
            await fetcher.close()

    return asyncio.run(work())


def test_a_page_with_its_facts(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a").respond_with_data(
        "hello", content_type="text/html; charset=utf-8", headers={"ETag": '"1"'}
    )
    page = fetch(httpserver.url_for("/a"))
    assert isinstance(page, Page)
    assert (page.body, page.content_type, page.charset, page.etag) == (b"hello", "text/html", "utf-8", '"1"')


def test_not_modified(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a", headers={"If-None-Match": '"1"'}).respond_with_data("", status=304)
    assert fetch(httpserver.url_for("/a"), etag='"1"') == NotModified()


def test_a_private_address_is_refused_without_a_packet(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a").respond_with_data("secret")
    for host in ("127.0.0.1", "localhost"):
        with pytest.raises(FetchRefused):
            fetch(f"http://{host}:{httpserver.port}/a", allow_private=False)
    assert httpserver.log == []


def test_a_redirect_is_followed_and_checked(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a").respond_with_data("", status=302, headers={"Location": "/b"})
    httpserver.expect_request("/b").respond_with_data("there")
    page = fetch(httpserver.url_for("/a"))
    assert isinstance(page, Page) and page.url == httpserver.url_for("/b")
    httpserver.expect_request("/out").respond_with_data("", status=302, headers={"Location": "file:///etc/passwd"})
    with pytest.raises(FetchRefused):
        fetch(httpserver.url_for("/out"))


def test_a_loop_of_redirects_ends(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a").respond_with_data("", status=302, headers={"Location": "/a"})
    with pytest.raises(FetchError, match="redirects"):
        fetch(httpserver.url_for("/a"))


@pytest.mark.parametrize(
    ("status", "error"), [(404, FetchGone), (410, FetchGone), (500, FetchStatus), (429, FetchStatus)]
)
def test_statuses(httpserver: HTTPServer, status: int, error: type[Exception]) -> None:
    httpserver.expect_request("/a").respond_with_data("", status=status)
    with pytest.raises(error):
        fetch(httpserver.url_for("/a"))


def test_decoded_bytes_are_capped(httpserver: HTTPServer) -> None:
    bomb = gzip.compress(b"\0" * 30_000_000)  # 30 KB on the wire
    httpserver.expect_request("/a").respond_with_data(bomb, headers={"Content-Encoding": "gzip"})
    with pytest.raises(FetchTooLarge):
        fetch(httpserver.url_for("/a"))


def test_a_slow_site_costs_its_timeout_only(httpserver: HTTPServer) -> None:
    import time

    def slow(_request: Request) -> Response:
        time.sleep(1.5)
        return Response("late")

    httpserver.expect_request("/a").respond_with_handler(slow)
    with pytest.raises(FetchTimeout):
        fetch(httpserver.url_for("/a"), timeout_s=0.3)


def test_robots(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data("User-agent: *\nDisallow: /private")
    httpserver.expect_request("/open").respond_with_data("ok")
    assert isinstance(fetch(httpserver.url_for("/open"), robots=True), Page)
    with pytest.raises(FetchRefused, match=r"robots\.txt"):
        fetch(httpserver.url_for("/private"), robots=True)
