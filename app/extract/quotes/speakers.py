"""The subject of a cue -> an entity: names, pronouns, offices, institutions."""

import re
from dataclasses import dataclass, field

from spacy.tokens import Token

from app.domain.document import Quoted, Span
from app.domain.findings import Entity, Mention, Ref
from app.domain.vocabulary import EntityKind
from app.extract.context import Context
from app.extract.entities.roles import ROLE
from app.extract.entities.words import famous
from app.extract.gazetteer import fold, gazetteer, rows
from app.extract.quotes.cues import media

_ACTORS = (EntityKind.ORGANIZATION, EntityKind.GROUP, EntityKind.MILITARY_UNIT)
_SUBJECTS = ("nsubj", "nsubjpass", "csubj", "agent")
_CLAUSES = ("advcl", "conj", "ccomp", "xcomp", "relcl", "acl", "dep", "parataxis")


_DOCUMENTS = ("statement", "report", "post", "message", "announcement", "tweet", "caption", "letter", "release")
#: words that stand for the body named before: "the group said in a statement"
_BODIES = frozenset(
    "group agency organisation organization company channel network mission institute paper newspaper outlet union"
    " command movement charity watchdog operator broadcaster committee council alliance firm body corps unit fund".split()
)
_TITLED = re.compile(r"^(?:Mayor|Governor|President|Minister|General|Colonel|Secretary) (?=[A-Z][\w'’-]+ [A-Z])")
_HUMAN = re.compile(r"(?:man|woman|er|or|ent|ist|official|witness|governor|mayor|chief|head|analyst)$")


_REPORTS = frozenset({"say", "report", "state", "announce", "write", "add", "confirm"})


@dataclass
class Memory:
    """Who spoke last while reading down the page: (paragraph, reference), nearest last."""

    persons: list[tuple[int, Ref]] = field(default_factory=list)
    organizations: list[tuple[int, Ref]] = field(default_factory=list)

    def remember(self, paragraph: int, ref: Ref | None) -> None:
        if ref is None:
            return
        kind = ref.entity.split(":")[0] if ref.entity else ("person" if _HUMAN.search(ref.name) else "organization")
        (self.persons if kind == "person" else self.organizations).append((paragraph, ref))

    def person(self, paragraph: int) -> Ref | None:
        """The last person who spoke at most two paragraphs above."""
        return next((e for p, e in reversed(self.persons) if paragraph - p <= 2), None)

    def last(self, paragraph: int) -> Ref | None:
        """Whoever spoke last at most two paragraphs above: who wrote "the post"."""
        near = [
            (p, r.at.span.start if r.at else 0, r)
            for p, r in (*self.persons, *self.organizations)
            if paragraph - p <= 2
        ]
        return max(near, key=lambda n: n[:2])[2] if near else None

    def organization(self, paragraph: int) -> Ref | None:
        return next((e for p, e in reversed(self.organizations) if paragraph - p <= 3), None)


def subject_of(cue: Token) -> Token | None:
    """The cue's own subject, else that of the verb it hangs on ("Blinken gave no answer, saying …")."""
    token, seen = cue, 0
    if cue.dep_ == "pcomp" and cue.head.lower_ == "as" and cue.head.head.lemma_ in ("quote", "cite"):
        whom = [c for c in cue.head.head.children if c.dep_ in ("dobj", "nsubjpass")]
        return whom[0] if whom else None  # "quoted him as saying", "was quoted as saying"
    while seen < 4:
        named = [
            c for c in token.children if c.dep_ in _SUBJECTS and c.pos_ != "NUM"
        ]  # "…, two of them, the mayor said"
        doer = [c for c in named if c.dep_ == "agent"]  # "this was reported by X": not "this"
        found = min(doer or named, key=lambda c: abs(c.i - cue.i), default=None)
        if found is not None:
            if found.dep_ == "agent":
                return next((c for c in found.children if c.dep_ == "pobj"), None)
            return found
        if token.dep_ not in _CLAUSES or token.head is token:
            return None
        token, seen = token.head, seen + 1
    return None


