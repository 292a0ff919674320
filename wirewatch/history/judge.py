"""`wirewatch judge`: keep on Kafka what a person says of an alert, or of one that didn't come."""

import asyncio
import getpass
from collections.abc import Sequence
from functools import partial

from rich.console import Console
from rich.text import Text

from connectors.background import in_thread
from connectors.delivery.sinks.terminal_text import plain
from connectors.kafka import Producer, ensure_topics
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import message
from streams.contract.topics import VERDICTS
from streams.model.story import Story
from streams.model.verdict import ON_GROUPING, Said, Verdict
from wirewatch.history.explain_input import looking_through
from wirewatch.history.lookup import look_up, with_verdicts
from wirewatch.history.story_account import SHORT, Traces, asked_spike
from wirewatch.history.verdict_target import PersonsVerdict, judge, verdict_on_text
from wirewatch.input.story_input import plain_text
from wirewatch.render.console import to_console

PARTING = "to undo it: you by --take-back; anybody by `judge STORY two-events`, with a story of it"


def judge_past(
    given: str,
    other: str | None,
    kafka: KafkaAccess,
    prefix: str,
    word: PersonsVerdict,
    watches: Sequence[str],
) -> tuple[Verdict, Traces]:
    """Find what was judged, keep the verdict, say of what it is, and return both.

    Raises `NotFoundError`, `UnfitError` or `KafkaError`; then nothing is kept.
    """
    read = looking_through(kafka, prefix)
    traces = look_up(given, read)
    verdict = judge(traces, word, watches, None if other is None else look_up(other, read))
    asyncio.run(keep_verdict(verdict, kafka, prefix))
    _show(to_console(), verdict, traces)
    return verdict, traces


def judge_text(
    text: str, kafka: KafkaAccess, prefix: str, word: PersonsVerdict, watches: Sequence[str]
) -> Verdict:
    """Keep that a text should have raised an alert: of a story that no feed brought.

    Raises `UnfitError` or `KafkaError`.
    """
    traces = with_verdicts(Traces(story=plain_text(text)), looking_through(kafka, prefix))
    verdict = verdict_on_text(traces, text, word, watches)
    asyncio.run(keep_verdict(verdict, kafka, prefix))
    _show(to_console(), verdict, traces)
    return verdict


async def keep_verdict(verdict: Verdict, kafka: KafkaAccess, prefix: str) -> None:
    """Keep a verdict on Kafka. Raises `KafkaError`."""
    # A Kafka of before there were verdicts has no topic for them.
    await in_thread(partial(ensure_topics, kafka, prefix=prefix, topics=[VERDICTS]))
    producer = Producer(kafka, prefix=prefix)
    try:
        await producer.send([message(verdict)])
    finally:
        await producer.close()


def _show(console: Console, verdict: Verdict, traces: Traces) -> None:
    about = "no alert" if verdict.alert is None else f"alert {verdict.alert[:SHORT]}"
    if verdict.other is not None:
        about += f" and alert {verdict.other[:SHORT]}"
    before = [one.said for one in traces.verdicts if one.key == verdict.key]
    rest = f", before {before[-1]}" if before and before[-1] != verdict.said else ""
    back = "taken back: " if verdict.taken_back else ""
    console.print(Text(f"{back}{verdict.said}: {about} of {verdict.watch}{rest}", "bold"))
    spike = asked_spike(traces)
    if spike is not None:
        console.print(Text(plain(spike.reason)))
    else:
        _show_story(console, traces.story)
    if verdict.said in ON_GROUPING:
        console.print(Text("a running worker takes this up by itself", "dim"))
    if verdict.said is Said.ONE_EVENT and not verdict.taken_back:
        console.print(Text(PARTING, "dim"))
    note = f": {verdict.note}" if verdict.note else ""
    console.print(Text(plain(f"by {verdict.by}{note}"), "dim"))


def _show_story(console: Console, story: Story) -> None:
    facts = [story.source, f"{story.published:%Y-%m-%d %H:%M} UTC" if story.published else ""]
    facts.append(f"story {story.id[:SHORT]}")
    console.print(Text(plain(story.headline) or "(no headline)"))
    console.print(Text(plain(" · ".join(fact for fact in facts if fact)), "dim"))


def login_name() -> str | None:
    """Return the name that somebody is logged in by, if there is one."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user may have none
        return None
