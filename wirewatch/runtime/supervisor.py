"""The one-machine run: broker, deliver, work and poll, kept alive until told to stop.

They are started in that order, each waited for; what ends by itself is started again
with a growing pause; and at the end they are stopped in reverse, so that what is under
way is finished before the ground goes.
"""

import asyncio
import signal
import time
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from connectors.background import in_thread
from streams.backoff import Backoff
from wirewatch.errors import ProgramError
from wirewatch.local_kafka import BrokerError, PrivateKafka
from wirewatch.runtime.child_process import (
    Child,
    Listener,
    Service,
    ServiceMessage,
    start,
)
from wirewatch.runtime.exit_codes import BAD_CONFIGURATION
from wirewatch.runtime.heartbeat import Beats

log = structlog.get_logger()

READY_SECONDS = 180.0
"""A machine that is busy with other things takes half a minute to load the words."""
STOP_SECONDS = 6.0
"""What all services together have to finish in, so that a run ends within ten seconds."""
KILL_SECONDS = 0.5
"""How long the end of a killed process is waited for."""
CUT_OFF = {
    "because": "it did not end in time",
    "meaning": "nothing is lost: what it had in hand is done again after the next start",
}
"""What is said of a service that is ended at a stop."""
OFTEN = 3
"""Restarts of a service in an hour that are called out."""
HOUR = 3600.0
STEADY_SECONDS = 10.0
"""A process that lived this long has earned a quick restart."""
BACKOFF = Backoff((0.5, 1.0, 2.0, 5.0, 10.0))
"""Never long: what is mended, such as a full disk, is noticed within half a minute."""
LOOK_EVERY = 0.5
"""Seconds between two looks at the broker: a `waitpid`, nothing more."""
SILENT_SECONDS = 60.0
"""Without a sign of life, after which a service is ended. No machine is that busy."""
ASK_EVERY, ANSWER_SECONDS = 5.0, 5.0
BROKER_SILENT_SECONDS = 120.0
"""Without an answer of Kafka, after which it is ended: a disk may keep it for a while."""


class RunError(ProgramError):
    """The run can't go on. The message says which service, and why."""