def refer(ctx: Context, subject: Token, paragraph: int, memory: Memory) -> Ref | None:
    """Whom the subject names. None for subjects that cannot speak ("which")."""
    low = subject.lower_
    if low in ("he", "she", "him", "her") and (own := _reporter_of(subject)) is not None:
        return _again(ctx, subject, refer(ctx, own, paragraph, memory))
    if low in ("he", "she", "him", "her"):
        before = _person_before(ctx, subject.idx)
        return _again(ctx, subject, _subject_before(ctx, subject) or memory.person(paragraph) or before)
    if low in ("it", "they", "we"):
        return _again(ctx, subject, _reporter_before(ctx, subject) or memory.organization(paragraph))
    if subject.pos_ == "PRON" and low in ("who", "which", "that"):
        head = subject.head.head
        return refer(ctx, head, paragraph, memory) if head is not subject and head.pos_ in ("PROPN", "NOUN") else None
    if subject.pos_ == "PRON":
        return None
    the = any(c.lower_ == "the" for c in subject.children)
    if the and subject.tag_ in ("NNP", "NN", "JJ") and gazetteer().demonym(subject.text):  # "the Estonian added"
        return _again(ctx, subject, _subject_before(ctx, subject) or memory.person(paragraph))
    if subject.lemma_ in _DOCUMENTS and any(c.lower_ in ("its", "their") for c in subject.children):
        return _institution(ctx, subject, anybody=True) or _again(ctx, subject, memory.organization(paragraph))
    if subject.lemma_ in _DOCUMENTS and (author := memory.last(paragraph)):
        return _again(ctx, subject, author)
    return _named(ctx, subject) or _role(ctx, subject) or _institution(ctx, subject) or _plain(ctx, subject)


def _reporter_of(pronoun: Token) -> Token | None:
    """Whose report the pronoun stands in: "Lukashenko said he had warned him" is about Lukashenko."""
    token = pronoun.head
    for _ in range(4):
        if token.dep_ == "ccomp" and token.head.lemma_ in _REPORTS | {
            "tell",
            "claim",
            "warn",
            "argue",
            "insist",
            "think",
        }:
            doer = [c for c in token.head.children if c.dep_ == "nsubj" and c.i < pronoun.i]
            if doer and doer[0].pos_ in ("PROPN", "NOUN") and doer[0].ent_type_ in ("PERSON", ""):
                return doer[0]
        if token.head is token:
            return None
        token = token.head
    return None


def _subject_before(ctx: Context, pronoun: Token) -> Ref | None:
    """The person whom the sentence before is about: "Zelensky had nothing to report. There were "first steps", he said"."""
    first = pronoun.sent.start
    for token in ctx.doc[first : pronoun.i]:  # "Lukashenko said …; “…,” he added"
        if token.dep_ == "nsubj" and token.pos_ == "PROPN" and token.head.lemma_ in _REPORTS:
            own = _named(ctx, token)
            if own is not None and (own.entity or "").startswith("person:"):
                return own
    if first == 0:
        return None
    before = ctx.doc[first - 1].sent
    while before.start > 0 and _in_marks(ctx, before.start_char):  # what she says is not about her
        before = ctx.doc[before.start - 1].sent
    opening = ctx.index.at(Span(before[0].idx, before[0].idx + len(before[0])))
    if opening and opening[1].kind is EntityKind.PERSON and opening[0].at.span.start == before[0].idx:
        return ref_to(opening)
    root = before.root
    subject = next((c for c in root.children if c.dep_ == "nsubj" and c.pos_ in ("PROPN", "NOUN")), None)
    found = _named(ctx, subject) if subject is not None else None
    return found if found is not None and (found.entity or "").startswith("person:") else None


def _in_marks(ctx: Context, at: int) -> bool:
    """Inside a quotation that its paragraph opened before or at `at`."""
    start = max((p.start for p in ctx.paragraphs if p.start <= at), default=0)
    lead = ctx.text[start : at + 1]
    return lead.count('"') % 2 == 1 or lead.rfind("“") > lead.rfind("”")


def _reporter_before(ctx: Context, pronoun: Token) -> Ref | None:
    """The body that reported the sentence before, in the same paragraph: "…, the paper reported. …, it said"."""
    start = next((p.start for p in ctx.paragraphs if p.start <= pronoun.idx < p.end), None)
    sentence = pronoun.sent
    if start is None or sentence.start == 0:
        return None
    for token in reversed(ctx.doc[max(0, sentence.start - 60) : sentence.start]):
        if token.idx < start:
            return None
        if token.pos_ == "VERB" and token.lemma_ in _REPORTS:
            subject = next((c for c in token.children if c.dep_ == "nsubj" and c.pos_ in ("NOUN", "PROPN")), None)
            found = _named(ctx, subject) if subject is not None else None
            return found if found is not None and (found.entity or "").startswith("organization:") else None
    return None


def _again(ctx: Context, token: Token, ref: Ref | None) -> Ref | None:
    """The same actor, named here by another word."""
    return None if ref is None else Ref(ref.entity, ref.name, ctx.cut(token.idx, token.idx + len(token.text)))


def ref_to(pair: tuple[Mention, Entity]) -> Ref:
    return Ref(pair[1].key, pair[1].name, pair[0].at)


def _named(ctx: Context, subject: Token) -> Ref | None:
    """An entity under the subject word, or a person in apposition to it ("the governor, Oleh Synehubov,")."""
    hit = ctx.index.at(Span(subject.idx, subject.idx + len(subject.text)))
    if hit and hit[1].kind in (EntityKind.PERSON, *_ACTORS):
        return ref_to(hit)
    for child in subject.subtree:
        if child.dep_ in ("appos", "compound", "nmod", "flat") and child.pos_ == "PROPN":
            inner = ctx.index.at(Span(child.idx, child.idx + len(child.text)))
            if inner and inner[1].kind is EntityKind.PERSON:
                return ref_to(inner)
    if hit and hit[1].kind in (EntityKind.PLACE, EntityKind.FACILITY):
        return ref_to(hit)
    return None


