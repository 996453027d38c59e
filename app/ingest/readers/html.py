"""HTML page -> Document: trafilatura for the body, JSON-LD and meta for title and times, then the line classifier.

Runs in a killable child: a hostile 1.9 MB page kept trafilatura busy for 7.9 s and it has no time-out of its own.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import trafilatura
from lxml import etree
from lxml import html as lxml_html

from app.core.errors import EmptyText
from app.domain.document import Document, Page
from app.ingest.readers.text import decode, document

_LIVE_TYPES = {
    "NewsArticle",
    "Article",
    "ReportageNewsArticle",
    "LiveBlogPosting",
    "BlogPosting",
    "AnalysisNewsArticle",
}
_META_TIMES = (
    "article:published_time",
    "og:published_time",
    "datePublished",
    "pubdate",
    "publish-date",
    "date",
    "DC.date.issued",
)
_MODIFIED = ("article:modified_time", "og:updated_time", "dateModified", "lastmod")
_SKEW = timedelta(days=1)


def read_html(
    page: Page, *, title: str | None = None, published_at: datetime | None = None, url: str | None = None
) -> Document:
    """Raises EmptyText when no body text is found."""
    source = decode(page)
    tree = _tree(source)
    body = _body(source, tree)
    if body is None:
        raise EmptyText("No article text was found in this HTML.")
    facts = _facts(tree)
    now = page.fetched_at or datetime.now(UTC)
    found, rule = (published_at, "given") if published_at else _published(facts, now)
    return document(
        body,
        page,
        title=title or facts.get("title"),
        published_at=found,
        url=url,
        rule=rule,
        byline=facts.get("byline"),
        modified_at=_time(facts.get("modified"), now),
    )


def _tree(source: str) -> Any | None:
    try:
        return lxml_html.document_fromstring(source.encode(), parser=lxml_html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _body(source: str, tree: Any | None) -> str | None:
    """Main text; a fragment that trafilatura refuses (a few paragraphs) is taken as it is."""
    text = trafilatura.extract(
        source, include_comments=False, include_tables=True, favor_recall=True, deduplicate=False
    )
    if text:
        return re.sub(r"\n", "\n\n", text)
    if tree is None:
        return None
    blocks = [" ".join(e.text_content().split()) for e in tree.iter("p", "li", "h1", "h2", "h3", "blockquote")]
    joined = "\n\n".join(b for b in blocks if b) or " ".join(tree.text_content().split())
    return joined or None


def _facts(tree: Any | None) -> dict[str, str]:
    """Title, byline and times from JSON-LD, meta tags and <time>; the first that says something wins."""
    if tree is None:
        return {}
    facts: dict[str, str] = {}
    for node in _json_ld(tree):
        _keep(facts, "title", node.get("headline"))
        _keep(facts, "json_ld", node.get("datePublished"))
        _keep(facts, "modified", node.get("dateModified"))
        _keep(facts, "byline", _author(node.get("author")))
    metas = {
        (m.get("property") or m.get("name") or m.get("itemprop") or "").strip(): m.get("content")
        for m in tree.iter("meta")
    }
    for name in _META_TIMES:
        _keep(facts, "meta", metas.get(name))
    for name in _MODIFIED:
        _keep(facts, "modified", metas.get(name))
    _keep(facts, "title", metas.get("og:title"))
    _keep(facts, "title", next((t.text_content() for t in tree.iter("h1", "title")), None))
    _keep(facts, "byline", metas.get("author"))
    _keep(facts, "time_tag", next((t.get("datetime") for t in tree.iter("time") if t.get("datetime")), None))
    return facts


def _keep(facts: dict[str, str], key: str, value: Any) -> None:
    if key not in facts and isinstance(value, str) and value.strip():
        facts[key] = " ".join(value.split())[:500]


def _author(value: Any) -> str | None:
    one = value[0] if isinstance(value, list) and value else value
    name = one.get("name") if isinstance(one, dict) else one
    return name if isinstance(name, str) else None


def _json_ld(tree: Any) -> list[dict[str, Any]]:
    found = []
    for script in tree.iter("script"):
        if script.get("type") != "application/ld+json":
            continue
        try:
            data = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue  # broken JSON-LD is common; the meta tags still speak
        queue = data if isinstance(data, list) else data.get("@graph", [data]) if isinstance(data, dict) else []
        found += [n for n in queue if isinstance(n, dict) and _LIVE_TYPES & set(_types(n))]
    return found


def _types(node: dict[str, Any]) -> list[str]:
    kind = node.get("@type")
    return [k for k in (kind if isinstance(kind, list) else [kind]) if isinstance(k, str)]


def _published(facts: dict[str, str], now: datetime) -> tuple[datetime | None, str | None]:
    for rule in ("json_ld", "meta", "time_tag"):
        at = _time(facts.get(rule), now)
        if at is not None:
            return at, rule
    return None, None


def _time(value: str | None, now: datetime) -> datetime | None:
    """Aware UTC; None for the future (a clock that lies) and for what is no ISO time."""
    if not value:
        return None
    try:
        at = datetime.fromisoformat(value.strip().replace("Z", "+00:00"))
    except ValueError:
        return None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return at if at <= now + _SKEW else None
