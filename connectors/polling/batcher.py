"""Work that costs as much for many as for one: what comes while a batch is done goes next."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

ItemT = TypeVar("ItemT")


class Together(Generic[ItemT]):
    """Hands items on in batches. A call returns once its items are done, or raises what they did.

    Nobody waits for a batch to fill: the first item goes at once, alone.
    """

    def __init__(self, do: Callable[[Sequence[ItemT]], Awaitable[None]], *, most: int) -> None:
        """Take what does a batch, of at most about `most` items."""
        self._do = do
        self._most = most
        self._waiting: list[tuple[Sequence[ItemT], asyncio.Future[None]]] = []
        self._working: asyncio.Task[None] | None = None

    async def __call__(self, items: Sequence[ItemT]) -> None:
        """Do the items, together with those of others."""
        if not items:
            return
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((items, done))
        if self._working is None:
            self._working = asyncio.create_task(self._work())
        await done

    async def _work(self) -> None:
        try:
            while self._waiting:
                batch = self._take()
                try:
                    await self._do([item for items, _ in batch for item in items])
                except asyncio.CancelledError:
                    for _, done in batch:
                        done.cancel()
                    raise
                except BaseException as error:  # noqa: BLE001 - raised where the items came from
                    for _, done in batch:
                        _fail(done, error)
                else:
                    for _, done in batch:
                        if not done.done():
                            done.set_result(None)
        finally:
            self._working = None

    def _take(self) -> list[tuple[Sequence[ItemT], asyncio.Future[None]]]:
        count = size = 0
        for items, _ in self._waiting:
            if count and size + len(items) > self._most:
                break
            count, size = count + 1, size + len(items)
        batch, self._waiting = self._waiting[:count], self._waiting[count:]
        return batch


def _fail(done: "asyncio.Future[None]", error: BaseException) -> None:
    if not done.done():
        done.set_exception(error)
        done.exception()
