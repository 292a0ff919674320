"""A simulated week: thirty invented events among other news, each in 1 to 40 copies.

Copies come with new guids, addresses and headlines, cut short, in other words, in a third
language or script, late and out of order; some events are corrected, some killed.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec

from benchmarks.grouping.stories import matched, story_of
from streams.grouping import Gathering
from streams.model.alert import Kind
from streams.model.story import Status, Story
from streams.model.watch import Match, Notice

START = datetime(2026, 3, 2, tzinfo=UTC)
CORRECTED = range(0, 30, 5)
KILLED = range(2, 30, 5)


class Event(NamedTuple):
    """An event in two English wordings and one in another language, each headline and text."""

    wordings: tuple[tuple[str, str], ...]


def events() -> list[Event]:
    """Read the events."""
    lines = Path(__file__).with_suffix(".txt").read_text("utf-8").splitlines()
    rows = (line.split(" | ") for line in lines if not line.startswith("#"))
    return [Event(tuple(zip(row[::2], row[1::2], strict=True))) for row in rows]


def stories() -> list[tuple[int, Story]]:
    """Return all stories with the number of their event, in the order they come in."""
    dice = random.Random(7)
    found: list[tuple[int, Story]] = []
    for number, event in enumerate(events()):
        begin = START + timedelta(hours=dice.uniform(2, 140))
        copies = 1 + (number * 17) % 40
        found.append((number, _copy(number, 0, event.wordings[0], begin, begin)))
        for copy in range(1, copies):
            wording = event.wordings[_which(copy)]
            at = begin + timedelta(hours=dice.uniform(0.2, 20))
            seen = at + timedelta(hours=dice.choice((0.0, 0.1, 1.0, 5.0)))
            found.append((number, _copy(number, copy, _churned(wording, copy), at, seen)))
        ends = begin + timedelta(hours=28)
        if number in CORRECTED:
            headline, body = event.wordings[0]
            right = (f"CORRECTION: {headline}", f"{body} An earlier figure was wrong: it is 17.")
            found.append((number, _note(number, 90, right, ends, Status.CORRECTED)))
        if number in KILLED:
            kill = (f"KILL: {event.wordings[0][0]}", "Editors: do not use this story.")
            found.append((number, _note(number, 91, kill, ends, Status.CANCELED)))
    return sorted(found, key=lambda one: (one[1].first_seen, one[1].id))


def _which(copy: int) -> int:
    """Of five copies three have the first wording, one other words, one another language."""
    return (0, 0, 1, 0, 2)[copy % 5]


def _churned(wording: tuple[str, str], copy: int) -> tuple[str, str]:
    headline, body = wording
    match copy % 4:
        case 1:
            return f"{headline} - Outlet {copy}", body
        case 2:
            return " ".join(headline.split()[1:]), body[: max(60, len(body) * 2 // 3)] + "..."
        case 3:
            return headline.upper(), f"By a staff writer\n{body}\nMore follows."
    return headline, body


def _copy(
    number: int,
    copy: int,
    wording: tuple[str, str],
    at: datetime,
    seen: datetime,
    status: Status = Status.USABLE,
) -> Story:
    name = f"event {number} copy {copy}"
    return story_of(name, *wording, at, seen=seen, source=f"Outlet {copy}", status=status)


def _note(number: int, copy: int, wording: tuple[str, str], at: datetime, status: Status) -> Story:
    """Return a correction or kill, an entry of its own of the outlet that was first."""
    story = _copy(number, copy, wording, at, at, status)
    return msgspec.structs.replace(story, source="Outlet 0")


def play(background: Sequence[Story]) -> None:
    """Play the week among other stories, and print the account."""
    own = {story.id: number for number, story in stories()}
    shift = START - min((story.first_seen for story in background), default=START)
    moved = [
        story_of(s.id, s.headline, s.body, s.first_seen + shift, seen=s.first_seen + shift)
        for s in background
        if s.first_seen + shift < START + timedelta(days=7)
    ]
    stream = sorted(
        [*moved, *(story for _, story in stories())], key=lambda s: (s.first_seen, s.id)
    )
    gathering = Gathering()
    alerts: defaultdict[int, set[str]] = defaultdict(set)
    opened: Counter[int] = Counter()
    told: defaultdict[int, set[str]] = defaultdict(set)
    strangers = 0
    for story in stream:
        outcome = gathering.step(_record(story), story.first_seen)
        number = own.get(story.id)
        for alert in outcome.groupings:
            if number is not None:
                alerts[number].add(alert)
            else:
                strangers += any(alert in known for known in alerts.values())
        for event in outcome.events:
            if number is not None and event.story.id == story.id:
                told[number].add(event.reason)
                opened[number] += event.kind is Kind.OPENED
    show(opened, alerts, told, strangers, len(stream), len(own))


def _record(story: Story) -> Match | Notice:
    match = matched(story)
    if story.status is Status.CANCELED:
        return Notice(story=story, tags=match.tags, times=match.times)
    return match


def show(
    opened: Counter[int],
    alerts: dict[int, set[str]],
    told: dict[int, set[str]],
    strangers: int,
    size: int,
    own: int,
) -> None:
    """Print the account of the week."""
    total = len(events())
    owners = Counter(alert for known in alerts.values() for alert in known)
    once = [n for n in range(total) if opened[n] == 1 and all(owners[a] == 1 for a in alerts[n])]
    corrected = sum(any("corrected" in why for why in told[number]) for number in CORRECTED)
    killed = sum(any("killed" in why for why in told[number]) for number in KILLED)
    print(f"stories, of which of the events         {size:>7} {own:>7}")
    print(f"events with exactly one opened          {len(once):>7} of {total}")
    print(f"events lost                             {sum(not opened[n] for n in range(total)):>7}")
    print(f"other stories in their alerts           {strangers:>7}")
    print(f"corrections followed                    {corrected:>7} of {len(CORRECTED)}")
    print(f"kills followed                          {killed:>7} of {len(KILLED)}")
    for number in sorted(set(range(total)) - set(once)):
        print(f"  {opened[number]} opened: {events()[number].wordings[0][0]}")
