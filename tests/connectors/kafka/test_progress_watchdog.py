"""The progress watchdog: a service that stands still ends, one that waits for Kafka doesn't."""

import subprocess
import sys
from collections.abc import Mapping

import pytest

from connectors.kafka import kafka_answers
from connectors.watchdog import GIVEN_UP, Waits
from streams.contract.kafka_access import KafkaAccess
from tests.support.kafkas import to_word

STALLED = "polls are due and none ends"


def after(looks: Mapping[float, Mapping[str, int]]) -> tuple[bool, str | None]:
    """Look at work at some times; give whether the last look is doubtful, and the reason to end."""
    waits = Waits(patience=90)
    for now, work in looks.items():
        waits.look(work, now)
    return waits.doubtful(max(looks)), waits.reason(max(looks))


@pytest.mark.parametrize(
    ("looks", "doubtful", "reason"),
    [
        ({0: {STALLED: 1}, 29: {STALLED: 1}}, False, None),
        ({0: {STALLED: 1}, 30: {STALLED: 1}}, True, None),
        (
            {0: {STALLED: 1}, 45: {STALLED: 1}, 90: {STALLED: 1}},
            True,
            f"{STALLED} for 90 s though Kafka answers",
        ),
        ({0: {STALLED: 1}, 45: {STALLED: 2}, 90: {STALLED: 2}}, True, None),
        ({0: {STALLED: 1}, 45: {}, 90: {STALLED: 1}}, False, None),
        ({0: {}, 45: {}, 90: {}}, False, None),
        ({0: {STALLED: 1}, 1000: {STALLED: 1}}, False, None),
    ],
    ids=["a while", "long", "too long", "it got on", "it was done", "idle", "the machine slept"],
)
def test_only_work_that_does_not_get_on_is_a_standstill(
    looks: Mapping[float, Mapping[str, int]], doubtful: bool, reason: str | None
) -> None:
    assert after(looks) == (doubtful, reason)


def test_after_kafka_was_away_the_wait_starts_anew() -> None:
    waits = Waits(patience=90)
    for now in (0, 40, 80):
        waits.look({STALLED: 1}, now)
    waits.forget()
    for now in (120, 160):
        waits.look({STALLED: 1}, now)
    assert waits.reason(160) is None
    waits.look({STALLED: 1}, 200)
    waits.look({STALLED: 1}, 210)
    assert waits.reason(210) is not None


SERVICE = """
import asyncio, sys, time
from connectors.kafka import kafka_answers
from connectors.watchdog import watched
from tests.support.kafkas import from_word

async def main(address, fault, seconds):
    work = {"letters wait": 1} if fault == "no progress" else {}
    answers = lambda: kafka_answers(from_word(address), float(seconds))
    async with watched(lambda: work, answers, patience=1.5, every=0.1):
        if fault == "blocked":
            time.sleep(60)
        await asyncio.sleep(3 if fault == "none" else 60)

asyncio.run(main(*sys.argv[1:]))
"""


def serve(
    address: KafkaAccess, fault: str, *, answer_seconds: float = 10
) -> "subprocess.Popen[str]":
    """Run a service with a fault, or "none"."""
    return subprocess.Popen(
        [sys.executable, "-c", SERVICE, to_word(address), fault, str(answer_seconds)],
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(
    ("fault", "words"),
    [("no progress", "letters wait for"), ("blocked", "the event loop stands still for")],
)
def test_a_service_that_stands_still_ends_with_its_reason(
    kafka_address: KafkaAccess, fault: str, words: str
) -> None:
    with serve(kafka_address, fault) as service:
        said, _ = service.communicate(timeout=60)
    assert (service.returncode, words in said) == (GIVEN_UP, True), said


def test_a_service_with_nothing_to_do_goes_on(kafka_address: KafkaAccess) -> None:
    with serve(kafka_address, "none") as service:
        said, _ = service.communicate(timeout=60)
    assert service.returncode == 0, said


def test_while_kafka_is_away_a_service_waits() -> None:
    with serve(KafkaAccess("127.0.0.1:9"), "no progress", answer_seconds=0.5) as service:
        try:
            lines = iter(service.stdout or ())
            for _ in range(4):  # each after a wait, of which three would have been too much
                next(line for line in lines if "kafka_does_not_answer" in line)
            assert service.poll() is None
        finally:
            service.kill()


def test_a_kafka_answers_or_not(kafka_address: KafkaAccess) -> None:
    assert kafka_answers(kafka_address, 30)
    assert not kafka_answers(KafkaAccess("127.0.0.1:9"), 1)
