"""Which cue verb governs a marked run."""

import re

from spacy.symbols import AUX, VERB
from spacy.tokens import Token

from app.domain.document import Span
from app.domain.findings import Ref
from app.domain.vocabulary import EntityKind
from app.extract.context import Context
from app.extract.quotes.confidence import ASIDE
from app.extract.quotes.cues import cue_verbs


def cues_outside(ctx: Context, marked: list[Span]) -> dict[int, list[Token]]:
    """Cue verbs outside marks, by paragraph."""
    found: dict[int, list[Token]] = {}
    number, at = 0, 0
    for token in ctx.doc:
        if token.pos not in (VERB, AUX):
            continue
        while number + 1 < len(ctx.paragraphs) and ctx.paragraphs[number + 1].start <= token.idx:
            number += 1
        while at < len(marked) and marked[at].end <= token.idx:
            at += 1
        inside = at < len(marked) and marked[at].start <= token.idx
        spoken = token.lemma_.lower() in cue_verbs() and not _is_passive(token)
        if not inside and spoken and _goes_on(token):
            found.setdefault(number, []).append(token)
    return found


def _goes_on(token: Token) -> bool:
    """Of "go" only "went on" speaks."""
    return token.lemma_.lower() != "go" or any(c.lower_ == "on" and c.dep_ == "prt" for c in token.children)


def _is_passive(token: Token) -> bool:
    """ "had been promised", "was told": somebody hears; "it was reported by X" still speaks."""
    kinds = {c.dep_ for c in token.children}
    return "auxpass" in kinds and "nsubjpass" in kinds and "agent" not in kinds and token.lemma_ in _HEARD


_HEARD = frozenset(("tell", "promise", "ask", "warn", "inform", "call", "dub", "quote", "cite"))


def governing(ctx: Context, span: Span, cues: list[Token]) -> Token | None:
    """The cue that governs a run: the one right behind it, else the nearest before it in its sentence, else behind."""
    behind = [c for c in cues if c.idx >= span.end and same_stretch(ctx, span.end, c.idx)]
    before = [c for c in cues if c.idx < span.start and same_stretch(ctx, c.idx, span.start)]
    tail = span.of(ctx.text)[-1:]
    inner = [c for c in before if _reports(c, span)]
    if inner and not _lead_in(ctx, span) and span.of(ctx.text)[0].islower():
        return inner[-1]  # "X told them it “will hold”, diplomats said": the nearer report
    if behind and (
        tail in ",?!-—" or (tail not in "." and _lead_in(ctx, span)) or ctx.text[span.end + 1 : span.end + 2] == ","
    ):
        return behind[0]
    if before:
        strong = [c for c in before if cue_verbs()[c.lemma_.lower()] == "strong"]
        return (strong or before)[-1]
    return behind[0] if behind else None


def _reports(cue: Token, span: Span) -> bool:
    """The marked words stand in the clause that this verb reports."""
    clause = next((c for c in cue.children if c.dep_ == "ccomp"), None)
    if clause is None or cue_verbs()[cue.lemma_.lower()] != "strong":
        return False
    end = clause.right_edge.idx + len(clause.right_edge)
    return clause.left_edge.idx <= span.start and clause.left_edge.idx > cue.idx and span.end <= end + 2


def _lead_in(ctx: Context, span: Span) -> bool:
    """True when the run opens its sentence."""
    return bool(re.search(r"(?:^|[.!?:\n]\W*)$", ctx.text[max(0, span.start - 6) : span.start]))


def same_stretch(ctx: Context, start: int, end: int) -> bool:
    """No sentence ends between: full stops inside marks and abbreviations do not count."""
    between = re.sub(r"[“\"«][^”\"»\n]*[”\"»]", "", ctx.text[start:end])
    return (
        end - start < 600
        and "\n" not in between
        and not re.search(
            r"(?<![A-Z]\.[A-Z])(?<!\b[A-Z])(?<!\b(?:Gen|Rep|Sen|Gov|Adm|Col|Maj|Sgt|Mrs|Cpl))(?<!\b(?:Mr|Ms|Dr|Lt|St))"
            r"(?<!\b(?:Prof|Brig|Capt))[.!?][”\"’]? +[“\"«]?[A-Z]",
            between + " X" if between.rstrip().endswith((".", "!", "?")) else between,
        )
    )


def own_verb(ctx: Context, span: Span, cue: Token | None) -> tuple[Ref, float] | None:
    """A fragment's own verb with a named subject, nearer than any cue: "…; Orban found them “more than terrifying”"."""
    if _lead_in(ctx, span) or not span.of(ctx.text)[:1].islower():
        return None
    piece = ctx.doc.char_span(span.start, span.end, alignment_mode="contract")
    if piece is None or not len(piece):
        return None
    first = piece[0].idx
    verb = next((t for t in piece.root.ancestors if t.pos_ in ("VERB", "AUX") and t.idx < first), None)
    if verb is None or verb is cue or (cue is not None and not cue.i < verb.i) or verb.lemma_ in ("be", "have"):
        return None
    subject = next((c for c in verb.children if c.dep_ == "nsubj"), None)
    hit = ctx.index.at(Span(subject.idx, subject.idx + len(subject))) if subject is not None else None
    if hit is None or hit[1].kind is not EntityKind.PERSON or not same_stretch(ctx, verb.idx, span.start):
        return None
    return Ref(hit[1].key, hit[1].name, hit[0].at), ASIDE
