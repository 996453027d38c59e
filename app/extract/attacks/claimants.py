"""Who states a sentence: the speaker whose statement covers it, "according to", the subject of its reporting verb, or "it said" before."""

import functools
import re

from app.domain.document import Span
from app.domain.findings import Ref
from app.domain.vocabulary import QuoteKind
from app.extract.attacks.actors import party
from app.extract.attacks.spoken_for import body_before, body_of
from app.extract.context import Context
from app.extract.gazetteer import rows
from app.extract.quotes.cues import cue_verbs
from app.extract.quotes.speakers import Memory, ref_to, refer, subject_of

#: "by the Air Force's count"
_BY_COUNT = re.compile(
    r"\b[Bb]y (?:the )?(?P<who>[\w. -]{3,40}?)['’]s? (?:own )?(?:count|tally|figures|account|reckoning)\b"
)
_ACCORDING = re.compile(r"\baccording to\b", re.IGNORECASE)


def claimant_of(ctx: Context, sentences: list[Span], *, armed: frozenset[Span]) -> Ref | None:
    """Who states the report's numbers; the body of an unnamed "source" or "official" where it is told."""
    found = _claimant(ctx, sentences, armed=armed)
    return (body_of(ctx, found) or found) if found is not None and found.entity is None else found


def _claimant(ctx: Context, sentences: list[Span], *, armed: frozenset[Span]) -> Ref | None:
    """The claimant of the heaviest sentence that has one; `armed`: those that count weapons.

    "it said" is whoever spoke in the sentence before. A name told elsewhere in the report goes before "officials".
    """
    spoken: dict[int, Ref] = {}
    last: Ref | None = None
    for sentence in sorted(sentences, key=lambda s: s.start):
        found = _of_sentence(ctx, sentence) or (_shooter(ctx, sentence) if sentence in armed else None)
        if found is None and re.match(r",? (?:and|while|but) |; ", ctx.text[sentence.end : sentence.end + 8]):
            found = _next_in_paragraph(ctx, [sentence])  # the first part of a sentence that tells of two attacks
        if (found is None and _ANAPHOR.search(sentence.of(ctx.text))) or (found and found.name.startswith("same ")):
            found = last  # "it said", "according to the same source"
        if found is not None:
            spoken[sentence.start] = last = found
    ranked = [spoken[s.start] for s in sentences if s.start in spoken]
    if not ranked:
        return (
            _next_in_paragraph(ctx, sentences)
            or _said_this(ctx)
            or _source_line(ctx, sentences)
            or _state(ctx, sentences)
        )
    if ranked[0].entity is not None:
        return ranked[0]
    body = body_before(ctx, ranked[0])
    if body is not None:
        return body
    after = _next_in_paragraph(ctx, sentences)
    named = [r for r in (*ranked, after) if r is not None and r.entity is not None]
    return next((r for r in named if _same_office(ctx, ranked[0], r)), ranked[0])


_ANAPHOR = re.compile(
    r"\b(?:it|he|she|they) (?:also )?(?:said|added|says|wrote|reported|claimed|noted)\b|\b(?:said|added) (?:it|he|she|they)\b",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"^(?:(?:its|regional|local|city|the|ukrainian|russian|military) )*(?:officials?|authorities|governor|mayor|administration|military|agency|service|ministry|army|navy|command)$",
    re.IGNORECASE,
)
_OFFICE = re.compile(r"governor|mayor|head|chief|administration|minister|spokes|commander|prosecutor", re.IGNORECASE)


def _same_office(ctx: Context, vague: Ref, named: Ref) -> bool:
    """ "officials", "the regional governor" may be the office holder who is quoted; "health officials" are not the president."""
    entity = ctx.index.by_key.get(named.entity or "")
    if entity is None or not _VAGUE.search(vague.name):
        return False
    if entity.kind.value == "person":
        return bool(entity.role and _OFFICE.search(entity.role.text))
    return (
        entity.kind.value == "organization"
        and "governor" not in vague.name.lower()
        and "mayor" not in vague.name.lower()
    )


