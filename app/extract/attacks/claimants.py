"""Who states a sentence: the speaker whose statement covers it, "according to", the subject of its reporting verb, or "it said" before."""

import functools
import re

from app.domain.document import Span
from app.domain.findings import Ref
from app.domain.vocabulary import QuoteKind
from app.extract.context import Context
from app.extract.gazetteer import rows
from app.extract.quotes.build import cue_verbs
from app.extract.quotes.speakers import Memory, ref_to, refer, subject_of

_ACCORDING = re.compile(r"\baccording to\b", re.IGNORECASE)


def claimant_of(ctx: Context, sentences: list[Span]) -> Ref | None:
    """The claimant of the heaviest sentence that has one; a name told elsewhere in the report goes before "officials"."""
    found = [r for s in sentences if (r := _of_sentence(ctx, s)) is not None]
    named = next((r for r in found if r.entity), None)
    if found and found[0].entity is None and named is not None and _same_office(found[0], named):
        return named
    return found[0] if found else None


def _same_office(vague: Ref, named: Ref) -> bool:
    """ "officials", "the regional governor" may be the person who is quoted; "health officials" are not the president."""
    office = re.search(
        r"^(?:(?:its|regional|local|city|the) )*(?:officials?|authorities|governor|mayor|administration)$",
        vague.name,
        re.IGNORECASE,
    )
    return bool(office) and (named.entity or "").startswith("person:")


def _of_sentence(ctx: Context, sentence: Span) -> Ref | None:
    return _speaker(ctx, sentence) or _according(ctx, sentence) or _cue_subject(ctx, sentence)


@functools.cache
def _outlets() -> frozenset[str]:
    return frozenset(r["name"].lower() for r in rows("outlets.csv"))


def _is_source(ref: Ref | None) -> bool:
    """An outlet passes on what somebody claims; it is no claimant. Nor is a place."""
    if ref is None or (ref.entity or "").startswith("place:"):
        return False
    return ref.name.lower() not in _outlets() and not re.search(r"\.(?:az|com|net|ua|org)$", ref.name)


def _speaker(ctx: Context, sentence: Span) -> Ref | None:
    """A quote or reported clause that covers most of the sentence."""
    for quote in sorted(ctx.quotes, key=lambda q: q.end - q.start):
        hull = Span(quote.start, quote.end)
        if quote.speaker is None or not hull.overlaps(sentence):
            continue
        shared = min(hull.end, sentence.end) - max(hull.start, sentence.start)
        if (
            _is_source(quote.speaker)
            and quote.kind is not QuoteKind.MIXED
            and shared > 0.35 * (sentence.end - sentence.start)
        ):
            return quote.speaker
    return None


def _according(ctx: Context, sentence: Span) -> Ref | None:
    match = _ACCORDING.search(ctx.text, sentence.start, sentence.end)
    if not match:
        return None
    hit = ctx.index.at(Span(match.end(), min(match.end() + 25, sentence.end)))
    if hit and hit[1].kind.value in ("organization", "person", "group"):
        return ref_to(hit)
    words = ctx.doc.char_span(match.start(), match.end(), alignment_mode="expand")
    subject = next((c for c in words[-1].children if c.dep_ == "pobj"), None) if words is not None else None
    return refer(ctx, subject, 0, Memory()) if subject is not None else None


def _cue_subject(ctx: Context, sentence: Span) -> Ref | None:
    piece = ctx.doc.char_span(sentence.start, sentence.end, alignment_mode="expand")
    if piece is None:
        return None
    memory = _memory_before(ctx, sentence.start)
    for token in piece:
        if token.pos_ == "VERB" and cue_verbs().get(token.lemma_.lower()) == "strong":
            subject = subject_of(token)
            found = refer(ctx, subject, 0, memory) if subject is not None else None
            if _is_source(found):
                return found
    return None


def _memory_before(ctx: Context, at: int) -> Memory:
    """Antecedents of "it" and "he": the speakers of the statements above."""
    memory = Memory()
    for quote in ctx.quotes:
        if quote.end <= at and quote.speaker is not None:
            memory.remember(0, quote.speaker)
    return memory
