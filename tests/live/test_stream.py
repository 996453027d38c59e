"""/v1/stream: replay and live without a gap, limits, slow clients, several processes, the end."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from app.api.stream import Patience
from app.core.clock import utcnow
from app.core.db import write_session
from app.core.errors import Busy
from app.core.ids import new_id
from app.domain.vocabulary import ChangeKind, ResourceKind
from app.main import stop_soon
from app.services.stream import ChangeSeen, Ended, Stream
from app.store import changes
from tests.api.conftest import POSTS
from tests.live.conftest import Live, live


@contextmanager
def listening(url: str, query: str = "", **headers: str) -> Iterator[Iterator[dict[str, str]]]:
    """The events of a stream as fields; the first one (the place where it begins) has been read."""
    with httpx.stream("GET", f"{url}/v1/stream{query}", headers=headers, timeout=10) as response:
        assert response.status_code == 200, response.read()
        assert response.headers["content-type"].startswith("text/event-stream")
        events = parse(response.iter_lines())
        assert next(events)["retry"] == "2000"
        yield events


def parse(lines: Iterator[str]) -> Iterator[dict[str, str]]:
    fields: dict[str, str] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif fields:
            yield fields
            fields = {}


def seqs(events: Iterator[dict[str, str]], count: int) -> list[int]:
    return [int(next(events)["id"]) for _ in range(count)]


def record(engine: Engine, count: int) -> None:
    for _ in range(count):
        with write_session(engine) as session:
            changes.record(session, ChangeKind.CREATED, ResourceKind.ARTICLE, new_id(), utcnow())


def test_live_and_resumed(server: Live) -> None:
    with listening(server.url) as events:
        server.fill()
        first = next(events)
        assert json.loads(first["data"]).items() >= {"seq": 1, "kind": "created", "resource": "article"}.items()
        assert seqs(events, 2) == [2, 3]
    with listening(server.url, **{"Last-Event-ID": "1"}) as events:
        assert seqs(events, 2) == [2, 3]
        server.post(POSTS[0] | {"text": POSTS[0]["text"] + "\nMore came at dawn."})
        assert json.loads(next(events)["data"])["kind"] == "revised"


def test_parameters_change_the_answer(server: Live) -> None:
    server.fill()
    server.post(POSTS[0] | {"text": POSTS[0]["text"] + "\nMore came at dawn."})
    for query, expected in (("?since=2", 3), ("?since=0&kind=revised", 4), ("?since=0&resource=article", 1)):
        with listening(server.url, query) as events:
            assert seqs(events, 1) == [expected]
    with listening(server.url, "?since=0", **{"Last-Event-ID": "2"}) as events:
        assert seqs(events, 1) == [3]  # a reconnecting browser keeps its first address: the header wins


@pytest.mark.parametrize(
    ("method", "query", "headers", "status"),
    [
        ("GET", "?since=-1", {}, 422),
        ("GET", "?nonsense=1", {}, 422),
        ("GET", "", {"Last-Event-ID": "abc"}, 422),
        ("HEAD", "", {}, 405),
        ("POST", "", {}, 405),
    ],
)
def test_refusals(filled_server: Live, method: str, query: str, headers: dict[str, str], status: int) -> None:
    answer = httpx.request(method, f"{filled_server.url}/v1/stream{query}", headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_places_are_bounded_and_given_back(tmp_path: Path) -> None:
    with live(f"sqlite:///{tmp_path}/few.db", stream_clients=2) as server:
        with listening(server.url), listening(server.url):
            full = httpx.get(f"{server.url}/v1/stream")
            assert (full.status_code, full.json()["type"]) == (503, "urn:sitrep:problem:busy")
            assert full.headers["retry-after"]
            assert httpx.get(f"{server.url}/v1/quotes").status_code == 200
        for _ in range(100):  # the server notices a closed socket a moment later
            answer = httpx.Client().send(httpx.Request("GET", f"{server.url}/v1/stream?since=0"), stream=True)
            answer.close()
            if answer.status_code == 200:
                break
        assert answer.status_code == 200


def test_pings(server: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    import fastapi.routing

    assert fastapi.routing._PING_INTERVAL == 15.0  # what docs/api.md promises
    monkeypatch.setattr(fastapi.routing, "_PING_INTERVAL", 0.05)
    with httpx.stream("GET", f"{server.url}/v1/stream") as response:
        lines = response.iter_lines()
        assert any(line == ": ping" for line, _ in zip(lines, range(10), strict=False))


def test_it_ends_with_the_server(server: Live) -> None:
    server.fill()
    with listening(server.url, "?since=2") as events:
        assert seqs(events, 1) == [3]
        stop_soon(server.app)
        last = next(events)
        assert (last["event"], json.loads(last["data"])) == ("end", {"reason": "shutting_down", "since": 3})
        assert list(events) == []


def test_a_slow_client_is_cut_off_and_resumes(engine: Engine) -> None:
    async def scenario() -> list[Any]:
        stream = Stream(engine, clients=1, queue=5, poll_s=0.01)
        listener = await stream.open()
        with pytest.raises(Busy):
            await stream.open()
        following = stream.follow(listener, 0)
        first = asyncio.ensure_future(anext(following))
        await asyncio.sleep(0.05)  # the past is empty: it waits for what comes
        record(engine, 1)
        heard = [await first]
        record(engine, 8)  # nobody reads them
        while not listener.ended:
            await asyncio.sleep(0.01)
        heard += [one async for one in following]
        stream.close(listener)
        listener = await stream.open()
        again = stream.follow(listener, heard[-1].since)
        heard += [await anext(again) for _ in range(8)]
        stream.stop()
        return [*heard, await anext(again)]

    heard = asyncio.run(scenario())
    assert heard[1] == Ended("too_slow", 1)
    assert [one.seq for one in heard if isinstance(one, ChangeSeen)] == list(range(1, 10))
    assert heard[-1] == Ended("shutting_down", 9)


def test_a_long_past_is_replayed_although_the_queue_is_short(engine: Engine) -> None:
    async def scenario() -> list[int]:
        stream = Stream(engine, clients=1, queue=2, poll_s=0.005)
        record(engine, 20)
        listener = await stream.open()
        heard = []
        async for one in stream.follow(listener, 0):
            assert isinstance(one, ChangeSeen)
            heard.append(one.seq)
            if one.seq <= 15:  # more is written while the past is read, and the queue overflows
                record(engine, 1)
                await asyncio.sleep(0.02)
            if one.seq == 35:
                stream.stop()
                break
        stream.close(listener)
        return heard

    assert asyncio.run(scenario()) == list(range(1, 36))


def test_a_client_that_takes_nothing_loses_its_place() -> None:
    gone = False

    async def endless(scope: Any, receive: Any, send: Any) -> None:
        nonlocal gone
        try:
            while True:
                await send({"type": "http.response.body", "body": b"x", "more_body": True})
        finally:
            gone = True

    async def stuck(message: Any) -> None:
        await asyncio.Event().wait()

    layer = Patience(endless, stall_s=0.05)
    asyncio.run(layer({"type": "http", "path": "/v1/stream"}, stuck, stuck))  # type: ignore[arg-type]
    assert gone


@pytest.mark.needs("postgres")
def test_two_processes_share_a_database(postgres_url: str) -> None:
    with live(postgres_url) as one, live(postgres_url) as other, listening(other.url) as events:
        one.fill()
        assert seqs(events, 3) == [1, 2, 3]
