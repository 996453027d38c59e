"""Reported clauses without marks: "X said that …"; the words are the writer's, the confidence is lower."""

from spacy.tokens import Token

from app.domain.document import Span
from app.domain.findings import Quote
from app.domain.vocabulary import QuoteKind
from app.extract.context import Context
from app.extract.quotes.confidence import of_indirect
from app.extract.quotes.cues import cue_verbs
from app.extract.quotes.speakers import Memory, refer, subject_of


def indirect_quotes(ctx: Context, cues: dict[int, list[Token]], marked: list[Span]) -> list[Quote]:
    """ "X said (that) …" without marks: the clause is the content; lower confidence, the words are the writer's."""
    memory, found = Memory(), []
    for number in sorted(cues):
        for cue in cues[number]:
            quote = _reported(ctx, cue, number, memory, marked)
            if quote is not None:
                found.append(quote)
                memory.remember(number, quote.speaker)
    return found


def _reported(ctx: Context, cue: Token, number: int, memory: Memory, marked: list[Span]) -> Quote | None:
    if cue_verbs()[cue.lemma_.lower()] != "strong":
        return None
    content = next((c for c in cue.children if c.dep_ == "ccomp"), None)
    subject = subject_of(cue)
    if content is None or subject is None:
        return None
    start, end = content.left_edge.idx, content.right_edge.idx + len(content.right_edge.text)
    span = Span(start, end) if end > start else None
    if (
        span is None
        or span.start <= cue.idx < span.end
        or any(span.overlaps(m) for m in marked)
        or "\n" in span.of(ctx.text).strip()
    ):
        return None
    speaker = refer(ctx, subject, number, memory)
    if speaker is None:
        return None
    at = ctx.cut(start, start + len(span.of(ctx.text).rstrip()))
    return Quote(
        QuoteKind.INDIRECT,
        (at,),
        speaker,
        ctx.cut(cue.idx, cue.idx + len(cue.text)),
        None,
        None,
        None,
        of_indirect(speaker),
    )
