"""The part of the day of an attack: from the words of its date, else from "at dawn", "in the small hours", "by night"."""

import re
from collections.abc import Sequence

from app.domain.vocabulary import PartOfDay
from app.extract.attacks.scenes import Scene, Tells

_WORDS = (
    (PartOfDay.EARLY, r"(?:at|before|around|towards?|until|just after) (?:dawn|daybreak|sunrise|first light)|in the (?:small|early) hours|pre-?dawn"),
    (PartOfDay.NIGHT, r"(?:at|around|after|before|shortly after|by) midnight|at night|by night|(?:in|during) the night|overnight|night-?time|nocturnal"),
    (PartOfDay.MORNING, r"(?:in|during) the (?:late )?morning|this morning|morning (?:attack|strike|raid|rush)"),
    (PartOfDay.DAY, r"(?:at|around|shortly after) (?:noon|midday)|in broad daylight|daytime|daylight|(?:in|during) the (?:early |late )?afternoon|this afternoon"),
    (PartOfDay.EVENING, r"(?:at|around|after) (?:dusk|nightfall|sunset)|(?:in|during) the (?:late )?evening|this evening"),
)  # fmt: skip
_PATTERNS = tuple((part, re.compile(rf"\b(?:{words})\b", re.IGNORECASE)) for part, words in _WORDS)


def part_of_day(scenes: Sequence[Scene]) -> PartOfDay | None:
    """The first that the report's sentences tell; one that belongs to a date of the statement does not count."""
    dated = (h.part_of_day for s in scenes for h in s.hits if h.part_of_day and not s.is_of_report(h))
    return next(dated, None) or next((p for s in scenes if s.tells is Tells.STRIKE for p in _told(s.text)), None)


def _told(text: str) -> list[PartOfDay]:
    found = [(m.start(), part) for part, pattern in _PATTERNS if (m := pattern.search(text))]
    return [part for _, part in sorted(found, key=lambda one: one[0])]
