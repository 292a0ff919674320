"""A spike on its way: real Kafka, `wirewatch archive run`, `wirewatch deliver`, and a webhook."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from streams.contract.codec import decode
from streams.contract.topics import ALERTS
from streams.model.alert import AlertEvent
from streams.model.watch import Watch
from tests.streams.worker.test_work import take
from tests.support.archived import Site
from tests.support.commands import Running, running
from tests.support.delivering import Answer, Desk, Receiver, block, receiving
from tests.support.samples import sample_alert
from tests.support.spiking import ASKING, BURST, burst, weeks
from tests.support.waiting import until
from wirewatch.config.watch_text import watch_text

pytestmark = pytest.mark.long

QUIET = msgspec.structs.replace(ASKING, id="quiet", pairs=("TH-US",))
LATER = msgspec.structs.replace(ASKING, id="later", pairs=("KH-US", "TH-US"))


def watched(folder: Path, *watches: Watch) -> None:
    new = folder / "new~"
    new.write_text("\n".join(map(watch_text, watches)))
    new.replace(folder / "watches.toml")


@contextmanager
def archiving(site: Site, folder: Path) -> Iterator[Running]:
    words = ("archive", "run", "--json", "--config", str(folder), *site.words)
    with running(folder / "logs", words, {"WIREWATCH_KAFKA_PREFIX": site.prefix}) as service:
        service.says('"archiving"')
        yield service


def test_a_webhook_hears_of_a_spike_once_whatever_is_killed_and_of_no_backfill(
    site: Site, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    site.put(*weeks(now), *burst(now), *weeks(now, "TH-US"), *burst(now, "TH-US", backfill=True))
    desk = Desk(tmp_path, site.kafka, site.prefix)
    watched(tmp_path, ASKING, QUIET)
    bodies: list[dict[str, Any]] = []

    def taken(body: dict[str, Any]) -> Answer:
        bodies.append(body)
        return Answer()

    receiver = Receiver(answers=taken)
    with receiving(receiver):
        desk.subscribers(block("desk", receiver))
        with desk.delivering() as deliver, archiving(site, tmp_path) as service:
            until(lambda: receiver.kinds == ["spike"])
            for process in (service.process, deliver.process):
                process.kill()
                process.wait()
        site.put(*burst(now, name="more"))
        with desk.delivering(), archiving(site, tmp_path):
            # Once another watch hears of it, the first would have been told again.
            watched(tmp_path, ASKING, QUIET, LATER)
            until(lambda: len(receiver.kinds) > 1)
            site.put(sample_alert())
            until(lambda: receiver.kinds[-1] == "opened")
    assert receiver.kinds == ["spike", "spike", "opened"]
    told = bodies[0]
    assert told["watch"] == ASKING.id
    assert told["reason"].startswith(f"KH-US, defense: {BURST} stories on ")
    assert told["spike"]["stories"] == BURST
    assert all(one["url"].startswith("https://") for one in told["spike"]["telling"])
    assert bodies[1]["watch"] == LATER.id

    def told_on_kafka() -> list[tuple[str, str]]:
        found = take(site.kafka, site.prefix, ALERTS, lambda records: len(records) > 2)
        return [(one.watch, one.kind) for one in (decode(r.value, AlertEvent) for r in found)]

    assert sorted(told_on_kafka()) == [
        (LATER.id, "spike"),
        (ASKING.id, "opened"),
        (ASKING.id, "spike"),
    ]
