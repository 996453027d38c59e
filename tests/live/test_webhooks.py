"""Webhooks end to end: a real receiver, real signatures, retries, rotation, the log, and being switched off."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pytest_httpserver import HTTPServer
from sqlalchemy import Engine
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError
from werkzeug import Request, Response

from app.core.clock import utcnow
from app.core.db import write_session
from app.core.errors import FetchRefused, FetchTimeout
from app.core.ids import new_id
from app.domain.vocabulary import ChangeKind, ResourceKind
from app.ingest.fetch import Fetcher
from app.models import Job
from app.store import changes, webhooks
from tests.conftest import free_port
from tests.live.conftest import Live, live

FAST: dict[str, Any] = {
    "ingest_enabled": True,
    "sweep_interval_s": 0.05,
    "job_backoff_s": 0.05,
    "job_attempts": 3,
    "webhook_disable_after": 2,
    "fetch_allow_private": True,
}


class Receiver:
    """Keeps what is posted to /hook, and answers as told: each status once, the last one for ever."""

    def __init__(self, site: HTTPServer) -> None:
        self.got: list[Request] = []
        self.answers = [204]
        self.url = site.url_for("/hook")
        site.expect_request("/hook", method="POST").respond_with_handler(self._take)

    def _take(self, request: Request) -> Response:
        self.got.append(request)
        return Response(status=self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])

    def messages(self) -> list[dict[str, Any]]:
        return [json.loads(one.data) for one in self.got]


@pytest.fixture
def receiver(httpserver: HTTPServer) -> Receiver:
    return Receiver(httpserver)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Live]:
    with live(f"sqlite:///{tmp_path}/hooks.db", **FAST) as running:
        yield running


def until(done: Callable[[], Any], seconds: float = 20) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := done():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


def ask(server: Live, method: str, path: str = "", body: Any = None) -> httpx.Response:
    return httpx.request(method, f"{server.url}/v1/webhooks{path}", json=body, headers=server.auth("admin"))


def create(server: Live, **body: Any) -> dict[str, Any]:
    answer = ask(server, "POST", body=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def log(server: Live, hook: dict[str, Any], query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask(server, "GET", f"/{hook['id']}/deliveries{query}").json()["items"]
    return found


def test_changes_arrive_signed_and_once(server: Live, receiver: Receiver) -> None:
    hook = create(server, url=receiver.url)
    server.fill()
    until(lambda: len(receiver.got) == 3)
    for request in receiver.got:
        Verifier(hook["secret"]).verify(request.data, dict(request.headers))
        with pytest.raises(WebhookVerificationError):
            Verifier(hook["secret"]).verify(request.data + b" ", dict(request.headers))
    assert {(m["type"], m["data"]["seq"]) for m in receiver.messages()} == {("article.created", n) for n in (1, 2, 3)}
    article = httpx.get(f"{server.url}/v1/articles/{receiver.messages()[0]['data']['id']}")
    assert article.status_code == 200
    until(lambda: [d["state"] for d in log(server, hook)] == ["delivered"] * 3)
    assert [d["id"] for d in log(server, hook, "?sort=created_at")] == [d["id"] for d in log(server, hook)][::-1]
    assert "total" in ask(server, "GET", f"/{hook['id']}/deliveries?include=total&limit=1").json()
    assert {d["response_status"] for d in log(server, hook)} == {204}
    assert len({r.headers["webhook-id"] for r in receiver.got}) == 3
    shown = ask(server, "GET", f"/{hook['id']}").json()
    assert "secret" not in shown
    assert shown["last_seq"] == 3


def test_a_failure_is_tried_again_under_the_same_id(server: Live, receiver: Receiver) -> None:
    receiver.answers = [500, 429, 200]
    hook = create(server, url=receiver.url)
    assert ask(server, "POST", f"/{hook['id']}/test").status_code == 202
    done = until(lambda: [d for d in log(server, hook) if d["state"] == "delivered"])
    assert (done[0]["type"], done[0]["attempts"], done[0]["response_status"]) == ("webhook.test", 3, 200)
    assert len({r.headers["webhook-id"] for r in receiver.got}) == 1
    assert len({r.data for r in receiver.got}) == 1
    job = httpx.get(f"{server.url}/v1/jobs/{done[0]['job_id']}").json()
    assert (job["kind"], job["state"], job["attempts"]) == ("webhook", "succeeded", 3)


def test_switched_off_with_a_reason_and_on_again_without_a_loss(server: Live, receiver: Receiver) -> None:
    receiver.answers = [500]
    hook = create(server, url=receiver.url)
    server.fill()
    off = until(lambda: (h := ask(server, "GET", f"/{hook['id']}").json()) and not h["enabled"] and h)
    assert "2 deliveries in a row failed" in off["disabled_reason"]
    assert "500" in off["disabled_reason"]
    until(lambda: len(log(server, hook, "?state=failed")) == 3)
    server.post({"text": "Nothing burned on this day either.", "published_at": "2025-03-04"})
    receiver.got.clear()
    receiver.answers = [200]
    on = ask(server, "PATCH", f"/{hook['id']}", {"enabled": True}).json()
    assert (on["enabled"], on["disabled_reason"], on["failure_count"]) == (True, None, 0)
    until(lambda: {m["data"]["seq"] for m in receiver.messages()} == {1, 2, 3, 4})


def test_410_switches_off_at_once(server: Live, receiver: Receiver) -> None:
    receiver.answers = [410]
    hook = create(server, url=receiver.url)
    server.fill()
    off = until(lambda: (h := ask(server, "GET", f"/{hook['id']}").json()) and not h["enabled"] and h)
    assert "410" in off["disabled_reason"]


def test_redirects_are_failures(server: Live, receiver: Receiver) -> None:
    receiver.answers = [302]
    hook = create(server, url=receiver.url)
    ask(server, "POST", f"/{hook['id']}/test")
    failed = until(lambda: log(server, hook, "?state=failed"))
    assert failed[0]["response_status"] == 302


def test_rotation_overlaps(server: Live, receiver: Receiver) -> None:
    hook = create(server, url=receiver.url)
    rotated = ask(server, "POST", f"/{hook['id']}/secret").json()
    assert rotated["secret"] != hook["secret"]
    assert rotated["old_secret_until"]
    ask(server, "POST", f"/{hook['id']}/test")
    until(lambda: receiver.got)
    for secret in (hook["secret"], rotated["secret"]):
        Verifier(secret).verify(receiver.got[0].data, dict(receiver.got[0].headers))


def test_only_what_is_wanted(server: Live, receiver: Receiver) -> None:
    server.fill()
    create(server, url=receiver.url, kinds=["withdrawn"], resources=["article"], since=0)
    victim = httpx.get(f"{server.url}/v1/articles").json()["items"][0]["id"]
    gone = httpx.delete(f"{server.url}/v1/articles/{victim}?reason=error", headers=server.auth("admin"))
    assert gone.status_code == 204
    until(lambda: receiver.got)
    assert [(m["type"], m["data"]["id"]) for m in receiver.messages()] == [("article.withdrawn", victim)]


BODIES: list[tuple[Any, int]] = [
    ({}, 422),
    ({"url": "ftp://a.example/x"}, 422),
    ({"url": "https://a.example/x", "kinds": []}, 422),
    ({"url": "https://a.example/x", "kinds": ["sung"]}, 422),
    ({"url": "https://a.example/x", "since": -1}, 422),
    ({"url": "https://a.example/x", "since": False}, 422),  # Python takes it for 0
    ({"url": "https://a.example/x", "secret": "mine"}, 422),
    ({"url": "https://user:pw@a.example/x"}, 422),
]


def test_refusals_and_crud(server: Live) -> None:
    for body, status in BODIES:
        answer = ask(server, "POST", body=body)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), body
    hook = create(server, url="https://receiver.example/x", description="The map")
    create(server, url="https://receiver.example/y")
    assert len(ask(server, "GET", "?limit=1").json()["items"]) == 1
    assert next(h["id"] for h in ask(server, "GET", "?sort=created_at").json()["items"]) == hook["id"]
    changed = ask(server, "PATCH", f"/{hook['id']}", {"enabled": False, "kinds": ["revised"]}).json()
    assert (changed["enabled"], changed["kinds"], changed["description"]) == (False, ["revised"], "The map")
    assert [h["id"] for h in ask(server, "GET", "?enabled=false").json()["items"]] == [hook["id"]]
    assert ask(server, "GET", "?include=total").json()["total"] == 2
    assert ask(server, "PATCH", f"/{hook['id']}", {}).status_code == 422
    assert ask(server, "PATCH", f"/{hook['id']}", {"url": None}).status_code == 422
    assert ask(server, "DELETE", f"/{hook['id']}").status_code == 204
    for path in ("", "/deliveries"):
        assert ask(server, "GET", f"/{hook['id']}{path}").status_code == 404


def test_private_addresses_are_refused(tmp_path: Path) -> None:
    with live(f"sqlite:///{tmp_path}/guarded.db") as server:
        for url in ("http://127.0.0.1/x", "http://[::1]/x", "http://169.254.169.254/latest", "http://0x7f.1/"):
            assert ask(server, "POST", body={"url": url}).status_code == 422, url


def test_a_name_that_resolves_to_a_private_address_is_refused() -> None:
    async def scenario() -> None:
        fetcher = Fetcher(allow_private=False, timeout_s=5, user_agent="sitrep tests")
        try:
            with pytest.raises(FetchRefused):
                await fetcher.post(f"http://localhost:{free_port()}/x", body=b"{}", headers={})
        finally:
            await fetcher.close()

    asyncio.run(scenario())


def test_a_receiver_that_hangs_is_left(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hang").respond_with_handler(lambda _: (time.sleep(1.5), Response())[1])

    async def scenario() -> None:
        fetcher = Fetcher(allow_private=True, timeout_s=0.2, user_agent="sitrep tests")
        try:
            with pytest.raises(FetchTimeout):
                await fetcher.post(httpserver.url_for("/hang"), body=b"{}", headers={})
        finally:
            await fetcher.close()

    asyncio.run(scenario())


def fan_out_is_bounded(engine: Engine) -> None:
    with write_session(engine) as session:
        webhooks.create(session, now=utcnow(), since=None, url="https://receiver.example/x")
    for _ in range(3):
        with write_session(engine) as session:
            for _ in range(50):
                changes.record(session, ChangeKind.CREATED, ResourceKind.ARTICLE, new_id(), utcnow())
    made = []
    for _ in range(3):
        with write_session(engine) as session:
            made.append(webhooks.fan_out(session, utcnow()))
    assert made == [100, 50, 0]
    with write_session(engine) as session:
        assert session.query(Job).count() == 150


def test_fan_out_is_bounded(engine: Engine) -> None:
    fan_out_is_bounded(engine)


@pytest.mark.needs("postgres")
def test_fan_out_is_bounded_on_postgres(postgres_engine: Engine) -> None:
    fan_out_is_bounded(postgres_engine)
