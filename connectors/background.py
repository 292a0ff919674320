"""What the event loop waits for: calls that may block for ever, and events that may never come."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar, cast

ResultT = TypeVar("ResultT")


async def wait_for(event: asyncio.Event, seconds: float) -> None:
    """Return when an event comes, but after so many seconds at the latest."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


async def in_thread(function: Callable[..., ResultT], *given: object) -> ResultT:
    """Return what a function does that blocks, in a thread that nobody waits for at the end.

    asyncio's own threads are waited for: what hangs in one would hold up a Ctrl-C.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[ResultT] = loop.create_future()

    def settle(result: ResultT | None, error: BaseException | None) -> None:
        if done.done():  # nobody waits for it any more
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(cast("ResultT", result))

    def work() -> None:
        result, fault = None, None
        try:
            result = function(*given)
        except BaseException as error:  # noqa: BLE001 - it is raised where it is awaited
            fault = error
        with suppress(RuntimeError):  # the loop has ended: nobody asks any more
            loop.call_soon_threadsafe(settle, result, fault)

    name = getattr(function, "__name__", "in-thread")
    threading.Thread(target=work, daemon=True, name=name).start()
    return await done
