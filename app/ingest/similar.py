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
MISSING, EXTRA = 0.1, 0.3  # of the numbers of a copy: a slip, or those of a footer
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+")


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


def alike(one: str, other: str) -> bool:
    """One text in two places: the same runs of words, also when one was cut, and the same numbers.

    A report that goes on ("3 killed", later "5 killed") and a bulletin that repeats its form with other figures are no
    copies: hiding one would hide news.
    """
    a, b = shingles(one), shingles(other)
    sizes = sorted((sum(a.values()), sum(b.values())))
    if sizes[0] < MIN_WORDS:
        return False
    common = sum((a & b).values())
    if common >= JACCARD * (sizes[0] + sizes[1] - common):
        return _same_numbers(one, other, extra=EXTRA)
    cut = common >= CONTAINED * sizes[0] and sizes[0] >= LENGTHS * sizes[1]
    return cut and _same_numbers(one, other, extra=1.0)


def _same_numbers(one: str, other: str, *, extra: float) -> bool:
    """Nearly all numbers of the one with fewer are in the other, which has no more than a share `extra` of its own."""
    few, many = sorted((Counter(_NUMBER.findall(one)), Counter(_NUMBER.findall(other))), key=lambda c: c.total())
    return (few - many).total() <= MISSING * few.total() and (many - few).total() <= extra * many.total()
