"""`wirewatch dead-letters`: shown and put back, each once, on a real Kafka."""

import asyncio
import json
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.kafka import KafkaError, Producer, Received, ensure_topics
from connectors.kafka.topic_reader import Log
from streams.contract.dead_letter import CUT, dead_letter
from streams.contract.headers import deployed
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import Message, message
from streams.contract.topics import (
    ALERTS,
    DEAD_LETTERS,
    DEAD_LETTERS_REPLAYED,
    MATCHES,
    STORIES,
    TOPICS,
    Topic,
)
from tests.streams.worker.test_work import put, work
from tests.support.commands import ended_here, running
from tests.support.samples import sample_alert, sample_match, sample_story
from tests.support.waiting import until
from wirewatch.dead_letters.kept import DeadLetters
from wirewatch.dead_letters.purge import Purge
from wirewatch.dead_letters.put_back import choose, put_back


def died(
    prefix: str,
    record: Message,
    *,
    stage: str = "tag",
    offset: int = 7,
    partition: int = 0,
    cause: str = "no such field",
) -> Message:
    return dead_letter(
        stage=stage,
        topic=prefix + record.topic.name,
        partition=partition,
        offset=offset,
        key=record.key,
        value=record.value,
        headers=deployed(record.headers, prefix),
        error=ValueError(cause),
    )


