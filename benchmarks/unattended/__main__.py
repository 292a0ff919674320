"""Run wirewatch unattended on feeds that change, disturb it, and judge what came.

Everything is on loopback and in a temporary folder, and gone afterwards, unless it is to be kept
(`--keep`). The exit code is 1 when anything isn't as wanted.
"""

import asyncio
import logging
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.support import stand
from benchmarks.support.options import Options
from benchmarks.unattended.account import account
from benchmarks.unattended.faults import SmallDisk
from benchmarks.unattended.judge import Line, table
from benchmarks.unattended.world import World

MODES = ("none", "kills", "stops", "disk", "all")


def main() -> int:
    """Do it."""
    options = Options(__doc__, takes="the minutes asked for, and about four more")
    options.add_argument("--minutes", type=float, default=30.0, help="of flow (%(default)s)")
    options.add_argument("--faults", choices=MODES, default="none", help="what is done to it")
    options.add_argument("--seed", type=int, default=1, help="of the world (%(default)s)")
    options.add_argument(
        "--news", type=float, default=0.8, help="seconds between other stories (%(default)s)"
    )
    options.add_argument("--keep", action="store_true", help="keep the folder with its log")
    given = options.given()
    stand.begin()
    logging.getLogger("kafka").setLevel(logging.CRITICAL)
    folder = Path(tempfile.mkdtemp(prefix="unattended-"))
    print(f"{given.minutes:g} minutes, faults: {given.faults}, seed {given.seed}, in {folder}")
    disk = SmallDisk(folder / "data") if given.faults in {"disk", "all"} else None
    world = World(
        folder,
        seconds=given.minutes * 60,
        mode=given.faults,
        seed=given.seed,
        news_every=given.news,
    )
    try:
        lines = asyncio.run(_run(world, given.faults))
        print(table(lines))
        return int(any(line.good is False for line in lines))
    except TimeoutError as error:
        print(f"FAULT: {error}\n{world.program.last_words()}")
        return 1
    finally:
        world.program.clean_up()
        if disk is not None:
            disk.close()
        if not given.keep:
            shutil.rmtree(folder, ignore_errors=True)


async def _run(world: World, mode: str) -> list[Line]:
    code, seconds = await world.run()
    orphans = [*world.faults.orphans, *await world.program.orphans()]
    return account(world, mode, code=code, stopped_in=seconds, orphans=orphans)


if __name__ == "__main__":
    sys.exit(main())
