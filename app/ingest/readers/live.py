"""Live pages -> blocks with their own times, from LiveBlogPosting in JSON-LD or in the markup."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.document import Block, Span
from app.ingest.clean import clean_text
from app.ingest.readers.facts import Facts, not_ahead, types_of
from app.ingest.times import moment

MAX_BLOCKS = 500
_TAG = re.compile(r"<[^>]*>")
_BREAK = re.compile(r"</(?:p|li|h\d|div|blockquote)>|<br\s*/?>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Update:
    """One entry of a live page as it stands there."""

    id: str
    at: datetime | None
    text: str


def read_updates(facts: Facts, tree: Any | None, now: datetime) -> list[Update]:
    """The entries in the page's order; [] for a page that is not live or whose entries carry no words."""
    nodes = [node for node in facts.nodes if "LiveBlogPosting" in types_of(node)]
    found = [update for node in nodes for update in _from_json(node, now)]
    if not found and tree is not None:
        found = list(_from_markup(tree, now))
    return _unique(found)[:MAX_BLOCKS]


def is_live(facts: Facts) -> bool:
    return any("LiveBlogPosting" in types_of(node) for node in facts.nodes)


def joined(updates: list[Update]) -> tuple[str, tuple[Block, ...]]:
    """(text, blocks): every block's span covers its own words."""
    parts, blocks, at = [], [], 0
    for update in updates:
        blocks.append(Block(update.id, update.at, Span(at, at + len(update.text))))
        parts.append(update.text)
        at += len(update.text) + 2
    return "\n\n".join(parts), tuple(blocks)


def _from_json(node: dict[str, Any], now: datetime) -> Iterator[Update]:
    entries = node.get("liveBlogUpdate")
    for entry in entries if isinstance(entries, list) else [entries]:
        if not isinstance(entry, dict):
            continue
        words = [_plain(entry.get(name)) for name in ("headline", "articleBody")]
        text = clean_text("\n\n".join(word for word in words if word))
        if any(c.isalnum() for c in text):
            at = not_ahead(moment(entry.get("datePublished")), now)
            name = entry.get("@id") or entry.get("url") or entry.get("mainEntityOfPage")
            yield Update(_id(name, at, text), at, text)


def _from_markup(tree: Any, now: datetime) -> Iterator[Update]:
    """schema.org microdata: itemprop="liveBlogUpdate" with a <time> and the words."""
    for element in tree.xpath('//*[@itemprop="liveBlogUpdate"]')[:MAX_BLOCKS]:
        lines = [" ".join(e.text_content().split()) for e in element.iter("h2", "h3", "h4", "p", "li", "blockquote")]
        text = clean_text("\n\n".join(line for line in lines if line))
        if any(c.isalnum() for c in text):
            stamp = next((t.get("datetime") for t in element.iter("time") if t.get("datetime")), None)
            at = not_ahead(moment(stamp), now)
            yield Update(_id(element.get("id") or element.get("data-id"), at, text), at, text)


def _plain(value: object) -> str:
    """Words of a value that may hold markup."""
    return _TAG.sub("", _BREAK.sub("\n\n", value)) if isinstance(value, str) else ""


def _id(name: object, at: datetime | None, text: str) -> str:
    """The page's own name of the entry; else its time, else its first words: an entry keeps its id when it is edited."""
    if isinstance(name, str) and name.strip():
        return re.split(r"[#/]", name.strip().rstrip("/"))[-1][:100] or name[:100]
    mark = at.isoformat() if at else text[:60]
    return hashlib.sha256(mark.encode()).hexdigest()[:16]


def _unique(updates: list[Update]) -> list[Update]:
    """Ids are told apart by their number where a page uses one twice."""
    seen: dict[str, int] = {}
    found = []
    for update in updates:
        count = seen[update.id] = seen.get(update.id, 0) + 1
        found.append(update if count == 1 else Update(f"{update.id}-{count}", update.at, update.text))
    return found
