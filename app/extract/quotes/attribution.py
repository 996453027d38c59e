"""Whom a marked run belongs to: its cue, a pattern, the run beside it, the sentence before."""

import re
from dataclasses import dataclass

from spacy.tokens import Token

from app.domain.document import Quoted, Span
from app.domain.findings import Ref
from app.domain.vocabulary import EntityKind
from app.extract.context import Context
from app.extract.quotes import confidence
from app.extract.quotes.cues import cue_verbs, media
from app.extract.quotes.governing import governing, own_verb
from app.extract.quotes.marks import Run, words
from app.extract.quotes.naming import is_human, nouns
from app.extract.quotes.patterns import according, by_pattern
from app.extract.quotes.speakers import Memory, ref_to, refer, subject_of


@dataclass
class Piece:
    """A marked run on its way to a quote."""

    run: Run
    paragraph: int
    cue: Token | None = None
    speaker: Ref | None = None
    cue_at: Quoted | None = None
    joined: bool = False  # continues the piece before it
    confidence: float = confidence.CUED  # how the speaker was found


def attribute(
    ctx: Context, number: int, pieces: list[Piece], cues: list[Token], memory: Memory, everything: list[Piece]
) -> None:
    heard = iter(cues)  # speakers of plain clauses are antecedents too
    waiting = next(heard, None)
    for piece in pieces:
        while waiting is not None and waiting.idx < piece.run.span.start:
            _hear(ctx, waiting, number, memory)
            waiting = next(heard, None)
        index = everything.index(piece) if len(everything) < 2_000 else 0
        previous = everything[index - 1] if index else None
        follows = _goes_on(ctx, piece, previous)
        cue = None if follows else governing(ctx, piece.run.span, cues)
        own = own_verb(ctx, piece.run.span, cue)
        if own is not None:
            piece.speaker, piece.confidence = own
        elif cue is not None:
            _by_cue(ctx, piece, cue, number, memory)
        if piece.speaker is None:
            piece.speaker, cue_at = by_pattern(ctx, piece.run.span, number, memory)
            piece.cue_at = cue_at or piece.cue_at
        if piece.speaker is None:
            _by_neighbour(ctx, piece, previous, number, memory)
        memory.remember(number, piece.speaker)
    for cue in [waiting, *heard] if waiting is not None else []:
        _hear(ctx, cue, number, memory)


def _hear(ctx: Context, cue: Token, number: int, memory: Memory) -> None:
    subject = subject_of(cue)
    if subject is not None and cue.lemma_ in ("tell", "ask") and subject.dep_ == "pobj":
        return  # "he was told by the adviser": he goes on
    memory.remember(number, refer(ctx, subject, number, memory) if subject is not None else None)


def _by_cue(ctx: Context, piece: Piece, cue: Token, number: int, memory: Memory) -> None:
    cue = _as_saying(cue)
    subject = subject_of(cue)
    piece.cue, piece.cue_at = cue, ctx.cut(cue.idx, cue.idx + len(cue.text))
    inside = subject is not None and piece.run.span.start <= subject.idx < piece.run.span.end
    far = subject is not None and subject.idx < piece.run.span.start and cue.idx > piece.run.span.end
    if far:  # the parser took the subject of the quoted clause; the speaker stands between marks and cue
        piece.speaker = _beside(ctx, cue, piece.run.span)
    if subject is not None and not inside and piece.speaker is None:
        piece.speaker = refer(ctx, subject, number, memory)
    if piece.speaker is not None and piece.speaker.entity is None and (cue.dep_ == "conj" or _mute(piece.speaker)):
        paragraph = ctx.paragraphs[number]
        told = according(ctx, paragraph, piece.run.span, number, memory) if _mute(piece.speaker) else None
        piece.speaker = _earlier_speaker(ctx, cue, number, memory) or (told[0] if told else None) or piece.speaker
    if piece.speaker is None or (piece.speaker.entity is None and subject is None):
        piece.speaker = _beside(ctx, cue, piece.run.span) or piece.speaker
    if cue.lemma_ == "tell" or subject is not None:
        return
    piece.confidence = confidence.BESIDE


def _mute(ref: Ref) -> bool:
    """ "an investigation indicated", "the images showed": somebody else tells it."""
    last = ref.name.split()[-1].lower()
    return (
        not is_human(last)
        and last not in nouns("body", "document")
        and not ref.name[-1:].isupper()
        and last == ref.name.split()[-1]
    )


