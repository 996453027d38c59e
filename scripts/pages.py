"""Body text against hand-made text: the shingle F1 of the public article-extraction-benchmark, on SITREP_EVAL_DIR/html."""

import gzip
import json
import os
import re
import warnings
from collections import Counter
from pathlib import Path

from app.core.errors import SitrepError
from app.domain.document import Page
from app.ingest.readers import read

BAR = 0.96
_WORD = re.compile(r"\w+")


def shingles(text: str, size: int = 4) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    if len(words) < size:
        return Counter([tuple(words)]) if words else Counter()
    return Counter(tuple(words[i : i + size]) for i in range(len(words) - size + 1))


def counts(found: str, gold: str) -> tuple[float, float, float]:
    """(true positives, false positives, false negatives) as shares of the page, so that every page weighs the same."""
    own, right = shingles(found), shingles(gold)
    tp = sum((own & right).values())
    fp, fn = sum(own.values()) - tp, sum(right.values()) - tp
    whole = tp + fp + fn or 1
    return tp / whole, fp / whole, fn / whole


def score(folder: Path) -> tuple[float, float, float, int]:
    """(F1, precision, recall, pages); a page that cannot be read counts as empty."""
    rows = [json.loads(line) for line in (folder / "aeb_dev.jsonl").read_text().splitlines()]
    parts = [counts(_text(folder / row["html_path"]), row["gold_text"]) for row in rows]
    tp, fp, fn = (sum(part[i] for part in parts) for i in range(3))
    return 2 * tp / (2 * tp + fp + fn), tp / (tp + fp), tp / (tp + fn), len(rows)


def _text(path: Path) -> str:
    try:
        return read(Page(gzip.decompress(path.read_bytes()), "text/html")).text
    except SitrepError:
        return ""


def main() -> None:
    folder = Path(os.environ.get("SITREP_EVAL_DIR", "")) / "html"
    if not (folder / "aeb_dev.jsonl").exists():
        print("body text: no pages under SITREP_EVAL_DIR/html")
        return
    warnings.simplefilter("ignore")
    f1, precision, recall, pages = score(folder)
    print(f"body text of {pages} pages: F1 {f1:.3f} (bar {BAR}), precision {precision:.3f}, recall {recall:.3f}")


if __name__ == "__main__":
    main()
