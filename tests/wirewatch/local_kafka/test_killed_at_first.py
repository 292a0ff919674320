"""Kafka's processes, killed before it ever served: what ended them is named."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.support.waiting import until
from wirewatch.local_kafka import BrokerError, PrivateKafka

pytestmark = pytest.mark.long


def running_in(folder: Path, main: str) -> list[psutil.Process]:
    """Return the processes that run a main class of Kafka in a folder."""
    found = []
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            if main in process.cmdline() and Path(process.cwd()) == folder:
                found.append(process)
    return found


@pytest.mark.parametrize("main", ["kafka.tools.StorageTool", "kafka.Kafka"])
def test_a_first_start_that_is_killed_says_what_ended_it(tmp_path: Path, main: str) -> None:
    kafka = PrivateKafka(tmp_path)
    with ThreadPoolExecutor(1) as pool:
        starting = pool.submit(kafka.start)
        try:
            until(lambda: bool(running_in(tmp_path, main)) or starting.done())
            for process in running_in(tmp_path, main):
                process.kill()
            with pytest.raises(BrokerError, match=r"ended by SIGKILL: start again; .* memory"):
                starting.result()
        finally:
            kafka.stop()
