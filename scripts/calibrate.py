"""How often figures are right, by the rule that read them and by their confidence: `calibrate [FILE…] [--update]`.

FILEs are briefings with gold in the form of tests/fixtures/open.jsonl (the default). `--update` writes app/extract/data/figure_trust.csv,
from which the confidence of figures is made; use pages that no rule was written for. Parts, superseded tolls and zeros are not judged.
"""

import csv
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.core.settings import Settings
from app.domain.document import Document
from app.domain.findings import AttackReport, Figure
from app.extract.attacks.trust import doubts_of, marks
from app.extract.gazetteer import DATA
from app.extract.pipeline import Extractor
from app.ingest.clean import clean_text
from scripts.fixtures import FOLDER, read, rows_of, same

BINS = (0.95, 0.9, 0.8, 0.0)
Judged = tuple[Figure, frozenset[str], bool]  # a figure, the doubts of its report, whether it is right


def judged(extractor: Extractor, pages: list[dict[str, Any]]) -> Iterator[Judged]:
    """Every figure that the gold decides on."""
    for page in (p for p in pages if "attacks" in p):
        at = page["published_at"]
        published = datetime.fromisoformat(at).replace(hour=12, tzinfo=UTC) if at else None
        found = extractor.extract(Document(clean_text(page["text"]), published_at=published, language="en"))
        gold = [tuple(f) for a in page["attacks"] for f in a["figures"]]
        gold += [tuple(f) for f in page.get("optional", []) if isinstance(f, list)]
        for report in found.attack_reports:
            for figure in report.figures:
                for row in rows_of(replace(report, figures=(figure,))):
                    yield figure, _doubts(report), any(same(row, one) for one in gold)


def _doubts(report: AttackReport) -> frozenset[str]:
    names = ("attacker", "target", "claimant", "places")
    return doubts_of({name: getattr(report, name) for name in names} | {"date": report.occurred_to})


def counted(figures: list[Judged]) -> dict[tuple[str, str], tuple[int, int]]:
    """Mark -> (right, of), in the order of the table."""
    right: Counter[tuple[str, str]] = Counter()
    every: Counter[tuple[str, str]] = Counter()
    for figure, doubts, is_right in figures:
        for mark in [("all", ""), *marks(figure, doubts)]:
            every[mark] += 1
            right[mark] += is_right
    return {mark: (right[mark], every[mark]) for mark in sorted(every)}


def table(figures: list[Judged]) -> list[str]:
    """The reliability table: of the figures given at least this confidence (and less than the bin above), how many are right."""
    lines = ["figures by confidence     right    of   share"]
    above = 1.01
    for low in BINS:
        inside = [right for figure, _, right in figures if low <= figure.confidence < above]
        share = f"{sum(inside) / len(inside):.3f}" if inside else "-"
        lines.append(f"{low:.2f} – {min(above, 1.0):.2f} {sum(inside):>17} {len(inside):>5}   {share}")
        above = low
    return lines


def main() -> None:
    names = [a for a in sys.argv[1:] if not a.startswith("--")]
    files = [Path(n) for n in names] or [FOLDER / "open.jsonl"]
    extractor = Extractor.load(Settings().spacy_model)
    figures = [one for file in files for one in judged(extractor, read(file))]
    print(*table(figures), sep="\n")
    counts = counted(figures)
    if "--marks" in sys.argv:
        print(*(f"{mark} {name}: {right} of {of}" for (mark, name), (right, of) in counts.items()), sep="\n")
    if "--update" in sys.argv:
        with (DATA / "figure_trust.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["mark", "name", "right", "of"])
            writer.writerows([*mark, *both] for mark, both in counts.items())


if __name__ == "__main__":
    main()