def _next_in_paragraph(ctx: Context, sentences: list[Span]) -> Ref | None:
    """Who speaks right after the heaviest sentence, in its paragraph: "authorities said. … according to Oleh Ivanov"."""
    paragraph = next((p for p in ctx.paragraphs if p.contains(sentences[0])), None)
    rest = Span(sentences[0].end, paragraph.end) if paragraph and paragraph.end > sentences[0].end else None
    found = (_according(ctx, rest) or _cue_subject(ctx, rest)) if rest else None
    return found if _is_source(found) else None


_SOURCE = re.compile(
    r"(?:^|\n)Source: ?|\b(?:figures|numbers|toll|data|information|news) (?:comes?|came) from |\b(?:reported|announced|given|confirmed|published) by "
)


_THIS = re.compile(
    r"\b(?:said|reported|announced|wrote|stated|posted) (?:this|about this|about it) (?:on|in|at|via|during)\b|\b(?:This|That|It) (?:is|was|has been) (?:according to|reported by|announced by|stated by)\b"
)


def _said_this(ctx: Context) -> Ref | None:
    """ "According to Agency, the Air Force said this on Facebook": the line of a report that says whose it is."""
    for match in _THIS.finditer(ctx.text):
        start = max(ctx.text.rfind("\n", 0, match.start()), ctx.text.rfind(". ", 0, match.start())) + 1
        line = Span(start, min(match.end() + 80, len(ctx.text)))
        named = [p for p in ctx.index.within(line) if p[1].kind.value in ("organization", "person")]
        refs = [
            r
            for r in map(ref_to, named)
            if _is_source(r) and (r.entity is None or _SPEAKS.search(r.name) or r.entity.startswith("person:"))
        ]
        if refs:
            return refs[0]
    return None


def _source_line(ctx: Context, sentences: list[Span]) -> Ref | None:
    """ "Source: …" at the head, "the figures come from the governor, …": a named source outside the sentences themselves."""
    for match in _SOURCE.finditer(ctx.text):
        near = Span(match.end(), min(match.end() + 80, len(ctx.text)))
        named = [p for p in ctx.index.within(near) if p[1].kind.value in ("organization", "person")]
        refs = [r for r in map(ref_to, named) if _is_source(r)]
        people = [r for r in refs if (r.entity or "").startswith("person:")]
        if refs:
            return (people or refs)[0]
        if match.group().strip().startswith("Source") and (unlisted := _unlisted(ctx, match.end())):
            return unlisted
    return None


def _unlisted(ctx: Context, at: int) -> Ref | None:
    """The name behind "Source: ", an entity of the page by its last word, or just a name."""
    match = re.match(r"[A-Z][\w'’-]+ [A-Z][\w'’-]+", ctx.text[at : at + 60])
    if match is None:
        return None
    entity = next((e for e in ctx.index.entities if e.name.split()[-1] == match.group().split()[-1]), None)
    return Ref(entity.key if entity else None, match.group(), ctx.cut(at, at + match.end()))


def _state(ctx: Context, sentences: list[Span]) -> Ref | None:
    """ "Moscow said its air defence …": where only a country speaks, the country."""
    for sentence in sentences:
        piece = ctx.doc.char_span(sentence.start, sentence.end, alignment_mode="expand")
        for token in piece if piece is not None else ():
            if token.pos_ != "VERB" or cue_verbs().get(token.lemma_.lower()) != "strong":
                continue
            subject = subject_of(token)
            name = party(subject.text) if subject is not None else None
            if subject is not None and name:
                entity = next((e for e in ctx.index.entities if e.name == name), None)
                return Ref(entity.key if entity else None, name, ctx.cut(subject.idx, subject.idx + len(subject.text)))
    return None


#: verbs whose subject, a body, answers for the number: it shot down or counted
_SHOOTS = frozenset(
    "shoot down intercept destroy bring take knock stop neutralise neutralize count register record".split()
)


def _shooter(ctx: Context, sentence: Span) -> Ref | None:
    """Who shot down, where nobody is said to state it: "The Air Force shot down 33"."""
    piece = ctx.doc.char_span(sentence.start, sentence.end, alignment_mode="expand")
    for token in piece if piece is not None else ():
        if token.pos_ == "VERB" and token.lemma_.lower() in _SHOOTS:
            subject = subject_of(token)
            found = refer(ctx, subject, 0, Memory()) if subject is not None else None
            plain = found is not None and re.fullmatch(
                r"(?:air force|military|army|navy|air defen[cs]e forces)", found.name, re.IGNORECASE
            )
            if found is not None and (plain or (found.entity or "").startswith("organization:")):
                return found
    return None


