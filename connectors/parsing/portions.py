"""A feed too large for one go is read in portions, for as long as there is time.

What is left is read at the next poll, from where this one stopped: a machine that is busy, or a
publisher who shows its whole archive, costs time and never a story. Pure.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from connectors.formats.cleaning import MOST_ENTRIES, clean
from connectors.formats.encoding import honest
from connectors.formats.entry import NotAFeedError, Parsed, RawFeed
from connectors.formats.salvage import Parts, apart, root, starts

LARGE_ENTRIES, LARGE_BYTES = 2_000, 4 * 1024 * 1024
"""What is smaller in both ways is read in one go."""
PORTION_ENTRIES, PORTION_BYTES = 500, 512 * 1024

Parse = Callable[[bytes, str, str], RawFeed]


def parse_in_time(
    parse: Parse, body: bytes, url: str, content_type: str, *, start: int, late: Callable[[], bool]
) -> Parsed:
    """Return the entries from number `start` on, cleaned, as many as are read until it is `late`.

    `rest` of what it returns is where to go on; 0 when nothing is left. At least one portion is
    read, however late it is. Raises `NotAFeedError`.
    """
    if not _large(body):
        return clean(parse(body, url, content_type))
    body, content_type = honest(body, content_type)
    parts = apart(body)
    if parts is None:
        return clean(parse(body, url, content_type))
    total = len(parts.entries)
    at = start if start < total else 0
    found: list[Parsed] = []
    lost = 0
    fault = NotAFeedError("nothing in it can be read")
    for portion in _portions(parts, at):
        try:
            found.append(clean(parse(_document(parts, portion), url, content_type)))
        except NotAFeedError as error:  # no neighbour suffers by it
            lost, fault = lost + len(portion), error
        at += len(portion)
        if late() or sum(len(one.entries) for one in found) + PORTION_ENTRIES > MOST_ENTRIES:
            break
    if not found:
        raise fault
    rest = at if at < total else 0
    return _joined(found, lost, rest, _remark(start, at, total) if rest or start else "")


def _large(body: bytes) -> bool:
    if not root(body):  # no RSS, Atom or RDF
        return False
    return len(body) > LARGE_BYTES or len(starts(body)) > LARGE_ENTRIES


def _portions(parts: Parts, start: int) -> Iterator[Sequence[bytes]]:
    """Return the entries from `start` on in portions, each of at least one."""
    portion: list[bytes] = []
    size = 0
    for entry in parts.entries[start:]:
        if portion and (len(portion) == PORTION_ENTRIES or size + len(entry) > PORTION_BYTES):
            yield portion
            portion, size = [], 0
        portion.append(entry)
        size += len(entry)
    if portion:
        yield portion


def _document(parts: Parts, entries: Sequence[bytes]) -> bytes:
    return parts.head + b"".join(entries) + parts.tail


def _joined(found: Sequence[Parsed], lost: int, rest: int, remark: str) -> Parsed:
    remarks = dict.fromkeys(one for parsed in found for one in parsed.remarks)
    return replace(
        found[0],
        entries=tuple(entry for parsed in found for entry in parsed.entries),
        lost=lost + sum(parsed.lost for parsed in found),
        remarks=(*remarks, *([remark] if remark else [])),
        rest=rest,
    )


def _remark(start: int, end: int, total: int) -> str:
    told = f"a very large feed: entries {start + 1:,} to {end:,} of {total:,} read"
    return f"{told}, the rest follows at the next poll" if end < total else told
