"""How sure a quote is: the share of its kind that was right on real articles (docs/extraction.md has the table)."""

from app.domain.findings import Ref
from app.domain.vocabulary import QuoteKind
from app.extract.quotes.cues import cue_verbs

#: how the speaker was found when no cue governs the words; lower than any cue
ANNOUNCED, ASIDE, BESIDE, GUESSED, NOBODY = 0.85, 0.5, 0.35, 0.25, 0.1
CUED = 1.0  # a cue with a subject: the table below decides
_PRONOUNS = frozenset(("he", "she", "it", "they"))
_TABLE = {
    (QuoteKind.DIRECT, "strong", True): 0.97,
    (QuoteKind.DIRECT, "strong", False): 0.92,
    (QuoteKind.DIRECT, "weak", True): 0.8,
    (QuoteKind.DIRECT, "weak", False): 0.75,
    (QuoteKind.MIXED, "strong", True): 0.91,
    (QuoteKind.MIXED, "strong", False): 0.72,
    (QuoteKind.MIXED, "weak", True): 0.78,
    (QuoteKind.MIXED, "weak", False): 0.7,
}
_INDIRECT = {"pronoun": 0.9, "named": 0.85, "plain": 0.8}


def of_marked(kind: QuoteKind, lemma: str | None, speaker: Ref | None, pattern: float) -> float:
    """`pattern` is CUED or one of the constants above; the cue's strength and a named speaker do the rest."""
    if speaker is None:
        return NOBODY
    if lemma is None:
        return min(pattern, ANNOUNCED)
    strength = cue_verbs().get(lemma.lower(), "strong")
    return min(pattern, _TABLE[kind, strength, speaker.entity is not None])


def of_indirect(speaker: Ref) -> float:
    if speaker.at is not None and speaker.at.text.lower() in _PRONOUNS:
        return _INDIRECT["pronoun"]
    return _INDIRECT["named" if speaker.entity else "plain"]
