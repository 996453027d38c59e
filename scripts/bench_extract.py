"""What reading costs beside spaCy: the extractor against the model's tagger, parser and entity recogniser alone, over the same cleaned texts.

`make bench-extract` (with SITREP_EVAL_DIR) prints user CPU seconds and their ratio, in turns after a round that warms both,
and the slowest texts. CPU time, because a machine may be shared; nothing is asserted.
"""

import argparse
import gzip
import json
import os
import resource
import statistics
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import spacy
from spacy.language import Language

from app.core.settings import Settings
from app.domain.document import Document
from app.extract.parse import windows
from app.extract.pipeline import Extractor
from app.ingest.clean import clean_text

BASELINE = ("tagger", "parser", "ner")
PIECE = 6_000  # characters; the limit of 2 s is told for as many
SHOWN = 3


def texts(folder: Path) -> Iterator[str]:
    """The raw news texts and the briefings of an evaluation folder, cleaned."""
    for path in sorted((folder / "raw").glob("*.jsonl.gz")):
        yield from (clean_text(json.loads(line)["text"]) for line in gzip.decompress(path.read_bytes()).splitlines())
    for path in sorted((folder / "briefings" / "texts").glob("*.txt")):
        yield clean_text(path.read_text())


def spent(work: Callable[[], object]) -> float:
    """User CPU seconds of this process."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    work()
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime - before


def baseline(model: str) -> Language:
    """A pipeline of its own: only what tags, parses and recognises, with the layers they share."""
    nlp = spacy.load(model)
    needed = {*BASELINE, "tok2vec", "transformer"}
    nlp.disable_pipes(*[name for name in nlp.pipe_names if name not in needed])
    return nlp


def read_all(nlp: Language, pages: Sequence[str]) -> None:
    """As the extractor reads: in windows, one text after another, with nothing kept."""
    for page in pages:
        with nlp.memory_zone():
            list(nlp.pipe(span.of(page) for span in windows(page)))


def extract(extractor: Extractor, page: str) -> None:
    extractor.extract(Document(page, language="en"))


def rounds(pages: Sequence[str], times: int, model: str) -> Iterator[tuple[float, float, list[float]]]:
    """(seconds of spaCy, seconds of the extractor, the extractor's seconds of each text), one a round."""
    nlp, extractor = baseline(model), Extractor.load(model)
    read_all(nlp, pages)
    for page in pages:
        extract(extractor, page)
    for _ in range(times):
        each = [spent(lambda page=page: extract(extractor, page)) for page in pages]  # type: ignore[misc]
        yield spent(lambda: read_all(nlp, pages)), sum(each), each


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--every", type=int, default=4, help="each n-th text is read")
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    folder = os.environ.get("SITREP_EVAL_DIR")
    if not folder:
        raise SystemExit("SITREP_EVAL_DIR names no folder of texts")
    pages = list(texts(Path(folder)))[:: asked.every]
    print(
        f"{len(pages)} texts, {sum(map(len, pages)):,} characters\n| round | spaCy s | extractor s | ratio |\n|---|---|---|---|"
    )
    ratios, slow = [], [0.0] * len(pages)
    for number, (alone, whole, each) in enumerate(rounds(pages, asked.rounds, Settings().spacy_model), 1):
        ratios.append(whole / alone)
        slow = [max(pair) for pair in zip(slow, each, strict=True)]
        print(f"| {number} | {alone:.2f} | {whole:.2f} | {ratios[-1]:.3f} |", flush=True)
    print(f"median {statistics.median(ratios):.3f}, from {min(ratios):.3f} to {max(ratios):.3f}")
    worst = sorted((s * PIECE / max(PIECE, len(p)) for s, p in zip(slow, pages, strict=True)), reverse=True)
    print(f"slowest, seconds per {PIECE:,} characters:", ", ".join(f"{s:.2f}" for s in worst[:SHOWN]))


if __name__ == "__main__":
    main()
