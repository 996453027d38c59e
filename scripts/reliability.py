"""`make reliability`: the long forms of the proofs; prints the table that stands in docs/reliability.md."""

import argparse
import secrets
import sys
import tempfile
import time
from pathlib import Path

from app.core import migrate
from app.core.db import make_engine
from app.core.settings import Settings
from app.extract.pipeline import Extractor
from scripts.crash import crash
from scripts.live_edits import live_edits


def main() -> int:
    asked = _asked()
    seed = asked.seed if asked.seed is not None else secrets.randbelow(10**6)
    with tempfile.TemporaryDirectory(prefix="sitrep-reliability-") as folder:
        live, took = _live(Path(folder), seed)
        killed = crash(Path(folder), briefings=asked.briefings, kills=asked.kills, seed=seed)
    rows = [
        f"| live briefing | {live.edits} edits of one page, seed {seed} | {live.revisions} revisions, {live.block_changes} block and "
        f"{live.figure_changes} figure changes; {len(live.faults)} wrong | {took:.0f} s |",
        f"| crash | {killed.briefings} briefings, {killed.kills} × `kill -9`, seed {seed} | {killed.interrupted} jobs started anew, "
        f"{killed.changes} changes; {len(killed.faults)} wrong | {killed.seconds:.0f} s |",
    ]
    print("| proof | what was done | what came out | time |\n|---|---|---|---|")
    print("\n".join(rows))
    for fault in (*live.faults, *killed.faults)[:20]:
        print(f"WRONG {fault}")
    if not killed.interrupted:
        print("WRONG no kill met a job under way: this run proves nothing")
    return 1 if live.faults or killed.faults or not killed.interrupted else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seed", type=int, help="repeats a run; otherwise by chance, and printed")
    parser.add_argument("--briefings", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=50, help="fewer of both on a machine that has other things to do")
    return parser.parse_args()


def _live(folder: Path, seed: int):  # type: ignore[no-untyped-def]
    settings = Settings(database_url=f"sqlite:///{folder}/live.db")
    engine, start = make_engine(settings), time.monotonic()
    migrate.upgrade(engine)
    outcome = live_edits(engine, Extractor.load(settings.spacy_model), edits=200, seed=seed)
    engine.dispose()
    return outcome, time.monotonic() - start


if __name__ == "__main__":
    sys.exit(main())
