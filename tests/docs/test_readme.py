"""The README's own commands, run as they stand, answer what it prints."""

import os
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _blocks() -> list[tuple[str, str]]:
    return re.findall(r"```(\w+)\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)


def test_the_curl_answers_as_printed(tmp_path: Path) -> None:
    from tests.conftest import free_port

    command = next(body for kind, body in _blocks() if kind == "sh" and "attack-reports" in body)
    printed = next(body for kind, body in _blocks() if kind == "text")
    own = {k: v for k, v in os.environ.items() if not k.startswith("SITREP_")}
    env = own | {"SITREP_DATABASE_URL": f"sqlite:///{tmp_path}/readme.db", "SITREP_INGEST_ENABLED": "false"}
    for args in (["migrate"], ["ingest", "--samples"], ["ingest", "--samples"]):
        subprocess.run([sys.executable, "-m", "app.cli", *args], env=env, check=True, capture_output=True, timeout=120)
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "serve", "--port", str(port)], env=env, stdout=subprocess.DEVNULL
    )
    try:
        _wait(port)
        run = command.replace("127.0.0.1:8000", f"127.0.0.1:{port}")
        answer = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", run], capture_output=True, text=True, timeout=60, check=True
        )
    finally:
        server.terminate()
        server.wait(15)
    assert answer.stdout == printed


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not start")


def test_every_linked_paper_exists() -> None:
    for paper in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", paper.read_text(encoding="utf-8")):
            assert (paper.parent / link).exists(), f"{paper.name} links to {link}"