def _person_before(ctx: Context, at: int) -> Ref | None:
    """The last person named above, in this paragraph or the one before it."""
    starts = [p.start for p in ctx.paragraphs if p.start <= at][-2:]
    if not starts:
        return None
    named = [p for p in ctx.index.within(Span(starts[0], at)) if p[1].kind is EntityKind.PERSON]
    found = [p for p in named if not _in_marks(ctx, p[0].at.span.start)] or named
    return ref_to(found[-1]) if found else None


def _role(ctx: Context, subject: Token) -> Ref | None:
    """ "the governor", "the Ukrainian president" -> the nearest person above who holds that office."""
    noun = subject.lemma_.lower()
    if not ROLE.search(noun):
        return None
    modifiers = {
        c.lemma_.lower()
        for c in subject.children
        if c.dep_ in ("amod", "compound", "poss") and c.pos_ in ("PROPN", "ADJ", "NOUN")
    }
    holders = [
        e
        for m, e in ctx.index.ordered
        if e.kind is EntityKind.PERSON and e.role and noun in e.role.text.lower() and m.at.span.start <= subject.idx
    ]
    if not holders:  # "the president wrote" on a page that gives Zelensky no title
        known = {r["name"]: r["role"].lower() for r in rows("persons.csv") if r["role"]}
        above = [e for m, e in ctx.index.ordered if e.kind is EntityKind.PERSON and m.at.span.start <= subject.idx]
        named = list(dict.fromkeys(e for e in above if noun in known.get(famous().get(fold(e.name), ""), "")))
        return _chunk_ref(ctx, subject, named[0]) if len(named) == 1 and not modifiers else None
    fitting = [e for e in holders if e.role and (not modifiers or any(m in e.role.text.lower() for m in modifiers))]
    return _chunk_ref(ctx, subject, fitting[-1]) if fitting else None


def _institution(ctx: Context, subject: Token, *, anybody: bool = False) -> Ref | None:
    """ "the ministry", "the military" -> the last organisation above whose name ends so."""
    noun, outlets = subject.lower_, {name for name, _ in media()}
    before = [
        (m, e)
        for m, e in ctx.index.ordered
        if e.kind in _ACTORS and subject.idx - 800 <= m.at.span.start <= subject.idx
    ]
    found = [e for m, e in before if e.name.lower().endswith(noun) or m.at.text.lower().endswith(noun)]
    definite = any(c.lower_ in ("the", "its") for c in subject.children)
    if anybody or (not found and noun in _BODIES and definite):
        start = max((p.start for p in ctx.paragraphs if p.start <= subject.idx), default=0)
        bodies = [(m, e) for m, e in before if e.name not in outlets]
        here = [e for m, e in bodies if m.at.span.start >= start]
        topics = [(m, e) for m, e in bodies if _is_topic(m, ctx)]
        found = ([e for m, e in topics if m.at.span.start >= start] or here or [e for _, e in topics])[-1:]
    return _chunk_ref(ctx, subject, found[-1]) if found else None


def _is_topic(mention: Mention, ctx: Context) -> bool:
    """The body is what its sentence is about: its subject."""
    piece = ctx.doc.char_span(mention.at.span.start, mention.at.span.end, alignment_mode="expand")
    return piece is not None and piece.root.dep_ in ("nsubj", "nsubjpass", "agent", "ROOT")


def chunk(ctx: Context, token: Token) -> Quoted:
    """The noun phrase around a token without its relative clauses."""
    left = token
    while (
        left.i > 0
        and left.nbor(-1).dep_ in ("compound", "amod", "nmod", "poss", "case", "det", "nummod")
        and left.nbor(-1).i >= token.left_edge.i
    ):
        left = left.nbor(-1)
    while left.i > 1 and left.nbor(-1).text == "-" and left.i - 2 >= token.sent.start:
        left = left.nbor(-2)  # "Houthi-run health ministry"
    return ctx.cut(left.idx, token.idx + len(token.text))


def _chunk_ref(ctx: Context, token: Token, entity: Entity) -> Ref:
    return Ref(entity.key, entity.name, chunk(ctx, token))


def _plain(ctx: Context, subject: Token) -> Ref | None:
    """People without a name: "officials", "local authorities", "witnesses"."""
    at = chunk(ctx, subject)
    name = re.sub(r"^(?:the|a|an|some|several|its|their|his|her) ", "", at.text, flags=re.IGNORECASE)
    name = _TITLED.sub("", name)
    return Ref(None, name, at) if re.search(r"[A-Za-z]{3}", name) else None
