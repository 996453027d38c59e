"""A child that crashes, hangs or eats memory costs its own call only."""

import asyncio
import os
import signal
import time

import pytest

from app.core.errors import BudgetExceeded, Unprocessable
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


def load_slowly() -> None:
    time.sleep(3)


def test_a_slow_start_is_no_slow_call() -> None:
    """On a busy machine a model loads for longer than a call may take: killing the child would start it all over."""

    async def run() -> tuple[int, int]:
        pool = ProcessPool(workers=1, initializer=load_slowly, timeout_s=1)
        refused = 0
        while True:
            try:
                found = await pool.run(double, 21)
                break
            except BudgetExceeded:
                refused += 1
                assert refused < 100
        await pool.close()
        return found, refused

    found, refused = asyncio.run(run())
    assert found == 42 and refused > 0


def test_a_patient_pool_waits() -> None:
    """For the start and for its turn; the work alone has a limit."""

    async def run() -> list[object]:
        pool = ProcessPool(workers=1, initializer=load_slowly, timeout_s=1, patient=True)
        found = await asyncio.gather(*(pool.run(double, n) for n in range(3)), pool.run(hang), return_exceptions=True)
        await pool.close()
        return found

    *first, last = asyncio.run(run())
    assert first == [0, 2, 4]
    assert isinstance(last, ChildTimeout)


def fail_to_load() -> None:
    raise Unprocessable("no model")


def test_a_start_that_fails_is_told_to_each_caller() -> None:
    async def run() -> list[object]:
        pool = ProcessPool(workers=1, initializer=fail_to_load, timeout_s=30)
        found = [await asyncio.gather(pool.run(double, n), return_exceptions=True) for n in range(2)]
        await pool.close()
        return [one for (one,) in found]

    assert [str(one) for one in asyncio.run(run())] == ["no model", "no model"]
