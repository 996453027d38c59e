"""Rate limit per client on /v1 (off by default): RateLimit headers on every answer, 429 with Retry-After over it."""

import math
import time
from ipaddress import ip_address, ip_network

from limits import RateLimitItem, parse
from limits.aio.storage import Storage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.storage import storage_from_string
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problems import problem_response
from app.core.errors import ConfigError, TooManyRequests


def client_address(scope: Scope, trusted: tuple[str, ...]) -> str:
    """The peer; behind trusted proxies the nearest address in X-Forwarded-For that is not one of them."""
    peer = (scope.get("client") or ("unknown", 0))[0]
    forwarded = Headers(scope=scope).get("x-forwarded-for", "")
    chain = [part.strip() for part in forwarded.split(",") if part.strip()] + [peer]
    while len(chain) > 1 and _is_trusted(chain[-1], trusted):
        chain.pop()
    return str(chain[-1])


def _is_trusted(address: str, trusted: tuple[str, ...]) -> bool:
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    return any(ip in ip_network(net, strict=False) for net in trusted)


def _storage(address: str) -> Storage:
    """ConfigError when the storage is unknown, or its client is not installed."""
    try:
        found = storage_from_string(f"async+{address}")
    except Exception as error:  # noqa: BLE001 - whatever the client library raises
        raise ConfigError(f"SITREP_RATE_LIMIT_STORAGE: {error}") from None
    assert isinstance(found, Storage)
    return found


class RateLimit:
    """A moving window. In memory each process has its own; a shared storage makes one limit of them all."""

    def __init__(self, app: ASGIApp, *, rate: str, trusted: tuple[str, ...], storage: str = "memory://") -> None:
        self.app = app
        self.item: RateLimitItem = parse(rate)
        self.trusted = trusted
        self.window = MovingWindowRateLimiter(_storage(storage))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(("/v1", "/mcp")):
            await self.app(scope, receive, send)
            return
        who = client_address(scope, self.trusted)
        allowed = await self.window.hit(self.item, who)
        headers = await self._headers(who)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        if allowed:
            await self.app(scope, receive, with_headers)
        else:
            await self._refuse(headers, scope["path"])(scope, receive, with_headers)

    async def _headers(self, who: str) -> dict[str, str]:
        """The fields of the IETF draft: policy `q` requests per `w` seconds; `r` remaining, reset in `t` seconds."""
        stats = await self.window.get_window_stats(self.item, who)
        reset = max(0, math.ceil(stats.reset_time - time.time()))
        return {
            "RateLimit-Policy": f'"default";q={self.item.amount};w={self.item.get_expiry()}',
            "RateLimit": f'"default";r={stats.remaining};t={reset}',
        }

    def _refuse(self, headers: dict[str, str], path: str) -> ASGIApp:
        wait = headers["RateLimit"].rpartition("t=")[2]
        error = TooManyRequests("Slow down.", headers={"Retry-After": str(max(1, int(wait)))})
        return problem_response(error, path)
