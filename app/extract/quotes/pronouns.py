"""Whom a pronoun in front of a cue means: "he", "she", "it"."""

import re

from spacy.tokens import Token

from app.domain.document import Span
from app.domain.findings import Ref
from app.domain.vocabulary import EntityKind
from app.extract.context import Context
from app.extract.entities.words import fits_pronoun
from app.extract.quotes.naming import Memory, again, is_human, named, plain, ref_to

_REPORTS = frozenset({"say", "report", "state", "announce", "write", "add", "confirm"})
_CLAIMS = _REPORTS | {"tell", "claim", "warn", "argue", "insist", "think"}
_BODY_KEYS = ("organization:", "group:", "military_unit:", "place:")


def person_meant(ctx: Context, pronoun: Token, paragraph: int, memory: Memory) -> Ref | None:
    """Whom "he" or "she" means: the sentence's or the last sentence's person, who spoke last, who was named last."""
    low = {"him": "he", "her": "she"}.get(pronoun.lower_, pronoun.lower_)
    before = _subject_before(ctx, pronoun)
    if before is not None and not fits_pronoun(before.name, low):
        before = None
    spoke, above = memory.person(paragraph, low), _person_before(ctx, pronoun.idx, low)
    if spoke is not None and spoke.entity is None and _later(above, spoke):
        spoke = above  # "A man was held. … Anwar Miah is his name. “…,” he says"
    return again(ctx, pronoun, before or spoke or above)


def _later(one: Ref | None, other: Ref) -> bool:
    return bool(one and one.at and other.at and one.at.span.start > other.at.span.start)


def body_meant(ctx: Context, pronoun: Token, paragraph: int, memory: Memory) -> Ref | None:
    """Whom "it" or "they" means: the body that reports in its own sentence or the one before, else who spoke last."""
    found = _reporter_within(ctx, pronoun) or _reporter_before(ctx, pronoun)
    return again(ctx, pronoun, found or memory.organization(paragraph))


def reporter_of(pronoun: Token) -> Token | None:
    """Whose report the pronoun stands in: "Lukashenko said he had warned him" is about Lukashenko."""
    token = pronoun.head
    for _ in range(4):
        if token.dep_ == "ccomp" and token.head.lemma_ in _CLAIMS:
            doer = [c for c in token.head.children if c.dep_ == "nsubj" and c.i < pronoun.i]
            if doer and doer[0].pos_ in ("PROPN", "NOUN") and doer[0].ent_type_ in ("PERSON", ""):
                return doer[0]
        if token.head is token:
            return None
        token = token.head
    return None


def _subject_before(ctx: Context, pronoun: Token) -> Ref | None:
    """The person whom the sentence before is about: "Zelensky had nothing to report. There were “first steps”, he said"."""
    first = pronoun.sent.start
    for token in ctx.doc[first : pronoun.i]:  # "Lukashenko said …; “…,” he added"
        if token.dep_ == "nsubj" and token.pos_ == "PROPN" and token.head.lemma_ in _REPORTS:
            own = named(ctx, token)
            if own is not None and (own.entity or "").startswith("person:"):
                return own
    if first == 0:
        return None
    before = ctx.doc[first - 1].sent
    while before.start > 0 and in_marks(ctx, before.start_char):  # what she says is not about her
        before = ctx.doc[before.start - 1].sent
    opening = ctx.index.at(Span(before[0].idx, before[0].idx + len(before[0])))
    first_word = opening is not None and opening[0].at.span.start == before[0].idx
    if opening and first_word and opening[1].kind is EntityKind.PERSON and not _owns(ctx, opening[0].at.span.end):
        return ref_to(opening)
    root = before.root
    subject = next((c for c in root.children if c.dep_ == "nsubj" and c.pos_ in ("PROPN", "NOUN")), None)
    found = named(ctx, subject) if subject is not None else None
    return found if found is not None and (found.entity or "").startswith("person:") else None


