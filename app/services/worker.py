"""A process that only works on jobs."""

import asyncio
import signal
from collections.abc import Callable

from app.core.settings import Settings
from app.services.runtime import Runtime


async def run(settings: Settings, *, ready: Callable[[], None]) -> None:
    """Until SIGTERM or SIGINT; running jobs may finish for `shutdown_timeout_s`, others go to another worker."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    runtime = Runtime(settings)
    try:
        await runtime.start(worker=True)
        ready()
        await stop.wait()
    finally:
        await runtime.stop()
