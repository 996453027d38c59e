"""Citations: an article's revision, or words of it, as a CSL-JSON item and as BibTeX."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any
from unicodedata import category, normalize
from urllib.parse import quote, urlsplit

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_BETWEEN_NAMES = re.compile(r"\s*(?:[;&,]|\band\b)\s*", re.IGNORECASE)
_BY = re.compile(r"^by[:\s]+", re.IGNORECASE)
_FIELD_END = re.compile(r"[\s{}\\]|[^\x21-\x7e]")


@dataclass(frozen=True, slots=True)
class Cited:
    """What is cited. Times are aware UTC; `start` and `end` count code points of the revision's text, None for all of it."""

    article_id: str
    revision: int
    content_hash: str
    title: str | None
    byline: str | None
    outlet: str | None
    language: str | None
    url: str | None
    permalink: str
    published_at: datetime | None
    read_at: datetime
    start: int | None = None
    end: int | None = None

    @property
    def key(self) -> str:
        """The same for the same words, whatever a headline becomes."""
        span = "" if self.start is None else f"-{self.start}-{self.end}"
        return f"sitrep-{self.article_id}-r{self.revision}{span}"

    @property
    def note(self) -> str:
        span = "" if self.start is None else f", characters {self.start}-{self.end}"
        return f"Revision {self.revision}{span}; SHA-256 of the text {self.content_hash}"


def csl(cited: Cited) -> dict[str, Any]:
    """An item as the CSL input schema has it; what is not known is left out."""
    container = cited.outlet or (urlsplit(cited.url).hostname if cited.url else None)
    item = {
        "id": cited.key,
        "type": "article-newspaper" if container else "document",
        "title": cited.title,
        "author": [{"literal": name} for name in names(cited.byline)],
        "container-title": container,
        "issued": _date(cited.published_at),
        "accessed": _date(cited.read_at),
        "URL": cited.url or cited.permalink,
        "archive": "Sitrep",
        "archive_location": cited.permalink,
        "version": f"revision {cited.revision}",
        "language": cited.language,
        "note": cited.note,
    }
    return {name: value for name, value in item.items() if value}


def _date(at: datetime | None) -> dict[str, Any] | None:
    return {"date-parts": [[at.year, at.month, at.day]]} if at else None


def names(byline: str | None) -> list[str]:
    """The authors of a byline: "By Ada Lovelace and Charles Babbage" are two. Their parts are not guessed."""
    return [name for name in _BETWEEN_NAMES.split(_BY.sub("", (byline or "").strip())) if name.strip()]


def bibtex(cited: Cited) -> str:
    """One `@misc` entry that BibTeX, BibLaTeX and reference managers read."""
    item = csl(cited)
    published = cited.published_at
    fields = {
        "author": " and ".join("{" + latex(one["literal"]) + "}" for one in item.get("author", ())),
        "title": "{" + latex(cited.title or "Untitled") + "}",
        "howpublished": latex(item.get("container-title", "")),
        "year": str(published.year) if published else "",
        "month": _MONTHS[published.month - 1] if published else "",
        "day": str(published.day) if published else "",
        "url": _plain_url(item["URL"]),
        "urldate": cited.read_at.date().isoformat(),
        "language": latex(cited.language or ""),
        "note": latex(cited.note) + "; \\url{" + _plain_url(cited.permalink) + "}",
    }
    lines = [
        f"  {name} = {value if name == 'month' else '{' + value + '}'}," for name, value in fields.items() if value
    ]
    return "\n".join([f"@misc{{{cited.key},", *lines, "}"]) + "\n"


def _plain_url(url: str) -> str:
    """`url` is read as it stands: what would end the field is percent-encoded."""
    return _FIELD_END.sub(lambda found: quote(found[0], safe=""), url)


@cache
def _signs() -> dict[str, str]:
    """Sign -> LaTeX."""
    lines = files("app.export").joinpath("data/latex.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines[1:])
    return {chr(int(code, 16)): macro for code, _name, macro in rows}


def latex(text: str) -> str:
    """`text` with every sign that TeX reads as its own escaped and accents spelt out; letters of other scripts stay."""
    return "".join(_latex_signs(" ".join(_printable(text).split())))


def _printable(text: str) -> str:
    """Without control signs, halves of a surrogate pair and directions of writing."""
    return "".join(" " if c.isspace() else c for c in text if c.isspace() or category(c) not in ("Cc", "Cs", "Cf"))


def _latex_signs(text: str) -> Iterator[str]:
    signs = _signs()
    for sign in normalize("NFC", text):
        parts = normalize("NFD", sign)
        if sign in signs:
            yield signs[sign]
        elif parts[0].isascii() and len(parts) == 2 and parts[1] in signs:
            base = "\\" + parts[0] if parts[0] in "ij" else parts[0]
            yield "{" + signs[parts[1]] + "{" + base + "}}"
        else:
            yield sign
