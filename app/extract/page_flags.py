"""Doubts about the page as a whole."""

from collections.abc import Iterator

from app.domain.findings import Flag
from app.domain.vocabulary import FlagCode
from app.extract.context import Context
from app.extract.quotes.marks import marked_runs, words

_FEW = 3  # words: a lone mark before less than a quote is a slip of the pen
_SHOWN = 40  # characters of the quote in the flag's detail


def page_flags(ctx: Context) -> tuple[Flag, ...]:
    """Page-level flags in text order."""
    return tuple(_unclosed(ctx))


def _unclosed(ctx: Context) -> Iterator[Flag]:
    """A quote whose closing mark is missing: where its words end is a guess. One of several paragraphs is closed by its last."""
    for run in marked_runs(ctx.text, ctx.paragraphs):
        following = ctx.text[run.span.end :].lstrip()
        if not run.closed and words(ctx.text, run.span) >= _FEW and not following.startswith(run.mark):
            yield Flag(FlagCode.UNCLOSED_QUOTE, ctx.text[run.span.start : run.span.end][:_SHOWN])
