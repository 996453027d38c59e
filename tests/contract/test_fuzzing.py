"""Schemathesis, all checks and stateful links, against a served application on both engines: no failure at all.

Allowances are in tools/contract/schemathesis.toml, one an operation, each a row of the status table.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.domain import findings as found
from scripts.openapi31 import downgrade
from tests.api import conftest as stand_in
from tests.live.conftest import Live, live

ROOT = Path(__file__).resolve().parents[2]
ENDLESS = "/v1/stream"  # tests/live/test_stream.py


def _extract(document: Any) -> found.Findings:
    """The stand-in, which knows two briefings, on words that are made up."""
    try:
        return _known(document)
    except (ValueError, IndexError):
        return found.Findings(stand_in.VERSION)


_known = stand_in.extract


def fuzz(server: Live, folder: Path, examples: int) -> str:
    """The report of a run."""
    server.fill()
    document = downgrade(json.loads((ROOT / "docs/openapi.json").read_text(encoding="utf-8")))
    (folder / "openapi.json").write_text(json.dumps(document))
    options = [f"--url={server.url}", f"--header=Authorization: {server.auth('admin')['Authorization']}"]
    options += [f"--exclude-path={ENDLESS}", f"--max-examples={examples}", "--seed=1", "--continue-on-failure"]
    config = f"--config-file={ROOT}/tools/contract/schemathesis.toml"
    command = [sys.executable, "-m", "schemathesis.cli", config, "run", str(folder / "openapi.json"), *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=150)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-1000:]
    return done.stdout


def check(report: str, folder: Path) -> None:
    operations = re.search(r"Tested: (\d+)", report)
    cases = re.search(r"(\d+) generated, (\d+) passed", report)
    assert operations and cases, report[-2000:]
    documented = json.loads((folder / "openapi.json").read_text())["paths"]
    assert int(operations[1]) == sum(map(len, documented.values())) - 1
    assert int(cases[1]) > 30 * int(operations[1])


def test_on_sqlite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stand_in, "extract", _extract)
    with live(f"sqlite:///{tmp_path}/fuzzed.db") as server:
        check(fuzz(server, tmp_path, 10), tmp_path)


@pytest.mark.needs("postgres")
def test_on_postgres(postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stand_in, "extract", _extract)
    with live(postgres_url) as server:
        check(fuzz(server, tmp_path, 5), tmp_path)
