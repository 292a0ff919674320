"""What is done to the program while it runs: kills, a broker that stands still, a full disk."""

import asyncio
import os
import random
import shutil
import signal
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.unattended.judge import Done
from benchmarks.unattended.program import Program

VICTIMS = ("poll", "work", "deliver", "broker", "supervisor")
KILLS, STOPS = 60, 5
"""In half an hour."""
HALF_HOUR = 1800.0
STOPPED_SECONDS = 50.0
FULL_SECONDS = 60.0
LEAST_GAP = {"kill": 6.0, "stop": 35.0, "disk": 35.0}
SLOW, SLOW_GAP = frozenset({"broker", "supervisor"}), 30.0
"""Victims that take a JVM's start to come back."""
"""Seconds of peace after a fault: what came back is seen before the next one."""
UP_SECONDS = 60.0
DISK = "768m"
ORPHAN_SECONDS = 20.0


@dataclass(frozen=True)
class Planned:
    """A fault to do: kill, stop or disk; whom; and the peace after it."""

    kind: str
    victim: str
    gap: float


def plan(dice: random.Random, mode: str, seconds: float) -> list[Planned]:
    """Plan the faults of a run: as many as fit its length, in any order."""
    share = seconds / HALF_HOUR
    kinds: list[tuple[str, str]] = []
    if mode in {"kills", "all"}:
        kills = max(len(VICTIMS), round(KILLS * share))
        kinds += [("kill", VICTIMS[number % len(VICTIMS)]) for number in range(kills)]
    if mode in {"stops", "all"}:
        kinds += [("stop", "broker")] * max(2, round(STOPS * share))
    if mode in {"disk", "all"}:
        kinds.append(("disk", "data"))
    dice.shuffle(kinds)
    lasting = {"kill": 1.0, "stop": STOPPED_SECONDS, "disk": FULL_SECONDS}
    is_slow = [kind == "kill" and victim in SLOW for kind, victim in kinds]
    least = [
        SLOW_GAP if slow else LEAST_GAP[kind]
        for slow, (kind, _) in zip(is_slow, kinds, strict=True)
    ]
    busy = sum(least) + sum(lasting[kind] for kind, _ in kinds)
    spare = max(0.0, seconds - busy) / max(1, len(kinds))
    return [
        Planned(kind, victim, gap + dice.uniform(0.5, 1.5) * spare)
        for (kind, victim), gap in zip(kinds, least, strict=True)
    ]


class Faults:
    """Does them, one after another, and notes when."""

    def __init__(self, program: Program, clock: Callable[[], float], data: Path) -> None:
        """Do nothing yet."""
        self._program = program
        self._clock = clock
        self._data = data
        self.done: list[Done] = []
        self.orphans: list[str] = []

    async def run(self, planned: Sequence[Planned]) -> None:
        """Do all of them, the first after some calm."""
        await asyncio.sleep(LEAST_GAP["stop"] if planned else 0)
        for one in planned:
            began = self._clock()
            match one.kind:
                case "kill" if one.victim == "supervisor":
                    await self._kill_supervisor()
                case "kill":
                    await self._kill(one.victim)
                case "stop":
                    await self._stop()
                case _:
                    await self._fill()
            self.done.append(
                Done(name=f"{one.kind} {one.victim}", began=began, ended=self._clock())
            )
            print(f"{began:7.1f} s  {one.kind} {one.victim}", flush=True)
            await asyncio.sleep(one.gap)

    async def _there(self, victim: str) -> psutil.Process | None:
        """Wait until a process is there: it may be on its way back from the last fault."""
        for _ in range(int(UP_SECONDS / 0.5)):
            if (process := self._program.find(victim)) is not None:
                return process
            await asyncio.sleep(0.5)
        return None

    async def _kill(self, victim: str) -> None:
        if (process := await self._there(victim)) is not None:
            with suppress(psutil.Error):
                process.kill()

    async def _kill_supervisor(self) -> None:
        self._program.kill()
        await asyncio.sleep(1)
        before = {process.pid for process in self._program.left_behind()}
        self._program.start()
        asyncio.get_running_loop().call_later(ORPHAN_SECONDS, self._note_orphans, before)

    def _note_orphans(self, before: set[int]) -> None:
        left = [one for one in self._program.left_behind() if one.pid in before]
        self.orphans += [f"{one.pid} {ORPHAN_SECONDS:.0f} s after its supervisor" for one in left]

    async def _stop(self) -> None:
        if (process := await self._there("broker")) is None:
            return
        try:
            process.suspend()
            await asyncio.sleep(STOPPED_SECONDS)
        finally:
            with suppress(psutil.Error):
                process.send_signal(signal.SIGCONT)

    async def _fill(self) -> None:
        ballast = self._data / "ballast"
        loop = asyncio.get_running_loop()
        try:
            deadline = loop.time() + FULL_SECONDS
            while loop.time() < deadline:
                # Again and again: what the program gives up in between is taken too.
                await asyncio.to_thread(_fill_up, ballast)
                await asyncio.sleep(0.5)
        finally:
            ballast.unlink(missing_ok=True)


def _fill_up(ballast: Path) -> None:
    for size in (1 << 20, 1 << 12):
        block = bytes(size)
        with suppress(OSError), ballast.open("ab", buffering=0) as file:
            while file.write(block) == size:
                pass


class SmallDisk:
    """A disk of its own for the data folder: a tmpfs, which takes root to mount."""

    def __init__(self, folder: Path) -> None:
        """Mount it on a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        if os.geteuid() != 0 or shutil.which("mount") is None:
            raise SystemExit("a full disk needs root, to mount a small one for the data folder")
        size = f"size={DISK}"
        subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], check=True)

    def close(self) -> None:
        """Unmount it, also when something still has a file open there."""
        subprocess.run(["umount", "-l", str(self._folder)], check=False)