@dataclass
class Supervisor:
    """Keeps services alive. `listen` gets every line they say; what it raises ends nothing."""

    services: Sequence[Service]
    listen: Listener
    broker: PrivateKafka | None = None
    _stopping: bool = False
    _children: dict[str, Child] = field(default_factory=dict)
    _keepers: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _heeding: list[asyncio.Task[None]] = field(default_factory=list)
    _restarts: defaultdict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    """When each service was restarted in the last hour."""

    async def start(self) -> None:
        """Start everything in order, each once the one before is up."""
        if self.broker is not None:
            self._keepers["broker"] = asyncio.create_task(self._keep_broker(self.broker))
            self._heeding.append(asyncio.create_task(self._heed_broker(self.broker)))
        self._heeding.append(asyncio.create_task(self._heed_beats()))
        for service in self.services:
            up = asyncio.Event()
            keeper = asyncio.create_task(self._keep(service, up))
            self._keepers[service.name] = keeper
            if service.needed:
                await self._until_up(service, up, keeper)

    async def wait(self) -> None:
        """Return when every service that may end has; raise `RunError` when one can't go on."""
        keepers = set(self._keepers.values())
        while keepers:
            done, keepers = await asyncio.wait(keepers, return_when=asyncio.FIRST_COMPLETED)
            for keeper in done:
                keeper.result()

    async def stop(self) -> None:
        """Stop everything in reverse order; what isn't done in time is killed.

        Each has its share of the time to itself. One that takes longer goes on beside the next:
        a service that hangs must not take the others' time.
        """
        self._stopping = True
        for heeding in self._heeding:
            heeding.cancel()
        deadline = time.monotonic() + STOP_SECONDS
        for left in range(len(self.services), 0, -1):
            share = (deadline - time.monotonic()) / left
            await self._end(self.services[left - 1].name, share)
        late = [self._keepers[name] for name, child in self._children.items() if child.alive]
        if late:
            await asyncio.wait(late, timeout=max(deadline - time.monotonic(), 0.0))
        await self._kill_the_rest()
        for keeper in self._keepers.values():
            keeper.cancel()
        await asyncio.gather(*self._keepers.values(), return_exceptions=True)
        self.kill()
        for child in self._children.values():
            child.close()

    def kill(self) -> None:
        """End every service at once."""
        self._stopping = True
        for child in self._children.values():
            child.kill()

    async def _until_up(
        self, service: Service, up: asyncio.Event, keeper: asyncio.Task[None]
    ) -> None:
        waiter = asyncio.create_task(up.wait())
        done, _ = await asyncio.wait(
            {waiter, keeper}, timeout=READY_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        waiter.cancel()
        if keeper in done:
            keeper.result()
        elif not done:
            raise RunError(f"{service.name} is not ready after {READY_SECONDS:.0f} s")

    async def _keep(self, service: Service, up: asyncio.Event) -> None:
        """Run a service, again and again, until the run stops."""
        failures = 0
        while True:
            began = time.monotonic()
            child = await start(service, self._tell, up)
            self._children[service.name] = child
            if self._stopping:  # all were told to stop while this one was being started
                child.terminate()
            code = await child.ended()
            if self._stopping or (service.once and code == 0):
                return
            if code == BAD_CONFIGURATION and service.needed:
                raise RunError(f"{service.name} can't run with this configuration")
            failures = 1 if time.monotonic() - began > STEADY_SECONDS else failures + 1
            await self._pause(service.name, failures, ending(code, child.cause))

    async def _heed_beats(self) -> None:
        """End what doesn't run though it lives; its keeper starts it again."""
        beats = Beats(SILENT_SECONDS)
        while True:
            await asyncio.sleep(LOOK_EVERY)
            alive = {name: child for name, child in self._children.items() if child.alive}
            last = {n: child.beat_at for n, child in alive.items() if child.beat_at is not None}
            for name in beats.silent(last, time.monotonic()):
                seconds = self._tell_frozen(name, last[name])
                alive[name].kill(f"it was frozen: no sign of life for {seconds} s")

    async def _heed_broker(self, broker: PrivateKafka) -> None:
        """End a Kafka that lives and doesn't answer any more; its keeper starts it again."""
        beats = Beats(BROKER_SILENT_SECONDS)
        answered: dict[int, float] = {}
        while True:
            await asyncio.sleep(ASK_EVERY)
            pid = broker.pid
            if pid is None:
                continue
            if await in_thread(broker.answers, ANSWER_SECONDS):
                answered = {pid: time.monotonic()}
            last = {"broker": answered[pid]} if pid in answered else {}
            if beats.silent(last, time.monotonic()):
                self._tell_frozen("broker", last["broker"])
                answered.clear()
                broker.kill()

    def _tell_frozen(self, name: str, last: float) -> int:
        """Say that nothing is heard of a process; return for how many seconds."""
        seconds = round(time.monotonic() - last)
        self._tell(
            ServiceMessage(name, {"event": "frozen", "level": "error", "silent_for": seconds})
        )
        return seconds

    async def _keep_broker(self, broker: PrivateKafka) -> None:
        failures, began, refused = 0, time.monotonic(), ""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            if broker.alive():
                continue
            failures = 1 if time.monotonic() - began > STEADY_SECONDS else failures + 1
            cause = refused or ending(broker.exit_code, "Kafka is gone")
            await self._pause("broker", failures, cause)
            began, refused = time.monotonic(), ""
            try:
                await in_thread(broker.start)
                self._tell(ServiceMessage("broker", {"event": "broker_back", "level": "info"}))
            except BrokerError as error:
                refused = f"it did not start: {error}"
                self._tell(ServiceMessage("broker", {"event": str(error), "level": "error"}))

    async def _pause(self, name: str, failures: int, cause: str) -> None:
        seconds = BACKOFF.after(failures)
        facts = {"event": "restarting", "level": "warning", "cause": cause, "in_seconds": seconds}
        self._tell(ServiceMessage(name, facts))
        now, times = time.monotonic(), self._restarts[name]
        times.append(now)
        while now - times[0] > HOUR:
            times.popleft()
        if len(times) >= OFTEN:
            often = {"event": "restarts_often", "level": "error", "in_the_last_hour": len(times)}
            self._tell(ServiceMessage(name, {**often, "cause": cause}))
        await asyncio.sleep(seconds)

    async def _end(self, name: str, seconds: float) -> None:
        keeper, child = self._keepers.get(name), self._children.get(name)
        if keeper is None or child is None or not child.alive:
            return
        child.terminate()
        await asyncio.wait({keeper}, timeout=max(seconds, 0.0))

    async def _kill_the_rest(self) -> None:
        late = {name: child for name, child in self._children.items() if child.alive}
        for name, child in late.items():
            self._tell(ServiceMessage(name, {"event": "killed", "level": "warning", **CUT_OFF}))
            child.kill()
        if late:
            await asyncio.wait([self._keepers[name] for name in late], timeout=KILL_SECONDS)

    def _tell(self, said: ServiceMessage) -> None:
        """Hand a line on. Whoever can't take it must not end what it is about."""
        try:
            self.listen(said)
        except Exception:
            log.exception("line_not_shown", of=said.service)


def ending(code: int, cause: str) -> str:
    """Put into words how a process ended, and why if it said so."""
    how = f"ended with code {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"
    return f"{how}: {cause}" if cause else how
