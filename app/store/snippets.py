"""The words around what a query found, with the places to highlight."""

from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from app.domain.query import Term, Token, tokens

WIDTH = 240  # code points of a snippet
_LEAD = 80  # of them in front of the first match


@dataclass(frozen=True, slots=True)
class Snippet:
    """A part of a text; `highlights` are ranges of its own code points, in order, none inside another."""

    text: str
    highlights: tuple[tuple[int, int], ...] = ()


def cut(texts: Iterable[str], terms: Collection[Term]) -> Snippet:
    """From the first of `texts` with a match; else the beginning of the last one that has words."""
    wanted = [term for term in terms if not term.negated]
    last = ""
    for text in texts:
        first = next(_matches(text, wanted), None)
        if first is not None:
            return _around(text, wanted, first[0])
        last = text or last
    return Snippet(_trimmed(last, 0, min(len(last), WIDTH)))


def _around(text: str, terms: Collection[Term], at: int) -> Snippet:
    start = max(0, at - _LEAD)
    part = _trimmed(text, start, min(len(text), start + WIDTH))
    return Snippet(part, _joined(_matches(part, terms)))


def _trimmed(text: str, start: int, end: int) -> str:
    """Whole words only; a space is looked for in the 40 code points at either end, so that the match stays in."""
    if start > 0 and not text[start - 1].isspace():
        start = max(start, text.find(" ", start, start + 40) + 1)
    if end < len(text) and not text[end].isspace():
        cut_at = text.rfind(" ", end - 40, end)
        end = cut_at if cut_at > start else end
    return text[start:end]


def _matches(text: str, terms: Collection[Term]) -> Iterator[tuple[int, int]]:
    """Where terms stand, in the order of their ends."""
    longest = max((len(term.words) for term in terms), default=1)
    window: deque[Token] = deque(maxlen=longest)
    for token in tokens(text):
        window.append(token)
        for term in terms:
            ending = list(window)[-len(term.words) :]
            if term.fits(tuple(one.word for one in ending)):
                yield ending[0].start, ending[-1].end


def _joined(spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Overlapping ranges become one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)
