"""The peer of `benchmarks.program.work`: a Faust worker that passes bytes, by the public API.

It does what Faust's documentation offers for speed: many events at a time (`take`), all their
deliveries awaited together.
"""

import asyncio
from pathlib import Path

import faust

from benchmarks.support.options import Options
from streams.contract.kafka_access import KafkaAccess
from streams.worker.credentials import credentials
from wirewatch.local_kafka.client_file import read_client_file

TAKE, WITHIN = 500, 0.05


def build(kafka: KafkaAccess, prefix: str, folder: Path) -> faust.App:
    """Build the app: `<prefix>stories` to `<prefix>passed`, byte for byte."""
    app = faust.App(
        f"{prefix}peer",
        broker=f"kafka://{kafka}",
        broker_credentials=credentials(kafka),
        datadir=folder,
        autodiscover=False,
        web_enabled=False,
        topic_disable_leader=True,
        topic_allow_declare=False,
        broker_commit_interval=0.25,
        producer_max_batch_size=1024 * 1024,
        consumer_max_fetch_size=8 * 1024 * 1024,
    )
    stories = app.topic(f"{prefix}stories", key_type=bytes, value_type=bytes)
    passed = app.topic(f"{prefix}passed", key_type=bytes, value_type=bytes)

    @app.agent(stories)
    async def passing(stream: faust.StreamT[bytes]) -> None:
        async for values in stream.take(TAKE, within=WITHIN):
            sent = [await passed.send(value=value) for value in values]
            await asyncio.gather(*sent)

    return app


async def main(client_file: str, prefix: str, folder: str) -> None:
    """Run until ended."""
    app = build(read_client_file(Path(client_file)), prefix, Path(folder))
    await app.start()
    await app.wait_until_stopped()


if __name__ == "__main__":
    options = Options(__doc__, takes="until it is ended")
    options.add_argument("client_file", help="where Kafka is")
    options.add_argument("prefix", help="of its topics")
    options.add_argument("folder", help="for its own files")
    given = options.given()
    asyncio.run(main(given.client_file, given.prefix, given.folder))
