"""OPML, as the world writes it: read with forgiveness, written with care. Pure.

Half of the OPML about is no XML: ampersands stand bare, tags stay open, files end half way. So
outlines are found by themselves, each in the text up to the next one; no parser that could
stop, and nothing that could expand an entity or open a file.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from itertools import groupby, pairwise
from xml.sax.saxutils import quoteattr

from connectors.polling.feed import FOLDER, Feed
from wirewatch.config.faults import LineFault
from wirewatch.feedlist import imported_feed
from wirewatch.feedlist.imported_feed import ImportedList, Listed, ListError

OUTLINE = re.compile(r"<(/?)(?:\w{1,20}:)?outline\b", re.IGNORECASE)
END = re.compile(r"""(?:"[^"]*"|'[^']*'|[^"'>])*+>""")
ATTRIBUTE = re.compile(
    r"""(?<![\w:.-])([\w:.-]{1,64}+)\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))"""
)
LOST_URL = re.compile(r"""xmlurl\s*+=\s*+["']?+\s*+(\w++:[^\s"'<>]++)""", re.IGNORECASE)
"""The address in an outline whose quotes don't pair."""
ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)
NAMES = ("title", "text")
ELSEWHERE = {"link", "include"}
DEEPEST = 16
"""Folders within folders that name a feed's tags. Folders that are never closed make no end."""


@dataclass(frozen=True)
class _Tag:
    """An `<outline ...>` or `</outline>`. `cut` says that the file ends before the tag does."""

    line: int
    closing: bool
    empty: bool
    cut: bool
    attributes: Mapping[str, str]


def read(text: str) -> ImportedList:
    """Read all feeds there are. Raises `ListError` when there is not one outline."""
    tags = list(_tags(_without_comments(text)))
    if not tags:
        raise ListError("there is no <outline> in it: is it an OPML file?")
    opened = sum(not tag.closing and not tag.empty for tag in tags)
    balanced = opened == sum(tag.closing for tag in tags)
    feeds: list[Listed] = []
    problems: list[LineFault] = []
    folders = _Folders()
    for tag in tags:
        if tag.closing:
            folders.close()
            continue
        if tag.cut:
            problems.append(LineFault(tag.line, "the file ends in the middle of this outline"))
            continue
        url = _url(tag.attributes)
        if url is None and not tag.empty:
            folders.open(_name(tag.attributes))
            continue
        if not tag.empty and balanced:
            folders.open("")  # a feed with a closing tag of its own
        outcome = _feed(tag, url, folders.names())
        if isinstance(outcome, Listed):
            feeds.append(outcome)
        else:
            problems.append(outcome)
    return ImportedList(tuple(feeds), tuple(problems))


class _Folders:
    """The folders that are open, the outermost first; what is deeper than `DEEPEST` is counted."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._deeper = 0

    def open(self, name: str) -> None:
        """Open a folder, perhaps without a name."""
        if len(self._names) < DEEPEST:
            self._names.append(name)
        else:
            self._deeper += 1

    def close(self) -> None:
        """Close the innermost one, if there is any."""
        if self._deeper:
            self._deeper -= 1
        else:
            self._names[-1:] = []

    def names(self) -> list[str]:
        """Return their names."""
        return [name for name in self._names if name]


def _without_comments(text: str) -> str:
    """Blank out comments; one that never ends is none."""
    parts, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        parts += [text[at:start], "\n" * text.count("\n", start, end)]
        at = end + 3
    return "".join([*parts, text[at:]])


def _tags(text: str) -> Iterator[_Tag]:
    starts = list(OUTLINE.finditer(text))
    line, counted = 1, 0
    for start, following in pairwise([*starts, None]):
        if start is None:
            return
        line += text.count("\n", counted, start.start())
        counted = start.start()
        piece = text[start.end() : following.start() if following else len(text)]
        end = END.match(piece)
        # Quotes that don't pair: the tag ends at its last bracket.
        inner = piece[: end.end() if end else piece.rfind(">") + 1] or piece
        yield _Tag(
            line=line,
            closing=bool(start[1]),
            empty=inner.rstrip("> \n\t").endswith("/"),
            cut=following is None and not inner.endswith(">"),
            attributes=_attributes(inner),
        )


def _attributes(inner: str) -> Mapping[str, str]:
    found = {
        match[1].lower(): _unescaped(match[2] or match[3] or match[4] or "")
        for match in ATTRIBUTE.finditer(inner)
    }
    if not found.get("xmlurl", "").strip() and (lost := LOST_URL.search(inner)):
        found["xmlurl"] = _unescaped(lost[1])
    return found


def _unescaped(text: str) -> str:
    """Resolve entities that are closed: a bare `&section=5` belongs to an address."""
    return ENTITY.sub(lambda match: unescape(match[0]), text).strip()


def _url(attributes: Mapping[str, str]) -> str | None:
    """Return the feed's address as it is written, `None` for an outline that is no feed."""
    for key in ("xmlurl", "feedurl"):
        if attributes.get(key):
            return attributes[key]
    kind = attributes.get("type", "").lower()
    if "xmlurl" in attributes or (kind and kind not in ELSEWHERE and kind != "folder"):
        return attributes.get("url", "")
    return None


def _name(attributes: Mapping[str, str]) -> str:
    return next((attributes[key] for key in NAMES if attributes.get(key)), "")


def _feed(tag: _Tag, url: str | None, folders: list[str]) -> Listed | LineFault:
    if not url:
        elsewhere = tag.attributes.get("type", "").lower() in ELSEWHERE
        said = "a link to somewhere else" if elsewhere else "no address (xmlUrl) of a feed"
        return LineFault(tag.line, said)
    try:
        address = imported_feed.address(url)
    except ValueError as error:
        return LineFault(tag.line, str(error))
    categories = re.split(r"[,/]", tag.attributes.get("category", ""))
    return Listed(
        line=tag.line,
        url=address,
        name=imported_feed.name(_name(tag.attributes)),
        language=imported_feed.language(tag.attributes.get("language", "")),
        tags=imported_feed.tags([*folders, *categories]),
    )


def write(feeds: Iterable[Feed]) -> str:
    """Return the feeds as OPML 2.0, each in the folder of its first tag.

    Wire folders of this machine stay out: nobody else can read them. So do secrets.
    """
    sorted_feeds = sorted(
        (feed for feed in feeds if not feed.url.startswith(FOLDER)), key=lambda feed: feed.tags[:1]
    )
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        "  <head><title>wirewatch feeds</title></head>",
        "  <body>",
    ]
    for folder, members in groupby(sorted_feeds, key=lambda feed: feed.tags[:1]):
        indent = "      " if folder else "    "
        if folder:
            lines.append(f"    <outline text={quoteattr(folder[0])}>")
        lines += [f"{indent}<outline {_outline(feed)}/>" for feed in members]
        if folder:
            lines.append("    </outline>")
    return "\n".join([*lines, "  </body>", "</opml>", ""])


def _outline(feed: Feed) -> str:
    attributes = {
        "type": "rss",
        "text": feed.source,
        "title": feed.source,
        "xmlUrl": feed.url,
        "language": feed.language,
        "category": ",".join(f"/{tag.replace('/', ' ').replace(',', ' ')}" for tag in feed.tags),
    }
    return " ".join(f"{key}={quoteattr(value)}" for key, value in attributes.items() if value)
