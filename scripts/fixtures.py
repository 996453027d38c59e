"""Score the extraction on the briefings of tests/fixtures: `fixtures.py open|locked [--show]`.

A report is found when it shares a figure, or its places and direction, with one of the gold. Wrong numbers are figures that no
report of the page holds; parts, superseded tolls, zeros and single hits are not judged.
"""

import json
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.core.settings import Settings
from app.domain.document import Document
from app.domain.findings import AttackReport, Figure
from app.domain.vocabulary import Metric, Subject
from app.extract.gazetteer import fold
from app.extract.pipeline import Extractor
from app.ingest.clean import clean_text
from scripts import fixtures_language

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "fixtures"
FIELDS = ("attacker", "target", "date", "kind", "claimant")
Row = tuple[str, str, int]


def load(name: str) -> list[dict[str, Any]]:
    return read(FOLDER / f"{name}.jsonl")


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def rows_of(report: AttackReport) -> list[Row]:
    return [(f.metric.value, _subject(f.subject.value), f.low or 0) for f in report.figures if _judged(f)]


def _judged(figure: Figure) -> bool:
    single = figure.metric is Metric.HIT and figure.low == 1
    judged = figure.metric not in (Metric.MISSING, Metric.EVACUATED, Metric.DAMAGED, Metric.CAPTURED)
    return judged and bool(figure.low) and figure.is_total and figure.current and not single


def _subject(name: str) -> str:
    return {"air_target": "other"}.get(name, name)


def same(a: Row, b: Row) -> bool:
    kinds = {a[1], b[1]}
    missiles = all("missile" in k for k in kinds) and "missile" in kinds
    return (a[0], a[2]) == (b[0], b[2]) and (len(kinds) == 1 or missiles or Subject.PERSON.value in kinds)


def name(value: Any) -> str | None:
    return None if value is None else fold(value.name if hasattr(value, "name") else str(value))


def alike(a: str | None, b: Any) -> bool:
    """Equal names, or one of them within the other by whole words; `b` may list several right answers."""
    if isinstance(b, list):
        return any(alike(a, one) for one in b)
    if a is None or b is None:
        return a is b
    x, y = set(fold(a).split()), set(fold(b).split())
    return bool(x and y) and (x <= y or y <= x)


def likeness(report: AttackReport, gold: dict[str, Any]) -> float:
    figures = sum(any(same(r, tuple(g)) for g in gold["figures"]) for r in rows_of(report))
    places = sum(any(alike(p.place.name, g) for g in gold["places"]) for p in report.places)
    return 2 * figures + min(places, 2) + alike(name(report.target), gold["target"]) * 0.5


def fields(report: AttackReport) -> dict[str, str | None]:
    ref = {k: getattr(report, k).name if getattr(report, k) else None for k in ("attacker", "target", "claimant")}
    return {**ref, "date": str(report.occurred_to) if report.occurred_to else None, "kind": report.kind.value}


def score_page(reports: list[AttackReport], page: dict[str, Any], total: Counter[str], show: bool) -> None:
    pairs = sorted(
        ((likeness(r, g), i, j) for i, r in enumerate(reports) for j, g in enumerate(page["attacks"])), reverse=True
    )
    used: set[int] = set()
    taken: set[int] = set()
    notes: list[object] = []
    for like, i, j in pairs:
        if like < 1 or i in used or j in taken:
            continue
        used.add(i)
        taken.add(j)
        got, gold = fields(reports[i]), page["attacks"][j]
        for key in FIELDS:
            right = alike(got[key], gold[key])
            total[f"{key}_right"] += right
            notes += [] if right else [(key, got[key], gold[key])]
        seen = [p.place.name for p in reports[i].places if p.role.value != "launched_from"]
        total["places_tp"] += (hits := sum(any(alike(s, g) for s in seen) for g in gold["places"]))
        total["places_fn"] += len(gold["places"]) - hits
        extra = [s for s in seen if not any(alike(s, g) for g in gold["places"])]
        total["places_fp"] += len(extra)
        lacking = [g for g in gold["places"] if not any(alike(s, g) for s in seen)]
        notes += [("place", extra, "lacks", lacking)] if extra or lacking else []
    total["found"] += len(used)
    total["missed"] += len(page["attacks"]) - len(used)
    total["invented"] += len(reports) - len(used)
    notes += [("reports", len(reports), len(page["attacks"]))] if len(reports) != len(page["attacks"]) else []
    _score_figures(reports, page, total, notes)
    if show and notes:
        print(page["id"], *notes)


def _score_figures(reports: list[AttackReport], page: dict[str, Any], total: Counter[str], notes: list[object]) -> None:
    gold = list(dict.fromkeys(tuple(f) for a in page["attacks"] for f in a["figures"]))
    seen = list(dict.fromkeys(r for report in reports for r in rows_of(report)))
    neutral = [tuple(f) for f in page.get("optional", []) if isinstance(f, list)]
    missed = [g for g in gold if not any(same(s, g) for s in seen)]
    wrong = [s for s in seen if not any(same(s, g) for g in (*gold, *neutral))]
    total["figures_tp"] += len(gold) - len(missed)
    total["figures_fn"] += len(missed)
    total["figures_fp"] += len(wrong)
    notes += [("missed", missed)] if missed else []
    notes += [("wrong", wrong)] if wrong else []


def f1(total: Counter[str], tp: str, fp: str, fn: str) -> float:
    return 2 * total[tp] / max(1, 2 * total[tp] + total[fp] + total[fn])


def score(extractor: Extractor, pages: list[dict[str, Any]], *, show: bool = False) -> dict[str, float]:
    """Figures of the bar on our own pages, 0 to 1."""
    total: Counter[str] = Counter()
    for page in pages:
        at = page["published_at"]  # null: the page does not tell
        published = datetime.fromisoformat(at).replace(hour=12, tzinfo=UTC) if at else None
        document = Document(clean_text(page["text"]), published_at=published, language="en")
        found = extractor.extract(document)
        if "attacks" in page:
            score_page(list(found.attack_reports), page, total, show)
        notes = fixtures_language.score_page(found, page, total)
        if show and notes:
            print(page["id"], *notes)
    out = {key: total[f"{key}_right"] / max(1, total["found"]) for key in FIELDS}
    out["attacks"] = f1(total, "found", "invented", "missed")
    out["places"] = f1(total, "places_tp", "places_fp", "places_fn")
    out["figures"] = f1(total, "figures_tp", "figures_fp", "figures_fn")
    out["wrong_numbers"] = total["figures_fp"] / max(1, total["figures_tp"] + total["figures_fp"])
    return {k: round(v, 3) for k, v in (out | fixtures_language.results(total, prefix="lang_")).items()}


def main() -> None:
    if len(sys.argv) < 2 or sys.argv[1] not in ("open", "locked"):
        raise SystemExit("usage: fixtures.py open|locked [--show]")
    extractor = Extractor.load(Settings().spacy_model)
    print(json.dumps(score(extractor, load(sys.argv[1]), show="--show" in sys.argv), indent=1))


if __name__ == "__main__":
    main()
