"""OPML in and out: lists of feeds as every feed reader keeps them. Read by expat with no DTD at all, so nothing expands."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from app.core.errors import MalformedXml, TooLarge, Unprocessable

MAX_BYTES = 2_000_000
MAX_OUTLINES = 5_000
MAX_DEPTH = 50
NAMESPACE = "urn:sitrep:opml"
#: our own facts, as attributes in our namespace; other readers pass over them
OWN = ("kind", "outlet", "stance", "language", "country", "enabled", "poll_interval_s")


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed of an OPML file; `facts` hold what OWN names, as text."""

    line: int
    url: str
    name: str | None
    facts: dict[str, str]


def read_opml(body: bytes) -> list[Outline]:
    """The feeds of a file in its order. Raises TooLarge, MalformedXml, or Unprocessable for what is no OPML."""
    if len(body) > MAX_BYTES:
        raise TooLarge(f"An OPML file may have {MAX_BYTES} bytes at most.")
    reader = _Reader()
    try:
        reader.parser.Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError):  # ValueError, LookupError: an encoding that does not exist
        raise MalformedXml(f"The file is not well-formed XML (line {reader.parser.CurrentLineNumber}).") from None
    return reader.found


class _Reader:
    """Collects outlines while expat reads; a DTD, too many or too deep elements end it."""

    def __init__(self) -> None:
        self.found: list[Outline] = []
        self.depth = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _doctype(self, *_: object) -> None:
        raise Unprocessable("A document type declaration is not accepted.")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self.depth == 0 and name != "opml":
            raise Unprocessable("This is not an OPML file.")
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Unprocessable(f"Outlines may be nested {MAX_DEPTH} deep at most.")
        url = attributes.get("xmlUrl", "").strip()
        if name != "outline" or not url:
            return
        if len(self.found) == MAX_OUTLINES:
            raise TooLarge(f"A file may name {MAX_OUTLINES} feeds at most.")
        label = (attributes.get("text") or attributes.get("title") or "").strip()
        facts = {own: value for own in OWN if (value := attributes.get(f"{NAMESPACE} {own}", "").strip())}
        if "language" in attributes:
            facts.setdefault("language", attributes["language"].strip()[:2].lower())
        self.found.append(Outline(self.parser.CurrentLineNumber, url, label or None, facts))

    def _end(self, _name: str) -> None:
        self.depth -= 1


def write_opml(outlines: Iterable[Outline]) -> str:
    """An OPML 2.0 file."""
    return "".join(_lines(outlines))


def _lines(outlines: Iterable[Outline]) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0" xmlns:sitrep="{NAMESPACE}">\n'
    yield " <head><title>Sitrep sources</title></head>\n <body>\n"
    for one in outlines:
        facts = "".join(f" sitrep:{own}={_attribute(one.facts[own])}" for own in OWN if one.facts.get(own))
        name = _attribute(one.name or one.url)
        yield f'  <outline type="rss" text={name} title={name} xmlUrl={_attribute(one.url)}{facts}/>\n'
    yield " </body>\n</opml>\n"


def _attribute(value: str) -> str:
    """Quoted; characters that XML cannot hold are left out."""
    kept = "".join(c for c in value if c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
    return quoteattr(kept)
