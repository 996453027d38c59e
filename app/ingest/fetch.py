"""The one door to the network: guarded addresses, bounded bytes and time, robots, pace, conditional GET."""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import urljoin, urlsplit

import httpx
import stamina
from aiolimiter import AsyncLimiter

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
from app.ingest.guard import REFUSED, guarded_client, is_refusal
from app.ingest.robots import Robots
from app.ingest.urls import check_url

MAX_REDIRECTS = 5
LIMITS = {"page": 2_000_000, "feed": 5_000_000, "robots": 500_000}
MAX_HOSTS = 10_000
Kind = Literal["page", "feed", "robots"]
_GONE = {400, 401, 402, 403, 404, 405, 406, 410, 451}
_MAY_PASS = {500, 502, 503, 504}
_NEVER_TEXT = ("image/", "audio/", "video/", "font/", "application/pdf", "application/zip", "application/x-protobuf")


@dataclass(frozen=True, slots=True)
class NotModified:
    """304: nothing new since the validators that were sent."""


@dataclass(slots=True)
class _Ask:
    """One thing to fetch, the same over all its attempts and redirects."""

    kind: Kind
    headers: dict[str, str]
    now: datetime
    left: float  # seconds of network time


_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (httpx.ConnectError, "No connection to {host} could be made."),
    (httpx.RemoteProtocolError, "The answer of {host} is not valid HTTP, or ends in the middle."),
    (httpx.DecodingError, "The compressed answer of {host} is broken."),
    (UnicodeError, "The host name {host} is malformed."),
)


def _in_words(error: Exception, host: str | None) -> str:
    """For whoever reads the job: a sentence, never the library's own text."""
    words = next((words for kind, words in _WORDS if isinstance(error, kind)), "The connection to {host} broke off.")
    return words.format(host=host)


class Fetcher:
    """One client for the whole process; close it at the end."""

    def __init__(
        self,
        *,
        allow_private: bool,
        timeout_s: float,
        user_agent: str,
        robots: bool = True,
        rate: float = 1.0,
        attempts: int = 2,
    ) -> None:
        self._client = guarded_client(allow_private=allow_private, user_agent=user_agent)
        self._timeout, self._rate, self._attempts = timeout_s, rate, attempts
        self._robots = Robots(user_agent) if robots else None
        self._limiters: OrderedDict[str, AsyncLimiter] = OrderedDict()

    async def close(self) -> None:
        await self._client.aclose()

    async def fetch(
        self, url: str, *, kind: Kind = "page", now: datetime, etag: str | None = None, last_modified: str | None = None
    ) -> Page | NotModified:
        """The body behind a URL, within `timeout_s` of network time over all attempts and redirects.

        Raises FetchRefused, FetchTimeout, FetchTooLarge, FetchStatus, FetchGone, FetchError, or UnreadablePage for a
        type that is never text.
        """
        check_url(url)
        headers = {k: v for k, v in (("If-None-Match", etag), ("If-Modified-Since", last_modified)) if v}
        ask = _Ask(kind, headers, now, self._timeout)
        retried = stamina.retry_context(
            on=_may_retry, attempts=self._attempts, wait_initial=0.5, wait_max=5, timeout=self._timeout
        )
        async for attempt in retried:
            with attempt:
                return await self._follow(url, ask)
        raise FetchError  # pragma: no cover - the loop returns or raises

    async def post(self, url: str, *, body: bytes, headers: dict[str, str]) -> int:
        """The status that `url` answers. No redirect is followed, no robots.txt asked, no byte of the answer's body read."""
        check_url(url)
        async with (
            self._guarded(url, self._timeout),
            self._client.stream("POST", url, content=body, headers=headers) as response,
        ):
            return response.status_code
        raise FetchError  # pragma: no cover - the block returns or raises

    @contextlib.asynccontextmanager
    async def _guarded(self, url: str, seconds: float) -> AsyncIterator[None]:
        """The time that is left, and the client's and the guard's errors as ours."""
        host = urlsplit(url).hostname
        try:
            async with asyncio.timeout(seconds):
                yield
        except (TimeoutError, httpx.TimeoutException):
            raise FetchTimeout(f"{host} did not answer within {self._timeout:g} s.") from None
        except httpx.InvalidURL:
            raise FetchRefused("The URL is malformed.") from None
        except REFUSED:
            raise FetchRefused("The address is not a public one.") from None
        except (httpx.HTTPError, httpx.StreamError, OSError, UnicodeError) as error:
            if is_refusal(error):
                raise FetchRefused("The address is not a public one.") from None
            raise FetchError(_in_words(error, host)) from None

    async def _follow(self, url: str, ask: _Ask) -> Page | NotModified:
        """Each hop is checked, asked of robots.txt and paced like the first."""
        for _ in range(MAX_REDIRECTS + 1):
            delay = 0.0
            if self._robots is not None and ask.kind != "robots":
                delay = await self._robots.check(url, lambda at: self._read_robots(at, ask), ask.now)
            async with self._paced(url, delay):
                found = await self._hop(url, ask)
            if not isinstance(found, str):
                return found
            url = found
        raise FetchError(f"More than {MAX_REDIRECTS} redirects.")

    async def _read_robots(self, url: str, ask: _Ask) -> Page:
        """Out of the same time as the page that it is asked for."""
        own = _Ask("robots", {}, ask.now, ask.left)
        try:
            page = await self._follow(url, own)
        finally:
            ask.left = own.left
        if not isinstance(page, Page):
            raise FetchGone  # 304 to a question without validators: as good as none
        return page

    async def _hop(self, url: str, ask: _Ask) -> Page | NotModified | str:
        """One request; a str is where it redirects to. Waiting for one's turn costs none of the time."""
        clock = asyncio.get_running_loop().time
        start = clock()
        try:
            async with self._guarded(url, ask.left):
                return await self._request(url, ask)
            raise FetchError  # pragma: no cover - the block returns or raises
        finally:
            ask.left -= clock() - start

    async def _request(self, url: str, ask: _Ask) -> Page | NotModified | str:
        async with self._client.stream("GET", url, headers=ask.headers) as response:
            if response.status_code == 304 and ask.headers:
                return NotModified()
            if response.has_redirect_location:
                return _next(url, response.headers["location"])
            _check_status(response)
            return await _page(response, url, ask)

    @contextlib.asynccontextmanager
    async def _paced(self, url: str, delay: float) -> AsyncIterator[None]:
        """At most `rate` requests a second to one host, fewer where it asks for that."""
        host = urlsplit(url).netloc.lower()
        seconds = max(1 / self._rate, delay)
        limiter = self._limiters.get(host)
        if limiter is None or (delay and limiter.time_period < delay):
            limiter = AsyncLimiter(max(1.0, 1 / seconds), max(1.0, seconds))
            self._limiters[host] = limiter
        self._limiters.move_to_end(host)
        while len(self._limiters) > MAX_HOSTS:
            self._limiters.popitem(last=False)
        async with limiter:
            yield


