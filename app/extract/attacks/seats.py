"""Capitals that stand for their governments: "whom Moscow installed", "after Moscow reported repelling a raid"."""

import re

from app.domain.document import Span
from app.domain.findings import Entity
from app.extract.context import Context
from app.extract.entities.words import actor_verbs
from app.extract.gazetteer import fold, gazetteer

_GOVERNING = frozenset(
    {"install", "instal", "appoint", "annex", "occupy", "call", "blame", "list", "say", "claim", "accuse"}
)


def governs(ctx: Context, pair: tuple[Span, Entity]) -> bool:
    """ "whom Moscow installed": a capital that acts is its government."""
    at, entity = pair
    piece = ctx.doc.char_span(at.start, at.end, alignment_mode="expand")
    if piece is None or fold(entity.name) not in gazetteer().capitals:
        return False
    root = piece.root.head if piece.root.dep_ == "conj" else piece.root  # "regional authorities and Moscow blame"
    verb = root.head.lemma_
    return root.dep_ == "nsubj" and (verb in actor_verbs() or verb in _GOVERNING)


_LOCATED = re.compile(
    r"\b(?:in|on|at|over|near|around|across|outside|inside|into|to|of|from|for|towards?|against|above|through|between|including|hit|hits|struck|strikes?|attack(?:s|ed)?|target(?:s|ed)?|targeting|shelled|bombed|pounded|rocked|shook|reached|approach(?:ed|ing)|central|northern|southern|eastern|western|city|capital|and|or),? (?:the |downtown |central )?$|[,:(•–—-] $",
    re.IGNORECASE,
)


def is_seat(ctx: Context, at: Span, entity: Entity) -> bool:
    """ "after Moscow reported repelling a raid": a capital named neither for a place nor as struck is its government."""
    if fold(entity.name) not in gazetteer().capitals:
        return False
    before, after = ctx.text[max(0, at.start - 30) : at.start], ctx.text[at.end : at.end + 20]
    opens = not before.strip() or re.search(r"(?:\n|[.!?][”\"’']? )$", before)
    if not opens and _LOCATED.search(before):
        return False
    return not re.match(
        r"['’]s|[,:/(]| and [A-Z]|,? (?:was|were|is|has been|came|region|oblast|suffered|and|where|which|in|on|overnight|hit|struck|attacked|targeted)\b",
        after,
    )
