"""`make bench`: ms per briefing, memory of API and worker, reads per second. Loopback only, bounded, own text."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from evaluate import wait

PORT, READS, POSTS = 8765, 300, 20
SAMPLES = Path(__file__).resolve().parent.parent / "app" / "samples"


def rss_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.split("\n") if line.startswith("VmRSS"))) / 1024


def family(pid: int) -> list[int]:
    """Children of every thread."""
    lists = [(task / "children").read_text().split() for task in Path(f"/proc/{pid}/task").iterdir()]
    return [int(child) for one in lists for child in one]


def timed(request: urllib.request.Request | str) -> float:
    start = time.perf_counter()
    with urllib.request.urlopen(request, timeout=60) as answer:
        answer.read()
    return (time.perf_counter() - start) * 1000


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        env = os.environ | {"SITREP_DATABASE_URL": f"sqlite:///{place}/bench.db", "SITREP_INGEST_ENABLED": "false"}
        sitrep = [sys.executable, "-m", "app.cli"]
        for verb in (["migrate"], ["ingest", "--samples"]):
            subprocess.run([*sitrep, *verb], env=env, check=True, stdout=subprocess.DEVNULL)
        server = subprocess.Popen([*sitrep, "serve", "--port", str(PORT)], env=env, stdout=subprocess.DEVNULL)
        try:
            wait(PORT)
            body = json.loads((SAMPLES / "01-kyiv-barrage.json").read_text())["text"]
            request = urllib.request.Request(
                f"http://127.0.0.1:{PORT}/v1/extract",
                json.dumps({"text": body}).encode(),
                {"Content-Type": "application/json"},
            )
            first = timed(request)
            posts = [timed(request) for _ in range(POSTS)]
            reads = [timed(f"http://127.0.0.1:{PORT}/v1/attack-reports") for _ in range(READS)]
            workers = sorted((rss_mb(p) for p in family(server.pid)), reverse=True)
            print(
                f"extract: first {first:.0f} ms (loads the model), then median {statistics.median(posts):.0f} ms for {len(body.split())} words"
            )
            print(
                f"list of attack reports: median {statistics.median(reads):.1f} ms, {1000 / statistics.mean(reads):.0f} reads/s one after another"
            )
            print(f"memory: API {rss_mb(server.pid):.0f} MB, worker {workers[0]:.0f} MB")
        finally:
            server.terminate()
            server.wait(20)


if __name__ == "__main__":
    main()
