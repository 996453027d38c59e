"""Long texts that a request has no time for: kept in a job, read in their turn, told when they cannot be read at all."""

import time
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from app.core.db import read_session
from app.core.errors import BudgetExceeded
from app.core.pool import ChildTimeout
from app.models import Job
from app.services.posted import LONG_WORDS, Posted
from tests.api.conftest import WAVE, Served, StandIn, serve
from tests.api.test_status import check_problem

LONG = WAVE + "\n" + "The night went on and nothing else was reported from the port. " * 420
POSTED = {"text": LONG, "url": "https://a.example/long", "title": "A long night", "published_at": "2025-03-03"}
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=50)
moments = st.datetimes(timezones=st.just(UTC))


@given(st.builds(Posted, words, words, st.none() | words, st.none() | words, st.none() | moments))
def test_a_payload_goes_round(posted: Posted) -> None:
    assert Posted.of(posted.payload) == posted


class Slow(StandIn):
    """Has no time for a request; in a job it has, unless it is too slow even for that."""

    def __init__(self, *, never: bool = False) -> None:
        self.never = never

    async def read_and_extract(self, page: Any, *, timeout_s: float | None = None, **known: Any) -> Any:
        if timeout_s is None:
            raise BudgetExceeded("Every extraction process is busy.")
        if self.never:
            raise ChildTimeout
        return await super().read_and_extract(page, **known)


@pytest.fixture
def slow(served: Served) -> Served:
    served.client.app.state.runtime.extraction = Slow()  # type: ignore[attr-defined]
    return served


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": LONG}, 202),
        ({"html": f"<p>{LONG}</p>"}, 202),
        ({"text": "word " * LONG_WORDS}, 503),  # not more than 5,000: the client may send it again
        ({"text": "word " * (LONG_WORDS + 1)}, 202),
    ],
)
def test_a_long_text_becomes_a_job(slow: Served, body: dict[str, str], status: int) -> None:
    response = slow.post(body)
    assert response.status_code == status
    if status == 503:
        assert (check_problem(response, 503)["detail"], int(response.headers["retry-after"]) > 0) == (
            "Every extraction process is busy.",
            True,
        )
        return
    job = slow.client.get(response.headers["location"]).json()
    assert (job["id"], job["kind"], job["state"]) == (response.json()["id"], "ingest_text", "queued")
    assert slow.post(body).json()["id"] == job["id"]  # sent again while it waits
    assert slow.post(body | {"title": "Another"}).json()["id"] != job["id"]


def test_extract_says_that_there_was_no_time(slow: Served) -> None:
    response = slow.client.post("/v1/extract", json={"text": LONG})
    assert check_problem(response, 503)["detail"] and response.headers["retry-after"]


def finished(client: TestClient, location: str, *, seconds: float = 90) -> dict[str, Any]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        job: dict[str, Any] = client.get(location).json()
        if job["state"] not in ("queued", "running"):
            return job
        time.sleep(0.1)
    raise AssertionError(f"not finished: {job}")


@pytest.mark.parametrize("never", [False, True])
def test_the_job_reads_it(tmp_path: Path, never: bool) -> None:
    for served in serve(tmp_path, ingest_enabled=True, sweep_interval_s=0.1):
        runtime = served.client.app.state.runtime  # type: ignore[attr-defined]
        runtime.extraction = runtime.queue._extraction = Slow(never=never)
        job = finished(served.client, served.post(POSTED).headers["location"])
        with read_session(runtime.engine) as session:
            payload = session.exec(select(Job.payload)).one()
        if never:  # told in a sentence, and the text is still there for a retry
            assert (job["state"], "SITREP_EXTRACT_JOB_TIMEOUT_S" in job["last_error"]) == ("failed", True)
            assert payload["text"] == LONG
            return
        assert (job["state"], job["last_error"], payload) == ("succeeded", None, {})
        article = served.client.get(f"/v1/articles/{job['article_id']}?include=quotes").json()
        assert (article["url"], article["title"], article["published_at"][:10]) == (
            POSTED["url"],
            POSTED["title"],
            POSTED["published_at"],
        )
        assert len(article["quotes"]) == 1


def test_with_the_real_extractor(tmp_path: Path) -> None:
    """A request that has next to no time."""
    for served in serve(tmp_path, ingest_enabled=True, sweep_interval_s=0.1, extract_timeout_s=0.05):
        from app.services.extraction import ExtractionService

        served.client.app.state.runtime.extraction = ExtractionService(served.settings)  # type: ignore[attr-defined]
        job = finished(served.client, served.post(POSTED).headers["location"])
        assert (job["state"], job["attempts"]) == ("succeeded", 1)
        reports = served.client.get(f"/v1/attack-reports?article={job['article_id']}").json()["items"]
        assert {figure["low"] for figure in reports[0]["figures"]} >= {14}
