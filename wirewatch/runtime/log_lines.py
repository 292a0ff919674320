"""What people see of the log of a run: which of its lines, and in which words."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from rich.text import Text

from connectors.delivery.sinks.terminal_text import plain
from connectors.kept_file import NOT_READ
from streams.model.feed_health import READABLE
from wirewatch.counted import counted
from wirewatch.runtime.child_process import STRAY, ServiceMessage
from wirewatch.runtime.logs import CRASHED

COUNTED = {"progress", "delivered", "delivery_moot", "feed_left", "canary"}
"""Events that the line of totals tells better, asked for more or not."""
ROUTINE = {"info", "debug"}
TOLD = {
    "file_written_again",
    "broker_back",
    "outbox",
    "page",
    "page_waits",
    "feed_served",
    "served_at_last",
}
"""Events that are no warning and yet shown: what was told of is over, or where to look."""
STYLES = {"warning": "yellow", "error": "red", "critical": "bold red"}
SPIKES_NEVER = "spikes_never_told"
SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "restarting": "restarts in {in_seconds} s: {cause}",
        "restarts_often": "restarted {in_the_last_hour} times in the last hour: {cause}",
        "killed": "{because} and was cut off; {meaning}",
        "line_too_long": "wrote a line of {bytes} bytes, which was left out",
        "output_not_read": "nobody read the output: {lines} lines were left out",
        "file_written_again": "{file} can be written again",
        "archive_waits": "{because}",
        "archive_moved_aside": "the archive is filled anew from Kafka: {cause}; the file is kept as"
        " {kept_as}",
        "spike_told": "{watch}: {reason}",
        SPIKES_NEVER: "{because}",
        "spikes_not_told": "{error}; spikes are told once that is mended",
        "file_not_written": "{file} can't be written: {error}; what is to be in it waits",
        "page": "alerts can be read at {at}",
        "feed_served": "the feed of {subscriber} is at {at}",
        "not_served": "{because}; everything else goes on, and it is tried again",
        "served_at_last": "{what} can be served now",
        "page_waits": "{because}; everything else goes on",
        "broker_back": "Kafka runs again",
        "canary_late": "no canary comes through: alerts may be late; {remedy}",
        "canary_back": "canaries come through again",
        "frozen": "no sign of life for {silent_for} s: it is ended, and started again",
        "restart_needed": "{because}",
        "no_second_reader": "topics are found by words alone: {because}",
        "second_reader_untrained": "the second reader: {because}",
        "encoder_failed": "the encoder gave no answer, so topics are found by words alone; it is "
        "asked again in {again_in_seconds} s: {error}",
        "encoder_restarted": "the encoder's process had ended ({ended}), and was started again",
    }
)
"""Events that people read as a sentence."""
KEPT, MENDED, RELOADED = "_kept", "_mended", "_reloaded"
RELOADABLE = ("feeds", "watches", "subscribers", "settings")
"""What is read anew when its file is edited; each service speaks of its own."""
LAST_GOOD = "last_good_configuration"
MANY = "many_feeds"
NAMED = 5
"""Feeds of one state that are named within a minute: off the network there are hundreds."""
NAMED_SECONDS = 60.0
SAME_SECONDS = 10.0
"""Services that read the same file say the same of it within this time."""
START = 180.0
"""Seconds within which all services of a run have read what they keep."""
VALUE_CHARACTERS = 200


class Chosen:
    """Chooses the lines that people see: warnings, and what ends them; with `verbose` all.

    A feed that can't be read is told of when that begins, when it is another fault, and when it is
    over, not at every poll.
    """

    def __init__(self, *, verbose: bool, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing said."""
        self._verbose = verbose
        self._clock = clock
        self._feeds: dict[str, str] = {}
        self._named: dict[str, tuple[float, int]] = {}
        self._said: dict[tuple[str, ...], float] = {}

    def __call__(self, said: ServiceMessage) -> ServiceMessage | None:
        """Return the line to show for one of the log, if any."""
        event = str(said.facts.get("event", ""))
        if event in COUNTED:
            return None
        if self._verbose:
            return said
        if event == "feed_polled":
            return self._of_feed(said) if self._is_news(said.facts) else None
        return said if self._is_worth_it(event, said.facts) else None

    def _is_worth_it(self, event: str, facts: Mapping[str, Any]) -> bool:
        if event in {LAST_GOOD, SPIKES_NEVER, NOT_READ} or _of_reload(event):
            return self._is_first(event, facts)
        return event in TOLD or str(facts.get("level", "info")) not in ROUTINE

    def _is_news(self, facts: Mapping[str, Any]) -> bool:
        feed, state = str(facts.get("feed")), str(facts.get("state"))
        before = self._feeds.pop(feed, None)
        if state in READABLE:
            return before is not None
        self._feeds[feed] = state
        return before != state

    def _of_feed(self, said: ServiceMessage) -> ServiceMessage | None:
        """Return the line of a feed; one for all that follow where there are many of the kind."""
        state, now = str(said.facts.get("state")), self._clock()
        since, count = self._named.get(state, (now, 0))
        if now - since > NAMED_SECONDS:
            since, count = now, 0
        self._named[state] = since, count + 1
        if count < NAMED:
            return said
        return (
            ServiceMessage(said.service, {**said.facts, "event": MANY}) if count == NAMED else None
        )

    def _is_first(self, event: str, facts: Mapping[str, Any]) -> bool:
        """Return whether no other service has just said the same."""
        what = event if event.endswith(RELOADED) else event.rpartition("_")[2]
        key = (what, str(facts.get("file")), *map(str, facts.get("because", ())))
        now = self._clock()
        before, self._said[key] = self._said.get(key), now
        return before is None or now - before > (START if event == NOT_READ else SAME_SECONDS)


