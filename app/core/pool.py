"""A pool of killable, recycled child processes for CPU work: a call that hangs, eats memory or kills its process costs only itself.

concurrent.futures breaks the whole pool when one child dies and cannot stop a running call; hence this small runner.
"""

import asyncio
import contextlib
import multiprocessing
import os
import pickle
import resource
import signal
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from app.core.errors import BudgetExceeded, PoisonDocument

Initializer = Callable[..., None]
LOAD_S = 300.0  # a model loads in 3 s; on a machine with ten times too much to do, in a minute


class ChildKilled(PoisonDocument):
    """The process died during the call (crash, memory limit)."""


class ChildTimeout(BudgetExceeded):
    """The call took longer than its time-out and its process was killed."""


class ProcessPool:
    """`workers` children; each loads its state once through `initializer(*initargs)` and is replaced after `recycle_after` calls.

    A time-out counts the work alone. A patient pool lets calls wait for a free child, and for one that still loads, as
    long as it takes; else they wait for one time-out at most, and the child goes on loading for the calls after them.
    """

    def __init__(
        self,
        *,
        workers: int = 1,
        initializer: Initializer | None = None,
        initargs: tuple[Any, ...] = (),
        timeout_s: float = 20.0,
        memory_mb: int | None = None,
        recycle_after: int = 500,
        patient: bool = False,
    ) -> None:
        self._setup = (initializer, initargs, memory_mb)
        self._timeout = timeout_s
        self._patient = patient
        self._recycle = recycle_after
        self._context = multiprocessing.get_context("spawn")
        self._idle: asyncio.Queue[_Child | None] = asyncio.Queue()
        for _ in range(workers):
            self._idle.put_nowait(None)  # a place, filled on first use
        self._living: set[_Child] = set()
        self._closed = False

    async def warm(self) -> None:
        """Start one child ahead of the first call; raises what its initializer raised."""
        await self.run(_nothing, timeout_s=120)

    async def run(self, function: Callable[..., Any], *args: Any, timeout_s: float | None = None) -> Any:
        """`function(*args)` in a child. Raises what it raised, ChildTimeout, or ChildKilled."""
        if self._closed:
            raise ChildKilled("The pool is closed.")
        try:
            child = await asyncio.wait_for(self._idle.get(), None if self._patient else timeout_s or self._timeout)
        except TimeoutError:
            raise BudgetExceeded("Every extraction process is busy; try again in a moment.") from None
        back: _Child | None = None
        try:
            if child is None or not child.alive():
                child = await asyncio.to_thread(self._start)
            if not await self._loaded(child, timeout_s or self._timeout):
                back = child
                raise BudgetExceeded("The extraction process is still starting; try again in a moment.")
            result = await self._call(child, function, args, timeout_s or self._timeout)
            keep = result[0] != "dead" and child.calls < self._recycle  # a dying child may still look alive
            back = child if keep else None
            if back is None:
                self._drop(child)
            return _unwrap(result)
        except BaseException:
            if back is None and child is not None:
                self._drop(child)
            raise
        finally:
            self._idle.put_nowait(back)

    async def _loaded(self, child: "_Child", timeout: float) -> bool:
        """False when it needs longer than the caller has. Raises what its initializer raised; ChildKilled, ChildTimeout."""
        loop = asyncio.get_running_loop()
        if child.loading is None:
            child.loading = loop.create_future()
            threading.Thread(target=_await_ready, args=(child, loop, child.loading), daemon=True).start()
        left = child.started + LOAD_S - time.monotonic()
        try:
            _unwrap(
                await asyncio.wait_for(asyncio.shield(child.loading), left if self._patient else min(timeout, left))
            )
        except TimeoutError:
            if time.monotonic() >= child.started + LOAD_S:
                raise ChildTimeout from None
            return False
        return True

    async def _call(self, child: "_Child", function: Callable[..., Any], args: tuple[Any, ...], timeout: float) -> Any:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        threading.Thread(target=_converse, args=(child, function, args, loop, future), daemon=True).start()
        try:
            return await asyncio.wait_for(future, timeout)
        except TimeoutError:
            raise ChildTimeout(f"Reading the text took longer than {timeout:g} s.") from None

    def _start(self) -> "_Child":
        child = _Child(self._context, self._setup)
        self._living.add(child)
        return child

    def _drop(self, child: "_Child") -> None:
        self._living.discard(child)
        child.kill()

    async def close(self) -> None:
        """Kill every child; running calls end with ChildKilled."""
        self._closed = True
        for child in list(self._living):
            self._drop(child)


