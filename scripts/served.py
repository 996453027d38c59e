"""A real `sitrep serve` on loopback, for measurements."""

import contextlib
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.postgres import free_port


@dataclass(frozen=True)
class Served:
    """Where it answers, and its process."""

    url: str
    pid: int

    def memory_mb(self, name: str = "VmRSS") -> float:
        """Resident memory of the API process now; `VmHWM`: at its peak."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(next(line.split()[1] for line in status.split("\n") if line.startswith(name))) / 1024

    def children_mb(self) -> list[float]:
        """Resident memory of the extraction processes, the largest first."""
        tasks = Path(f"/proc/{self.pid}/task").iterdir()
        pids = [int(child) for task in tasks for child in (task / "children").read_text().split()]
        return sorted((Served("", pid).memory_mb() for pid in pids), reverse=True)


def environment(**given: str) -> dict[str, str]:
    """That of this process without its SITREP_ variables, and `given` with the prefix put before."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("SITREP_")}
    return own | {f"SITREP_{name}": value for name, value in given.items()}


def sitrep(env: dict[str, str], *verb: str) -> str:
    command = [sys.executable, "-m", "app.cli", *verb]
    return subprocess.run(command, env=env, check=True, capture_output=True, text=True, timeout=300).stdout


@contextlib.contextmanager
def served(env: dict[str, str]) -> Iterator[Served]:
    port = free_port()
    command = [sys.executable, "-m", "app.cli", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=env | {"SITREP_LOG_LEVEL": "error"}, stdout=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}/healthz")
        yield Served(f"http://127.0.0.1:{port}", process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _wait(url: str) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=1):
            return
        time.sleep(0.1)
    raise SystemExit("the server did not start")
