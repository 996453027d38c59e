"""Speakers that no cue verb gives: "according to X", "X: “…”", signed below, announced above, "for X, it was “…”"."""

import re

from app.domain.document import Quoted, Span
from app.domain.findings import Ref
from app.domain.vocabulary import EntityKind
from app.extract.context import Context
from app.extract.entities.values import NAME
from app.extract.quotes.governing import same_stretch
from app.extract.quotes.speakers import Memory, ref_to, refer

_ACTORS = (EntityKind.PERSON, EntityKind.ORGANIZATION, EntityKind.GROUP)
_ACCORDING = re.compile(r"according to (?:the |a |an )?", re.IGNORECASE)
#: "“…” — Olena Marchenko", under a quotation set apart
_SIGNED = re.compile(rf"[”\"’'»]?\s*[―—–-]{{1,2}} ?(?P<name>{NAME})(?=,|\.?\s*$)")


#: "For Germany's chancellor, Friedrich Merz, it was “…”", "in the words of X, “…”"
_VIEW = re.compile(
    r"(?:^|[.!?] )(?:(?:For|To) [^“”\".!?]{3,90}, (?:it|this|that) (?:was|is|would be)|In the (?:words|view|eyes) of [^“”\".!?]{3,90},)"
    r"[^“”\".!?]{0,20}[“\"]?$"
)


def _announced(ctx: Context, line: Span, number: int, memory: Memory) -> Ref | None:
    """Who the line before presents: "Sanders made the following comment:", "Andriy Yermak, head of the office:"."""
    piece = ctx.doc.char_span(line.start, line.end, alignment_mode="expand")
    root = piece.root if piece is not None else None
    subject = next((c for c in root.children if c.dep_ in ("nsubj", "nsubjpass")), root) if root is not None else None
    found = refer(ctx, subject, number, memory) if subject is not None else None
    if found is not None and found.entity:
        return found
    return next((ref_to(p) for p in ctx.index.within(line) if p[1].kind in _ACTORS), None)


def by_pattern(ctx: Context, span: Span, number: int, memory: Memory) -> tuple[Ref | None, Quoted | None]:
    """(speaker, words that give it) of a run in paragraph `number`; (None, None) when no pattern holds."""
    paragraph = ctx.paragraphs[number]
    found = according(ctx, paragraph, span, number, memory)
    if found is not None:
        return found
    speaker = _viewed(ctx, paragraph, span) or _signed(ctx, paragraph, span)
    if speaker is None:
        speaker = _sourced(ctx, number, span, memory)
    if speaker is None and number and span.start - paragraph.start <= 2:
        above = ctx.paragraphs[number - 1]
        speaker = _announced(ctx, above, number, memory) if above.of(ctx.text).endswith(":") else None
    return speaker or _named_before_colon(ctx, paragraph, span), None


def according(
    ctx: Context, paragraph: Span, span: Span, number: int, memory: Memory
) -> tuple[Ref | None, Quoted | None] | None:
    for match in _ACCORDING.finditer(ctx.text, paragraph.start, paragraph.end):
        end = match.start() + len("according to")
        words = ctx.doc.char_span(match.start(), end, alignment_mode="expand")
        subject = next((c for c in words[-1].children if c.dep_ == "pobj"), None) if words is not None else None
        if subject is None or span.start <= subject.idx < span.end:
            continue
        speaker = refer(ctx, subject, number, memory)
        if speaker and same_stretch(ctx, min(span.end, match.start()), max(span.start, match.start())):
            return speaker, ctx.cut(match.start(), end)
    return None


#: headings of a report in blocks: "Source: X on Telegram", "Quote: “…”", "Details: …"
_SOURCE = re.compile(r"^Sources?: ")
_BLOCK = 8  # paragraphs that one source covers


def _sourced(ctx: Context, number: int, span: Span, memory: Memory) -> Ref | None:
    """The source that a report in blocks names above a run which opens its paragraph or follows "Quote:"."""
    paragraph = ctx.paragraphs[number]
    lead = ctx.text[paragraph.start : max(paragraph.start, span.start - 1)]
    if not re.fullmatch(r"(?:(?:Direct )?Quotes?(?: from [^:]{3,60})?: ?)?[“\"]?", lead):
        return None
    for line in reversed(ctx.paragraphs[max(0, number - _BLOCK) : number]):
        if _SOURCE.match(line.of(ctx.text)):
            named = [p for p in ctx.index.within(line) if p[1].kind in _ACTORS]
            return next((ref_to(p) for p in named), None)
    return memory.last(number) if ":" in lead else None


def _viewed(ctx: Context, paragraph: Span, span: Span) -> Ref | None:
    view = _VIEW.search(ctx.text[paragraph.start : span.start])
    if view is None:
        return None
    inside = Span(paragraph.start + view.start(), paragraph.start + view.end())
    return next((ref_to(p) for p in ctx.index.within(inside) if p[1].kind is EntityKind.PERSON), None)


def _signed(ctx: Context, paragraph: Span, span: Span) -> Ref | None:
    signed = _SIGNED.match(ctx.text[span.end : paragraph.end])
    if signed is None:
        return None
    start = span.end + signed.start("name")
    at = Span(start, start + len(signed["name"]))
    hit = ctx.index.at(at)
    return ref_to(hit) if hit else Ref(None, signed["name"], ctx.cut(at.start, at.end))


def _named_before_colon(ctx: Context, paragraph: Span, span: Span) -> Ref | None:
    if not ctx.text[paragraph.start : span.start - 1].rstrip(" “\"'‘«").endswith(":"):
        return None
    named = [p for p in ctx.index.within(Span(paragraph.start, span.start)) if p[1].kind in _ACTORS]
    return ref_to(named[-1]) if named else None
