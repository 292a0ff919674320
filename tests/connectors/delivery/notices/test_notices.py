"""Notices to subscribers: each once, until it arrives, whatever becomes of deliver in between."""

import asyncio
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from connectors.delivery.canary import CanaryState
from connectors.delivery.canary_watch import CanaryNews
from connectors.delivery.coverage.watching import CoverageWatching
from connectors.delivery.notices import sender, service
from connectors.delivery.notices.queue import NoticeQueue, ServiceNotice
from connectors.delivery.notices.sender import NoticeSender
from connectors.delivery.notices.service import (
    NoticeSettings,
    ServiceNotices,
    canary_notice,
    concerns,
)
from connectors.delivery.outbox import routing
from connectors.delivery.outbox.outbox import Outbox
from connectors.delivery.outbox.stopped import resume_stopped
from connectors.delivery.sinks.interface import Notification, Send
from connectors.delivery.sinks.outcome import DELIVERED, DeliveryOutcome, Result, give_up, retry
from connectors.delivery.sinks.settings import TerminalSettings, WebhookSettings
from connectors.delivery.sinks.subscriber import Subscriber
from streams.contract.kafka_access import KafkaAccess
from tests.support.waiting import until

NOTICE = ServiceNotice(id="n1", title="Sources are missing", note="3 of 9 sources")


def subscriber(name: str, *watches: str, coverage: bool = True) -> Subscriber:
    return Subscriber(id=name, sink=TerminalSettings(), watches=watches, coverage=coverage)


class FakeSink:
    """Says of each subscriber what it is told to, then takes everything."""

    def __init__(self, **answers: list[DeliveryOutcome]) -> None:
        self.answers = answers
        self.taken: list[tuple[str, str, str]] = []

    async def __call__(self, _: object, told: Notification) -> DeliveryOutcome:
        if waiting := self.answers.get(told.subscriber):
            return waiting.pop(0)
        self.taken.append((told.subscriber, told.id, told.note))
        return DELIVERED

    @property
    def table(self) -> Mapping[str, Send]:
        return {"terminal": self}


def sent(folder: Path, sink: FakeSink, *there: Subscriber, tell: bool = True) -> None:
    """Tell, if wanted, and send what is due, as deliver does between two of its waits."""
    queue = NoticeQueue(folder / "notices.sqlite")
    outbox = Outbox(folder / "outbox.sqlite")
    sender = NoticeSender(queue, lambda: list(there), outbox)

    async def turn() -> None:
        if tell:
            sender.tell(lambda _: NOTICE, there)
        await sender.turn(sink.table)

    asyncio.run(turn())
    queue.close()
    outbox.close()


def test_who_is_stopped_or_paused_gets_no_notice(tmp_path: Path) -> None:
    """The one never any more, the other once it is resumed; a 410 to a notice stops as well."""
    people = [subscriber(name) for name in ("paused", "stopped", "stops")]
    sink = FakeSink(stops=[DeliveryOutcome(Result.STOP, "it answered 410")])
    with closing(Outbox(tmp_path / "outbox.sqlite")) as outbox:
        outbox.meet({one.id: "x" for one in people}, 0.0)
        outbox.change_by_hand(lambda db: routing.pause(db, "paused", 0.0, None))
        outbox.stop("stopped", 0.0, reason="it answered 410")
        sent(tmp_path, sink, *people)
        assert sink.taken == []
        stop = outbox.stopped("stops")
        assert stop is not None
        assert stop.why == "it answered 410"
        for name in ("stopped", "stops"):
            outbox.change_by_hand(partial(resume_stopped, subscriber=name))
        outbox.change_by_hand(lambda db: routing.resume(db, "paused"))
        sent(tmp_path, sink, *people, tell=False)
    assert [name for name, *_ in sink.taken] == ["paused"]


def test_a_refusal_of_a_former_address_stops_nobody(tmp_path: Path) -> None:
    people = [subscriber("desk")]

    async def refuse(_: object, __: Notification) -> DeliveryOutcome:
        people[:] = [Subscriber(id="desk", sink=WebhookSettings(url="https://new.example/"))]
        return DeliveryOutcome(Result.STOP, "it answered 410")

    with (
        closing(Outbox(tmp_path / "outbox.sqlite")) as outbox,
        closing(NoticeQueue(tmp_path / "notices.sqlite")) as queue,
    ):
        outbox.meet({"desk": "x"}, 0.0)
        sending = NoticeSender(queue, lambda: people, outbox)

        async def turn() -> None:
            sending.tell(lambda _: NOTICE, people)
            await sending.turn({"terminal": refuse})

        asyncio.run(turn())
        assert outbox.stopped("desk") is None


