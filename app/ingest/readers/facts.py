"""What a page says of itself: JSON-LD, meta tags, <time>, link rel=canonical. The first that says something wins."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

import htmldate

from app.ingest.times import moment

_TYPES = {
    "NewsArticle",
    "Article",
    "ReportageNewsArticle",
    "LiveBlogPosting",
    "BlogPosting",
    "AnalysisNewsArticle",
    "BackgroundNewsArticle",
}
_META_TIMES = (
    "article:published_time",
    "og:published_time",
    "og:article:published_time",
    "datePublished",
    "pubdate",
    "publish-date",
    "publishdate",
    "parsely-pub-date",
    "sailthru.date",
    "date",
    "DC.date.issued",
)
_META_MODIFIED = ("article:modified_time", "og:updated_time", "dateModified", "lastmod", "last-modified")
_IN_PATH = re.compile(r"/(20\d\d)[/-](\d\d)[/-](\d\d)(?:/|\b)")
_SKEW = timedelta(days=1)
_MAX_NODES = 500


@dataclass(slots=True)
class Facts:
    """`times` by rule, in the order in which they are believed."""

    title: str | None = None
    headlines: tuple[str, ...] = ()
    byline: str | None = None
    times: dict[str, str] = field(default_factory=dict)
    modified: str | None = None
    canonical: str | None = None
    language: str | None = None
    nodes: tuple[dict[str, Any], ...] = ()  # JSON-LD of the article


def facts_of(tree: Any | None, url: str | None) -> Facts:
    """Everything a page says of itself; empty for a page that is no tree."""
    if tree is None:
        return Facts()
    nodes = tuple(_json_ld(tree))
    metas = _metas(tree)
    heads = [_line(h.text_content()) for h in tree.iter("h1")]
    found = Facts(nodes=nodes, headlines=tuple(h for h in heads if h))
    named = next((_line(t.text_content()) for t in tree.iter("title")), None)
    found.title = _first(*(n.get("headline") for n in nodes), metas.get("og:title"), *found.headlines, named)
    found.byline = _first(*(_author(n.get("author")) for n in nodes), metas.get("author"), metas.get("article:author"))
    if found.byline and found.byline.startswith(("http://", "https://")):
        found.byline = None  # a profile page, not a name
    _keep(found.times, "json_ld", _first(*(n.get("datePublished") for n in nodes)))
    _keep(found.times, "meta", _first(*(metas.get(name) for name in _META_TIMES)))
    _keep(found.times, "time_tag", _first(*(t.get("datetime") for t in tree.iter("time"))))
    found.modified = _first(*(n.get("dateModified") for n in nodes), *(metas.get(name) for name in _META_MODIFIED))
    found.canonical = _canonical(tree, metas, url)
    return found


def published(facts: Facts, source: str, url: str | None, now: datetime) -> tuple[datetime | None, str | None]:
    """(time, the rule that found it). A time of the future is refused: its clock lies, and the next rule is asked."""
    for rule, value in facts.times.items():
        at = not_ahead(moment(value), now)
        if at is not None:
            return at, rule
    day = _IN_PATH.search(urlsplit(url).path) if url else None
    if day and (at := not_ahead(moment("-".join(day.groups())), now)):
        return at, "url"
    return _guessed(source, now)


def not_ahead(at: datetime | None, now: datetime) -> datetime | None:
    return at if at is not None and at <= now + _SKEW else None


def _guessed(source: str, now: datetime) -> tuple[datetime | None, str | None]:
    """A date in the words of the page, when no markup gives one.

    As bytes: of a string that begins with "http" the library thinks that it is a URL, and fetches it.
    """
    try:
        found = htmldate.find_date(
            source.encode(errors="replace"),
            original_date=True,
            extensive_search=False,
            max_date=now.date().isoformat(),
            verbose=False,
        )
    except Exception:  # noqa: BLE001 - a guess that fails is no guess
        return None, None
    at = moment(found)
    return (at, "htmldate") if at else (None, None)


def _json_ld(tree: Any) -> Iterator[dict[str, Any]]:
    """Nodes that are articles, those inside lists and graphs too."""
    for script in tree.iter("script"):
        if (script.get("type") or "").split(";")[0].strip().lower() != "application/ld+json":
            continue
        try:
            waiting: list[Any] = [json.loads(re.sub(r"[\x00-\x1f]", " ", script.text or ""))]
        except (ValueError, RecursionError):
            continue  # broken JSON-LD is common; the meta tags still speak
        for _ in range(_MAX_NODES):
            if not waiting:
                break
            node = waiting.pop(0)
            if isinstance(node, list):
                waiting += node[:_MAX_NODES]
            elif isinstance(node, dict):
                waiting += [part for part in (node.get("@graph"), node.get("mainEntity")) if part]
                if _TYPES & set(types_of(node)):
                    yield node


def types_of(node: dict[str, Any]) -> list[str]:
    kind = node.get("@type")
    return [one.rpartition("/")[2] for one in (kind if isinstance(kind, list) else [kind]) if isinstance(one, str)]


def _metas(tree: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").strip()
        if name and meta.get("content"):
            found.setdefault(name, meta.get("content"))
    return found


def _author(value: Any) -> str | None:
    many = value if isinstance(value, list) else [value]
    names = [one.get("name") if isinstance(one, dict) else one for one in many[:10]]
    return ", ".join(dict.fromkeys(name.strip() for name in names if isinstance(name, str) and name.strip())) or None


def _canonical(tree: Any, metas: dict[str, str], url: str | None) -> str | None:
    """Where the page says it belongs, absolute; its front page is nobody's address."""
    links = (e.get("href") for e in tree.iter("link") if (e.get("rel") or "").strip().lower() == "canonical")
    value = _first(*links, metas.get("og:url"))
    if value is None:
        return None
    try:
        found = urljoin(url or "", value)
        parts = urlsplit(found)
    except ValueError:
        return None
    usable = parts.scheme in ("http", "https") and parts.hostname and (parts.path.strip("/") or parts.query)
    return found if usable and len(found) <= 2_000 else None


def _line(text: str) -> str | None:
    return " ".join(text.split())[:500] or None


def _first(*values: Any) -> str | None:
    """The first that is a text with words in it, as one line."""
    lines = (_line(value) for value in values if isinstance(value, str))
    return next((line for line in lines if line), None)


def _keep(times: dict[str, str], rule: str, value: str | None) -> None:
    if value:
        times[rule] = value
