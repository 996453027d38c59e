"""Bodies named by their kind ("the ministry", "the department") and the documents they speak through."""

import re

from spacy.tokens import Token

from app.domain.findings import Mention, Ref
from app.extract.context import Context
from app.extract.gazetteer import rows
from app.extract.quotes.cues import media
from app.extract.quotes.naming import ACTORS, Memory, again, chunk_ref, named, nouns, plain

#: what a document is called by without naming who wrote it: "a press statement", "a Telegram post"
_AUTHORS = frozenset("police military army ministry government court prosecutors company navy kremlin".split())


_PRESS = frozenset("newspaper paper publication daily magazine tabloid outlet broadcaster portal website".split())
_PRESS_ENDING = re.compile(
    r"\b(?:Post|Times|News|Journal|Press|Herald|Telegraph|Guardian|Gazette|Tribune|Mail|TV|Radio)$"
)
_PRESS_NAMED = re.compile(rf"\b(?:{'|'.join(_PRESS)}|channel|agency),? (?:the )?$")


def institution(ctx: Context, subject: Token, paragraph: int, memory: Memory, *, anybody: bool = False) -> Ref | None:
    """ "the ministry", "the military" -> the last body above whose name ends so, else the last of any kind."""
    noun, outlets = subject.lower_, {name for name, _ in media()}
    definite = any(c.lower_ in ("the", "its") for c in subject.children)
    spoke = [r for p, r in reversed(memory.organizations) if paragraph - p <= 4]
    same = next((r for r in spoke if _ends(r, noun)), None)
    if definite and same is not None and not anybody:
        return chunk_ref(ctx, subject, same)
    before = [
        (m, e) for m, e in ctx.index.ordered if e.kind in ACTORS and subject.idx - 800 <= m.at.span.start <= subject.idx
    ]
    found = [e for m, e in before if e.name.lower().endswith(noun) or m.at.text.lower().endswith(noun)]
    if definite and not found and noun in _PRESS:
        known = {r["name"] for r in rows("outlets.csv")}
        press = [e for m, e in before if e.name in known or _PRESS_NAMED.search(ctx.text[: m.at.span.start][-25:])]
        told = [r for r in spoke if r.entity and _PRESS_ENDING.search(r.name)]
        heard = press[-1] if press else told[0] if told else None
        return chunk_ref(ctx, subject, heard) if heard and not anybody else None
    if definite and not found and not anybody and noun in ("department", "directorate"):
        ministry = next((r for r in spoke if (r.entity or "").startswith("organization:")), None)
        return chunk_ref(ctx, subject, ministry) if ministry else None
    if anybody or (not found and noun in nouns("body") and definite):
        start = max((p.start for p in ctx.paragraphs if p.start <= subject.idx), default=0)
        bodies = [(m, e) for m, e in before if e.name not in outlets]
        here = [e for m, e in bodies if m.at.span.start >= start]
        topics = [(m, e) for m, e in bodies if _is_topic(m, ctx)]
        found = ([e for m, e in topics if m.at.span.start >= start] or here or [e for _, e in topics])[-1:]
    return chunk_ref(ctx, subject, found[-1]) if found else None


def _ends(ref: Ref, noun: str) -> bool:
    return ref.name.lower().endswith(noun) or (ref.at is not None and ref.at.text.lower().endswith(noun))


def _is_topic(mention: Mention, ctx: Context) -> bool:
    """The body is what its sentence is about: its subject."""
    piece = ctx.doc.char_span(mention.at.span.start, mention.at.span.end, alignment_mode="expand")
    return piece is not None and piece.root.dep_ in ("nsubj", "nsubjpass", "agent", "ROOT")


def author_of(document: Token) -> Token | None:
    """Whom a document itself names: "a police statement", "a statement released by the mayor", "from the ministry"."""
    for child in document.children:
        if child.dep_ in ("agent", "prep") and child.lower_ in ("by", "from"):
            return next((c for c in child.children if c.dep_ == "pobj"), None)
        if child.dep_ == "acl":
            found = author_of(child)
            if found is not None:
                return found
    return None


def written(ctx: Context, subject: Token, paragraph: int, memory: Memory) -> Ref | None:
    """Who speaks through a document; the author that it names, else who spoke last."""
    for child in subject.children:
        if child.dep_ in ("compound", "poss", "nmod", "amod") and child.pos_ in ("PROPN", "NOUN"):
            owner = named(ctx, child)
            if (
                owner is not None
                and not (owner.entity or "").startswith("place:")
                and owner.name not in {n for n, _ in media()}
            ):
                return owner
            if child.lower_ in _AUTHORS:
                return institution(ctx, child, paragraph, memory) or plain(ctx, child)
    if any(c.lower_ in ("its", "their") for c in subject.children):
        return institution(ctx, subject, paragraph, memory, anybody=True) or again(
            ctx, subject, memory.organization(paragraph)
        )
    author = memory.last(paragraph)
    return again(ctx, subject, author) if author else None