def _of_sentence(ctx: Context, sentence: Span) -> Ref | None:
    return _speaker(ctx, sentence) or _according(ctx, sentence) or _cue_subject(ctx, sentence)


def stated_by(ctx: Context, clause: Span) -> Ref | None:
    """Who states a clause: its speaker, "according to", the subject of its reporting verb, a count's author; else a country."""
    return _of_sentence(ctx, clause) or _counter(ctx, clause) or _state(ctx, [clause])


#: "the ministry put the toll at seven", "the ministry at seven", "while Moscow claimed"
_COUNTS = re.compile(
    r"(?:^|[,;:] |\b(?:while|but|and) )(?P<who>(?:the |local |[A-Z])[\w .'’-]{1,40}?) "
    r"(?:(?:put|puts|gave|gives|counted|counts|listed|lists)\b[\w ]{0,30}?(?: at| of|$)|at(?= (?:at least |about )?\w+$)"
    r"|(?:said|says|claimed|claims|reported|reports|insisted|insists|spoke of|speaks of)\b)"
)


def _counter(ctx: Context, clause: Span) -> Ref | None:
    """Who puts a toll at a number, with or without the verb; a country where only its name stands."""
    match = _COUNTS.search(ctx.text[clause.start : clause.end].rstrip(" .,"))
    if match is None:
        return None
    at = Span(clause.start + match.start("who"), clause.start + match.end("who"))
    hit = ctx.index.at(at)
    if hit is not None and (_is_source(ref_to(hit)) or party(at.of(ctx.text))):
        return ref_to(hit)
    name = re.sub(r"^the ", "", match["who"])
    found = Ref(None, name, ctx.cut(at.end - len(name), at.end))
    return found if _is_source(found) else None


@functools.cache
def _outlets() -> frozenset[str]:
    return frozenset(r["name"].lower() for r in rows("outlets.csv"))


#: nouns of people and bodies that state things; "a fresh wave" does not
_SPEAKS = re.compile(
    r"\b(?:officials?|authorit(?:y|ies)|governors?|mayors?|police|prosecutors?|military|army|navy|air force|minist(?:ry|er|ries)|agenc(?:y|ies)|services?|administrations?|sources?|witness(?:es)?|residents?|"
    r"rescuers?|headquarters|task force|relatives|neighbou?rs|doctors?|medics?|hospitals?|groups?|media|reports?|spokes\w+|commands?|commanders?|forces|staff|investigators?|firefighters?|company|operators?|channels?|part(?:y|ies)|networks?|unions?|councils?|"
    r"offices?|committees?|envoys?|ambassadors?|leaders?|chiefs?|heads?|presiden\w+|intelligence|defen[cs]e|government|workers|aides?|generals?|source|department|bureau|brigade|rebels?|militants|activists?|bloggers?|monitors?|campaigners|villagers|television|they)\b",
    re.IGNORECASE,
)


#: who shells does not count the wounded: "Russian forces shelled …, the governor said"
_FIGHTS = re.compile(r"^(?:the )?(?:\w+ )?(?:forces|troops|fighters|invaders|occupiers|paramilitaries)$", re.IGNORECASE)


def _is_source(ref: Ref | None) -> bool:
    """An outlet passes on what somebody claims; it is no claimant. Nor is a place."""
    if ref is None or (ref.entity or "").startswith("place:"):
        return False
    if _FIGHTS.search(ref.name) or (ref.entity is None and not _SPEAKS.search(ref.name)):
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
    counted = _BY_COUNT.search(ctx.text, sentence.start, sentence.end)
    if not match and counted:
        near = ctx.index.at(Span(counted.start("who"), counted.end("who")))
        return ref_to(near) if near and near[1].kind.value in ("organization", "person") else None
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
        if token.dep_ in ("advcl", "relcl", "acl") and any(
            c.lower_ in ("after", "before", "when", "while", "since", "where", "who", "which") for c in token.children
        ):
            continue  # "hours after he had announced …" states nothing here
        if any(c.dep_ == "neg" for c in token.children):
            continue  # "the Kremlin did not comment"
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
