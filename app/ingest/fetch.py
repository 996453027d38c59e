"""The one door to the network: guarded addresses, bounded bytes and time, robots, pace, conditional GET."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

import httpx
import stamina
from aiolimiter import AsyncLimiter
from protego import Protego

from app.core.errors import FetchError, FetchGone, FetchRefused, FetchStatus, FetchTimeout, FetchTooLarge
from app.domain.document import Page
from app.ingest.guard import REFUSED, guarded_client, is_refusal
from app.ingest.urls import check_url

MAX_REDIRECTS = 5
LIMITS = {"page": 2_000_000, "feed": 5_000_000, "robots": 500_000}
Kind = Literal["page", "feed", "robots"]
_GONE = {400, 401, 402, 403, 404, 405, 406, 410, 451}


@dataclass(frozen=True, slots=True)
class NotModified:
    """304: nothing new since the validators that were sent."""


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
        self._timeout, self._robots_on, self._agent, self._rate, self._attempts = (
            timeout_s,
            robots,
            user_agent,
            rate,
            attempts,
        )
        self._limiters: dict[str, AsyncLimiter] = {}
        self._rules: dict[str, Protego | None] = {}

    async def close(self) -> None:
        await self._client.aclose()

    async def fetch(
        self, url: str, *, kind: Kind = "page", now: datetime, etag: str | None = None, last_modified: str | None = None
    ) -> Page | NotModified:
        """The body behind a URL. Raises FetchRefused, FetchTimeout, FetchTooLarge, FetchStatus, FetchGone or FetchError."""
        check_url(url)
        await self._obey(url)
        headers = {k: v for k, v in (("If-None-Match", etag), ("If-Modified-Since", last_modified)) if v}
        retried = stamina.retry_context(
            on=_may_retry, attempts=self._attempts, wait_initial=0.5, wait_max=5, timeout=self._timeout
        )
        async for attempt in retried:
            with attempt:
                async with self._limited(url):
                    return await self._bounded(url, kind, headers, now)
        raise FetchError  # pragma: no cover - the loop returns or raises

    async def post(self, url: str, *, body: bytes, headers: dict[str, str]) -> int:
        """The status that `url` answers. No redirect is followed, no robots.txt asked, no byte of the answer's body read."""
        check_url(url)
        async with self._guarded(url), self._client.stream("POST", url, content=body, headers=headers) as response:
            return response.status_code
        raise FetchError  # pragma: no cover - the block returns or raises

    async def _bounded(self, url: str, kind: Kind, headers: dict[str, str], now: datetime) -> Page | NotModified:
        async with self._guarded(url):
            return await self._follow(url, kind, headers, now)
        raise FetchError  # pragma: no cover - the block returns or raises

    @contextlib.asynccontextmanager
    async def _guarded(self, url: str) -> AsyncIterator[None]:
        """The total time, and the client's and the guard's errors as ours."""
        try:
            async with asyncio.timeout(self._timeout):
                yield
        except (TimeoutError, httpx.TimeoutException):
            raise FetchTimeout(f"{urlsplit(url).hostname} did not answer within {self._timeout:g} s.") from None
        except REFUSED:
            raise FetchRefused("The address is not a public one.") from None
        except httpx.HTTPError as error:
            raise (
                FetchRefused("The address is not a public one.")
                if is_refusal(error)
                else FetchError(f"{type(error).__name__} while fetching.")
            ) from None

    async def _follow(self, url: str, kind: Kind, headers: dict[str, str], now: datetime) -> Page | NotModified:
        for _ in range(MAX_REDIRECTS + 1):
            async with self._client.stream("GET", url, headers=headers) as response:
                if response.status_code == 304:
                    return NotModified()
                if response.is_redirect:
                    url = _next(url, response.headers.get("location", ""))
                    continue
                _check_status(response)
                return await _page(response, url, LIMITS[kind], now)
        raise FetchError(f"More than {MAX_REDIRECTS} redirects.")

    @contextlib.asynccontextmanager
    async def _limited(self, url: str) -> AsyncIterator[None]:
        host = urlsplit(url).netloc
        if len(self._limiters) > 10_000:
            self._limiters.clear()
        async with self._limiters.setdefault(host, AsyncLimiter(max(1.0, self._rate), max(1.0, 1 / self._rate))):
            yield

    async def _obey(self, url: str) -> None:
        """robots.txt of the host, read once a process; one that cannot be had forbids nothing."""
        if not self._robots_on:
            return
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            self._rules[origin] = await self._read_rules(origin)
        rules = self._rules[origin]
        if rules is not None and not rules.can_fetch(url, self._agent):
            raise FetchRefused("robots.txt of the site forbids this address.")

    async def _read_rules(self, origin: str) -> Protego | None:
        try:
            page = await self._bounded(origin + "/robots.txt", "robots", {}, datetime.now(UTC))
        except FetchRefused:
            raise
        except FetchError:
            return None
        return Protego.parse(page.body.decode("utf-8", errors="replace")) if isinstance(page, Page) else None


def _may_retry(error: Exception) -> bool:
    return isinstance(error, FetchError) and error.retryable


def _next(url: str, location: str) -> str:
    """The redirect's target, checked like the first URL; https never goes down to http."""
    target = check_url(urljoin(url, location))
    if urlsplit(url).scheme == "https" and urlsplit(target).scheme == "http":
        raise FetchRefused("A redirect from https to http is not followed.")
    return target


def _check_status(response: httpx.Response) -> None:
    if response.status_code == 200:
        return
    wrong = FetchGone if response.status_code in _GONE else FetchStatus
    asked = response.headers.get("retry-after")
    raise wrong(f"The site answered {response.status_code}.", headers={"Retry-After": asked[:100]} if asked else {})


async def _page(response: httpx.Response, url: str, limit: int, now: datetime) -> Page:
    body = bytearray()
    async for chunk in response.aiter_bytes(16_384):
        body += chunk
        if len(body) > limit:
            raise FetchTooLarge(f"More than {limit} bytes.")
    kind, _, rest = response.headers.get("content-type", "").partition(";")
    return Page(
        body=bytes(body),
        content_type=kind.strip().lower() or "application/octet-stream",
        url=url,
        charset=_charset(rest),
        fetched_at=now,
        etag=response.headers.get("etag"),
        last_modified=response.headers.get("last-modified"),
    )


def _charset(parameters: str) -> str | None:
    name, _, value = parameters.strip().partition("=")
    return value.strip("\"' ") or None if name.lower() == "charset" else None


def headers(agent: str) -> dict[str, Any]:
    """Only gzip: one read of a stacked encoding could emit 67 MB."""
    return {
        "User-Agent": agent,
        "Accept-Encoding": "gzip",
        "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5",
    }
