"""URL -> key: two spellings of one address share it. w3lib's canonical form and a tracker list, run to a fixpoint."""

import functools
import hashlib
import re
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

from app.core.errors import FetchRefused

_TRACKERS = Path(__file__).resolve().parent / "data" / "trackers.txt"
MAX_URL = 2_000
MAX_KEY = 2_000  # characters; PostgreSQL indexes 2,704 bytes


@functools.cache
def _tracker() -> re.Pattern[str]:
    names = [n for n in _TRACKERS.read_text(encoding="utf-8").split("\n") if n and not n.startswith("#")]
    return re.compile("|".join(re.escape(n).replace(r"\*", ".*") for n in names), re.IGNORECASE)


def check_url(url: str) -> str:
    """The URL itself when it is http(s) with a host and without credentials. Raises FetchRefused."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise FetchRefused("The URL is malformed.") from None
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        raise FetchRefused("Only http:// and https:// URLs with a host are fetched.")
    if parts.username or parts.password:
        raise FetchRefused("URLs with credentials are not fetched.")
    if len(url) > MAX_URL or re.search(r"[\s\x00-\x1f\x7f]", url):
        raise FetchRefused("The URL is too long or holds control characters.")
    return url


def url_key(url: str) -> str:
    """Idempotent: `url_key(url_key(u)) == url_key(u)`. Scheme, "www.", fragment, trackers and a closing slash do not count."""
    previous, current = "", url
    for _ in range(10):
        if current == previous:
            break
        previous, current = current, _once(current)
    return current if len(current) <= MAX_KEY else _short(current)


def _short(key: str) -> str:
    """Its beginning and its hash: percent signs make long addresses of other scripts six times longer, beyond any index."""
    head = re.sub(r"(?:%[0-9A-F]{0,2})+$", "", key[:1_800])  # no half character at the end
    return f"{head}~{hashlib.sha256(key.encode()).hexdigest()}"


def _once(url: str) -> str:
    parts = urlsplit(canonicalize_url(url, keep_fragments=False))
    query = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _tracker().fullmatch(k)]
    host = parts.netloc.lower().removeprefix("www.").removesuffix(":80").removesuffix(":443")
    return urlunsplit(("https", host, parts.path.rstrip("/") or "/", urlencode(query), ""))
