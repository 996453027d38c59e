"""A child that crashes, hangs or eats memory costs its own call only."""

import asyncio
import os
import signal
import time

import pytest

from app.core.errors import Unprocessable
from app.core.pool import ChildKilled, ChildTimeout, ProcessPool


def double(number: int) -> int:
    return 2 * number


def die() -> None:
    os._exit(3)


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def hang() -> None:
    while True:
        time.sleep(1)


def hoard() -> int:
    return len(bytearray(4_000_000_000))


def refuse() -> None:
    raise Unprocessable("no")


def whoami() -> int:
    return os.getpid()


async def _after(function, error) -> None:  # type: ignore[no-untyped-def]
    pool = ProcessPool(workers=1, timeout_s=30, memory_mb=600)
    try:
        assert await pool.run(double, 4) == 8
        with pytest.raises(error):
            await pool.run(function, timeout_s=1.5 if function is hang else None)
        assert await pool.run(double, 5) == 10
    finally:
        await pool.close()


@pytest.mark.parametrize(
    ("function", "error"),
    [(die, ChildKilled), (crash, ChildKilled), (hang, ChildTimeout), (hoard, ChildKilled), (refuse, Unprocessable)],
)
def test_the_next_call_is_served(function, error) -> None:  # type: ignore[no-untyped-def]
    asyncio.run(_after(function, error))


def test_children_are_recycled_and_closed() -> None:
    async def run() -> list[int]:
        pool = ProcessPool(workers=1, recycle_after=1)
        pids = [await pool.run(whoami), await pool.run(whoami)]
        await pool.close()
        return pids

    first, second = asyncio.run(run())
    assert first != second != os.getpid()
    with pytest.raises(ProcessLookupError):
        os.kill(second, 0)