def test_each_gets_a_notice_once_however_often_it_is_found_out(tmp_path: Path) -> None:
    sink = FakeSink()
    with capture_logs() as said:
        for _ in range(3):
            sent(tmp_path, sink, subscriber("a"), subscriber("b"))
    assert sink.taken == [("a", "n1", "3 of 9 sources"), ("b", "n1", "3 of 9 sources")]
    assert len([line for line in said if line["event"] == "notice"]) == 1


def test_a_notice_that_nobody_wants_stands_in_the_log(tmp_path: Path) -> None:
    with capture_logs() as said:
        sent(tmp_path, FakeSink())
    assert [line["title"] for line in said if line["event"] == "notice"] == [NOTICE.title]


def test_a_receiver_that_fails_is_tried_again_and_holds_up_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = FakeSink(a=[retry("503"), retry("503")])
    monkeypatch.setattr(sender, "pause", lambda *_, **__: -1.0)
    both = subscriber("a"), subscriber("b")
    sent(tmp_path, sink, *both)
    assert [name for name, _, _ in sink.taken] == ["b"]
    sent(tmp_path, sink, *both, tell=False)
    sent(tmp_path, sink, *both, tell=False)
    assert [name for name, _, _ in sink.taken] == ["b", "a"]


def test_who_comes_back_within_three_days_gets_what_waited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "pause", lambda *_, **__: -1.0)
    sink = FakeSink(a=[retry("503")])
    sent(tmp_path, sink, subscriber("a"))
    sent(tmp_path, sink, tell=False)
    sent(tmp_path, sink, subscriber("a"), tell=False)
    assert [name for name, _, _ in sink.taken] == ["a"]


def test_what_a_receiver_never_takes_is_given_up(tmp_path: Path) -> None:
    sink = FakeSink(a=[give_up("no such address")])
    sent(tmp_path, sink, subscriber("a"))
    sent(tmp_path, sink, subscriber("a"))
    assert sink.taken == []
    queue = NoticeQueue(tmp_path / "notices.sqlite")
    assert queue.due(10**12) == []
    queue.close()


def test_a_damaged_file_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "notices.sqlite").write_bytes(b"no database" * 500)
    sink = FakeSink()
    sent(tmp_path, sink, subscriber("a"))
    assert [name for name, _, _ in sink.taken] == ["a"]


def test_news_of_a_watch_concerns_those_who_have_it_unless_they_want_none() -> None:
    assert concerns(subscriber("all"), ["navy"])
    assert concerns(subscriber("its", "navy", "trade"), ["navy"])
    assert not concerns(subscriber("other", "trade"), ["navy"])
    assert not concerns(subscriber("none", coverage=False), ["navy"])


def test_an_operator_is_told_of_each_silence_of_canaries_once() -> None:
    first = CanaryState()
    late = canary_notice(CanaryNews.LATE, first)
    assert "no canary has come through at all" in late.note
    assert late.id != canary_notice(CanaryNews.BACK, first).id
    assert late.id == canary_notice(CanaryNews.LATE, first).id


def test_a_file_damaged_while_it_runs_is_told_in_a_line_and_begun_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "notices.sqlite"
    NoticeQueue(path).close()
    monkeypatch.setattr(sender, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(service, "AGAIN_SECONDS", 0.01)
    monkeypatch.setattr(CoverageWatching, "run", lambda _: asyncio.sleep(300))
    kafka = KafkaAccess("127.0.0.1:1")
    settings = NoticeSettings(
        kafka=kafka, prefix="", folder=tmp_path, canary_limit=None, watches=tuple
    )

    def aside() -> bool:
        return path.with_name(f"{path.name}.aside-1").exists()

    async def run(outbox: Outbox) -> None:
        running = asyncio.create_task(ServiceNotices(settings, list, outbox).run({}))
        await asyncio.to_thread(until, path.with_name(f"{path.name}-wal").exists)
        with closing(sqlite3.connect(path)) as db:
            db.execute("INSERT INTO notices VALUES (1, 'n', 's', 't', 'n', 'done', 1, 1, 1)")
            db.commit()
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with path.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xa5" * (path.stat().st_size - 4096))
        await asyncio.to_thread(until, aside)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    with capture_logs() as said, closing(Outbox(tmp_path / "outbox.sqlite")) as outbox:
        asyncio.run(run(outbox))
    assert "notices_moved_aside" in [one["event"] for one in said]
    assert not any("exc_info" in one for one in said)
