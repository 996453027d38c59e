"""How sure a figure is: the measured reliability of the rule that read it, less what its metric and its report leave in doubt.

The numbers are data (`figure_trust.csv`), set by `python -m scripts.calibrate … --update` from pages with gold; nothing here is tuned by hand.
"""

import functools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from app.domain.findings import Figure
from app.extract.gazetteer import rows

LEAST, MOST = 0.3, 0.99
_WEIGHT = (
    6  # a rule counts as seen this often at the share of all figures, so that three right of three are not certain
)
_ALL = ("all", "")
_CHANCES = (0.0, 0.1, 0.2, 0.4, 0.6, 0.8, 0.95)


@dataclass(frozen=True, slots=True)
class Seen:
    """How many figures with a mark were right, on the pages of the last calibration."""

    right: int
    of: int

    def share(self, prior: float) -> float:
        return (self.right + _WEIGHT * prior) / (self.of + _WEIGHT)


@functools.cache
def seen() -> Mapping[tuple[str, str], Seen]:
    """(rule | metric | doubt, its name) -> counts; ("all", "") counts every figure."""
    return {(r["mark"], r["name"]): Seen(int(r["right"]), int(r["of"])) for r in rows("figure_trust.csv")}


def marks(figure: Figure, doubts: Collection[str]) -> list[tuple[str, str]]:
    """What a figure is judged by."""
    chance = [] if figure.chance is None else [("chance", _bin(figure.chance))]
    return [("rule", figure.rule), *chance, ("metric", figure.metric.value), *(("doubt", d) for d in sorted(doubts))]


def _bin(chance: float) -> str:
    """The lower end of the arbiter's chance."""
    return str(max(low for low in _CHANCES if low <= chance))


def doubts_of(facts: Mapping[str, object]) -> frozenset[str]:
    """What the report leaves open: "no_attacker", "no_target", "no_date", "no_claimant", "no_places"."""
    return frozenset(f"no_{name}" for name, value in facts.items() if not value)


def confidence_of(figure: Figure, doubts: Collection[str]) -> float:
    """0 to 1: the share of right figures to expect among those that look like this one."""
    table = seen()
    every = table[_ALL]
    base = every.right / every.of
    sure = base
    for mark in marks(figure, doubts):
        share = table.get(mark, Seen(0, 0)).share(base) / base
        sure *= share if mark[0] in ("rule", "chance") else min(1.0, share)
    return round(min(max(sure, LEAST), MOST), 2)


def trusted(figures: Sequence[Figure], doubts: Collection[str]) -> tuple[Figure, ...]:
    """The figures with their confidence."""
    return tuple(replace(f, confidence=confidence_of(f, doubts)) for f in figures)
