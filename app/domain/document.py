"""What travels from the network to the extractors: Page (bytes) -> Document (clean text with provenance), and Span into its text."""

import hashlib
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range of Unicode code points into `Document.text`."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"span {self.start}:{self.end} is not a range")

    def of(self, text: str) -> str:
        """The words it covers."""
        return text[self.start : self.end]

    def shift(self, by: int) -> "Span":
        return Span(self.start + by, self.end + by)

    def contains(self, other: "Span") -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Quoted:
    """A span together with the words it covered; `span.of(document.text) == text`, always."""

    span: Span
    text: str

    @classmethod
    def cut(cls, text: str, start: int, end: int) -> "Quoted":
        return cls(Span(start, end), text[start:end])


@dataclass(frozen=True, slots=True)
class Page:
    """Bytes as they came from the network (or a request body) before anything is understood."""

    body: bytes
    content_type: str  # "text/html", "text/plain", "application/rss+xml", ... without parameters
    url: str | None = None  # after redirects
    charset: str | None = None
    fetched_at: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a live briefing with its own time."""

    id: str
    at: datetime | None
    span: Span


@dataclass(frozen=True, slots=True)
class Document:
    """One briefing as read: clean text, what is known of it, and which rule found its date."""

    text: str
    title: str | None = None
    url: str | None = None
    byline: str | None = None
    published_at: datetime | None = None  # aware, UTC
    published_at_rule: str | None = None  # "given", "json_ld", "meta", "feed", "htmldate", ...
    modified_at: datetime | None = None
    language: str | None = None  # ISO 639-1
    raw_hash: str | None = None
    cleaner_version: str = ""
    guid: str | None = None
    blocks: tuple[Block, ...] = ()
    live: bool = False
    canonical_url: str | None = None  # where the page says it belongs

    @property
    def content_hash(self) -> str:
        return content_hash(self.text)


def content_hash(text: str) -> str:
    """SHA-256 of the stored clean text, hex."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One entry of a feed: enough to know whether its page must be fetched."""

    url: str | None
    guid: str | None
    title: str | None
    published_at: datetime | None
    html: str | None = None  # full content where the feed carries it
    byline: str | None = None
    updated_at: datetime | None = None  # later than our last reading: the page is read again
    live: bool = False  # a live page, which keeps its URL and changes its text
    digest: str | None = None  # of the title and text that the feed shows, markup left out
