"""Attacks told only to place another in time: "five days after Iran fired 300 missiles at Israel" lends its figures to nothing."""

import re
from collections.abc import Iterator
from itertools import pairwise

from spacy.tokens import Span as Sentence

from app.extract.attacks.direction import attacker_in
from app.extract.attacks.lexicon import ATTACK_NOUN, triggers, weapons
from app.extract.starts import Starts

_COUNT = r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several|a few|some|\d{1,2})"
_WHEN = rf"(?:(?:just|only|barely|less than|more than|exactly) )?{_COUNT} (?:days?|weeks?|months?|years?) (?:after|since|before)\b(?! that\b| midnight)"
_OPENING = re.compile(rf"(?:Just |Only )?{_WHEN}[^,]+,", re.IGNORECASE)
#: "in retaliation for …", "It was an answer, he said, to …": the other side's earlier strike
_REASON = r"\b(?:in (?:response|retaliation|answer|reply|revenge|reprisal)|(?:was|is|as|called (?:it|this|them|the \w+)) (?:an? |its |the )?(?:[\w'’]+ )?(?:answer|response|retaliation|revenge|reply|reprisal))(?:, [\w ]{3,25},)? (?:to|for)\b"
_TRAILING = re.compile(rf",? {_WHEN}|,? ?{_REASON}", re.IGNORECASE)
#: what each of them holds; most sentences do not
_TURN = Starts(re.compile(rf"\b(?:days?|weeks?|months?|years?) (?:after|since|before)\b|{_REASON}", re.IGNORECASE))
_AFTER = re.compile(r",? (?:(?:(?:just )?(?:hours|days|minutes) |shortly |soon |just )?after|following) (?=\w)")
_SAID = re.compile(r", (?:[\w.'’ -]+ )?(?:said|says|according to|reported|reports|wrote)\b")


def without_asides(sentence: Sentence) -> Iterator[tuple[Sentence, bool]]:
    """The sentence, or its parts in text order; True marks the part that only tells of an earlier attack."""
    text = sentence.text
    found = (_OPENING.match(text) or _TRAILING.search(text)) if _TURN.search(text) else None
    found = found or _answered(text)
    if found is None:
        yield sentence, False
        return
    tail = _SAID.search(text, found.end())
    end = found.end() if found.start() == 0 else tail.start() if tail else len(text.rstrip(" .\n"))
    words = text[found.start() : end]
    if not (ATTACK_NOUN.search(words) or weapons(words) or triggers(words)):
        yield sentence, False
        return
    cuts = (0, found.start(), end, len(text))
    for i, (start, stop) in enumerate(pairwise(cuts)):
        piece = _piece(sentence, start, stop)
        if piece is not None:
            yield piece, i == 1


def _answered(text: str) -> re.Match[str] | None:
    """ "Hezbollah attacked Ashdod, after Israeli strikes levelled a house": what the other side had done before."""
    for match in _AFTER.finditer(text):
        first = attacker_in(text[: match.start()], 0)
        second = attacker_in(text[match.end() :], 0) if first else None
        if first and second and first.name != second.name:
            return match
    return None


def _piece(sentence: Sentence, start: int, stop: int) -> Sentence | None:
    """Tokens of a stretch that has words of its own."""
    text = sentence.text[start:stop]
    if not re.search(r"\w", text):
        return None
    lead = len(text) - len(text.lstrip(" ,"))
    base = sentence.start_char
    return sentence.doc.char_span(base + start + lead, base + start + len(text.rstrip()), alignment_mode="contract")
