"""Two workers on one PostgreSQL: one is killed in the middle of a job, the other finishes it."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from sqlalchemy import Engine
from sqlmodel import select
from werkzeug import Request, Response

from app.core.clock import utcnow
from app.core.db import read_session, write_session
from app.domain.vocabulary import JobKind
from app.models import Article, Job
from app.store import jobs
from tests.e2e.test_background import PAGE


def worker(url: str) -> subprocess.Popen[str]:
    own = {k: v for k, v in os.environ.items() if not k.startswith("SITREP_")}
    env = own | {
        "SITREP_DATABASE_URL": url,
        "SITREP_QUEUE_URL": url,
        "SITREP_QUEUE_LEASE_S": "2",
        "SITREP_SWEEP_INTERVAL_S": "0.2",
        "SITREP_FETCH_ALLOW_PRIVATE": "true",
        "SITREP_FETCH_ROBOTS": "false",
        "SITREP_LOG_LEVEL": "warning",
    }
    process = subprocess.Popen([sys.executable, "-m", "app.cli", "worker"], env=env, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "Sitrep works on jobs\n"
    return process


@pytest.mark.needs("postgres")
@pytest.mark.xdist_group("postgres")
def test_another_one_finishes_it(postgres_engine: Engine, postgres_url: str, httpserver: HTTPServer) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def page(_request: Request) -> Response:
        """The first one who asks waits until he is dead."""
        if not asked.is_set():
            asked.set()
            go_on.wait(30)
        return Response(PAGE % {"title": "late"}, content_type="text/html")

    httpserver.expect_request("/late").respond_with_handler(page)
    url = httpserver.url_for("/late")
    with write_session(postgres_engine) as session:
        jobs.enqueue(session, JobKind.INGEST_URL, url=url, dedupe_key=url, now=utcnow())
    first = worker(postgres_url)
    second = None
    try:
        assert asked.wait(30)
        second = worker(postgres_url)
        first.kill()
        first.wait()
        go_on.set()
        job = finished(postgres_engine)
    finally:
        go_on.set()
        for process in (first, second):
            if process is not None:
                process.terminate()
                process.communicate(timeout=20)
    assert (job.state, job.attempts, job.last_error) == ("succeeded", 2, None)
    with read_session(postgres_engine) as session:
        assert [a.url for a in session.exec(select(Article))] == [url]


def finished(engine: Engine) -> Job:
    end = time.monotonic() + 90
    while time.monotonic() < end:
        with read_session(engine) as session:
            job = session.exec(select(Job)).one()
        if job.state not in jobs.OPEN:
            return job
        time.sleep(0.2)
    raise AssertionError("nobody finished it")


def test_a_shared_queue_beside_sqlite_is_refused(tmp_path: Path) -> None:
    env = {k: v for k, v in os.environ.items() if not k.startswith("SITREP_")} | {
        "SITREP_DATABASE_URL": f"sqlite:///{tmp_path}/a.db",
        "SITREP_QUEUE_URL": "postgresql://localhost/a",
    }
    for verb in ("serve", "worker"):
        done = subprocess.run(
            [sys.executable, "-m", "app.cli", verb], env=env, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 1
        assert done.stderr.startswith("sitrep: SITREP_QUEUE_URL: a queue on PostgreSQL needs SITREP_DATABASE_URL")