def _owns(ctx: Context, end: int) -> bool:
    """ "Lavrov’s deputy, Bogdanov, said": the sentence is not about Lavrov."""
    return re.match("['’]s? ", ctx.text[end : end + 3]) is not None


def in_marks(ctx: Context, at: int) -> bool:
    """Inside a quotation that its paragraph opened before or at `at`."""
    start = max((p.start for p in ctx.paragraphs if p.start <= at), default=0)
    lead = ctx.text[start : at + 1]
    return lead.count('"') % 2 == 1 or lead.rfind("“") > lead.rfind("”")


def _reporter_within(ctx: Context, pronoun: Token) -> Ref | None:
    """The body that the sentence itself lets speak: "The command said two were hurt in what it called “…”"."""
    for token in ctx.doc[pronoun.sent.start : pronoun.i]:
        if token.dep_ == "nsubj" and token.head.lemma_ in _CLAIMS and token.head.i < pronoun.i:
            found = named(ctx, token)
            return found if found is not None and (found.entity or "").startswith(_BODY_KEYS) else None
    return None


_ACCORDING = re.compile(r"\b[Aa]ccording to ")


def _reporter_before(ctx: Context, pronoun: Token) -> Ref | None:
    """The body that reported the sentence before, in the same paragraph: "…, the paper reported. …, it said"."""
    start = next((p.start for p in ctx.paragraphs if p.start <= pronoun.idx < p.end), None)
    sentence = pronoun.sent
    if start is None or sentence.start == 0:
        return None
    for token in reversed(ctx.doc[max(0, sentence.start - 60) : sentence.start]):
        if token.idx < start:
            return None
        if token.lower_ == "to" and _ACCORDING.match(ctx.text, max(0, token.idx - 10)):
            subject = next((c for c in token.children if c.dep_ == "pobj"), None)
        elif token.pos_ == "VERB" and token.lemma_ in _REPORTS:
            subject = next((c for c in token.children if c.dep_ == "nsubj" and c.pos_ in ("NOUN", "PROPN")), None)
        else:
            continue
        found = (named(ctx, subject) or plain(ctx, subject)) if subject is not None else None
        body = found is not None and (found.entity or "").startswith("organization:")
        return found if body or (subject is not None and subject.lower_ in _STATE) else None
    return None


_STATE = ("government", "military", "army", "ministry", "police", "command")


def _person_before(ctx: Context, at: int, pronoun: str) -> Ref | None:
    """The last person named above, in this paragraph or the one before it."""
    starts = [p.start for p in ctx.paragraphs if p.start <= at][-2:]
    if not starts:
        return None
    near = [
        p
        for p in ctx.index.within(Span(starts[0], at))
        if p[1].kind is EntityKind.PERSON and fits_pronoun(p[1].name, pronoun)
    ]
    found = [p for p in near if not in_marks(ctx, p[0].at.span.start)] or near
    return ref_to(found[-1]) if found else None


def group_before(ctx: Context, one: Token) -> Ref | None:
    """Whose "one" speaks: "Some villagers left on foot. “Run,” one shouted", "one of the villagers"."""
    of = [c for p in one.children if p.dep_ == "prep" for c in p.children if c.pos_ in ("NOUN", "PROPN")]
    if of:
        return plain(ctx, of[0])
    start = min(p.start for p in [*(p for p in ctx.paragraphs if p.start <= one.idx)][-2:])
    for token in reversed(ctx.doc[max(0, one.i - 120) : one.i]):
        if token.idx < start:
            break
        group = token.dep_ == "nsubj" or is_human(token.text)
        if group and token.tag_ in ("NNS", "NNPS") and not in_marks(ctx, token.idx):
            return Ref(None, token.text, ctx.cut(one.idx, one.idx + len(one)))
    return Ref(None, one.text, ctx.cut(one.idx, one.idx + len(one)))
