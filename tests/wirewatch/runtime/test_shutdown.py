"""A service that was told to stop and has closed everything is gone soon."""

import subprocess
import sys

SERVICE = """
import asyncio, gc

from wirewatch.runtime.shutdown import run_until_stopped

class Loaded:
    pass

loaded = [Loaded() for _ in range(1_000)]

async def serve():
    return 0

run_until_stopped(serve(), asyncio.Event())
print(sum(type(one) is Loaded for one in gc.get_objects()))
"""


def test_what_a_service_has_loaded_is_not_looked_through_once_more_as_it_ends() -> None:
    """Python would free it piece by piece: seconds on a busy machine, in which a run kills it."""
    done = subprocess.run(
        [sys.executable, "-c", SERVICE], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "0\n"
