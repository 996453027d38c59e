"""A real server polls a real feed: new briefings appear while reads keep answering; a poison page kills nobody."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pytest_httpserver import HTTPServer

from tests.conftest import free_port

PAGE = (
    "<html><head><title>%(title)s</title></head><body><article><h1>%(title)s</h1>"
    "<p>All 18 drones that Russia launched at Ukraine overnight were shot down, the Ukrainian Air Force said on Monday.</p>"
    "<p>“Crews worked for nine hours without a break,” spokeswoman Olena Marchenko said, and thanked the volunteers for tea.</p>"
    "<p>%(title)s: the region counted its broken windows, and the schools opened again at noon on the same day.</p></article></body></html>"
)
FEED = '<?xml version="1.0"?><rss version="2.0"><channel><title>t</title><link>%s</link><description>d</description>%s</channel></rss>'
ITEM = "<item><title>%(n)s</title><link>%(url)s</link><guid>%(n)s</guid></item>"


def _env(tmp_path: Path) -> dict[str, str]:
    own = {k: v for k, v in os.environ.items() if not k.startswith("SITREP_")}
    return own | {
        "SITREP_DATABASE_URL": f"sqlite:///{tmp_path}/e2e.db",
        "SITREP_FETCH_ALLOW_PRIVATE": "true",
        "SITREP_FETCH_PER_HOST_RATE": "100",
        "SITREP_SWEEP_INTERVAL_S": "0.2",
        "SITREP_LOG_LEVEL": "warning",
    }


def publish(site: HTTPServer, *names: str) -> None:
    """The site as it is now: robots.txt, a page a name, and a feed of them."""
    site.clear()
    site.expect_request("/robots.txt").respond_with_data("User-agent: *\nAllow: /")
    url = site.url_for("/")
    for name in names:
        site.expect_request(f"/{name}").respond_with_data(PAGE % {"title": name}, content_type="text/html")
    items = "".join(ITEM % {"n": n, "url": f"{url}{n}"} for n in names)
    site.expect_request("/feed").respond_with_data(FEED % (url, items), content_type="application/rss+xml")


@pytest.fixture
def server(tmp_path: Path, httpserver: HTTPServer) -> Iterator[str]:
    env, port = _env(tmp_path), free_port()
    publish(httpserver, "first")
    for args in (["migrate"], ["sources", "add", httpserver.url_for("/feed"), "--interval", "1"]):
        subprocess.run([sys.executable, "-m", "app.cli", *args], env=env, check=True, capture_output=True, timeout=60)
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "serve", "--port", str(port)], env=env, stdout=subprocess.DEVNULL
    )
    base = f"http://127.0.0.1:{port}"
    try:
        _until(lambda: httpx.get(f"{base}/healthz").status_code == 200)
        yield base
    finally:
        process.terminate()
        assert process.wait(timeout=15) in (0, -15)  # uvicorn ends by the signal it was sent


def _until(done, seconds: float = 150) -> list[float]:  # type: ignore[no-untyped-def]
    """Ask until true; returns how long each ask took."""
    took: list[float] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        start = time.monotonic()
        try:
            if done():
                return took
        except httpx.TransportError:
            pass  # not listening yet
        took.append(time.monotonic() - start)
        time.sleep(0.1)
    raise AssertionError("it did not happen in time")


def _titles(base: str) -> set[str]:
    answer = httpx.get(f"{base}/v1/articles?include_duplicates=true", timeout=5)
    answer.raise_for_status()
    return {a["title"] for a in answer.json()["items"]}


def test_new_briefings_appear_while_reads_answer(server: str, httpserver: HTTPServer) -> None:
    _until(lambda: "first" in _titles(server))
    publish(httpserver, "first", "second")
    took = _until(lambda: "second" in _titles(server))
    assert max(took, default=0) < 15  # extraction runs elsewhere: reads do not wait for it
    report = httpx.get(f"{server}/v1/attack-reports").json()["items"][0]
    assert {(f["metric"], f["low"]) for f in report["figures"]} == {("launched", 18), ("downed", 18)}
    jobs = httpx.get(f"{server}/v1/jobs").json()["items"]
    assert {j["state"] for j in jobs} <= {"succeeded", "running", "queued"}
