"""SIGTERM with a stream open and a job running: the process ends in time, and the next one finishes the job."""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.conftest import free_port
from tests.e2e.test_background import PAGE, _env, _until


def _serve(env: dict[str, str]) -> tuple[subprocess.Popen[bytes], str]:
    port = free_port()
    command = [sys.executable, "-m", "app.cli", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    _until(lambda: httpx.get(f"{url}/healthz").status_code == 200)
    return process, url


def test_sigterm_loses_nothing(tmp_path: Path, httpserver: HTTPServer) -> None:
    released = threading.Event()

    def slow(_: Request) -> Response:
        released.wait(60)
        return Response(PAGE % {"title": "slow"}, content_type="text/html")

    httpserver.expect_request("/robots.txt").respond_with_data("")
    httpserver.expect_request("/slow").respond_with_handler(slow)
    env = _env(tmp_path) | {"SITREP_FETCH_TIMEOUT_S": "60"}
    cli = [sys.executable, "-m", "app.cli"]
    subprocess.run([*cli, "migrate"], env=env, check=True, capture_output=True, timeout=60)
    made = subprocess.run([*cli, "keys", "create"], env=env, check=True, capture_output=True, timeout=60, text=True)
    process, url = _serve(env)
    try:
        headers = {"Authorization": f"Bearer {made.stdout.strip()}"}
        job = httpx.post(f"{url}/v1/articles", json={"url": httpserver.url_for("/slow")}, headers=headers).json()["id"]
        _until(lambda: httpx.get(f"{url}/v1/jobs/{job}").json()["state"] == "running")
        with httpx.stream("GET", f"{url}/v1/stream?since=0", timeout=30) as stream:
            lines = stream.iter_lines()
            assert next(lines) == ": connected"
            start = time.monotonic()
            process.terminate()
            rest = list(lines)
        assert {"reason": "shutting_down", "since": 0} in [json.loads(x[6:]) for x in rest if x.startswith("data: ")]
        assert process.wait(timeout=20) in (0, -15)
        assert time.monotonic() - start < 12  # what the contract promises
    finally:
        process.kill()
    released.set()
    process, url = _serve(env)
    try:
        with httpx.stream("GET", f"{url}/v1/stream", headers={"Last-Event-ID": "0"}, timeout=60) as stream:
            data = next(line for line in stream.iter_lines() if line.startswith("data: "))
        assert json.loads(data[6:])["kind"] == "created"
        _until(lambda: httpx.get(f"{url}/v1/jobs/{job}").json()["state"] == "succeeded")
    finally:
        process.terminate()
        process.wait(timeout=20)