def _goes_on(ctx: Context, piece: Piece, previous: Piece | None) -> bool:
    """Opens where the run before it stays unclosed, and ends its own sentence: the same person talks on."""
    if previous is None or previous.run.closed or previous.speaker is None or previous.paragraph != piece.paragraph:
        return False
    between = ctx.text[previous.run.span.end : piece.run.span.start]
    return not between.strip(" “\"”'’‘") and piece.run.span.of(ctx.text)[-1] in ".!?"


def _earlier_speaker(ctx: Context, cue: Token, number: int, memory: Memory) -> Ref | None:
    """ "X said the video should be released but said “not now”": the parser gives the second verb to the video."""
    for token in cue.ancestors:
        if token.i < cue.i and token.lemma_.lower() in cue_verbs() and token.pos_ == "VERB":
            subject = subject_of(token)
            found = refer(ctx, subject, number, memory) if subject is not None else None
            if found is not None and found.entity:
                return found
    return None


def _as_saying(cue: Token) -> Token:
    """ "his office quoted him as telling": the verb of the one who is quoted."""
    if cue.lemma_ not in ("quote", "cite"):
        return cue
    links = [c for c in cue.children if c.dep_ == "prep" and c.lower_ == "as"]
    return next((t for link in links for t in link.children if t.dep_ == "pcomp"), cue)


def _beside(ctx: Context, cue: Token, run: Span) -> Ref | None:
    """The nearest person or organisation to the cue outside the marks, in its paragraph."""
    paragraph = next(p for p in ctx.paragraphs if p.start <= cue.idx < p.end + 1)
    near = [
        p
        for p in ctx.index.within(paragraph)
        if p[1].kind in (EntityKind.PERSON, EntityKind.ORGANIZATION, EntityKind.GROUP)
        and not run.overlaps(p[0].at.span)
    ]
    near = [p for p in near if abs(p[0].at.span.start - cue.idx) < 120 and p[1].name not in {n for n, _ in media()}]
    best = min(
        near, key=lambda p: (p[1].kind is not EntityKind.PERSON, abs(p[0].at.span.start - cue.idx)), default=None
    )
    return ref_to(best) if best else None


def _by_neighbour(ctx: Context, piece: Piece, previous: Piece | None, number: int, memory: Memory) -> None:
    """A run without a cue goes on with the speaker before it: same paragraph, or a paragraph that is all quotation."""
    alone = _alone(ctx, piece)
    if previous is not None and previous.speaker and previous.paragraph == number:
        piece.speaker, piece.cue, piece.cue_at = previous.speaker, previous.cue, previous.cue_at
        piece.joined, piece.confidence = True, previous.confidence
    elif (
        alone
        and previous is not None
        and previous.speaker
        and number - previous.paragraph == 1
        and not previous.run.closed
    ):
        piece.speaker, piece.cue, piece.cue_at, piece.joined = previous.speaker, previous.cue, previous.cue_at, True
    elif (before := _sentence_before(ctx, piece, number, memory)) is not None:
        piece.speaker, piece.confidence = before, confidence.ASIDE
    elif alone or words(ctx.text, piece.run.span) >= 6:
        known = memory.person(number) or memory.organization(number)
        if known is not None and alone:
            piece.speaker, piece.confidence = known, confidence.GUESSED


def _sentence_before(ctx: Context, piece: Piece, number: int, memory: Memory) -> Ref | None:
    """A whole sentence in marks behind one about its speaker: "He lights a cigarette. “They came in threes.”" """
    span, start = piece.run.span, ctx.paragraphs[piece.paragraph].start
    if not is_sentence(ctx, piece) or not re.search(r"[.!?:—–-]\s*$", ctx.text[start : span.start - 1]):
        return None
    body = ctx.doc.char_span(start, span.start - 1, alignment_mode="contract")
    if body is None or not len(body):
        return None
    root = body[-1].sent.root
    subject = next((c for c in root.children if c.dep_ == "nsubj" and start <= c.idx < span.start), None)
    found = refer(ctx, subject, number, memory) if subject is not None else None
    return found if found is not None and (found.entity or "").startswith("person:") else None


def _alone(ctx: Context, piece: Piece) -> bool:
    """The paragraph opens with this run."""
    return piece.run.span.start - ctx.paragraphs[piece.paragraph].start <= 2


def is_sentence(ctx: Context, piece: Piece) -> bool:
    body = piece.run.span.of(ctx.text)
    lead = ctx.text[max(0, piece.run.span.start - 4) : piece.run.span.start - 1].rstrip()
    opens = body[0].isupper() or body[0].isdigit()
    return (
        opens
        and (words(ctx.text, piece.run.span) > 4 or body[-1] in ".,!?")
        and (not lead or lead[-1] in '.,:;!?—–-”"' or body[-1] in ".!?,")
    )
