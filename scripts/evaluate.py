"""`make eval`: serve the API, run score.py of SITREP_EVAL_DIR on it, print the bar and compare with tests/scores.json.

`--update` writes the new scores; a drop must be explained in the commit.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SCORES = ROOT / "tests" / "scores.json"
BAR = {
    "quotes_exact": 0.98,
    "quotes_overlap": 0.99,
    "speaker": 0.95,
    "attacks": 0.93,
    "figures": 0.95,
    "wrong_number_rate": 0.02,
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


def value(row: Any) -> float:
    return float(row.get("f1", row.get("acc"))) if isinstance(row, dict) else float(row)


def scored(folder: Path) -> dict[str, Any]:
    """Start a server on a free port, let score.py loose on it, stop it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as place:
        env = os.environ | {"SITREP_DATABASE_URL": f"sqlite:///{place}/eval.db", "SITREP_INGEST_ENABLED": "false"}
        sitrep = [sys.executable, "-m", "app.cli"]
        subprocess.run([*sitrep, "migrate"], env=env, check=True, stdout=subprocess.DEVNULL)
        server = subprocess.Popen([*sitrep, "serve", "--port", str(port)], env=env, stdout=subprocess.DEVNULL)
        try:
            wait(port)
            out = Path(place) / "report.json"
            command = [sys.executable, str(folder / "score.py"), "--url", f"http://127.0.0.1:{port}", "--out", str(out)]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=1200)
            report: dict[str, Any] = json.loads(out.read_text())
        finally:
            server.terminate()
            server.wait(20)
    return report


def wait(port: int) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


def main() -> None:
    folder = os.environ.get("SITREP_EVAL_DIR")
    if not folder:
        raise SystemExit("SITREP_EVAL_DIR is not set: it names the folder with score.py")
    report = scored(Path(folder))
    figures = report["figures"]
    before = json.loads(SCORES.read_text()) if SCORES.exists() else {}
    print(f"{'figure':<20}{'now':>8}{'before':>8}{'bar':>8}")
    for name, bar in BAR.items():
        print(f"{name:<20}{value(figures[name]):>8.3f}{value(before.get(name, 0)):>8.3f}{bar:>8.2f}")
    print(
        f"spans {figures['spans_ok']}, attack-free pages clean {figures['attack_free_clean']}, {figures['words_per_s']} words/s"
    )
    worst = sorted(
        report["pages"], key=lambda p: -(len(p[1]["missed"]) + len(p[1]["extra"])) if isinstance(p[1], dict) else -99
    )
    for page in worst[:10]:
        print(*page)
    if "--update" in sys.argv:
        kept = {name: figures[name] for name in BAR} | {"spans_ok": figures["spans_ok"]}
        SCORES.write_text(json.dumps(kept, indent=1) + "\n")


if __name__ == "__main__":
    main()
