"""The query language of search and of `q`: words, "phrases", -not, prefix*. Text and query are cut into the same tokens."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

MAX_CHARS, MAX_TERMS = 256, 10
MOST_TOKEN_CHARS = 64  # PostgreSQL refuses lexemes of 2 KB; nobody looks for such a word
_APOSTROPHES = "'’‘ʼ`´ʹ′＇"
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[\u0300-\u036f])*(?:[{_APOSTROPHES}](?:[^\W_]|[\u0300-\u036f])+)*")
_POSSESSIVE = re.compile(rf"[{_APOSTROPHES}][sS]$")
_MARKS = str.maketrans(dict.fromkeys("“”„«»‟＂", '"'))
_TERM = re.compile(r'(-?)(?:"([^"]*)(?:"|$)(\*?)|([^\s"]+))')


@dataclass(frozen=True, slots=True)
class Token:
    """A word as it is compared, and where it stands (code points of the text it was cut from)."""

    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Term:
    """Words that follow each other; `prefix`: the last one is only the beginning of a word."""

    words: tuple[str, ...]
    prefix: bool = False
    negated: bool = False

    def fits(self, words: tuple[str, ...]) -> bool:
        """`words` are these."""
        if len(words) != len(self.words):
            return False
        last = words[-1].startswith(self.words[-1]) if self.prefix else words[-1] == self.words[-1]
        return last and words[:-1] == self.words[:-1]


def tokens(text: str) -> Iterator[Token]:
    """Case, accents, normal form and apostrophes inside a word do not count; a possessive 's is dropped."""
    for match in _WORD.finditer(text):
        for word in _folded(_POSSESSIVE.sub("", match[0])):
            yield Token(word, match.start(), match.end())


def _folded(word: str) -> list[str]:
    """Usually one word; a sign like ½ unfolds into several."""
    flat = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold())
    kept = "".join(c for c in flat if not unicodedata.combining(c) and c not in _APOSTROPHES)
    return [part[:MOST_TOKEN_CHARS] for part in re.findall(r"[^\W_]+", kept)]


def folded(text: str | None) -> str:
    """The words of a text, each between two spaces: what is kept for search."""
    return " " + "".join(f"{token.word} " for token in tokens(text or ""))


def parse(text: str) -> tuple[Term, ...]:
    """Any text is a query: signs that mean nothing are passed over, an unclosed phrase ends with the text."""
    found: dict[Term, None] = {}
    for minus, phrase, star, plain in _TERM.findall(text.translate(_MARKS)):
        given = plain or phrase
        words = tuple(token.word for token in tokens(given))
        if words:
            found[Term(words, bool(star) or plain.endswith("*"), bool(minus))] = None
    return tuple(found)
