"""The subject of a cue, the entity it names, and who spoke while reading down the page."""

import functools
import re
from dataclasses import dataclass, field

from spacy.tokens import Token

from app.domain.document import Quoted, Span
from app.domain.findings import Entity, Mention, Ref
from app.domain.vocabulary import EntityKind
from app.extract.context import Context
from app.extract.entities.words import fits_pronoun
from app.extract.gazetteer import rows

ACTORS = (EntityKind.ORGANIZATION, EntityKind.GROUP, EntityKind.MILITARY_UNIT)
_SUBJECTS = ("nsubj", "nsubjpass", "csubj", "agent")
_CLAUSES = ("advcl", "conj", "ccomp", "xcomp", "relcl", "acl", "dep", "parataxis")


@functools.cache
def nouns(*kinds: str) -> frozenset[str]:
    """Lemmas of speaker_nouns.csv: office, person, people, body, document."""
    return frozenset(r["noun"] for r in rows("speaker_nouns.csv") if r["kind"] in kinds)


def is_human(word: str) -> bool:
    low = word.lower()
    known = nouns("office", "person", "people")
    return low in known or low.removesuffix("s") in known or low.endswith(("man", "woman", "person", "ist"))


@dataclass
class Memory:
    """Who spoke last while reading down the page: (paragraph, reference), nearest last."""

    persons: list[tuple[int, Ref]] = field(default_factory=list)
    organizations: list[tuple[int, Ref]] = field(default_factory=list)

    def remember(self, paragraph: int, ref: Ref | None) -> None:
        """Speakers without a name only when their word can speak: not the "18 April" of a headline."""
        if ref is None:
            return
        last = ref.name.split()[-1]
        if ref.entity:
            person = ref.entity.startswith("person:")
        elif is_human(last) or last.lower() in nouns("body") or last[:1].isupper():
            person = is_human(last) and last.lower() not in nouns("people")
        else:
            return
        (self.persons if person else self.organizations).append((paragraph, ref))

    def person(self, paragraph: int, pronoun: str = "") -> Ref | None:
        """The last person who spoke at most two paragraphs above and whom the pronoun fits."""
        near = (e for p, e in reversed(self.persons) if paragraph - p <= 2)
        return next((e for e in near if fits_pronoun(e.name, pronoun)), None)

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
            c for c in token.children if c.dep_ in _SUBJECTS and (c.pos_ != "NUM" or c.lower_ == "one")
        ]  # "…, two of them, the mayor said"
        doer = [c for c in named if c.dep_ == "agent"]  # "this was reported by X": not "this"
        found = min(doer or named, key=lambda c: abs(c.i - cue.i), default=None)
        if found is not None:
            if found.dep_ == "agent":
                return next((c for c in found.children if c.dep_ == "pobj"), None)
            return found
        if token.dep_ not in _CLAUSES or token.head is token:
            return None
        if token.dep_ == "acl" and token.tag_ == "VBG" and token.head.pos_ == "NOUN" and is_human(token.head.text):
            return token.head  # "with a local resident describing"
        token, seen = token.head, seen + 1
    return None


def again(ctx: Context, token: Token, ref: Ref | None) -> Ref | None:
    """The same actor, named here by another word."""
    return None if ref is None else Ref(ref.entity, ref.name, ctx.cut(token.idx, token.idx + len(token.text)))


def ref_to(pair: tuple[Mention, Entity]) -> Ref:
    return Ref(pair[1].key, pair[1].name, pair[0].at)


def named(ctx: Context, subject: Token) -> Ref | None:
    """An entity under the subject word, or a person in apposition to it ("the governor, Oleh Synehubov,")."""
    hit = ctx.index.at(Span(subject.idx, subject.idx + len(subject.text)))
    if hit and hit[1].kind in (EntityKind.PERSON, *ACTORS):
        return ref_to(hit)
    owned = {t.i for c in subject.children if c.dep_ == "poss" for t in c.subtree}  # "X's chief of staff, Y"
    for child in subject.subtree:
        if child.i not in owned and child.dep_ in ("appos", "compound", "nmod", "flat") and child.pos_ == "PROPN":
            inner = ctx.index.at(Span(child.idx, child.idx + len(child.text)))
            if inner and inner[1].kind is EntityKind.PERSON:
                return ref_to(inner)
    if hit and hit[1].kind in (EntityKind.PLACE, EntityKind.FACILITY):
        return ref_to(hit)
    return None


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


def chunk_ref(ctx: Context, token: Token, ref: Ref | Entity) -> Ref:
    key = ref.key if isinstance(ref, Entity) else ref.entity
    return Ref(key, ref.name, chunk(ctx, token))


_TITLED = re.compile(r"^(?:Mayor|Governor|President|Minister|General|Colonel|Secretary) (?=[A-Z][\w'’-]+ [A-Z])")


def plain(ctx: Context, subject: Token) -> Ref | None:
    """People without a name: "officials", "local authorities", "witnesses"."""
    if subject.ent_type_ in ("DATE", "TIME", "CARDINAL"):
        return None  # "a day of mourning was declared"
    at = chunk(ctx, subject)
    name = re.sub(r"^(?:the|a|an|some|several|its|their|his|her) ", "", at.text, flags=re.IGNORECASE)
    name = _TITLED.sub("", name)
    return Ref(None, name, at) if re.search(r"[A-Za-z]{3}", name) else None