def asked(
    kafka: KafkaAccess, prefix: str, *words: str, stdin: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    return ended_here(
        "dead-letters",
        *words,
        "--kafka",
        kafka.address,
        stdin=stdin,
        given={"WIREWATCH_KAFKA_PREFIX": prefix, "COLUMNS": "200"},
    )


def listed(kafka: KafkaAccess, prefix: str) -> list[dict[str, object]]:
    done = asked(kafka, prefix, "list", "--json")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def on(kafka: KafkaAccess, prefix: str, topic: Topic) -> list[Received]:
    return list(Log(kafka, topic, prefix=prefix))


@pytest.fixture
def there(kafka_address: KafkaAccess, prefix: str) -> KafkaAccess:
    ensure_topics(kafka_address, prefix=prefix)
    return kafka_address


def test_a_letter_goes_back_as_it_was_and_only_once(there: KafkaAccess, prefix: str) -> None:
    story = message(sample_story())
    put(there, prefix, story)
    (first,) = on(there, prefix, STORIES)
    put(there, prefix, died(prefix, story, partition=first.partition, offset=first.offset))
    name = f"stories/{first.partition}/{first.offset}"
    done = asked(there, prefix, "replay", name)
    assert (done.returncode, done.stdout) == (0, b"1 dead letter put back\n"), done.stderr
    first, again = on(there, prefix, STORIES)
    assert (again.key, again.value, again.partition) == (first.key, first.value, first.partition)
    assert again.headers == (*first.headers, ("wirewatch.replayed", name.encode()))
    for words in ((name,), ("--stage", "tag"), ("--all",)):
        done = asked(there, prefix, "replay", *words)
        assert done.stdout == b"0 dead letters put back\n1 left out: put back before\n"
        assert done.returncode == 0
    assert len(on(there, prefix, STORIES)) == 2
    assert [one["replayed"] for one in listed(there, prefix)] == [True]


def test_what_fails_again_is_a_new_letter(there: KafkaAccess, prefix: str, tmp_path: Path) -> None:
    put(there, prefix, Message(STORIES, b"k", b"\x00no record", ()))
    words, given = work(there, prefix, tmp_path)
    with running(tmp_path / "log", words, given):
        until(lambda: len(on(there, prefix, DEAD_LETTERS)) == 1)
        (before,) = listed(there, prefix)
        assert asked(there, prefix, "replay", str(before["id"])).returncode == 0
        until(lambda: len(on(there, prefix, DEAD_LETTERS)) == 2)
    after, same = listed(there, prefix)
    assert (same["id"], same["replayed"], after["replayed"]) == (before["id"], True, False)
    assert after["id"] != before["id"]


def test_what_failed_at_the_same_place_later_is_not_taken_for_what_was_put_back(
    there: KafkaAccess, prefix: str
) -> None:
    """Somebody set the group's offsets back, or made the topic anew."""
    letter = died(prefix, message(sample_story()))
    put(there, prefix, letter)
    assert asked(there, prefix, "replay", "--all").returncode == 0
    put(there, prefix, letter)
    assert asked(there, prefix, "replay", "--all").stdout == b"1 dead letter put back\n"


def test_a_letter_that_a_crash_wrote_twice_goes_back_once(there: KafkaAccess, prefix: str) -> None:
    put(there, prefix, *[died(prefix, message(sample_story()))] * 2)
    assert asked(there, prefix, "replay", "--all").stdout == b"1 dead letter put back\n"
    assert len(on(there, prefix, STORIES)) == 1


def test_after_a_crash_in_between_the_same_comes_again(
    there: KafkaAccess, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(there, prefix, died(prefix, message(sample_story())))
    dead = DeadLetters(kafka=there, prefix=prefix)
    send = Producer.send

    async def dies(producer: Producer, messages: Sequence[Message]) -> None:
        if messages[0].topic is DEAD_LETTERS_REPLAYED:
            raise KafkaError("gone")
        await send(producer, messages)

    wanted = choose(dead.all()).wanted
    with monkeypatch.context() as patch:
        patch.setattr(Producer, "send", dies)
        with pytest.raises(KafkaError):
            asyncio.run(put_back(dead, wanted))
    assert asked(there, prefix, "replay", "--all").stdout == b"1 dead letter put back\n"
    ids = [dict(record.headers)["ce_id"] for record in on(there, prefix, STORIES)]
    assert len(ids) == 2
    assert len(set(ids)) == 1


def test_what_cannot_be_put_back_is_refused_and_the_rest_goes(
    there: KafkaAccess, prefix: str
) -> None:
    cut = died(prefix, message(sample_story("1")), offset=1)
    cut = replace(cut, headers=(*cut.headers, (CUT, b"5000")))
    whole = died(prefix, message(sample_story("2")), offset=2)
    foreign = Message(DEAD_LETTERS, b"other", b"\xff", (("x", b"y"),))
    put(there, prefix, cut, whole, foreign)
    done = asked(there, prefix, "replay", "--all")
    assert (done.returncode, done.stdout) == (1, b"1 dead letter put back\n")
    said = done.stderr.decode()
    assert "stories/0/1 can't be put back: 5,000 bytes of it are gone" in said
    assert "dead_letters/0/2 can't be put back: it doesn't say from which topic" in said
    (back,) = on(there, prefix, STORIES)
    assert back.key == whole.headers[-1][1]


def test_what_is_tied_to_a_partition_goes_back_to_it(there: KafkaAccess, prefix: str) -> None:
    put(
        there,
        prefix,
        *(
            died(prefix, message(sample_match()), stage="gather", partition=number)
            for number in range(MATCHES.partitions)
        ),
    )
    assert asked(there, prefix, "replay", "--stage", "gather").returncode == 0
    found = [record.partition for record in on(there, prefix, MATCHES)]
    assert sorted(found) == list(range(MATCHES.partitions))


def test_many_go_back_in_portions_in_their_order(there: KafkaAccess, prefix: str) -> None:
    keyed = message(sample_story())
    records = [replace(keyed, value=b"%d" % number) for number in range(120)]
    put(there, prefix, *(died(prefix, one, offset=at) for at, one in enumerate(records)))
    assert asked(there, prefix, "replay", "--all").stdout == b"120 dead letters put back\n"
    assert [one.value for one in on(there, prefix, STORIES)] == [one.value for one in records]


def test_people_see_counts_by_stage_and_cause_and_the_newest_first(
    there: KafkaAccess, prefix: str
) -> None:
    texts = ("byte 3 is wrong", "byte 12 is wrong", "a\x1b[2Jfield is missing")
    for at, cause in enumerate(texts):
        put(there, prefix, died(prefix, message(sample_story(str(at))), offset=at, cause=cause))
    put(there, prefix, died(prefix, message(sample_alert()), stage="deliver", offset=9))
    done = asked(there, prefix, "list")
    rows = [line.split() for line in done.stdout.decode().splitlines()]
    assert [row[:3] for row in rows[1:4]] == [
        ["deliver", "1", "0"],
        ["tag", "1", "0"],
        ["tag", "2", "0"],
    ]
    assert b"\x1b[2J" not in done.stdout
    names = [row[0] for row in rows[6:]]
    assert names == ["alerts/0/9", "stories/0/2", "stories/0/1", "stories/0/0"]
    assert asked(there, prefix, "list", "--stage", "match").stdout == b"no dead letters of match\n"
    for command in ("list", "replay"):
        mistyped = asked(there, prefix, command, "--stage", "mach")
        assert (mistyped.returncode, b'did you mean "match"?' in mistyped.stderr) == (2, True)


def test_one_is_shown_whole_with_its_record_laid_out(there: KafkaAccess, prefix: str) -> None:
    hostile = sample_story(headline="Rain \u202e in Lima")
    put(there, prefix, died(prefix, message(hostile), cause="a\x1b[2Jfield"))
    put(there, prefix, died(prefix, Message(STORIES, b"k", b"\xff\x00", ()), offset=8))
    done = asked(there, prefix, "show", "stories/0/7")
    text = done.stdout.decode()
    assert done.returncode == 0, done.stderr
    for part in ("stage    tag", "cause    a [2Jfield", f"key      {hostile.id}", "ce_id: "):
        assert part in text
    assert f'  "id": "{hostile.id}"' in text
    assert "\u202e" not in text
    assert "in base64: /wA=" in asked(there, prefix, "show", "stories/0/8").stdout.decode()
    whole = json.loads(asked(there, prefix, "show", "stories/0/7", "--json").stdout)
    assert whole["value"]["id"] == hostile.id


@pytest.mark.parametrize("words", [("show", "stories/9/9"), ("replay", "stories/9/9")])
def test_an_id_that_is_not_there_is_named(
    there: KafkaAccess, prefix: str, words: tuple[str, ...]
) -> None:
    done = asked(there, prefix, *words)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"no dead letter goes by stories/9/9" in done.stderr


def test_a_kafka_of_before_the_topics_has_no_letters(
    kafka_address: KafkaAccess, prefix: str
) -> None:
    assert listed(kafka_address, prefix) == []
    ensure_topics(
        kafka_address, prefix=prefix, topics=[*set(TOPICS) - {DEAD_LETTERS_REPLAYED, ALERTS}]
    )
    put(kafka_address, prefix, died(prefix, message(sample_story())))
    assert asked(kafka_address, prefix, "replay", "--all").returncode == 0
    assert [one["replayed"] for one in listed(kafka_address, prefix)] == [True]


def test_replay_wants_to_be_told_which() -> None:
    for words in ((), ("--all", "--stage", "tag"), ("stories/0/1", "--all")):
        done = ended_here("dead-letters", "replay", *words)
        assert done.returncode == 2
        assert b"say which" in done.stderr


def test_purge_asks_first_and_deletes_what_is_there(there: KafkaAccess, prefix: str) -> None:
    for at in range(3):
        put(there, prefix, died(prefix, message(sample_story(str(at))), offset=at))
    assert asked(there, prefix, "replay", "stories/0/1").returncode == 0
    what = b"3 dead letters, 2 of them never put back"
    done = asked(there, prefix, "purge", "--all", stdin=b"n\n")
    assert (done.returncode, what in done.stdout) == (1, True)
    assert len(on(there, prefix, DEAD_LETTERS)) == 3
    done = asked(there, prefix, "purge", "--all", "--yes")
    assert (done.returncode, done.stdout) == (0, b"deleted " + what + b"\n")
    assert listed(there, prefix) == []
    assert asked(there, prefix, "purge", "--all").stdout == b"no dead letters to delete\n"


def test_purge_of_what_is_older_leaves_the_rest(there: KafkaAccess, prefix: str) -> None:
    put(there, prefix, died(prefix, message(sample_story())))
    assert b"no dead" in asked(there, prefix, "purge", "--before", "1h").stdout
    (letter,) = DeadLetters(kafka=there, prefix=prefix).all()
    apart = timedelta(milliseconds=5)  # Kafka's times are of milliseconds
    until(lambda: datetime.now(UTC) > letter.letter.written + apart)
    middle = datetime.now(UTC)
    put(there, prefix, died(prefix, message(sample_story("2")), offset=8))
    dead = DeadLetters(kafka=there, prefix=prefix)
    purge = Purge.planned(dead, middle)
    assert [one.letter.id for one in purge.concerned(dead.all())] == ["stories/0/7"]
    purge.carry_out(dead)
    assert [one.letter.id for one in dead.all()] == ["stories/0/8"]


def test_purge_wants_to_be_told_which() -> None:
    for words in ((), ("--all", "--before", "7d")):
        done = ended_here("dead-letters", "purge", *words)
        assert done.returncode == 2
        assert b"say which" in done.stderr
