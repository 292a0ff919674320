"""A subscriber's channels: several ways to one person, each with what differs. Pure.

`[[subscriber.channel]]` belongs to the `[[subscriber]]` above it. Each channel becomes a table of
its own, as if the subscriber's keys stood in it, and is called by both names: `anna/mail`.
"""

from collections.abc import Iterable, Iterator, Sequence

from wirewatch.config.document import Leaf, Section
from wirewatch.config.faults import LineFault
from wirewatch.config.rules import slug
from wirewatch.config.wording import shown

TABLE = "subscriber.channel"
KIND = "kind"


def channels_apart(
    sections: Sequence[Section],
) -> tuple[list[Section], list[LineFault]]:
    """Return a section for each way to each subscriber, and what is wrong with their places."""
    people: list[tuple[Section, list[Section]]] = []
    problems = list(_bad_ids(sections))
    for section in sections:
        if section.name != TABLE:
            people.append((section, []))
        elif people:
            people[-1][1].append(section)
        else:
            problems.append(
                LineFault(
                    section.line, "[[subscriber.channel]] must stand below its [[subscriber]]"
                )
            )
    found: list[Section] = []
    for person, channels in people:
        own_kind = _leaf(person, KIND)
        if channels and own_kind is not None:
            what = "the subscriber has channels: name the kind in each of them"
            problems.append(LineFault(own_kind.line, f"kind: {what}"))
        found += [_merged(person, channel) for channel in channels] or [person]
    return found, problems


def once(problems: Iterable[LineFault]) -> tuple[LineFault, ...]:
    """Return each fault once: one in a subscriber's keys is found again in each channel."""
    seen: dict[tuple[int, str], LineFault] = {}
    for problem in problems:
        seen.setdefault((problem.line, problem.message.partition(": ")[2]), problem)
    return tuple(seen.values())


def _merged(person: Section, channel: Section) -> Section:
    keys = {leaf.key for leaf in channel.leaves}
    keys |= {"id", KIND}
    shared = [leaf for leaf in person.leaves if leaf.key not in keys]
    own = [leaf for leaf in channel.leaves if leaf.key != "id"]
    name = _leaf(channel, "id") or _leaf(channel, KIND)
    who = _leaf(person, "id")
    if who is None or name is None or not isinstance(who.value, str):
        return Section(person.name, True, channel.line, [*shared, *own])
    called = Leaf("id", f"{who.value}/{name.value}", name.line)
    return Section(person.name, True, channel.line, [called, *shared, *own])


def _bad_ids(sections: Iterable[Section]) -> Iterator[LineFault]:
    """Find ids of subscribers and channels that are none."""
    for section in sections:
        leaf = _leaf(section, "id")
        if leaf is None or not isinstance(leaf.value, str):
            continue
        try:
            slug(leaf.value)
        except ValueError as error:
            yield LineFault(leaf.line, f"{section.name} {shown(leaf.value)}: id: {error}")


def _leaf(section: Section, key: str) -> Leaf | None:
    return next((leaf for leaf in section.leaves if leaf.key == key), None)
