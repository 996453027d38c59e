"""`make eval`: serve the API, score it on SITREP_EVAL_DIR and on our own open briefings, compare with tests/scores.json.

Prints each row of the bar with its count and a 90 % bootstrap interval over pages, the ten worst pages with the words of their
wrong numbers, and what changed since the last committed scores. `--update` writes them; a drop must be explained in the commit.
"""

import importlib.util
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SCORES = ROOT / "tests" / "scores.json"
#: row -> (bar, what it is made of)
BAR = {
    "quotes_exact": 0.98,
    "quotes_overlap": 0.99,
    "speaker": 0.95,
    "attacks": 0.93,
    "figures": 0.95,
    "wrong_numbers": 0.02,
    "attacker": 0.97,
    "target_country": 0.97,
    "date": 0.95,
    "claimant": 0.90,
    "kind": 0.93,
    "attack_places": 0.93,
    "persons": 0.97,
    "places": 0.97,
    "orgs": 0.90,
}
ROUNDS = 1000


@contextmanager
def served() -> Iterator[str]:
    """A server on a free port with an empty database; stops by itself."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as place:
        env = os.environ | {"SITREP_DATABASE_URL": f"sqlite:///{place}/eval.db", "SITREP_INGEST_ENABLED": "false"}
        sitrep = [sys.executable, "-m", "app.cli"]
        subprocess.run([*sitrep, "migrate"], env=env, check=True, stdout=subprocess.DEVNULL)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        server = subprocess.Popen([*sitrep, "serve", "--port", str(port)], env=env, **quiet)
        try:
            wait(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


def wait(port: int) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


def scorer(folder: Path) -> Any:
    """The evaluation's own score.py as a module."""
    spec = importlib.util.spec_from_file_location("score", folder / "score.py")
    if spec is None or spec.loader is None:
        raise SystemExit(f"no score.py in {folder}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def page_scores(score: Any, folder: Path, url: str) -> list[dict[str, Any]]:
    """Counts of each page: {id, prf: {row: (tp, fp, fn)}, acc: {row: (right, n)}, notes, answer}."""
    texts = folder / "briefings"
    index = {r["id"]: r for r in map(json.loads, (texts / "index.jsonl").read_text().splitlines())}
    pages = []
    for gold in map(json.loads, (texts / "gold.jsonl").read_text().splitlines()):
        text = (texts / "texts" / f"{gold['id']}.txt").read_text()
        day = index[gold["id"]].get("published")
        day = day if day and len(day) == 10 else None
        answer = score.post(url, {"text": text, **({"published_at": f"{day}T12:00:00Z"} if day else {})})
        prf, acc = defaultdict(score.PRF), defaultdict(lambda: [0, 0])
        wrong, free = [0, 0], [0, 0]
        score.score_entities(answer, gold, prf)
        score.score_quotes(answer, gold, prf, acc)
        notes = score.score_attacks(answer, gold, day, prf, acc, wrong, free)
        acc["wrong_numbers"], acc["attack_free"] = wrong, free
        pages.append(
            {
                "id": gold["id"],
                "prf": {k: (v.tp, v.fp, v.fn) for k, v in prf.items()},
                "acc": {k: tuple(v) for k, v in acc.items()},
                "notes": notes,
                "answer": answer,
            }
        )
    return pages


def value(pages: list[dict[str, Any]], row: str) -> tuple[float | None, int]:
    """(F1, share right, or share wrong; number of items)."""
    counts = [p["prf"][row] for p in pages if row in p["prf"]]
    if counts:
        tp, fp, fn = (sum(c[i] for c in counts) for i in range(3))
        return (2 * tp / (2 * tp + fp + fn) if tp + fp + fn else None), tp + fn
    right, n = (sum(p["acc"][row][i] for p in pages if row in p["acc"]) for i in range(2))
    return (right / n if n else None), n


def interval(pages: list[dict[str, Any]], row: str) -> tuple[float, float]:
    """90 % bootstrap interval over pages; seeded, so the same answers give the same interval."""
    dice = random.Random(row)
    drawn = (value(dice.choices(pages, k=len(pages)), row)[0] for _ in range(ROUNDS))
    sample = sorted(v for v in drawn if v is not None)
    return (sample[len(sample) // 20], sample[-len(sample) // 20 - 1]) if sample else (0.0, 0.0)


def spans(answer: Any, text: str) -> tuple[int, int]:
    """(spans that slice back, spans); the hull of a split quote need not."""
    good = total = 0
    for value_ in answer.values() if isinstance(answer, dict) else answer if isinstance(answer, list) else ():
        inner = spans(value_, text)
        good, total = good + inner[0], total + inner[1]
    if isinstance(answer, dict) and isinstance(answer.get("start"), int) and isinstance(answer.get("text"), str):
        whole = len(answer.get("parts") or []) < 2
        good += whole and text[answer["start"] : answer["end"]] == answer["text"]
        total += whole
    return good, total


def worst(pages: list[dict[str, Any]]) -> Iterator[str]:
    """The ten pages with the most missed and wrong figures, wrong ones with the words around their span."""
    rank = sorted(pages, key=lambda p: -len(p["notes"]["missed"]) - len(p["notes"]["extra"]))
    for page in rank[:10]:
        notes = page["notes"]
        if notes["missed"] or notes["extra"] or notes["attacks"][0] != notes["attacks"][1]:
            yield f"{page['id']} attacks {notes['attacks']} missed {notes['missed']}"
            yield from (f"    wrong {f}: …{_words(page['answer'], f)}…" for f in notes["extra"])


def _words(answer: dict[str, Any], figure: Any) -> str:
    text = answer["text"]
    for report in answer["attack_reports"]:
        for one in report["figures"]:
            if (one["metric"], one["low"]) == (figure[0], figure[2]):
                around = text[max(0, one["start"] - 60) : one["end"] + 60].replace("\n", " ")
                return f"{around}… [{one['start']}:{one['end']}] by {one['rule']}"
    return "?"


def table(pages: list[dict[str, Any]], before: dict[str, float]) -> dict[str, float]:
    print(f"{'row':<16}{'now':>7}{'n':>6}  {'90 % interval':<16}{'before':>7}{'bar':>7}")
    now = {}
    for row, bar in BAR.items():
        score, n = value(pages, row)
        low, high = interval(pages, row)
        now[row] = round(score or 0.0, 3)
        print(f"{row:<16}{now[row]:>7.3f}{n:>6}  {low:.3f}–{high:.3f}     {before.get(row, 0):>7.3f}{bar:>7.2f}")
    return now


def main() -> None:
    folder = os.environ.get("SITREP_EVAL_DIR")
    if not folder:
        raise SystemExit("SITREP_EVAL_DIR is not set: it names the folder with score.py")
    score = scorer(Path(folder))
    with served() as url:
        pages = page_scores(score, Path(folder), url)
    before = json.loads(SCORES.read_text()) if SCORES.exists() else {}
    now = table(pages, before)
    good, total = (sum(c) for c in zip(*(spans(p["answer"], p["answer"]["text"]) for p in pages), strict=True))
    print(f"spans that slice back {good} of {total}; attack-free pages clean {value(pages, 'attack_free')}")
    print(*worst(pages), sep="\n")
    own = subprocess.run([sys.executable, "-m", "scripts.fixtures", "open"], check=True, capture_output=True, text=True)
    subprocess.run([sys.executable, "-m", "scripts.pages"], check=True)
    print("own open briefings:", " ".join(own.stdout.split()))
    subprocess.run([sys.executable, "-m", "scripts.calibrate"], check=True)
    worse = {k: v - before.get(k, v) for k, v in now.items()}
    drops = {k: (before[k], now[k]) for k, d in worse.items() if (d > 0 if k == "wrong_numbers" else d < 0)}
    print("changed for the worse:", drops or "nothing")
    if "--update" in sys.argv:
        SCORES.write_text(json.dumps(now, indent=1) + "\n")


if __name__ == "__main__":
    main()
