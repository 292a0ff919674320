"""The Faust app: four agents, who reads what, and one guard around each.

stories -> tag -> tagged -> match -> matches -> gather -> alerts
                        verdicts -> rule -^
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

import faust

from streams.contract.topics import (
    MATCHES,
    MAX_DEAD_LETTER_BYTES,
    MAX_RECORD_BYTES,
    PARTITIONS,
    STORIES,
    TAGGED,
    VERDICTS,
    Topic,
)
from streams.matching.match import ReadWhich, to_read
from streams.model.canary import is_canary
from streams.model.tags import TaggedStory
from streams.tagging import Tagger
from streams.worker.batch import Chunk, Record
from streams.worker.credentials import credentials
from streams.worker.guard import Guard, Later
from streams.worker.open_alerts import OpenAlerts
from streams.worker.outages import Outages
from streams.worker.reader_queue import SecondReading
from streams.worker.recovery import Tables
from streams.worker.sender import KafkaSender
from streams.worker.settings import GROUP, WorkSettings
from streams.worker.stages import gather_step, match_step, rule_step, tag_step
from streams.worker.table import SavedTable
from streams.worker.transport import MAX_CHUNK, Transport

Chunks = faust.StreamT[Chunk]


@dataclass(frozen=True)
class WorkerParts:
    """A worker's parts."""

    app: faust.App
    guard: Guard
    reading: SecondReading | None = None


def build(settings: WorkSettings) -> WorkerParts:
    """Build the app with its agents."""
    app, transport = _app(settings)
    guard = Guard(KafkaSender(app, settings.prefix))
    reading = _second_reading(settings, guard)

    async def until_idle() -> None:
        if reading is not None:
            reading.hurry()
        await (guard.stop() if app.should_stop else guard.until_idle())

    transport.until_idle = until_idle
    _agents(app, guard, settings, reading)
    return WorkerParts(app, guard, reading)


def _second_reading(settings: WorkSettings, guard: Guard) -> SecondReading | None:
    if settings.reader is None or settings.read is ReadWhich.OFF:
        return None

    def wanted(tagged: TaggedStory) -> bool:
        watches, backfill = settings.watches.now, settings.backfill_alerts
        if is_canary(tagged.story):
            return False
        return to_read(tagged, settings.read, watches, backfill=backfill)

    def first(tagged: TaggedStory) -> bool:
        return bool(settings.watches.now.fitting(tagged.story, tagged.tags))

    return SecondReading(
        reader=settings.reader,
        wanted=wanted,
        wait_seconds=settings.read_seconds,
        first=first,
        first_seconds=settings.first_seconds,
        counts=guard.counts,
    )


def _agents(
    app: faust.App, guard: Guard, settings: WorkSettings, reading: SecondReading | None
) -> None:
    open_alerts = SavedTable(
        app, name="open_alerts", key_type=bytes, value_type=bytes, partitions=PARTITIONS
    )
    app.tables.add(open_alerts)
    memory = OpenAlerts(open_alerts)

    source = partial(_source, app, settings.prefix)

    @app.agent(source(STORIES), name="tag")
    async def tag(chunks: Chunks) -> None:
        tagger = Tagger(settings.topics, settings.offices)

        def step(record: Record, now: datetime) -> list[TaggedStory] | Later:
            (tagged,) = tag_step(tagger, record, now)
            return [tagged] if reading is None else reading.take(tagged)

        async for chunk in chunks:
            await guard.run("tag", chunk, step)

    @app.agent(source(TAGGED), name="match")
    async def match(chunks: Chunks) -> None:
        async for chunk in chunks:
            # Edited watches come into force between two chunks.
            watches = settings.watches.now
            step = partial(match_step, watches, backfill=settings.backfill_alerts)
            await guard.run("match", chunk, step)

    @app.agent(source(VERDICTS), name="rule")
    async def rule(chunks: Chunks) -> None:
        async for chunk in chunks:
            await guard.run("rule", chunk, rule_step)

    @app.agent(source(MATCHES), name="gather")
    async def gather(chunks: Chunks) -> None:
        step = partial(gather_step, memory)
        async for chunk in chunks:
            await guard.run("gather", chunk, step, ready=memory.ready, save=open_alerts.save)


def _source(app: faust.App, prefix: str, topic: Topic) -> faust.TopicT:
    return app.topic(
        prefix + topic.name,
        key_type=bytes,
        value_type=bytes,
        key_serializer="raw",
        value_serializer="raw",
        # Faust acknowledges whatever happens: it has no say in what is committed.
        acks=False,
    )


def _app(settings: WorkSettings) -> tuple[faust.App, Transport]:
    """Set Faust up; each setting that isn't its default keeps something from being lost."""
    broker = ";".join(f"kafka://{address}" for address in settings.kafka.addresses)
    app = faust.App(
        settings.prefix + GROUP,
        broker=broker,
        broker_credentials=credentials(settings.kafka),
        datadir=settings.folder,
        store="memory://",
        autodiscover=False,
        web_enabled=False,
        worker_redirect_stdouts=False,
        # A worker that comes back under its name gets its partitions at once.
        consumer_group_instance_id=f"{settings.prefix}{settings.member}",
        broker_session_timeout=30.0,
        broker_request_timeout=60.0,
        broker_heartbeat_interval=3.0,
        broker_commit_interval=0.25,
        broker_max_poll_records=MAX_CHUNK,
        consumer_max_fetch_size=2 * MAX_DEAD_LETTER_BYTES,
        consumer_auto_offset_reset="earliest",
        stream_buffer_maxsize=8,  # chunks, not records
        topic_partitions=PARTITIONS,
        topic_disable_leader=True,
        # Its changelog is made with our other topics: its question may find no broker there.
        topic_allow_declare=False,
        TableManager=Tables,
        producer_acks=-1,
        producer_request_timeout=30.0,
        producer_compression_type=settings.kafka.compression.codec,
        producer_max_batch_size=MAX_RECORD_BYTES // 2,
        producer_max_request_size=MAX_DEAD_LETTER_BYTES,
    )
    transport = Transport(app.conf.broker_consumer, app)
    transport.outages = Outages()
    transport.apart = frozenset({settings.prefix + MATCHES.name})
    app.transport = transport
    return app, transport