class _Child:
    """One process with the pipe to it."""

    def __init__(self, context: Any, setup: tuple[Any, ...]) -> None:
        self.pipe, other = context.Pipe()
        self.calls = 0
        self.started = time.monotonic()
        self.loading: asyncio.Future[Any] | None = None
        self.process = context.Process(target=_serve, args=(other, os.getpid(), *setup), daemon=True)
        self.process.start()
        other.close()

    def alive(self) -> bool:
        return bool(self.process.is_alive())

    def kill(self) -> None:
        self.process.kill()
        self.process.join(5)
        with contextlib.suppress(OSError):
            self.pipe.close()


def _await_ready(child: _Child, loop: asyncio.AbstractEventLoop, future: "asyncio.Future[Any]") -> None:
    """Blocking wait for the child's first word."""
    try:
        kind, value = child.pipe.recv()
        first: Any = ("error", value) if kind == "error" else ("value", None)
    except (EOFError, OSError):
        first = ("dead", ChildKilled())
    with contextlib.suppress(RuntimeError):  # the loop may be gone at shutdown
        loop.call_soon_threadsafe(_settle, future, first)


def _converse(
    child: _Child,
    function: Callable[..., Any],
    args: tuple[Any, ...],
    loop: asyncio.AbstractEventLoop,
    future: "asyncio.Future[Any]",
) -> None:
    """Blocking talk with the child, in a thread of its own so that the event loop never waits."""
    try:
        child.pipe.send((function, args))
        result: Any = child.pipe.recv()
        child.calls += 1
    except (EOFError, OSError):
        result = ("dead", ChildKilled())
    with contextlib.suppress(RuntimeError):  # the loop may be gone at shutdown
        loop.call_soon_threadsafe(_settle, future, result)


def _settle(future: "asyncio.Future[Any]", result: Any) -> None:
    if not future.done():
        future.set_result(result)


def _unwrap(result: tuple[str, Any]) -> Any:
    kind, value = result
    if kind != "value":
        raise value
    return value


def _nothing() -> None:
    return None


def _serve(
    pipe: Connection, parent: int, initializer: Initializer | None, initargs: tuple[Any, ...], memory_mb: int | None
) -> None:
    """The child's life: initialise, then answer calls until the pipe closes (so it never outlives its parent)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_watch_parent, args=(parent,), daemon=True).start()
    try:
        if initializer is not None:
            initializer(*initargs)
    except Exception as error:  # noqa: BLE001 - reported to the parent
        pipe.send(("error", _portable(error)))
        return
    if memory_mb:
        _limit_memory(memory_mb)
    pipe.send(("ready", None))
    while True:
        try:
            function, args = pipe.recv()
        except (EOFError, OSError):
            return
        pipe.send(_answer(function, args))


def _answer(function: Callable[..., Any], args: tuple[Any, ...]) -> tuple[str, Any]:
    try:
        return "value", function(*args)
    except MemoryError:
        return "dead", ChildKilled("The extraction ran out of memory; nothing was stored.")
    except Exception as error:  # noqa: BLE001 - it travels to the caller
        return "error", _portable(error)


def _portable(error: Exception) -> Exception:
    """The error itself when it survives pickling, else its words."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # noqa: BLE001 - any failure to pickle means the same
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def _limit_memory(memory_mb: int) -> None:
    """What the process uses after loading, plus the allowance, is the ceiling of its address space."""
    with open("/proc/self/statm") if os.path.exists("/proc/self/statm") else contextlib.nullcontext() as file:  # noqa: PTH110, PTH123
        used = int(file.read().split()[0]) * resource.getpagesize() if file else 2 << 30
    limit = used + memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _watch_parent(parent: int) -> None:
    """Exit when the parent is gone, even in the middle of a call."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
