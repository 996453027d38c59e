"""Feeds and copies under test: every file of SITREP_EVAL_DIR/feeds, and edited copies of our own briefings.

`python -m scripts.feeds` prints the section "Feeds and pages" of docs/reliability.md; exits 1 when a file raises or takes too long.
"""

import json
import os
import random
import re
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from app.core.errors import SitrepError
from app.domain.document import Page
from app.ingest.readers.feed import entries, read_feed
from app.ingest.similar import alike, band_keys
from scripts.pages import score

SLOW_S = 5.0
SEED = 4
OWN = Path(__file__).resolve().parent.parent / "tests" / "fixtures" / "open.jsonl"
_EXPECTED = re.compile(rb"Expect:[^\n]*entries\[(\d+)\]")


def expected(path: Path, body: bytes) -> tuple[str, int] | None:
    """("exactly" or "at least", entries) where an expected value stands beside or inside the file."""
    beside = [path.with_suffix(".json"), path.with_name(path.stem + "_expected.json")]
    for one in beside:
        if one != path and one.exists():
            data = json.loads(one.read_bytes())
            if isinstance(data, dict) and (set(data) & {"items", "entries", "feedType", "title", "version"}):
                return "exactly", len(data.get("items") or data.get("entries") or [])
    named = [int(n) for n in _EXPECTED.findall(body)]
    return ("at least", max(named) + 1) if named else None


def corpus(folder: Path) -> Iterator[tuple[Path, str, int | None, float, tuple[str, int] | None]]:
    """(file, what came of it, entries, seconds, expected) of every feed file."""
    files = [p for p in sorted(folder.rglob("*")) if p.suffix in (".xml", ".json") and "_expected" not in p.stem]
    xml = {p.with_suffix("") for p in files if p.suffix == ".xml"}
    for path in files:
        if path.suffix == ".json" and path.with_suffix("") in xml:
            continue  # the expected value of the feed beside it
        body, start = path.read_bytes(), time.perf_counter()
        result, count = _read(body)
        yield path, result, count, time.perf_counter() - start, expected(path, body)


def _read(body: bytes) -> tuple[str, int | None]:
    try:
        read_feed(Page(body, "application/xml", url="https://feeds.example/"))
        return "read", len(entries(body) or [])
    except SitrepError:
        return "no feed", None
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        return f"raised {type(error).__name__}", None


def feeds(folder: Path) -> tuple[list[str], bool]:
    """Lines of the report, and whether all is well."""
    rows = list(corpus(folder))
    results = Counter(result for _, result, *_ in rows)
    slowest = max(seconds for *_, seconds, _ in rows)
    lines = [f"- {len(rows)} feed files: " + ", ".join(f"{n} {what}" for what, n in results.most_common())]
    lines[0] += f"; the slowest took {slowest:.2f} s"
    for kind in ("exactly", "at least"):
        wanted = [(path, count or 0, want[1]) for path, _, count, _, want in rows if want and want[0] == kind]
        right = [count == want if kind == "exactly" else count >= want for _, count, want in wanted]
        if right:
            lines.append(
                f"- entries as expected ({kind}): {sum(right)} of {len(right)} files ({sum(right) / len(right):.1%})"
            )
        if "-v" in sys.argv:
            wrong = [(p, c, w) for (p, c, w), good in zip(wanted, right, strict=True) if not good]
            print(*(f"{p}: {c}, not {w}" for p, c, w in wrong), sep="\n", file=sys.stderr)
    return lines, slowest < SLOW_S and not any(what.startswith("raised") for what in results)


def _cut(text: str, dice: random.Random) -> str:
    words = text.split()
    return " ".join(words[: int(len(words) * dice.uniform(0.6, 0.9))])


def _footer(text: str, dice: random.Random) -> str:
    return (
        f"Our correspondent writes.\n{text}\nReporting by {dice.choice('ABCDE')}. All rights reserved. Copyright 2025."
    )


def _words(share: float) -> Callable[[str, random.Random], str]:
    def edit(text: str, dice: random.Random) -> str:
        plain = [
            w if not w.isalpha() or dice.random() > share else dice.choice(("said", "told", "new", "area"))
            for w in text.split()
        ]
        return " ".join(plain)

    return edit


def _sentences(text: str, dice: random.Random) -> str:
    return " ".join(s for s in re.split(r"(?<=[.!?])\s+", text) if dice.random() > 0.15)


def _order(text: str, dice: random.Random) -> str:
    parts = [p for p in text.split("\n") if p.strip()]
    return "\n".join([parts[0], *dice.sample(parts[1:], len(parts) - 1)]) if len(parts) > 2 else text


def _figures(text: str, dice: random.Random) -> str:
    """The same form with other figures: an update or the next day's bulletin, no copy."""
    return re.sub(r"\d+", lambda m: str(int(m[0][:9]) + dice.randint(1, 40)), text)


EDITS: dict[str, tuple[bool, Callable[[str, random.Random], str]]] = {
    "verbatim": (True, lambda text, _dice: text),
    "a byline and a footer added": (True, _footer),
    "cut to 60–90 %": (True, _cut),
    "5 % of the words replaced": (True, _words(0.05)),
    "10 % of the words replaced": (True, _words(0.10)),
    "15 % of the sentences dropped": (True, _sentences),
    "paragraphs in another order": (True, _order),
    "other figures in the same words": (False, _figures),
}


def found_as_copy(original: str, copy: str) -> bool:
    """As the store does it: a band in common, then the comparison."""
    return bool(set(enumerate(band_keys(original))) & set(enumerate(band_keys(copy)))) and alike(copy, original)


def copies() -> list[str]:
    """Recall by kind of edit on our own briefings; and wrong pairs among all different briefings."""
    texts = [json.loads(line)["text"] for line in OWN.read_text().splitlines()]
    texts = [text for text in texts if len(text.split()) >= 60]
    dice, lines = (
        random.Random(SEED),
        [f"- copies, {len(texts)} own briefings of 60 words or more, ten edits of each kind:"],
    )
    for name, (copy, edit) in EDITS.items():
        pairs = [(text, edited) for text in texts for _ in range(10) if (edited := edit(text, dice)) != text or copy]
        if not copy:
            pairs = [(a, b) for a, b in pairs if len(re.findall(r"\d+", a)) >= 2]
        hits = sum(found_as_copy(a, b) for a, b in pairs)
        lines.append(
            f"  - {name}: {hits} of {len(pairs)} taken for copies ({'recall' if copy else 'wrong'} {hits / max(1, len(pairs)):.1%})"
        )
    different = [(a, b) for i, a in enumerate(texts) for b in texts[i + 1 :]]
    wrong = sum(found_as_copy(a, b) for a, b in different)
    lines.append(f"  - different briefings: {wrong} of {len(different)} pairs taken for copies")
    return lines


def main() -> None:
    warnings.simplefilter("ignore")
    folder, fine, lines = Path(os.environ.get("SITREP_EVAL_DIR", "-")), True, []
    if (folder / "feeds").exists():
        lines, fine = feeds(folder / "feeds")
    if (folder / "html").exists():
        f1, precision, recall, pages = score(folder / "html")
        lines.append(f"- body text of {pages} pages: F1 {f1:.3f}, precision {precision:.3f}, recall {recall:.3f}")
    print("## Feeds and pages\n", *lines, *copies(), sep="\n")
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()
