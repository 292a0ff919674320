"""What services say to the run: log lines, alerts, and words that are neither."""

import asyncio
from pathlib import Path

import pytest

from streams.contract.codec import encode
from tests.support.samples import sample_alert
from tests.support.waiting import until
from tests.wirewatch.runtime.test_supervisor import Ear, play, service
from wirewatch.runtime import child_process as module_of_service
from wirewatch.runtime.supervisor import Supervisor


def test_words_that_are_no_log_line_are_kept() -> None:
    async def act(_: Supervisor, ear: Ear) -> None:
        await ear.until("it", "Traceback, perhaps")

    play([service("it", "print('Traceback, perhaps', file=sys.stderr); until_told()")], act)


ALERT = encode(sample_alert())


LINE = ALERT + b"\n"


def test_alerts_come_from_standard_output() -> None:
    async def act(_: Supervisor, ear: Ear) -> None:
        await asyncio.to_thread(until, lambda: any(said.alert for said in ear.heard))

    ear = play([service("it", f"os.write(1, {LINE!r}); until_told()")], act)
    assert [said.alert for said in ear.heard if said.alert] == [ALERT]


WRITE = """
data = open({path!r}, "rb").read()
while data: data = data[os.write({descriptor}, data):]
until_told()
"""


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (b"a stray word", "a stray word"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"[" * 100_000, "[" * module_of_service.STRAY_LENGTH),
        (b"x" * (module_of_service.LINE_LIMIT + 1), "line_too_long"),
    ],
)
@pytest.mark.parametrize("descriptor", [1, 2])
def test_a_line_that_is_nothing_we_know_is_a_warning_and_the_next_is_heard(
    tmp_path: Path, written: bytes, told: str, descriptor: int
) -> None:
    path = tmp_path / "written"
    path.write_bytes(written + b"\n")
    code = WRITE.format(path=str(path), descriptor=descriptor)

    async def act(_: Supervisor, ear: Ear) -> None:
        await ear.until("it", "up")

    ear = play([service("it", code)], act)
    assert [said.facts["event"] for said in ear.heard] == [told, "up"]
    assert ear.heard[0].facts["level"] == "warning"


def test_json_that_is_no_alert_is_a_warning() -> None:
    async def act(_: Supervisor, ear: Ear) -> None:
        await ear.until("it", '{"alert": 1}')

    play([service("it", "os.write(1, b'{\"alert\": 1}\\n'); until_told()")], act)


def test_half_a_line_at_the_end_is_kept() -> None:
    async def act(_: Supervisor, ear: Ear) -> None:
        await ear.until("it", "MemoryErr")

    play([service("it", "say('up'); os.write(2, b'MemoryErr'); os._exit(0)", once=True)], act)


def test_a_service_that_closes_its_output_goes_on() -> None:
    async def act(_: Supervisor, ear: Ear) -> None:
        await ear.until("it", "still here")

    code = "os.close(1); say('up'); say('still here'); until_told()"
    ear = play([service("it", code)], act)
    assert "restarting" not in ear.events("it")
