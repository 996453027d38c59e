"""What changed between two revisions: paragraphs or blocks of the text, and figures of attack reports. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_WINDOW = 20  # paragraphs looked at for a likeness: 5,000 changed lines must not take seconds
_LIKE = 0.5  # least likeness of two paragraphs (share of common words) that count as one, changed


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph, or a block of a live briefing with its id and time."""

    text: str
    id: str | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True)
class BlockChange:
    op: str  # added | removed | changed
    before: Part | None
    after: Part | None


@dataclass(frozen=True, slots=True)
class Count:
    """A figure that a revision holds to be true; `about` are words that tell attacks apart (places, evidence)."""

    metric: str
    subject: str
    claimant: str | None
    low: int | None
    high: int | None
    about: frozenset[str] = field(default=frozenset(), compare=False)

    @property
    def value(self) -> tuple[int | None, int | None]:
        return self.low, self.high


@dataclass(frozen=True, slots=True)
class FigureChange:
    """`before` is None for a figure that is new, `after` for one that is gone."""

    before: Count | None
    after: Count | None


def parts_of(text: str, blocks: Sequence[Mapping[str, Any]]) -> list[Part]:
    """The blocks of a live briefing and the paragraphs around them, in text order."""
    parts: list[Part] = []
    at = 0
    for block in sorted(blocks, key=lambda b: int(b["start"])):
        parts += _paragraphs(text[at : block["start"]])
        parts.append(Part(text[block["start"] : block["end"]].strip(), block["id"], block["at"]))
        at = block["end"]
    return parts + _paragraphs(text[at:])


def _paragraphs(text: str) -> list[Part]:
    return [Part(line.strip()) for line in text.split("\n") if line.strip()]


def block_changes(before: Sequence[Part], after: Sequence[Part]) -> list[BlockChange]:
    """In the order of the newer text. A block is the same by its id alone, a paragraph by its words; moving changes nothing."""
    plain = [[part for part in parts if part.id is None] for parts in (before, after)]
    return [*_by_id(before, after), *_moved_or_changed(*plain)]


def _by_id(before: Sequence[Part], after: Sequence[Part]) -> Iterator[BlockChange]:
    old, new = ({part.id: part for part in parts if part.id is not None} for parts in (before, after))
    for name, part in new.items():
        if name not in old:
            yield BlockChange("added", None, part)
        elif old[name].text != part.text:
            yield BlockChange("changed", old[name], part)
    yield from (BlockChange("removed", part, None) for name, part in old.items() if name not in new)


def _moved_or_changed(old: list[Part], new: list[Part]) -> Iterator[BlockChange]:
    old, new = _without_same(old, new), _without_same(new, old)
    for part in new:
        like = max(old[:_WINDOW], key=lambda o: _likeness(o.text, part.text), default=None)
        if like is not None and _likeness(like.text, part.text) >= _LIKE:
            old.remove(like)
            yield BlockChange("changed", like, part)
        else:
            yield BlockChange("added", None, part)
    yield from (BlockChange("removed", part, None) for part in old)


def _without_same(parts: list[Part], others: list[Part]) -> list[Part]:
    """Those whose words the others do not have, as often as they have them: moved is neither gone nor new."""
    left = Counter(part.text for part in others)
    kept = []
    for part in parts:
        if left[part.text] > 0:
            left[part.text] -= 1
        else:
            kept.append(part)
    return kept


def _likeness(a: str, b: str) -> float:
    """Share of common words (Dice)."""
    one, two = Counter(a.split()), Counter(b.split())
    return 2 * (one & two).total() / max(1, one.total() + two.total())


def counts_of(reports: Sequence[Mapping[str, Any]]) -> list[Count]:
    """The figures of stored attack reports that their page does not itself supersede."""
    return [
        Count(
            figure["metric"],
            figure["subject"],
            ((figure.get("claimant") or report.get("claimant")) or {}).get("name"),
            figure["low"],
            figure["high"],
            _about(report),
        )
        for report in reports
        for figure in report["figures"]
        if figure["current"]
    ]


def _about(report: Mapping[str, Any]) -> frozenset[str]:
    places = {f"place:{place['name']}" for place in report["places"]}
    words = re.findall(r"[^\W\d_]{4,}", " ".join(one["text"] for one in report["evidence"]).lower())
    return frozenset(places | set(words))


def figure_changes(before: Sequence[Count], after: Sequence[Count]) -> list[FigureChange]:
    """Equal figures cancel out; the rest pairs by what it counts and who says it, then by what it counts alone."""
    old, new = list(before), list(after)
    for one in list(new):
        if one in old:
            old.remove(one)
            new.remove(one)
    pairs = _pair(old, new, by_claimant=True) + _pair(old, new, by_claimant=False)
    changed = [FigureChange(a, b) for a, b in pairs if a.value != b.value]
    return changed + [FigureChange(None, b) for b in new] + [FigureChange(a, None) for a in old]


def _pair(old: list[Count], new: list[Count], *, by_claimant: bool) -> list[tuple[Count, Count]]:
    """Takes the closest pairs out of both lists: those whose reports share most of their words."""
    ranked = sorted(
        ((_shared(a, b), i, j) for i, a in enumerate(old) for j, b in enumerate(new) if _comparable(a, b, by_claimant)),
        key=lambda one: (-one[0], one[1], one[2]),
    )
    used_old: set[int] = set()
    used_new: set[int] = set()
    pairs: list[tuple[int, int]] = []
    for _score, i, j in ranked:
        if i not in used_old and j not in used_new:
            used_old.add(i)
            used_new.add(j)
            pairs.append((i, j))
    found = [(old[i], new[j]) for i, j in sorted(pairs, key=lambda pair: pair[1])]
    old[:] = [a for i, a in enumerate(old) if i not in used_old]
    new[:] = [b for j, b in enumerate(new) if j not in used_new]
    return found


def _comparable(a: Count, b: Count, by_claimant: bool) -> bool:
    if (a.metric, a.subject) != (b.metric, b.subject):
        return False
    return a.claimant == b.claimant if by_claimant else _shared(a, b) >= 0.2


def _shared(a: Count, b: Count) -> float:
    return len(a.about & b.about) / max(1, len(a.about | b.about))
