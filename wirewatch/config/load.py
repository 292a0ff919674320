"""From a folder and an environment to a `Config`, or to every fault in them at once.

A file that isn't there is
replaced by the one that ships in `wirewatch/defaults`.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import msgspec

from connectors.delivery.sinks.subscriber import Subscriber
from connectors.polling.feed import Feed
from streams.model.watch import Watch
from streams.tagging import Office, TopicFile, shipped_topics
from streams.tagging.examples import Examples
from wirewatch.config.document import Section, decoded, read, referee
from wirewatch.config.examples import examples
from wirewatch.config.faults import ConfigError, Fault, LineFault
from wirewatch.config.feeds import feeds as made_feeds
from wirewatch.config.files import Disk, Files, UnreadableError
from wirewatch.config.find import ids
from wirewatch.config.offices import FILE as OFFICES
from wirewatch.config.offices import offices
from wirewatch.config.settings import Settings
from wirewatch.config.settings_file import Sources, settings
from wirewatch.config.subscribers import SecretSources, mail_without_server
from wirewatch.config.subscribers import subscribers as made_subscribers
from wirewatch.config.tables import FILES, SETTINGS, tables
from wirewatch.config.topics import FOLDER, topic
from wirewatch.config.watches import watches as made_watches

WATCHES = "watches.toml"
FEEDS = "feeds.toml"
SUBSCRIBERS = "subscribers.toml"
SECRETS = frozenset({FEEDS, SUBSCRIBERS, SETTINGS})
"""The files that name secrets."""


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """All that the operator asked for. `files` were read; for `defaults` the shipped ones were.

    `topics` and `offices` are the operator's own, beside the shipped ones.
    """

    settings: Settings
    feeds: tuple[Feed, ...]
    watches: tuple[Watch, ...]
    subscribers: tuple[Subscriber, ...]
    topics: tuple[TopicFile, ...]
    offices: tuple[Office, ...]
    files: tuple[str, ...]
    defaults: tuple[str, ...]
    examples: tuple[Examples, ...] = ()
    """Those of the operator, for shipped topics and for topics of their own."""
    is_stand_in: bool = False
    """The files have faults now: this is what they said when they were last good."""


class Lexicons(NamedTuple):
    """Topics and office holders that the operator adds to the shipped ones."""

    topics: tuple[TopicFile, ...]
    offices: tuple[Office, ...]


@dataclass(frozen=True)
class _ConfigFile:
    """A file as it was found. `whole` tells that nothing was wrong with its text."""

    name: str
    shipped: bool
    whole: bool
    text: str
    sections: list[Section]
    problems: list[LineFault]


def load(
    folder: Path,
    environment: Mapping[str, str],
    *,
    without: Collection[str] = (),
    secrets: Collection[str] = SECRETS,
    files: Files | None = None,
) -> Config:
    """Load the configuration in `folder`, or raise `ConfigError` with all that is wrong.

    The files `without` which it goes aren't read: nothing is in them, and nothing wrong. Of files
    that aren't among `secrets`, those that they name may be missing: who asks no feed and sends
    nothing needs none. `files` are those of the disk, unless others are given.
    """
    disk = files or Disk()
    found_files = _files(disk, folder, without)
    settings_file, feed_file, watch_file, subscriber_file = found_files.values()
    sources = Sources(
        sections=tuple(settings_file.sections),
        environment=environment,
        files=disk,
        folder=folder,
        current=Path.cwd(),
        secret=SETTINGS in secrets,
    )
    made, of_settings, faults = settings(sources)
    feeds, of_feeds = made_feeds(
        feed_file.sections,
        folder=folder,
        environment=environment,
        files=disk,
        secret=FEEDS in secrets,
    )
    topics, slugs, of_topics = _topics(disk, folder)
    holders, of_offices = _offices(disk, folder)
    taught, of_examples = examples(disk, folder, slugs)
    faults += of_topics + of_offices + of_examples
    watches, of_watches = made_watches(watch_file.sections, slugs)
    # Who names a watch isn't blamed if that watch may stand in what couldn't be read.
    watched = ids(watch_file.sections) if watch_file.whole else None
    hidden = SecretSources(
        folder=folder, files=disk, environment=environment, needed=SUBSCRIBERS in secrets
    )
    subscribers, of_subscribers = made_subscribers(
        subscriber_file.sections, hidden, watched=watched
    )
    of_subscribers += mail_without_server(subscriber_file.sections, subscribers, made.mail)
    found = (of_settings, of_feeds, of_watches, of_subscribers)
    for file, problems in zip(found_files.values(), found, strict=True):
        faults += _faults(file, problems)
    if faults:
        raise ConfigError(tuple(sorted(set(faults))), made.data)
    names = tuple(file.name for file in found_files.values() if not file.shipped)
    own = [f"{FOLDER}/{path.name}" for path in disk.ending(folder / FOLDER, ".toml")]
    own += [OFFICES] if holders is not None else []
    return Config(
        settings=made,
        feeds=feeds,
        watches=watches,
        subscribers=subscribers,
        topics=topics,
        offices=holders or (),
        examples=taught,
        files=(*names, *own),
        defaults=tuple(name for name in found_files if name not in names),
    )


def load_feeds(folder: Path, environment: Mapping[str, str]) -> tuple[Feed, ...] | None:
    """Load the operator's feeds alone, `None` if there is no feeds.toml; or raise `ConfigError`."""
    disk = Disk()
    file = _file(disk, folder, FEEDS)
    if file.shipped:
        return None
    found, problems = made_feeds(file.sections, folder=folder, environment=environment, files=disk)
    if faults := _faults(file, problems):
        raise ConfigError(tuple(sorted(set(faults))))
    return found


