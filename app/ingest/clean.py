"""Raw text -> the words of the briefing: normalised characters, clutter lines gone. Patterns: data/clutter.tsv, one example each."""

import csv
import functools
import re
import unicodedata
from pathlib import Path

CLEANER_VERSION = "2"
_DATA = Path(__file__).resolve().parent / "data" / "clutter.tsv"
_TEASER_WORDS = 14
_END = re.compile(r"[.!?…:;,”\"'’»)\]]$")
_TEASER = re.compile(
    r"^(?:[A-Z0-9“\"'‘][^\s]*|of|to|in|on|the|a|an|and|for|at|with|by|from|as|or|after|over|into|its|is|be)(?:\s(?:[A-Z0-9“\"'‘][^\s]*|of|to|in|on|the|a|an|and|for|at|with|by|from|as|or|after|over|into|its|is|be))*$"
)


@functools.cache
def patterns(kind: str) -> tuple[re.Pattern[str], ...]:
    """`tail`: this line and all after it go; `line`: only this line goes."""
    with _DATA.open(newline="", encoding="utf-8") as file:
        return tuple(
            re.compile(row["pattern"], re.IGNORECASE)
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            if row["kind"] == kind
        )


def normalize(text: str) -> str:
    """NFC, one kind of line end and space, no zero-width, soft-hyphen or control characters. Curly quotes stay."""
    text = unicodedata.normalize(
        "NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    )
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))
    text = re.sub(r"[^\S\n]+", " ", text)
    return unicodedata.normalize("NFC", re.sub(r"\n{3,}", "\n\n", re.sub(r" *\n *", "\n", text)).strip())


def clean_text(text: str) -> str:
    """The briefing's own lines; idempotent. May be empty when nothing but clutter came."""
    lines = normalize(text).split("\n")
    lines = _body(lines)
    joined = "\n".join(lines)
    cleaned = re.sub(r"\n{3,}", "\n\n", joined).strip()
    return cleaned if cleaned == text else clean_text(cleaned)


def _body(lines: list[str]) -> list[str]:
    kept: list[str] = []
    for number, line in enumerate(lines):
        bare = line.strip()
        if bare and _is_tail(bare) and _prose_before(kept):
            if not _prose_after(lines[number + 1 :]):
                break
            continue
        if bare and (_is_clutter(bare) or _is_tail(bare)):
            continue
        kept.append(line)
    return _without_teasers(kept)


def _is_tail(line: str) -> bool:
    return len(line) < 120 and any(p.search(line) for p in patterns("tail"))


def _is_clutter(line: str) -> bool:
    return len(line) < 700 and any(p.search(line) for p in patterns("line"))


def _prose_before(kept: list[str]) -> bool:
    return any(len(line.split()) > 12 for line in kept)


def _prose_after(rest: list[str]) -> bool:
    """Body text goes on behind an inserted "Read more" when long sentences follow."""
    return sum(len(line.split()) > 20 and bool(re.search(r"[.!?”\"]$", line.strip())) for line in rest) >= 2


def _without_teasers(lines: list[str]) -> list[str]:
    """Title Case headlines of other stories: every content word capitalised, no full stop, and the page's own words differ."""
    body = [line for line in lines if len(line.split()) > 20]
    words = {w.lower() for line in body[:3] for w in re.findall(r"[^\W\d_]{4,}", line)}
    return [line for line in lines if not _is_teaser(line.strip(), words)]


def _is_teaser(line: str, body_words: set[str]) -> bool:
    count = len(line.split())
    if not 4 <= count <= _TEASER_WORDS or _END.search(line) or not _TEASER.match(line) or not body_words:
        return False
    own = [w.lower() for w in re.findall(r"[^\W\d_]{4,}", line)]
    return bool(own) and sum(w in body_words for w in own) / len(own) < 0.34
