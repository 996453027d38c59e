"""Are two texts copies of one another? Band keys to find the candidates by, and the comparison that decides. Pure."""

import hashlib
import re
from collections import Counter

from rensa import RMinHash

BANDS, ROWS = 32, 4
_SEED = 42  # part of the stored keys: another one would find nothing of what is stored
MIN_WORDS = 30
_MAX_WORDS = 5_000  # of a text that are compared
JACCARD = 0.5
CONTAINED, LENGTHS = 0.8, 0.4  # a copy that was cut: so much of the shorter is in the longer, which is not much longer
SLIPS = 0.1
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(
    r"\d+|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    r"|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|dozen|dozens)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")


def shingles(text: str) -> Counter[str]:
    """Runs of three words, lower case."""
    words = _WORD.findall(text.lower())[:_MAX_WORDS]
    return Counter(" ".join(run) for run in zip(words, words[1:], words[2:], strict=False))


def band_keys(text: str) -> list[int]:
    """One signed 64-bit number a band; two texts that share one are worth comparing. [] for a text too short to tell."""
    found = shingles(text)
    if sum(found.values()) < MIN_WORDS:
        return []
    sketch = RMinHash(num_perm=BANDS * ROWS, seed=_SEED)
    sketch.update(sorted(found))
    digest = sketch.digest()
    return [_key(digest[start : start + ROWS]) for start in range(0, BANDS * ROWS, ROWS)]


def _key(rows: list[int]) -> int:
    packed = b"".join(int(row).to_bytes(8, "big") for row in rows)
    return int.from_bytes(hashlib.blake2b(packed, digest_size=8).digest(), "big", signed=True)


def alike(copy: str, original: str) -> bool:
    """Is `copy` the text of `original` in another place: the same runs of words, also when it was cut, and no new figures.

    A report that goes on ("3 killed", later "5 killed") and a bulletin that repeats its form with other figures are no
    copies: hiding one would hide news. A longer text that brings figures of its own is none either.
    """
    a, b = shingles(copy), shingles(original)
    few, many = sorted((a.total(), b.total()))
    if few < MIN_WORDS:
        return False
    common = (a & b).total()
    close = common >= JACCARD * (few + many - common)
    cut = common >= CONTAINED * few and few >= LENGTHS * many
    return (close or cut) and _brings_none(figures(copy), figures(original))


def figures(text: str) -> Counter[str]:
    """Numbers in digits and the small ones in words; years apart, which stand in footers."""
    found = Counter(match.lower() for match in _NUMBER.findall(text))
    return Counter({number: n for number, n in found.items() if not _YEAR.fullmatch(number)})


def _brings_none(own: Counter[str], known: Counter[str]) -> bool:
    """One in ten may be a slip."""
    return (own - known).total() <= SLIPS * own.total()
