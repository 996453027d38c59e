"""Marked runs + cues -> quotes; then the reported clauses without marks."""

import re

from app.domain.findings import Quote
from app.domain.vocabulary import QuoteKind
from app.extract.context import Context
from app.extract.quotes import confidence
from app.extract.quotes.around import clause_of, medium_of, said_on, sentence_around
from app.extract.quotes.attribution import Piece, attribute, is_sentence
from app.extract.quotes.governing import cues_outside
from app.extract.quotes.indirect import indirect_quotes
from app.extract.quotes.marks import Run, marked_runs, words
from app.extract.quotes.naming import Memory

_MIN_WORDS = 3
_PLAN = re.compile(
    r"^\s*(?:plan|doctrine|operation|initiative|summit|movie|film|book|programme|program|project)\b", re.IGNORECASE
)


#: in front of a title: "the forum “Ukraine. Year 2024”"
_TITLE = re.compile(
    r"\b(?:forum|summit|conference|exhibition|film|book|song|novel|album|series|show|titled|entitled) [“\"'‘«]$"
)


def find_quotes(ctx: Context) -> tuple[Quote, ...]:
    """Quotes in text order. A run of under three words, a title or the name of a plan is none."""
    runs = list(marked_runs(ctx.text, ctx.paragraphs))
    spans = [r.span for r in runs]
    cues = cues_outside(ctx, spans)
    pieces, memory = _pieces(ctx, runs), Memory()
    by_paragraph: dict[int, list[Piece]] = {}
    for piece in pieces:
        by_paragraph.setdefault(piece.paragraph, []).append(piece)
    for number in range(len(ctx.paragraphs)):
        attribute(ctx, number, by_paragraph.get(number, []), cues.get(number, []), memory, pieces)
    direct = _grouped(ctx, [p for p in pieces if _keep(ctx, p)])
    indirect = indirect_quotes(ctx, cues, spans)
    return tuple(sorted([*direct, *indirect], key=lambda q: q.start))


def _pieces(ctx: Context, runs: list[Run]) -> list[Piece]:
    found, number = [], 0
    for run in runs:
        while number + 1 < len(ctx.paragraphs) and ctx.paragraphs[number + 1].start <= run.span.start:
            number += 1
        if words(ctx.text, run.span) >= _MIN_WORDS:
            found.append(Piece(run, number))
    return found


# ---------------------------------------------------------------- quotes
def _keep(ctx: Context, piece: Piece) -> bool:
    span = piece.run.span
    if _PLAN.match(ctx.text[span.end + 1 : span.end + 20]) or _TITLE.search(ctx.text[: span.start][-20:]):
        return False
    if piece.speaker is not None:
        return True
    return words(ctx.text, span) >= 8 and span.of(ctx.text)[0].isupper()


def _grouped(ctx: Context, pieces: list[Piece]) -> list[Quote]:
    groups: list[list[Piece]] = []
    for piece in pieces:
        last = groups[-1][-1] if groups else None
        same_cue = last is not None and piece.cue is not None and last.cue is not None and piece.cue.i == last.cue.i
        if (
            last is not None
            and (same_cue or piece.joined)
            and piece.speaker
            and last.speaker
            and piece.speaker.name == last.speaker.name
        ):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return [_quote(ctx, group) for group in groups]


def _quote(ctx: Context, group: list[Piece]) -> Quote:
    first = group[0]
    parts = tuple(ctx.cut(p.run.span.start, p.run.span.end) for p in group)
    kind = QuoteKind.DIRECT if is_sentence(ctx, first) else QuoteKind.MIXED
    sentence = sentence_around(ctx, first.cue_at.span.start if first.cue_at else first.run.span.start, first.run.span)
    clause = clause_of(ctx, first.cue_at, first.run.span, sentence) if kind is QuoteKind.MIXED else None
    spans = [p.run.span for p in group]
    return Quote(
        kind,
        parts,
        first.speaker,
        first.cue_at,
        medium_of(ctx, sentence, spans),
        clause,
        said_on(ctx, sentence),
        confidence.of_marked(kind, _lemma(first), first.speaker, first.confidence),
    )


def _lemma(piece: Piece) -> str | None:
    """The lemma of the cue verb; the words "according to" count as a strong one."""
    return piece.cue.lemma_ if piece.cue is not None else ("according" if piece.cue_at else None)
