"""Watches and subscribers: what their tables may hold, and what must fit together."""

from collections.abc import Collection, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from connectors.sinks.subscriber import SinkKind, Subscriber
from streams.watch import Watch
from wirewatch.config import rules, secrets
from wirewatch.config.check import Checked, Shape
from wirewatch.config.document import Section
from wirewatch.config.faults import Problem
from wirewatch.config.find import find
from wirewatch.config.words import choose


class WrittenWatch(Watch, frozen=True, kw_only=True):
    """A watch as it stands in the file: it can be switched off."""

    enabled: bool = True


class WrittenSubscriber(msgspec.Struct, frozen=True, kw_only=True):
    """A subscriber as it stands in the file: it only names where its secret is."""

    id: str
    kind: SinkKind
    url: str | None = None
    secret_env: str | None = None
    secret_file: str | None = None
    watches: tuple[str, ...] = ()


def watches(
    sections: list[Section], topics: Collection[str]
) -> tuple[tuple[Watch, ...], tuple[Problem, ...]]:
    """Give the watches that are switched on, their pairs sorted."""
    shape = Shape(
        kind=WrittenWatch,
        rules={
            "id": rules.slug,
            "title": rules.line_of_text,
            "pair": rules.country,
            "topics": partial(choose, allowed=sorted(topics)),
        },
    )
    all_found = find(sections, shape, _watch_together)
    return tuple(_watch(t) for t in all_found.tables if t.get("enabled", True)), all_found.problems


def subscribers(
    sections: list[Section],
    *,
    folder: Path,
    environment: Mapping[str, str],
    watched: list[str] | None,
) -> tuple[tuple[Subscriber, ...], tuple[Problem, ...]]:
    """Give the subscribers with their secrets. No `watched` means: the watches aren't known."""
    shape = Shape(
        kind=WrittenSubscriber,
        rules={
            "id": rules.slug,
            "url": rules.address,
            "secret_env": partial(secrets.from_environment, environment, secrets.signing_secret),
            "secret_file": partial(secrets.from_file, folder, secrets.signing_secret),
            "watches": rules.slug if watched is None else partial(choose, allowed=watched),
        },
        refused={"secret": secrets.REFUSED},
    )
    all_found = find(sections, shape, _subscriber_together)
    return tuple(_subscriber(table) for table in all_found.tables), all_found.problems


def _watch(table: Mapping[str, Any]) -> Watch:
    first, second = sorted(table["pair"])
    rest = {key: value for key, value in table.items() if key not in ("enabled", "pair")}
    return Watch(pair=(first, second), **rest)


def _subscriber(table: Mapping[str, Any]) -> Subscriber:
    named = {key: value for key, value in table.items() if not key.startswith("secret_")}
    return Subscriber(secret=table.get("secret_env") or table.get("secret_file"), **named)


def _watch_together(watch: Checked) -> Iterator[tuple[str, str]]:
    for key in ("topics", "relations", "stances"):
        if watch.values.get(key) == ():
            yield key, "the list is empty, so that no story would ever match: name at least one"
    pair = watch.values.get("pair")
    if pair and len(set(pair)) == 1:
        yield "pair", f"{pair[0]} twice: a pair is two countries"


def _subscriber_together(subscriber: Checked) -> Iterator[tuple[str, str]]:
    written = subscriber.lines
    kind = subscriber.values.get("kind")
    if kind is SinkKind.WEBHOOK and "url" not in written:
        yield "url", "missing: a webhook needs the address to send to"
    if kind is SinkKind.TERMINAL:
        for key in ("url", "secret_env", "secret_file"):
            if key in written:
                yield key, 'a terminal has none: remove it, or say kind = "webhook"'
    if "secret_env" in written and "secret_file" in written:
        yield "secret_file", "secret_env is there too: keep one of them"