def load_lexicons(folder: Path) -> Lexicons:
    """Load the topics and office holders of a folder, such as drafts, or raise `ConfigError`."""
    if not (folder / FOLDER).is_dir() and not (folder / OFFICES).is_file():
        nothing = f"holds no lexicons: neither a folder {FOLDER} nor {OFFICES}"
        raise ConfigError((Fault(str(folder), 0, nothing),))
    topics, _, of_topics = _topics(Disk(), folder)
    holders, of_offices = _offices(Disk(), folder)
    if faults := of_topics + of_offices:
        raise ConfigError(tuple(sorted(set(faults))))
    return Lexicons(topics, holders or ())


def load_watches(path: Path, topics: Iterable[TopicFile]) -> tuple[Watch, ...]:
    """Load the watches of a file by any name, such as a draft, or raise `ConfigError`."""
    if not path.exists():
        raise ConfigError((Fault(str(path), 0, "no such file"),))
    return _watches(_file(Disk(), path.parent, path.name, like=WATCHES), topics)


def read_watches(data: bytes, name: str, topics: Iterable[TopicFile]) -> tuple[Watch, ...]:
    """Read the watches of a text that stands in no file, or raise `ConfigError` under a name."""
    return _watches(_parsed(name, data, kind=WATCHES), topics)


def _watches(file: _ConfigFile, topics: Iterable[TopicFile]) -> tuple[Watch, ...]:
    slugs = {topic.slug for topic in (*shipped_topics(), *topics)}
    watches, problems = made_watches(file.sections, slugs)
    if faults := _faults(file, problems):
        raise ConfigError(tuple(sorted(set(faults))))
    return watches


def _topics(files: Files, folder: Path) -> tuple[tuple[TopicFile, ...], set[str], list[Fault]]:
    """Return the operator's topics, the slugs that watches may name, and all that is wrong.

    A topic that can't be read still lends its slug: the watches that name it aren't to blame.
    """
    found: dict[str, TopicFile] = {}
    slugs = {topic.slug for topic in shipped_topics()}
    faults: list[Fault] = []
    for path in files.ending(folder / FOLDER, ".toml"):
        name = f"{FOLDER}/{path.name}"
        file = _file(files, folder, name)
        document = read(file.text)
        made, problems = topic(document)
        faults += _faults(file, problems)
        slugs.update(str(leaf.value) for leaf in document.sections[0].leaves if leaf.key == "slug")
        if made is None:
            continue
        if made.slug in found:
            faults.append(Fault(name, 1, f"slug: {made.slug} is another file's already"))
        found[made.slug] = made
    return tuple(found.values()), slugs, faults


def _offices(files: Files, folder: Path) -> tuple[tuple[Office, ...] | None, list[Fault]]:
    """Return the operator's office holders, `None` if there is no file of them."""
    try:
        data = files.read(folder / OFFICES)
    except UnreadableError as error:
        return None, [Fault(OFFICES, 0, str(error))]
    if data is None:
        return None, []
    text, undecoded = decoded(data)
    found, problems = offices(text)
    return found, [problem.of(OFFICES) for problem in (*undecoded, *problems)]


def _faults(file: _ConfigFile, found: Collection[LineFault]) -> list[Fault]:
    problems = [*file.problems, *found]
    if not problems and (unseen := referee(file.text)):
        problems = [unseen]
    return [
        problem.of(f"defaults/{file.name}" if file.shipped else file.name) for problem in problems
    ]


def _files(files: Files, folder: Path, without: Collection[str]) -> dict[str, _ConfigFile]:
    if isinstance(files, Disk) and not folder.is_dir():
        missing = Fault(str(folder), 0, "no such folder: it should hold your TOML files")
        raise ConfigError((missing,))
    nothing = {name: _ConfigFile(name, True, False, "", [], []) for name in without}
    return {name: nothing.get(name) or _file(files, folder, name) for name in FILES}


def _file(files: Files, folder: Path, name: str, *, like: str = "") -> _ConfigFile:
    """Read a file, or the one that ships if there is none; it may hold what one `like` it may."""
    try:
        own = files.read(folder / name)
    except UnreadableError as error:
        return _unreadable(name, str(error))
    shipped = own is None
    data = (
        resources.files("wirewatch").joinpath("defaults", name).read_bytes() if own is None else own
    )
    return _parsed(name, data, shipped=shipped, kind=like or name)


def _parsed(name: str, data: bytes, *, kind: str, shipped: bool = False) -> _ConfigFile:
    text, problems = decoded(data)
    document = read(text)
    problems += document.problems
    whole = not problems
    sections, misplaced = tables(document, kind) if kind in FILES else ([], [])
    return _ConfigFile(name, shipped, whole, text, sections, [*problems, *misplaced])


def _unreadable(name: str, why: str) -> _ConfigFile:
    return _ConfigFile(name, False, False, "", [], [LineFault(0, why)])