def _may_retry(error: Exception) -> bool:
    """A lost connection or a fault of the server; not a time-out (its time is spent) nor a wish to be left alone."""
    if not isinstance(error, FetchError) or not error.retryable or isinstance(error, FetchTimeout):
        return False
    return not isinstance(error, FetchStatus) or bool(error.extra.get("may_pass"))


def _next(url: str, location: str) -> str:
    """The redirect's target, checked like the first URL; https never goes down to http."""
    try:
        target = check_url(urljoin(url, location.strip()))
    except ValueError:
        raise FetchRefused("The redirect's address is malformed.") from None
    if urlsplit(url).scheme == "https" and urlsplit(target).scheme == "http":
        raise FetchRefused("A redirect from https to http is not followed.")
    return target


def _check_status(response: httpx.Response) -> None:
    status = response.status_code
    if status == 200:
        return
    asked = response.headers.get("retry-after")
    raise (FetchGone if status in _GONE else FetchStatus)(
        f"The site answered {status}.",
        headers={"Retry-After": asked[:100]} if asked else {},
        extra={"status_code": status, "may_pass": status in _MAY_PASS and not asked},
    )


async def _page(response: httpx.Response, url: str, ask: _Ask) -> Page:
    kind, _, rest = response.headers.get("content-type", "").partition(";")
    content_type = kind.strip().lower()
    if ask.kind == "page" and content_type.startswith(_NEVER_TEXT):
        raise UnreadablePage("The page is not a text but another kind of file.")
    limit = LIMITS[ask.kind]
    announced = response.headers.get("content-length", "")
    if ask.kind != "robots" and announced.isdecimal() and int(announced[:15]) > limit:
        raise FetchTooLarge(f"More than {limit} bytes.")
    encoding = response.headers.get("content-encoding", "")
    body = await read_body(response.aiter_raw(16_384), encoding=encoding, limit=limit, cut=ask.kind == "robots")
    return Page(
        body=body,
        content_type=_type(content_type, body),
        url=url,
        charset=_charset(rest),
        fetched_at=ask.now,
        etag=_validator(response.headers.get("etag")),
        last_modified=_validator(response.headers.get("last-modified")),
    )


def _type(named: str, body: bytes) -> str:
    """The type named; where none is, or one that says nothing, what the first bytes look like."""
    if named and named not in ("application/octet-stream", "application/unknown"):
        return named
    start = body[:1_000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "text/html"
    return named or "application/octet-stream"


def _validator(value: str | None) -> str | None:
    """A validator is sent back as it came; one that is too long or not printable is not kept."""
    return value if value and len(value) <= 500 and value.isascii() and value.isprintable() else None


def _charset(parameters: str) -> str | None:
    for part in parameters.split(";"):
        name, _, value = part.strip().partition("=")
        if name.strip().lower() == "charset":
            return value.strip("\"' ")[:40] or None
    return None
