"""Both clients and the recipes of docs/api.md, as their users run them, against a served application."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.core.clock import utcnow
from app.core.db import write_session
from app.core.ids import parse_id
from app.domain.vocabulary import JobState
from app.store import jobs
from scripts.openapi31 import downgrade
from tests.api.conftest import WAVE
from tests.live.conftest import Live, live

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / "tools/contract/node_modules/.bin"
TYPESCRIPT = ROOT / "clients/typescript"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Live]:
    with live(f"sqlite:///{tmp_path}/clients.db") as running:
        running.fill()
        yield running


@pytest.fixture
def python_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "clients/python/src"))


def run(*command: str | Path, cwd: Path, **env: str) -> str:
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=os.environ | env, capture_output=True, text=True, timeout=150
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.mark.needs("node")
def test_the_typescript_client(server: Live, tmp_path: Path) -> None:
    document = json.loads((ROOT / "docs/openapi.json").read_text(encoding="utf-8"))
    (tmp_path / "openapi31.json").write_text(json.dumps(downgrade(document)))
    for name in ("example.ts", "tsconfig.json"):
        (tmp_path / name).write_text((TYPESCRIPT / name).read_text(encoding="utf-8"))
    told = {"SITREP_OPENAPI": str(tmp_path / "openapi31.json"), "SITREP_CLIENT_OUT": str(tmp_path / "src")}
    run(TOOLS / "openapi-ts", "-f", TYPESCRIPT / "openapi-ts.config.mjs", cwd=tmp_path, **told)
    run(TOOLS / "tsc", "-p", tmp_path, cwd=tmp_path)
    printed = json.loads(run("node", tmp_path / "dist/example.js", server.url, server.secrets["write"], cwd=tmp_path))
    assert (printed["reports"], printed["launched"], printed["refused"]) == (1, 14, 422)
    assert printed["cited"] == "14 drones"
    assert printed["beside"] == ["Maksym Horbal"]
    assert len(set(printed["ids"])) == 3
    assert printed["change"]["seq"] == 4
    assert (printed["low"], printed["high"]) == (14, 15)


def test_the_python_client(server: Live, python_client: None) -> None:
    from sitrep_client import Sitrep, SitrepError

    with Sitrep(server.url, key=server.secrets["write"]) as sitrep:
        assert len({article["id"] for article in sitrep.articles(limit=1)}) == 3
        (report,) = sitrep.attack_reports(weapon="drone", from_="2025-03-01", historical=False)
        text = sitrep.get(f"/v1/articles/{report['article']['id']}")["text"]
        assert text == WAVE
        assert all(text[f["start"] : f["end"]] == f["text"] for f in report["figures"])
        assert [quote["speaker"] and quote["speaker"]["name"] for quote in sitrep.quotes(speaker="Iryna Lanova")]
        (odesa,) = sitrep.entities(q="odes")
        assert [mention["text"] for mention in sitrep.mentions(odesa["id"], limit=1)] == ["Odesa Oblast"] * 2
        people = {one["entity"]["name"]: one for one in sitrep.related(odesa["id"], kind="person", limit=1)}
        assert (people["Maksym Horbal"]["articles"], people["Maksym Horbal"]["quotes"]) == (1, 1)
        where, span = report["article"]["id"], report["figures"][0]
        cited = sitrep.cite(where, start=span["start"], end=span["end"], revision=report["revision"])
        assert cited["text"] == span["text"]
        assert httpx.get(cited["permalink"]).json() == cited
        assert sitrep.bibtex(where).startswith("@misc{sitrep-" + where)
        assert [change["seq"] for change in sitrep.changes()] == [1, 2, 3]
        sitrep.add(text="Nothing burned on this day either.", published_at="2025-03-04")
        corrected = sitrep.correct_attack_report(report["id"], reason="the text says missiles", kind="missile")
        assert (corrected["kind"], corrected["original"]["kind"]) == ("missile", "drone")
        (made,) = sitrep.corrections(state="applied")
        sitrep.undo_correction(made["id"], reason="it does not")
        quote = next(sitrep.quotes(speaker="Maksym Horbal"))
        assert sitrep.correct_quote(quote["id"], reason="his deputy", speaker="Iryna Lanova")["corrected"]
        following = sitrep.stream(since=2)
        assert [next(following)["seq"], next(following)["seq"]] == [3, 4]
        with pytest.raises(SitrepError, match="422"):
            sitrep.get("/v1/quotes", limit=0)


def test_its_own_tests_pass() -> None:
    package = ROOT / "clients/python"
    paths = {"PYTHONPATH": str(package / "src")}
    run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, "tests", cwd=package, **paths)
    config = ["--strict", "--config-file", os.devnull, "--cache-dir", os.devnull]
    run(sys.executable, "-m", "mypy", *config, "src", cwd=package, **paths)


def recipes() -> list[str]:
    paper = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    return re.findall(r"```sh\n(.*?)```", paper, re.DOTALL)


def test_the_recipes_of_the_paper(server: Live, tmp_path: Path) -> None:
    """Every `sh` block runs as it stands, alone: each request is answered, and each block prints something."""
    failed = fail_a_job(server)
    keys = {"SITREP_KEY": server.secrets["admin"]}
    printed = []
    for block in recipes():
        recipe = block.replace("http://127.0.0.1:8000", server.url).replace("curl -s ", "curl -sS --fail-with-body ")
        printed.append(run("bash", "-euo", "pipefail", "-c", recipe, cwd=tmp_path, **keys))
        assert printed[-1].strip(), block
    assert httpx.get(f"{server.url}/v1/jobs/{failed}").json()["state"] == "queued"
    everything = "\n".join(printed)
    for words in ("@misc{sitrep-", "<rss xmlns", "jsonfeed.org", "304", "sitrep_jobs{", '"tools":['):
        assert words in everything, words
    assert (tmp_path / "attacks.csv").read_text().count("\n") >= 2


def fail_a_job(server: Live) -> str:
    """Its id."""
    asked = httpx.post(f"{server.url}/v1/articles", json={"url": "https://n.example/a"}, headers=server.auth("write"))
    job_id: str = asked.headers["location"].rpartition("/")[2]
    with write_session(server.app.state.runtime.engine) as session:
        jobs.finish(session, parse_id(job_id), JobState.FAILED, now=utcnow(), error="The site did not answer in time")
    return job_id


def test_there_is_a_recipe_for_every_resource() -> None:
    """Each word of each path of the document, and what stands beside it."""
    document = json.loads((ROOT / "docs/openapi.json").read_text(encoding="utf-8"))
    shown = "\n".join(block.replace("$name", name) for block in recipes() for name in ("quotes", "attack-reports"))
    for path in [*document["paths"], "/metrics", "/mcp"]:
        for part in path.removeprefix("/v1").split("/"):
            name = re.sub(r"\.(\{format\}|rss|feed\.json)$", "", part)
            if name and not name.startswith("{"):
                assert re.search(rf"/{re.escape(name)}\b", shown), path
    for suffix in (".csv", ".jsonl", ".geojson", ".rss", ".feed.json"):
        assert suffix in shown
