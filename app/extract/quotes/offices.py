"""Persons named by what they are: "the governor", "the former president", "the official"."""

import functools
import re

from spacy.tokens import Token

from app.domain.findings import Entity, Ref
from app.domain.vocabulary import EntityKind
from app.extract.context import Context
from app.extract.entities.roles import ROLE
from app.extract.entities.words import famous, fits_pronoun
from app.extract.gazetteer import fold, rows
from app.extract.quotes.naming import Memory, chunk_ref, nouns

#: another word of one office
_SAME = ({"spokesman", "spokeswoman", "spokesperson"}, {"premier", "minister"})


def holder(ctx: Context, subject: Token) -> Ref | None:
    """ "the governor", "the Ukrainian president" -> the nearest person above who holds that office."""
    noun = subject.lemma_.lower()
    if not ROLE.search(noun):
        return None
    modifiers = _modifiers(subject)
    above = [e for m, e in ctx.index.ordered if e.kind is EntityKind.PERSON and m.at.span.start <= subject.idx]
    holders = [e for e in above if e.role and noun in e.role.text.lower()]
    if not holders:  # "the president wrote" on a page that gives Zelensky no title
        known = [e for e in dict.fromkeys(above) if noun in _known_role(e)]
        return chunk_ref(ctx, subject, known[0]) if len(known) == 1 and not modifiers else None
    fitting = [e for e in holders if e.role and (not modifiers or any(m in e.role.text.lower() for m in modifiers))]
    fitting = [e for e in fitting if e.role and _same_seat(subject, e.role.text)]
    return chunk_ref(ctx, subject, fitting[-1]) if fitting else None


def described(ctx: Context, subject: Token, paragraph: int, memory: Memory) -> Ref | None:
    """ "the official", "the head of the region": who spoke or was named last and is not known as something else."""
    noun = subject.lemma_.lower()
    if noun in nouns("person", "office", "document", "body") and any(c.lower_ == "same" for c in subject.children):
        last = memory.last(paragraph)  # "according to the same source"
        return chunk_ref(ctx, subject, last) if last is not None else None
    definite = any(c.lower_ == "the" for c in subject.children)
    kinds = ("office", "person")
    if not definite or subject.tag_ not in ("NN", "NNP") or noun not in nouns(*kinds):
        return None
    if any(c.dep_ == "relcl" for c in subject.children):
        return None  # "the man who drove" is introduced here
    people = {m.at.span.start: e for m, e in ctx.index.ordered if e.kind is EntityKind.PERSON}
    by_key = {e.key: e for e in people.values()}
    spoke = [by_key[r.entity] for p, r in reversed(memory.persons) if paragraph - p <= 2 and r.entity in by_key]
    start = max((p.start for p in ctx.paragraphs if p.start <= subject.idx), default=0)
    here = [e for at, e in sorted(people.items(), reverse=True) if e.role and start <= at < subject.idx]
    fitting = [e for e in (*spoke, *here) if _may_be(subject, noun, e)]
    return chunk_ref(ctx, subject, fitting[0]) if fitting else None


def _may_be(subject: Token, noun: str, person: Entity) -> bool:
    role = (person.role.text if person.role else _known_role(person)).lower()
    offices = {w for w in re.findall(r"[a-z]+", role) if w in nouns("office")}
    alike = {noun}.union(*(s for s in _SAME if noun in s))
    former = "former" in subject.doc[subject.left_edge.i : subject.i].text
    if noun in nouns("office") and not former and not offices & alike:
        return False
    gender = {
        "spokeswoman": "she",
        "spokesman": "he",
        "woman": "she",
        "man": "he",
        "chairwoman": "she",
        "chairman": "he",
    }
    return fits_pronoun(person.name, gender.get(noun, "")) and _same_seat(subject, role)


@functools.cache
def _roles() -> dict[str, str]:
    return {r["name"]: r["role"].lower() for r in rows("persons.csv") if r["role"]}


def _known_role(person: Entity) -> str:
    return _roles().get(famous().get(fold(person.name), ""), "")


def _modifiers(subject: Token) -> set[str]:
    return {
        c.lemma_.lower()
        for c in subject.children
        if c.dep_ in ("amod", "compound", "poss") and c.pos_ in ("PROPN", "ADJ", "NOUN")
    }


def _same_seat(subject: Token, role: str) -> bool:
    """ "the governor of Bryansk" is not the "Belgorod governor"; a role without a name of a place leaves it open."""
    of = [t for c in subject.children if c.dep_ == "prep" and c.lower_ == "of" for t in c.subtree]
    own = {t.text.lower()[:4] for t in of if t.pos_ == "PROPN"}
    own |= {c.text.lower()[:4] for c in subject.children if c.dep_ in ("amod", "compound") and c.text[:1].isupper()}
    words = {w[:4] for w in re.findall(r"[a-z]{4,}", role.lower())}
    return not own or bool(own & words) or not words - {w[:4] for w in nouns("office", "person")}
