"""robots.txt as RFC 9309 has it: read once an hour and host, 4xx forbids nothing, 5xx forbids all for a while."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from protego import Protego

from app.core.errors import FetchError, FetchGone, FetchRefused, FetchStatus
from app.domain.document import Page

KEPT = timedelta(hours=1)
KEPT_AFTER_FAILURE = timedelta(minutes=5)
MAX_HOSTS = 2_000
MAX_DELAY_S = 10.0  # of a crawl delay; a longer wait would hold up other sites
Read = Callable[[str], Awaitable[Page]]


@dataclass(frozen=True, slots=True)
class Rules:
    """What a host allows until `expires`. `parsed` None: everything; `closed`: nothing, its robots.txt failed."""

    expires: datetime
    parsed: Protego | None = None
    closed: bool = False


class Robots:
    """The rules of the hosts asked lately."""

    def __init__(self, agent: str) -> None:
        self._agent = agent
        self._known: OrderedDict[str, Rules] = OrderedDict()

    async def check(self, url: str, read: Read, now: datetime) -> float:
        """Seconds that the host wants between two requests (0: it does not say).

        Raises FetchRefused when its robots.txt forbids the URL, FetchStatus (retryable) while it cannot be read.
        """
        parts = urlsplit(url)
        rules = await self._rules(f"{parts.scheme}://{parts.netloc}", read, now)
        if rules.closed:
            raise FetchStatus("robots.txt of the site cannot be read at present.")
        if rules.parsed is None:
            return 0.0
        if not rules.parsed.can_fetch(url, self._agent):
            raise FetchRefused("robots.txt of the site forbids this address.")
        return min(float(rules.parsed.crawl_delay(self._agent) or 0), MAX_DELAY_S)

    async def _rules(self, origin: str, read: Read, now: datetime) -> Rules:
        known = self._known.get(origin)
        if known is None or known.expires <= now:
            known = await _read(origin, read, now)
            self._known[origin] = known
        self._known.move_to_end(origin)
        while len(self._known) > MAX_HOSTS:
            self._known.popitem(last=False)
        return known


async def _read(origin: str, read: Read, now: datetime) -> Rules:
    """A refused address stays refused; a host that does not answer at all is an error, not a rule."""
    try:
        page = await read(origin + "/robots.txt")
    except FetchGone:
        return Rules(now + KEPT)
    except FetchStatus:
        return Rules(now + KEPT_AFTER_FAILURE, closed=True)
    except FetchError as error:
        if error.retryable or isinstance(error, FetchRefused):
            raise
        return Rules(now + KEPT)
    return Rules(now + KEPT, _parsed(page.body))


def _parsed(body: bytes) -> Protego | None:
    try:
        return Protego.parse(body.decode("utf-8", errors="replace"))
    except Exception:  # noqa: BLE001 - what its parser cannot read forbids nothing
        return None
