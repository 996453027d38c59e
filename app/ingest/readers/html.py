"""HTML page -> Document: trafilatura for the body, what the page says of itself for the rest, then the line classifier.

Runs in a killable child: a hostile 1.9 MB page kept trafilatura busy for 7.9 s and it has no time-out of its own.
"""

import hashlib
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import trafilatura
from lxml import etree
from lxml import html as lxml_html

from app.core.errors import EmptyText
from app.domain.document import Document, Page
from app.ingest.clean import CLEANER_VERSION
from app.ingest.readers.facts import Facts, facts_of, not_ahead, published
from app.ingest.readers.live import is_live, joined, read_updates
from app.ingest.readers.text import decode, document
from app.ingest.times import moment

_KEPT = 0.6  # of the balanced text; a stricter reading that keeps less has lost paragraphs
_MISSED = 0.3  # of the text: so much left out of the same container is part of the article
_COVERED = 0.9
_LONGER = 1.1


def read_html(
    page: Page, *, title: str | None = None, published_at: datetime | None = None, url: str | None = None
) -> Document:
    """Raises EmptyText when no body text is found."""
    source = decode(page)
    tree = _tree(source)
    facts = facts_of(tree, url)
    now = page.fetched_at or datetime.now(UTC)
    found, rule = (published_at, "given") if published_at else published(facts, source, url, now)
    updates = read_updates(facts, tree, now)
    if len(updates) >= 2:
        text, blocks = joined(updates)
        made = Document(text=text, raw_hash=hashlib.sha256(page.body).hexdigest(), cleaner_version=CLEANER_VERSION)
        made = replace(made, title=title or facts.title, url=url, byline=facts.byline, blocks=blocks)
        made = replace(made, published_at=found, published_at_rule=rule)
    else:
        body = _body(source, tree, facts)
        if body is None:
            raise EmptyText("No article text was found in this HTML.")
        made = document(
            body, page, title=title or facts.title, published_at=found, url=url, rule=rule, byline=facts.byline
        )
    modified = not_ahead(moment(facts.modified), now)
    return replace(made, modified_at=modified, live=is_live(facts), canonical_url=facts.canonical)


def _tree(source: str) -> Any | None:
    try:
        return lxml_html.document_fromstring(
            source.encode(errors="replace"), parser=lxml_html.HTMLParser(encoding="utf-8")
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _body(source: str, tree: Any | None, facts: Facts) -> str | None:
    """Main text without the page's own headline; a fragment that trafilatura refuses is taken as it is."""
    text = _main_text(source)
    if text and tree is not None:
        text = _whole(_without_headline(_fuller(text, facts), facts), tree)
    if text and text.strip():
        return re.sub(r"\n", "\n\n", text)
    return _paragraphs(tree) if tree is not None else None


def _main_text(source: str) -> str:
    """The strict reading, unless it lost what the balanced one has."""
    strict, balanced = (
        trafilatura.extract(source, include_comments=False, include_tables=True, deduplicate=False, favor_precision=way)
        or ""
        for way in (True, False)
    )
    return strict if len(strict) >= _KEPT * len(balanced) else balanced


def _fuller(text: str, facts: Facts) -> str:
    """The publisher's own plain text from JSON-LD, where it holds what was found and more."""
    bodies = [b for node in facts.nodes if isinstance(b := node.get("articleBody"), str) and "<" not in b]
    body = max(bodies, key=len, default="")
    if len(body) < _LONGER * len(text):
        return text
    own, given = _pieces(text), _pieces(body)
    return body if sum((own & given).values()) >= _COVERED * sum(own.values()) else text


def _pieces(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return Counter(zip(words, words[1:], words[2:], words[3:], strict=False))


def _without_headline(text: str, facts: Facts) -> str:
    """The title has a field of its own; read as a sentence it would tell the news twice."""
    names = {_letters(name) for name in (facts.title, *facts.headlines) if name}
    lines = text.split("\n")
    rest = [line for line in lines[:3] if not (_letters(line) and _letters(line) in names)] + lines[3:]
    return "\n".join(rest) if any(_letters(line) for line in rest) else text


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text).lower()


def _whole(text: str, tree: Any) -> str:
    """Pages that cut an article into containers of one class: all of its paragraphs when many were left out."""
    known = _letters(text)
    found = []
    for paragraph in tree.iter("p"):
        words = " ".join(paragraph.text_content().split())
        parent = paragraph.getparent()
        if len(words.split()) >= 8 and parent is not None and parent.get("class"):
            found.append((words, (parent.tag, parent.get("class")), _letters(words)[:80] in known))
    containers = Counter(container for _, container, inside in found if inside)
    if not containers:
        return text
    main, count = containers.most_common(1)[0]
    missed = sum(len(words) for words, container, inside in found if container == main and not inside)
    if count < 3 or missed < _MISSED * len(text):
        return text
    return "\n".join(words for words, container, _ in found if container == main)


def _paragraphs(tree: Any) -> str | None:
    blocks = [" ".join(e.text_content().split()) for e in tree.iter("p", "li", "h1", "h2", "h3", "blockquote")]
    joined_up = "\n\n".join(b for b in blocks if b) or " ".join(tree.text_content().split())
    return joined_up or None