def _of_reload(event: str) -> bool:
    name, _, what = event.rpartition("_")
    return name in RELOADABLE and f"_{what}" in {KEPT, MENDED, RELOADED}


def line(said: ServiceMessage, *, verbose: bool) -> Text:
    """Return a log line: time, service, event and facts. Faults of a file are a list below it."""
    facts = dict(said.facts)
    level = str(facts.pop("level", "info"))
    at = str(facts.pop("timestamp", ""))[11:19]
    event = str(facts.pop("event", ""))
    below: list[str] = []
    if not facts.pop(STRAY, False):
        event, facts, below = sentence(event, facts, verbose=verbose)
    told = " ".join(f"{name}={_short(value)}" for name, value in facts.items())
    text = Text()
    text.append(f"{at or format(datetime.now(UTC), '%H:%M:%S')} ", "dim")
    text.append(f"{said.service:<8}", "cyan")
    text.append(plain(event), STYLES.get(level, ""))
    text.append(f"  {plain(told)}" if told else "", "dim")
    for one in below:
        text.append(f"\n         - {plain(one)}")
    return text


def sentence(
    event: str, facts: Mapping[str, Any], *, verbose: bool = False
) -> tuple[str, dict[str, Any], list[str]]:
    """Return an event in words, the facts that are not in them, and what stands below, in lines."""
    name, _, what = event.rpartition("_")
    faults = [str(one) for one in facts.get("because", ())]
    if _of_reload(event):
        match f"_{what}":
            case "_kept":  # told once, by one of the services that read the file
                return (
                    f"{facts.get('faults', 'a fault')}: what was before stays in force",
                    {},
                    faults,
                )
            case "_mended":
                return "the fault is mended: what the files say is in force", {}, []
            case _:
                return f"{name} edited, and in force: {_changes(name, facts)}", {}, []
    if event == LAST_GOOD:
        told = f"{facts.get('faults', 'a fault')}: what was good at {facts.get('of')} is in force"
        return told, {}, faults
    if event == CRASHED:
        trace = str(facts.get("exception", "")).splitlines()
        return f"a fault of the program ended it: {facts.get('error')}", {}, trace
    if event == "feed_polled" and not verbose:
        return _feed(facts), {}, []
    if event == MANY:
        what = "can be read again" if str(facts.get("state")) in READABLE else _state(facts)
        return f"more feeds: {what}; `wirewatch feeds list` shows which", {}, []
    if event in SENTENCES:
        try:
            return SENTENCES[event].format_map(facts), {}, []
        except KeyError:  # less than what there should be: show what there is
            pass
    return event.replace("_", " "), dict(facts), []


def _feed(facts: Mapping[str, Any]) -> str:
    if str(facts.get("state")) in READABLE:
        return f"{facts.get('feed')} can be read again"
    return f"{facts.get('feed')}: {facts.get('detail') or _state(facts)}"


def _state(facts: Mapping[str, Any]) -> str:
    return str(facts.get("state")).replace("_", " ")


def _changes(name: str, facts: Mapping[str, Any]) -> str:
    """Name what an edit added, removed and changed, and say how many there are now."""
    parts = [
        f"{change} {', '.join(map(str, facts[change]))}"
        for change in ("added", "removed", "changed")
        if facts.get(change)
    ]
    number = facts.get(name)
    one = "watch" if name == "watches" else name.removesuffix("s")
    there = [f"{counted(number, one)} now"] if isinstance(number, int) else []
    return "; ".join([*parts, *there])


def _short(value: Any) -> str:  # noqa: ANN401 - a log line's facts are of any type
    text = str(value)
    return text if len(text) <= VALUE_CHARACTERS else text[:VALUE_CHARACTERS] + "..."
