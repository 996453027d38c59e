"""A sentence with what the lexicon sees in it, and the claim: one number as the text states it."""

import re
from dataclasses import dataclass, replace

from spacy.tokens import Span as Sentence
from spacy.tokens import Token

from app.domain.document import Span
from app.domain.vocabulary import Metric, Qualifier, Subject
from app.extract.attacks.lexicon import Trigger, Weapon, triggers, weapons


@dataclass(frozen=True, slots=True)
class Claim:
    """One number as the text states it. `subject` None: nothing counted is named (ellipsis)."""

    metric: Metric
    subject: Subject
    model: str | None
    who: str | None
    low: int
    high: int
    qualifier: Qualifier
    span: Span
    rule: str
    sentence: int
    is_total: bool = True
    part: bool = False  # "including 5", "two of them": within a number told before
    overall: bool = False  # "48 drones in all"
    older: bool = False  # "had previously reported two dead": what a later count replaces
    added: bool = False  # "another two", "five more": on top of a number told before
    chance: float | None = None  # the arbiter's, that it is a total of the page's news; None: not judged


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence with what the lexicon sees in it; offsets are those of the text."""

    sent: Sentence
    text: str
    offset: int
    weapons: tuple[Weapon, ...]
    triggers: tuple[Trigger, ...]
    number: int


def read_sentence(sent: Sentence, number: int) -> Reading:
    text = sent.text
    return Reading(
        sent,
        text,
        sent.start_char,
        tuple(weapons(text, sent.start_char)),
        tuple(triggers(text, sent.start_char)),
        number,
    )


#: "drones were downed over Crimea" fly, whatever the page is about
_FLIES = re.compile(r"[^.;,]{0,45}? (?:over|above) (?!the (?:weekend|past|last)|\d)", re.IGNORECASE)


def at_sea(reading: Reading) -> Reading:
    """The same sentence where bare "drones" are those that swim."""
    swim = tuple(
        replace(w, subject=Subject.NAVAL_DRONE)
        if w.subject is Subject.DRONE
        and w.model is None
        and not _FLIES.match(reading.text[w.span.end - reading.offset :])
        else w
        for w in reading.weapons
    )
    return replace(reading, weapons=swim)


def token_at(reading: Reading, span: Span) -> Token:
    piece = reading.sent.doc.char_span(span.start, span.end, alignment_mode="expand")
    return piece.root if piece is not None else reading.sent.root
