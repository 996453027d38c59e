"""What stands around a quote: its sentence, the reported clause, the medium, the day it was said."""

import re
from datetime import date

from app.domain.document import Quoted, Span
from app.domain.findings import Medium
from app.domain.vocabulary import DatePrecision
from app.extract.context import Context
from app.extract.dates import find_dates
from app.extract.quotes.cues import media


def sentence_around(ctx: Context, at: int, run: Span) -> Span:
    """From the start of the cue's sentence (or the run) to its end, within the paragraph."""
    paragraph = next(p for p in ctx.paragraphs if p.start <= run.start <= p.end)
    low, high = min(at, run.start), max(at, run.end)
    start = (
        max((m.end() for m in re.finditer(r"[.!?][”\"’]? ", ctx.text[paragraph.start : low])), default=0)
        + paragraph.start
    )
    stop = re.search(r"[.!?](?=[”\"’]?(?: [A-Z“\"]|$))", ctx.text[high : paragraph.end])
    return Span(start, high + stop.end() if stop else paragraph.end)


def clause_of(ctx: Context, cue: Quoted | None, run: Span, sentence: Span) -> Quoted:
    start = sentence.start
    if cue and cue.span.end <= run.start:
        start = cue.span.end
        start += len(ctx.text[start : run.start]) - len(ctx.text[start : run.start].lstrip(" ,:"))
        if ctx.text[start : start + 5] == "that ":
            start += 5
    end = sentence.end
    if cue and cue.span.start >= run.end:
        end = run.end + 1
    return ctx.cut(start, max(end, run.end))


def medium_of(ctx: Context, sentence: Span, marked: list[Span]) -> Medium | None:
    for name, pattern in media():
        for match in pattern.finditer(ctx.text, sentence.start, sentence.end):
            if not any(s.start <= match.start() < s.end for s in marked):
                lead = len(match.group()) - len(match.group().lstrip())
                return Medium(name, ctx.cut(match.start() + lead, match.end()))
    return None


def said_on(ctx: Context, sentence: Span) -> date | None:
    """The day named outside the marks of the cue's sentence, never after publication."""
    body = re.sub(r"[“\"«][^”\"»\n]*[”\"»]", lambda m: " " * len(m.group()), sentence.of(ctx.text))
    limit = ctx.document.published_at
    for hit in find_dates(body, published_at=limit, tz=ctx.zone):
        past = limit is None or hit.end is None or hit.end <= limit.date()
        if past and hit.precision is DatePrecision.DAY and hit.rule in ("weekday", "month_day", "day_month", "iso"):
            return hit.end
    return None
