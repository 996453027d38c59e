"""Sentences that tell of two attacks: "a drone killed a man and artillery fire another", "two died in Nikopol and one in Kherson"."""

import re
from collections.abc import Iterator

from spacy.tokens import Span as Sentence

from app.domain.document import Span
from app.domain.vocabulary import Metric, Subject
from app.extract.attacks.lexicon import ARTILLERY, PERSONS, triggers, weapons
from app.extract.attacks.numbers import numbers
from app.extract.attacks.places import struck_places
from app.extract.attacks.tolls import ONE
from app.extract.context import Context

_JOINT = re.compile(r",? (?:and|while|but|as|adding that|with) |; ")
_HURT = re.compile(r"kill|\bdie[ds]?\b|dead|dying|wound|injur|hurt", re.IGNORECASE)
_TOLL = (Metric.KILLED, Metric.INJURED)


def halves(ctx: Context, sentence: Sentence) -> list[Sentence]:
    """The sentence, or its two parts where each has casualties of its own, by other means or at other places."""
    text = sentence.text
    if not any(t.metric in _TOLL for t in triggers(text)) or not _HURT.search(text):
        return [sentence]
    for match in _JOINT.finditer(text):
        left, right = text[: match.start()], text[match.end() :]
        apart = _toll_and_wave(left, right) or _toll_and_wave(right, left)
        tolls = not apart and _persons(left) and _persons(right)
        if apart or (tolls and _differ(ctx, sentence.start_char, left, right, match.end())):
            parts = list(_cut(sentence, match.start(), match.end()))
            if len(parts) == 2:
                return parts
    return [sentence]


def _persons(text: str) -> bool:
    """Somebody is counted or named here: "a man", "two residents"."""
    return bool(ONE.search(text)) or any(PERSONS.match(text[n.span.end :].lstrip()) for n in numbers(text))


def _toll_and_wave(toll: str, wave: str) -> bool:
    """ "Two died in shelling of Nikopol, adding that most of the 20 drones were destroyed": casualties of one kind of fire, a count of weapons of another."""
    if not _means(toll) or _means(toll) & _means(wave) or not _persons(toll) or _HURT.search(wave):
        return False
    counted = any(w.span.start - n.span.end in range(30) for n in numbers(wave) for w in weapons(wave))
    return counted and bool(_means(wave)) and any(t.metric in _TOLL for t in triggers(toll))


def _differ(ctx: Context, offset: int, left: str, right: str, at: int) -> bool:
    first, second = _means(left), _means(right)
    if first and second and not first & second:
        return True
    if not any(t.metric in _TOLL for t in triggers(right)) or not any(t.metric in _TOLL for t in triggers(left)):
        return False
    here = {e.key for _, e in struck_places(ctx, Span(offset, offset + len(left)))}
    there = {e.key for _, e in struck_places(ctx, Span(offset + at, offset + at + len(right)))}
    return bool(here and there and not here & there)


def _means(text: str) -> frozenset[str]:
    found = {"air" if w.subject not in (Subject.ARTILLERY, Subject.ROCKET) else "ground" for w in weapons(text)}
    return frozenset(found | ({"ground"} if ARTILLERY.search(text) else set()))


def _cut(sentence: Sentence, end: int, start: int) -> Iterator[Sentence]:
    doc, base = sentence.doc, sentence.start_char
    for a, b in ((base, base + end), (base + start, sentence.end_char)):
        piece = doc.char_span(a, b, alignment_mode="expand")
        if piece is not None:
            yield piece
