"""All that can be measured without data from elsewhere: `make bench`."""

import asyncio
import tempfile
from pathlib import Path

from benchmarks.program import crash, demo, idle, replay, watches, work
from benchmarks.support.options import Options

if __name__ == "__main__":
    Options(__doc__, takes="half an hour").given()
    demo.main()
    idle.main()
    work.main()
    watches.main()
    replay.main(replay.STORIES)
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(crash.main(150, Path(name)))
