"""Quotation marks -> marked runs. A character scan, paragraph by paragraph: an unclosed mark never swallows the next one."""

import functools
import re
from dataclasses import dataclass

from app.domain.document import Span

_OPEN = {"“": "”", "«": "»", "„": "“”", "‘": "’", "‟": "”"}
_DOUBLE_CLOSE = "”»"
_MARK = re.compile("[“”«»„‟\"'‘’]")  # nothing else opens or closes


#: the mark was forgotten before the attribution: "“The road is closed, Olena Petrenko said."
_TOLD = re.compile(
    r", (?:[A-Z][\w'’-]+ ){2,4}(?:said|says|added|noted|concluded|stressed|emphasi[sz]ed|explained|wrote|stated|reported)\.?$"
)


@dataclass(frozen=True, slots=True)
class Run:
    """The words inside one pair of marks; `closed` False when the paragraph ended first."""

    span: Span
    closed: bool
    mark: str


@functools.lru_cache(maxsize=2)
def marked_runs(text: str, paragraphs: tuple[Span, ...]) -> tuple[Run, ...]:
    """Every marked run of the text in order; nested single marks stay inside their double ones. Two rooms ask for the same page."""
    return tuple(run for paragraph in paragraphs for run in _scan(text, paragraph))


def _scan(text: str, paragraph: Span) -> list[Run]:
    runs: list[Run] = []
    at, mark = -1, ""
    for found in _MARK.finditer(text, paragraph.start, paragraph.end):
        i, char = found.start(), found.group()
        if at < 0:
            if _opens(text, i, paragraph):
                at, mark = i + 1, char
        elif _closes(text, i, paragraph, mark):
            runs.append(Run(Span(at, i), True, mark))
            at = -1
        elif mark in "‘'" and _opens(text, i, paragraph) and char in '“"«':
            at, mark = i + 1, char  # a lone apostrophe was taken for a mark
        elif mark in '“"«' and char == "“" and _opens(text, i, paragraph):
            runs.append(Run(Span(at, i), False, mark))  # never closed, and the next one opens
            at = i + 1
    if at >= 0 and mark not in "‘'" and at < paragraph.end:
        told = _TOLD.search(text[at : paragraph.end])
        runs.append(Run(Span(at, at + told.start() + 1 if told else paragraph.end), False, mark))
    return [_trim(text, run) for run in runs if run.span.of(text).strip()]


def _trim(text: str, run: Run) -> Run:
    body = run.span.of(text)
    start = run.span.start + len(body) - len(body.lstrip())
    return Run(Span(start, run.span.start + len(body.rstrip())), run.closed, run.mark)


def _opens(text: str, i: int, paragraph: Span) -> bool:
    char = text[i]
    before = text[i - 1] if i > paragraph.start else " "
    after = text[i + 1] if i + 1 < paragraph.end else " "
    if char in "“«„‟":
        return True
    if char in "\"'‘”" and not after.isspace():
        return before.isspace() or before in "([—–-:,>"
    return False


def _closes(text: str, i: int, paragraph: Span, mark: str) -> bool:
    char = text[i]
    after = text[i + 1] if i + 1 < paragraph.end else " "
    if mark in '“"«„‟”':
        if char == '"':
            return not (text[i - 1].isspace() and not after.isspace())
        return char in _DOUBLE_CLOSE or (mark == "„" and char == "“")
    if char not in "’'":
        return False
    return (
        not after.isalnum()
        and not text[i - 1].isspace()
        and not (text[i - 1] == "s" and re.match(r" [a-z]", text[i + 1 : i + 3] or "") is not None)
    )


def words(text: str, span: Span) -> int:
    return len(re.findall(r"\w[\w'’.-]*", span.of(text)))
