"""Writing: idempotency, withdrawing, superseding, merging, jobs; and the settings that close or limit the API."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.core.clock import utcnow
from app.core.db import write_session
from app.core.errors import BudgetExceeded
from app.core.ids import parse_id
from app.core.settings import Settings
from app.domain.vocabulary import JobState
from app.main import create_app
from app.models import Article, Entity, IdempotencyKey
from app.store import jobs
from tests.api.conftest import POSTS, Served, serve


def engine(served: Served) -> Any:
    return served.client.app.state.runtime.engine  # type: ignore[attr-defined]


def test_idempotency_key(served: Served) -> None:
    first = served.post(POSTS[0], **{"Idempotency-Key": "one"})
    again = served.post(POSTS[0], **{"Idempotency-Key": "one"})
    assert (first.status_code, again.status_code) == (201, 201)  # without the key it would be 200
    assert again.json() == first.json()
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotency-replayed"] == "true"
    assert served.post(POSTS[1], **{"Idempotency-Key": "one"}).status_code == 422
    assert served.post(POSTS[1], **{"Idempotency-Key": "two"}).status_code == 201


def test_idempotency_key_in_flight(served: Served) -> None:
    served.post(POSTS[0], **{"Idempotency-Key": "one"})
    with write_session(engine(served)) as session:
        for row in session.query(IdempotencyKey):
            row.status = None
    assert served.post(POSTS[0], **{"Idempotency-Key": "one"}).status_code == 409


def test_a_failed_request_frees_its_key(served: Served) -> None:
    assert served.post({"url": "http://127.0.0.1/"}, **{"Idempotency-Key": "one"}).status_code == 422
    assert served.post(POSTS[0], **{"Idempotency-Key": "one"}).status_code == 201


def test_withdrawing(served: Served) -> None:
    body = served.post(POSTS[0]).json()
    url = f"/v1/articles/{body['article']['id']}"
    assert served.client.delete(url, headers=served.auth("admin")).status_code == 422  # a reason is needed
    assert served.client.delete(url + "?reason=retracted", headers=served.auth("admin")).status_code == 204
    for gone in (url, f"/v1/quotes/{body['quotes'][0]['id']}", f"/v1/attack-reports/{body['attack_reports'][0]['id']}"):
        response = served.client.get(gone)
        assert response.status_code == 410
        assert response.json()["detail"] == "retracted"
        assert response.json()["type"] == "urn:sitrep:problem:withdrawn"
    for name in ("articles", "quotes", "attack-reports", "entities"):
        assert served.client.get(f"/v1/{name}").json()["items"] == []
    assert served.post(POSTS[0]).status_code == 410  # sent again it stays withdrawn


def test_a_superseded_finding_is_gone(served: Served) -> None:
    old = served.post(POSTS[0]).json()
    served.post(POSTS[2] | {"url": POSTS[0]["url"]})
    for path, found in (("quotes", old["quotes"]), ("attack-reports", old["attack_reports"])):
        response = served.client.get(f"/v1/{path}/{found[0]['id']}")
        assert (response.status_code, response.json()["type"]) == (410, "urn:sitrep:problem:superseded")
    revisions = served.client.get(f"/v1/articles/{old['article']['id']}/revisions").json()["items"]
    assert [one["number"] for one in revisions] == [2, 1]
    first = served.client.get(f"/v1/articles/{old['article']['id']}?revision=1").json()
    assert first["text"] == old["article"]["text"]


def test_a_merged_entity_moves(served: Served) -> None:
    served.post(POSTS[0])
    items = served.client.get("/v1/entities?kind=place").json()["items"]
    with write_session(engine(served)) as session:
        row = session.get(Entity, parse_id(items[0]["id"]))
        assert row is not None
        row.merged_into = parse_id(items[1]["id"])
    for rest in ("", "/mentions"):
        response = served.client.get(f"/v1/entities/{items[0]['id']}{rest}", follow_redirects=False)
        assert (response.status_code, response.headers["location"]) == (301, f"/v1/entities/{items[1]['id']}{rest}")


def test_duplicates_are_listed_only_when_asked_for(served: Served) -> None:
    first = served.post(POSTS[0]).json()["article"]["id"]
    second = served.post(POSTS[1]).json()["article"]["id"]
    with write_session(engine(served)) as session:
        row = session.get(Article, parse_id(second))
        assert row is not None
        row.duplicate_of = parse_id(first)
    assert [one["id"] for one in served.client.get("/v1/articles").json()["items"]] == [first]
    assert len(served.client.get("/v1/articles?include_duplicates=true").json()["items"]) == 2


def test_jobs(served: Served) -> None:
    one = served.post({"url": "https://a.example/1"}).json()["id"]
    two = served.post({"url": "https://a.example/2"}).json()["id"]
    get = served.client.get
    assert [job["id"] for job in get("/v1/jobs").json()["items"]] == [two, one]
    assert [job["id"] for job in get("/v1/jobs?sort=created_at").json()["items"]] == [one, two]
    assert get("/v1/jobs?include=total").json()["total"] == 2
    assert get("/v1/jobs?kind=poll_source").json()["items"] == []
    retry = f"/v1/jobs/{one}/retry"
    assert served.client.post(retry, headers=served.auth("write")).status_code == 409  # it still waits
    with write_session(engine(served)) as session:
        jobs.finish(session, parse_id(one), JobState.FAILED, now=utcnow(), error="The site did not answer in time")
    assert [job["id"] for job in get("/v1/jobs?state=failed").json()["items"]] == [one]
    response = served.client.post(retry, headers=served.auth("write"))
    assert (response.status_code, response.json()["state"]) == (202, "queued")


def test_closed_reads(tmp_path: Path) -> None:
    for served in serve(tmp_path, public_reads=False):
        assert served.client.get("/v1/quotes").status_code == 401
        response = served.client.get("/v1/quotes", headers=served.auth("read"))
        assert response.status_code == 200
        assert response.headers["cache-control"].startswith("private")
        assert served.client.post("/v1/extract", json={"text": "x"}).status_code == 401
        assert served.client.get("/healthz").status_code == 200


def test_excerpts_in_place_of_texts(tmp_path: Path) -> None:
    for served in serve(tmp_path, public_text=False):
        article = served.post(POSTS[0]).json()["article"]
        shown = served.client.get(f"/v1/articles/{article['id']}").json()
        assert shown["text"] is None
        assert any("14 drones" in one["text"] for one in shown["excerpts"])


def test_rate_limit(tmp_path: Path) -> None:
    for served in serve(tmp_path, rate_limit="3/minute", trusted_proxies="10.0.0.0/8"):
        answers = [served.client.get("/v1/quotes") for _ in range(4)]
        assert [one.status_code for one in answers] == [200, 200, 200, 429]
        assert answers[0].headers["ratelimit"].startswith('"default";r=2;')
        assert int(answers[3].headers["retry-after"]) >= 1
        assert answers[3].headers["content-type"] == "application/problem+json"
        assert served.client.get("/healthz").status_code == 200
        spoofed = {"X-Forwarded-For": "203.0.113.9"}  # the peer is no trusted proxy
        refused = served.client.get("/v1/quotes", headers=spoofed)
        assert (refused.status_code, refused.json()["instance"]) == (429, "/v1/quotes")


def test_cors(tmp_path: Path) -> None:
    for served in serve(tmp_path, cors_origins="https://map.example"):
        asked = {"Origin": "https://map.example"}
        assert served.client.get("/v1/quotes", headers=asked).headers["access-control-allow-origin"] == asked["Origin"]
        other = served.client.get("/v1/quotes", headers={"Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in other.headers


def test_not_migrated(tmp_path: Path) -> None:
    app = create_app(Settings(database_url=f"sqlite:///{tmp_path}/none.db", ingest_enabled=False))
    with TestClient(app) as client:
        for path in ("/v1/quotes", "/v1/articles"):
            response = client.get(path)
            assert (response.status_code, response.json()["type"]) == (503, "urn:sitrep:problem:not-migrated")
            assert "retry-after" in response.headers
        assert client.get("/readyz").status_code == 503
        assert client.get("/healthz").status_code == 200


def test_shutting_down_and_spent_budget(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = served.client.app.state.runtime  # type: ignore[attr-defined]

    async def slow(*_: object, **__: object) -> None:
        raise BudgetExceeded

    monkeypatch.setattr(runtime.extraction, "read_and_extract", slow, raising=False)
    assert served.client.post("/v1/extract", json={"text": "a b"}).status_code == 503
    served.client.app.state.stopping = True  # type: ignore[attr-defined]
    response = served.client.get("/v1/quotes")
    assert (response.status_code, response.json()["type"]) == (503, "urn:sitrep:problem:shutting-down")


def test_what_nobody_expected_is_a_plain_500(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret words")

    monkeypatch.setattr("app.store.quotes_read.page", broken)
    response = served.client.get("/v1/quotes")
    assert (response.status_code, response.headers["content-type"]) == (500, "application/problem+json")
    assert "secret" not in response.text
