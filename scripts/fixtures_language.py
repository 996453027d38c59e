"""Quotes, speakers and names of our own pages against their gold; scripts/fixtures.py prints them beside the attacks.

A page's `quotes` are judged where it has the tag "language", its `persons`, `orgs` and `places` where it lists them; names of
`optional`, outlets and agencies neither cost nor earn. A facility counts for a name of any list.
"""

from collections import Counter
from typing import Any

from app.domain.findings import Findings
from app.domain.vocabulary import EntityKind, QuoteKind
from app.extract.gazetteer import fold, rows

KINDS = {
    "persons": {EntityKind.PERSON},
    "places": {EntityKind.PLACE},
    "orgs": {EntityKind.ORGANIZATION, EntityKind.MILITARY_UNIT, EntityKind.GROUP},
}
_FILLERS = frozenset("the of a region oblast city district".split())


def score_page(found: Findings, page: dict[str, Any], total: Counter[str]) -> list[object]:
    """Counts into `total`; notes of what is missing, invented or said by somebody else."""
    notes = _quotes(found, page, total) if "language" in page["tags"] else []
    return notes + [note for row in KINDS if row in page for note in _names(found, page, row, total)]


def results(total: Counter[str], *, prefix: str = "") -> dict[str, float]:
    """F1 of quotes and of each list of names, and the share of quotes with the right speaker; nothing where nothing was judged."""
    out = {
        f"{prefix}{row}": _f1(total, row)
        for row in ("quotes", *KINDS)
        if total[f"name_{row}_tp"] + total[f"name_{row}_fn"]
    }
    quotes = total["name_quotes_tp"] + total["name_quotes_fn"]
    return out | ({f"{prefix}speaker": total["speaker_right"] / quotes} if quotes else {})


def _f1(total: Counter[str], row: str) -> float:
    right = 2 * total[f"name_{row}_tp"]
    return right / max(1, right + total[f"name_{row}_fp"] + total[f"name_{row}_fn"])


def _words(name: str) -> set[str]:
    return {w for w in fold(name.replace("’", "'").replace("'s ", " ")).split() if w not in _FILLERS}


def _same(a: str, b: str) -> bool:
    """One name within the other by whole words."""
    x, y = _words(a), _words(b)
    return bool(x and y) and (x <= y or y <= x)


def _quotes(found: Findings, page: dict[str, Any], total: Counter[str]) -> list[object]:
    left, notes = [tuple(q) for q in page["quotes"]], []
    said = [(part.text, q.speaker) for q in found.quotes if q.kind is not QuoteKind.INDIRECT for part in q.parts]
    for text, speaker in said:
        gold = next((q for q in left if text.startswith(q[1])), None)
        total["name_quotes_tp" if gold else "name_quotes_fp"] += 1
        if gold is None:
            notes.append(("no quote", text[:40]))
            continue
        left.remove(gold)
        right = speaker is not None and _same(speaker.name, gold[0])
        total["speaker_right"] += right
        notes += [] if right else [("speaker", gold, speaker.name if speaker else None)]
    total["name_quotes_fn"] += len(left)
    return notes + [("quote missed", q) for q in left]


def _outlets() -> set[str]:
    return {r["name"] for r in rows("outlets.csv")}


def _names(found: Findings, page: dict[str, Any], row: str, total: Counter[str]) -> list[object]:
    neutral = [*(o for o in page.get("optional", []) if isinstance(o, str)), *_outlets()]
    left = [n for n in page[row] if not any(_same(n, o) for o in neutral)]
    forms = [
        (e.kind in KINDS[row], {e.name, *(m.at.text for m in e.mentions)})
        for e in found.entities
        if e.kind in KINDS[row] or e.kind is EntityKind.FACILITY
    ]
    extra = []
    for own, names in forms:
        gold = next((g for g in left if any(_same(n, g) for n in names)), None)
        if gold is not None:
            left.remove(gold)
            total[f"name_{row}_tp"] += 1
        elif own and not any(_same(n, o) for n in names for o in [*page[row], *neutral]):
            extra.append(max(names, key=len))
    total[f"name_{row}_fp"] += len(extra)
    total[f"name_{row}_fn"] += len(left)
    return [(row, "extra", extra, "missed", left)] if extra or left else []
