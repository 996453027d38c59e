"""Marked runs + cues -> quotes; then the reported clauses without marks."""

import re
from dataclasses import dataclass

from spacy.tokens import Token

from app.domain.document import Quoted, Span
from app.domain.findings import Quote, Ref
from app.domain.vocabulary import EntityKind, QuoteKind
from app.extract.context import Context
from app.extract.quotes import confidence
from app.extract.quotes.around import clause_of, medium_of, said_on, sentence_around
from app.extract.quotes.cues import cue_verbs, media
from app.extract.quotes.governing import cues_outside, governing, own_verb
from app.extract.quotes.indirect import indirect_quotes
from app.extract.quotes.marks import Run, marked_runs, words
from app.extract.quotes.patterns import by_pattern
from app.extract.quotes.speakers import Memory, ref_to, refer, subject_of

_MIN_WORDS = 3
_PLAN = re.compile(
    r"^\s*(?:plan|doctrine|operation|initiative|summit|movie|film|book|programme|program|project)\b", re.IGNORECASE
)


#: in front of a title: "the forum “Ukraine. Year 2024”"
_TITLE = re.compile(
    r"\b(?:forum|summit|conference|exhibition|film|book|song|novel|album|series|show|titled|entitled) [“\"'‘«]$"
)


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


def find_quotes(ctx: Context) -> tuple[Quote, ...]:
    """Quotes in text order. A run of under three words, a title or the name of a plan is none."""
    runs = marked_runs(ctx.text, ctx.paragraphs)
    spans = [r.span for r in runs]
    cues = cues_outside(ctx, spans)
    pieces, memory = _pieces(ctx, runs), Memory()
    by_paragraph: dict[int, list[Piece]] = {}
    for piece in pieces:
        by_paragraph.setdefault(piece.paragraph, []).append(piece)
    for number in range(len(ctx.paragraphs)):
        _attribute(ctx, number, by_paragraph.get(number, []), cues.get(number, []), memory, pieces)
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


# ---------------------------------------------------------------- attribution
def _attribute(
    ctx: Context, number: int, pieces: list[Piece], cues: list[Token], memory: Memory, everything: list[Piece]
) -> None:
    for piece in pieces:
        index = everything.index(piece) if len(everything) < 2_000 else 0
        previous = everything[index - 1] if index else None
        cue = governing(ctx, piece.run.span, cues)
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
    for cue in cues:  # speakers of plain clauses are antecedents too
        subject = subject_of(cue)
        ref = refer(ctx, subject, number, memory) if subject is not None else None
        memory.remember(number, ref)


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
    if piece.speaker is not None and piece.speaker.entity is None and cue.dep_ == "conj":
        piece.speaker = _earlier_speaker(ctx, cue, number, memory) or piece.speaker
    if piece.speaker is None or (piece.speaker.entity is None and subject is None):
        piece.speaker = _beside(ctx, cue, piece.run.span) or piece.speaker
    if cue.lemma_ == "tell" or subject is not None:
        return
    piece.confidence = confidence.BESIDE


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
    if not _is_sentence(ctx, piece) or not re.search(r"[.!?:—–-]\s*$", ctx.text[start : span.start - 1]):
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
    kind = QuoteKind.DIRECT if _is_sentence(ctx, first) else QuoteKind.MIXED
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


def _is_sentence(ctx: Context, piece: Piece) -> bool:
    body = piece.run.span.of(ctx.text)
    lead = ctx.text[max(0, piece.run.span.start - 4) : piece.run.span.start - 1].rstrip()
    opens = body[0].isupper() or body[0].isdigit()
    return (
        opens
        and (words(ctx.text, piece.run.span) > 4 or body[-1] in ".,!?")
        and (not lead or lead[-1] in '.,:;!?—–-”"' or body[-1] in ".!?,")
    )
