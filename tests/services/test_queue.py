"""What any adapter of the queue does, in memory and on PostgreSQL: each id once, none twice at a time, none lost to an error."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from uuid import UUID

import psycopg
import pytest

from app.core.errors import SitrepError
from app.core.ids import new_id
from app.core.settings import Settings
from app.services.queue import Handler, PgQueue
from app.store.lanes import Lane


@pytest.fixture(
    params=[
        "memory",
        pytest.param("postgresql", marks=[pytest.mark.needs("postgres"), pytest.mark.xdist_group("postgres")]),
    ]
)
def queue_settings(request: pytest.FixtureRequest) -> Settings:
    if request.param == "memory":
        return Settings()
    url = request.getfixturevalue("postgres_url")
    return Settings(database_url=url, queue_url=url, queue_lease_s=1)


def with_queue(settings: Settings, handler: Handler, work: Callable[[PgQueue], Awaitable[None]]) -> None:
    async def run() -> None:
        queue = PgQueue(settings)
        await queue.start(handler)
        try:
            await work(queue)
        finally:
            await queue.stop(5)

    asyncio.run(run())


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not done():
            await asyncio.sleep(0.02)


def test_each_once_and_again_when_done(queue_settings: Settings) -> None:
    seen: list[UUID] = []
    ids = [new_id() for _ in range(30)]

    async def handler(one: UUID) -> None:
        seen.append(one)

    async def work(queue: PgQueue) -> None:
        assert await queue.offer(ids) == 30
        await until(lambda: len(seen) == 30)
        assert sorted(seen) == sorted(ids)
        while await queue.offer(ids[:1]) == 0:
            await asyncio.sleep(0.05)
        await until(lambda: len(seen) == 31)
        await queue.tidy()

    with_queue(queue_settings, handler, work)


def test_one_that_is_worked_on_is_not_taken_twice(queue_settings: Settings) -> None:
    """Also when it takes longer than the lease: the heartbeat goes on."""
    seen: list[UUID] = []
    gate = asyncio.Event()
    one = new_id()

    async def handler(given: UUID) -> None:
        seen.append(given)
        await gate.wait()

    async def work(queue: PgQueue) -> None:
        assert await queue.offer([one]) == 1
        await until(lambda: bool(seen))
        assert await queue.offer([one]) == 0
        await asyncio.sleep(queue_settings.queue_lease_s * 2 if queue_settings.queue_url else 0.1)
        gate.set()

    with_queue(queue_settings, handler, work)
    assert seen == [one]


def test_an_error_in_a_handler_stops_nobody(queue_settings: Settings) -> None:
    seen: list[UUID] = []
    ids = [new_id() for _ in range(6)]

    async def handler(one: UUID) -> None:
        seen.append(one)
        if one in ids[:3]:
            raise KeyError("a defect")

    async def work(queue: PgQueue) -> None:
        await queue.offer(ids)
        await until(lambda: len(seen) == 6)

    with_queue(queue_settings, handler, work)


def test_not_more_at_once_than_allowed(queue_settings: Settings) -> None:
    running, most, done = 0, 0, 0

    async def handler(_one: UUID) -> None:
        nonlocal running, most, done
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.05)
        running, done = running - 1, done + 1

    async def work(queue: PgQueue) -> None:
        await queue.offer([new_id() for _ in range(12)])
        await until(lambda: done == 12)

    with_queue(queue_settings, handler, work)
    assert 1 < most <= queue_settings.ingest_concurrency


def test_stopping_waits_and_then_cancels(queue_settings: Settings) -> None:
    ends: list[str] = []
    begun = asyncio.Event()

    async def handler(_one: UUID) -> None:
        try:
            begun.set()
            await asyncio.sleep(600)
        except asyncio.CancelledError:
            ends.append("cancelled")
            raise

    async def run() -> None:
        queue = PgQueue(queue_settings)
        await queue.start(handler)
        await queue.offer([new_id()])
        await asyncio.wait_for(begun.wait(), 60)
        await queue.stop(0.1)

    asyncio.run(run())
    assert ends == ["cancelled"]


def test_a_full_lane_holds_up_no_other(queue_settings: Settings) -> None:
    """And what waits in one lane is not taken in another."""
    seen: list[UUID] = []
    gate = asyncio.Event()
    slow, quick = [new_id() for _ in range(queue_settings.ingest_concurrency + 2)], new_id()

    async def handler(one: UUID) -> None:
        seen.append(one)
        if one in slow:
            await gate.wait()

    async def work(queue: PgQueue) -> None:
        assert await queue.offer(slow, Lane.TRIAL) == len(slow)
        await until(lambda: len(seen) == queue_settings.ingest_concurrency)
        assert await queue.offer(slow, Lane.POLL) == 0
        await queue.offer([quick], Lane.POLL)
        await until(lambda: quick in seen)
        gate.set()
        await until(lambda: len(seen) == len(slow) + 1)

    with_queue(queue_settings, handler, work)


@pytest.mark.needs("postgres")
@pytest.mark.xdist_group("postgres")
def test_it_begins_again_when_its_database_was_started_anew(postgres_url: str) -> None:
    """Its connections end; what is offered afterwards is worked on all the same."""
    seen: list[UUID] = []
    ids = [new_id() for _ in range(4)]

    async def handler(one: UUID) -> None:
        seen.append(one)

    async def work(queue: PgQueue) -> None:
        await queue.offer(ids[:1])
        await until(lambda: seen == ids[:1])
        with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as admin:
            others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            assert len(admin.execute(f"SELECT pg_terminate_backend(pid) {others}").fetchall()) == 2
        async with asyncio.timeout(60):
            while len(set(seen)) < 4:
                with contextlib.suppress(SitrepError, psycopg.Error):  # as a sweep does, again and again
                    await queue.offer(ids[1:])
                await asyncio.sleep(0.1)

    with_queue(Settings(database_url=postgres_url, queue_url=postgres_url, queue_lease_s=1), handler, work)
    assert set(seen) == set(ids)  # one whose end could not be told may come twice: its row in jobs knows better
