"""Feeds to be written: what each is called, and its `[[feed]]` block. Pure."""

import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, count
from urllib.parse import urlsplit

from wirewatch.config import rules
from wirewatch.config.faults import LineFault
from wirewatch.config.feeds import LONGEST, SHORTEST
from wirewatch.feedlist.imported_feed import ImportedList, Listed, same

ID_LENGTH = 40
SHORT = 3
"""Characters under which a title gives no id: most of it was in another script."""


@dataclass(frozen=True, kw_only=True)
class Block:
    """A feed as it will stand in `feeds.toml`."""

    id: str
    url: str
    source: str
    language: str | None = None
    country: str | None = None
    interval: int | None = None
    tags: tuple[str, ...] = ()
    full_text: bool = False

    def toml(self) -> str:
        """Return the block; a JSON string of printable characters is a TOML string."""
        written = {
            "id": self.id,
            "url": self.url,
            "source": self.source,
            "language": self.language,
            "country": self.country,
            "interval": self.interval,
            "tags": list(self.tags),
            "full_text": self.full_text,
        }
        lines = [
            f"{key} = {json.dumps(value, ensure_ascii=False)}"
            for key, value in written.items()
            if value
        ]
        return "\n".join(["[[feed]]", *lines, ""])


@dataclass(frozen=True)
class ImportPlan:
    """What an import will do: blocks to write, what repeats another, what can't be taken."""

    blocks: tuple[Block, ...]
    duplicates: tuple[LineFault, ...]
    problems: tuple[LineFault, ...]


def plan(read: ImportedList, *, known: Mapping[str, str], taken: Collection[str]) -> ImportPlan:
    """Decide what becomes of a list.

    `known` gives the id of each feed that is there by its address (as `same` puts it), `taken`
    all ids.
    """
    blocks: list[Block] = []
    duplicates: list[LineFault] = []
    there = {address: f'already there as "{name}"' for address, name in known.items()}
    ids = {name.lower() for name in taken}
    for feed in read.feeds:
        address = same(feed.url)
        if address in there:
            duplicates.append(LineFault(feed.line, there[address]))
            continue
        there[address] = f"the same as in line {feed.line}"
        block = block_of(feed, ids)
        ids.add(block.id.lower())
        blocks.append(block)
    return ImportPlan(tuple(blocks), tuple(duplicates), read.problems)


def block_of(feed: Listed, taken: Collection[str]) -> Block:
    """Return a listed feed its name and its id, which none in `taken` (lower case) has."""
    host = (urlsplit(feed.url).hostname or "").removeprefix("www.")
    interval = feed.interval if SHORTEST <= (feed.interval or 0) <= LONGEST else None
    return Block(
        id=free(feed.id if rules.SLUG.fullmatch(feed.id) else stem([feed.name, host]), taken),
        url=feed.url,
        source=feed.name or host,
        language=feed.language,
        country=feed.country,
        interval=interval,
        tags=feed.tags,
    )


def stem(names: Iterable[str]) -> str:
    """Make an id of the first name that gives one."""
    return next((made for made in map(_id, names) if len(made) >= SHORT), "feed")


def free(name: str, taken: Collection[str]) -> str:
    """Return the id, with a number behind it if it is taken."""
    numbered = (f"{name}-{number}" for number in count(2))
    return next(made for made in chain([name], numbered) if made.lower() not in taken)


def _id(name: str) -> str:
    if rules.SLUG.fullmatch(name):
        return name.lower() if len(name) <= ID_LENGTH else name[:ID_LENGTH].lower()
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    made = ""
    for word in words:
        longer = f"{made}-{word}" if made else word[:ID_LENGTH]
        if len(longer) > ID_LENGTH:
            break
        made = longer
    return made
