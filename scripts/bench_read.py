"""Measured on a served database: the walk through a list under writers, exports, the live stream with many clients."""

import asyncio
import json
import statistics
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
from sqlalchemy import Engine

from app.core.clock import utcnow
from app.core.db import read_session, write_session
from app.domain.vocabulary import ChangeKind, ResourceKind
from app.models import Article
from app.store import changes
from scripts.bench_fill import Copies, write
from scripts.served import Served


def walk(served: Served, engine: Engine, reports: int) -> str:
    """From the first page to the last while another process inserts reports all over the list."""
    with read_session(engine) as session:
        copies, before = Copies(session, seed=2), _ids(session)
    stop, inserted = threading.Event(), [0]

    def insert() -> None:
        while not stop.is_set():
            with write_session(engine) as session:
                write(session, copies.article(5))
            inserted[0] += 5
            stop.wait(0.02)

    writer = threading.Thread(target=insert)
    writer.start()
    start = time.monotonic()
    seen = list(_pages(served.url))
    took = time.monotonic() - start
    stop.set()
    writer.join()
    missing, twice = len(before - set(seen)), len(seen) - len(set(seen))
    return (
        f"{len(before):,} reports in pages of 200 while {inserted[0]:,} were inserted: {missing} missing, {twice} twice; "
        f"{took:.0f} s, {len(seen) / took:,.0f} reports/s"
    )


def _ids(session) -> set[str]:  # type: ignore[no-untyped-def]
    from sqlalchemy import select

    from app.models import AttackReport

    return {str(one) for one in session.execute(select(AttackReport.id).where(AttackReport.current)).scalars()}


def _pages(url: str) -> Iterator[str]:
    cursor: str | None = None
    with httpx.Client(timeout=60) as client:
        while True:
            given = {"limit": "200"} | ({"cursor": cursor} if cursor else {})
            page = client.get(f"{url}/v1/attack-reports", params=given).raise_for_status().json()
            yield from (item["id"] for item in page["items"])
            cursor = page["next"]
            if cursor is None:
                return


def export(served: Served, format: str) -> str:
    """The whole list as one file over HTTP; the memory is the peak of the serving process, and what it was before."""
    before, rows, size, last = served.memory_mb(), 0, 0, b""
    end = b"\r\n" if format == "csv" else b"\n"
    start = time.monotonic()
    with httpx.stream("GET", f"{served.url}/v1/attack-reports.{format}", timeout=120) as answer:
        answer.raise_for_status()
        for piece in answer.iter_bytes():
            size += len(piece)
            rows += (last + piece).count(end)
            last = piece[-1:] if len(end) == 2 else b""  # a line may end where a piece does
    took = time.monotonic() - start
    return (
        f"{rows - (format == 'csv'):,} reports, {size / 1e6:,.0f} MB in {took:.0f} s, {rows / took:,.0f} rows/s; "
        f"the server at its peak {served.memory_mb('VmHWM'):.0f} MB ({before:.0f} before)"
    )


def stream(served: Served, engine: Engine, clients: int, events: int) -> str:
    """Commits, one every 50 ms, and when each of the clients has each of them."""
    return asyncio.run(_stream(served, engine, clients, events))


async def _stream(served: Served, engine: Engine, clients: int, events: int) -> str:
    committed: dict[int, float] = {}
    ready, waits, counts = asyncio.Semaphore(0), list[float](), list[int]()

    async def listen() -> None:
        count = 0
        async for seq, at in _events(served.url, ready):
            count += 1
            waits.append(at - committed.get(seq, at))
            if count == events:
                break
        counts.append(count)

    listeners = [asyncio.create_task(listen()) for _ in range(clients)]
    for _ in range(clients):
        await asyncio.wait_for(ready.acquire(), 60)
    for _ in range(events):
        seq = await asyncio.to_thread(_change, engine)
        committed[seq] = time.monotonic()
        await asyncio.sleep(0.05)
    await asyncio.wait(listeners, timeout=60)
    for one in listeners:
        one.cancel()
    told = sum(counts)
    return (
        f"{clients} clients, {events} changes: {told:,} of {clients * events:,} events arrived; after the commit median "
        f"{statistics.median(waits) * 1000:.0f} ms, 99 % {sorted(waits)[int(len(waits) * 0.99)] * 1000:.0f} ms; "
        f"server {served.memory_mb():.0f} MB"
    )


async def _events(url: str, ready: asyncio.Semaphore):  # type: ignore[no-untyped-def]
    """(seq, time of arrival) of each event, over a bare socket: the client must cost nothing."""
    place = urlsplit(url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    writer.write(f"GET /v1/stream HTTP/1.1\r\nHost: {place.netloc}\r\nAccept: text/event-stream\r\n\r\n".encode())
    try:
        while line := await reader.readline():
            if line.startswith(b": connected"):
                ready.release()
            if line.startswith(b"data: "):
                yield json.loads(line[6:])["seq"], time.monotonic()
    finally:
        writer.close()


def _change(engine: Engine) -> int:
    """A revision of some article, as far as the stream is concerned."""
    from sqlalchemy import select

    with write_session(engine) as session:
        article = session.execute(select(Article.id).limit(1)).scalar_one()
        changes.record(session, ChangeKind.REVISED, ResourceKind.ARTICLE, article, utcnow())
        session.flush()
        return changes.latest(session)
