"""The head of an answer, made ready for a strict parser. Pure.

Servers send what the standard forbids, and curl and browsers read it: the same length twice, a
body after "not modified", names with spaces, lines of 10 KB. aiohttp's parser refuses all of that,
as a proxy must: who comes after it may read the same bytes otherwise. Here nobody does. How long
the body is gets decided once, and a connection whose answer was mended serves no other.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 256 * 1024
"""Bytes of a head."""
MOST_FIELDS = 5_000
END = re.compile(rb"\n\r?\n")
LONGEST_STATUS = 8 * 1024
SHOWN = 40

_STATUS = re.compile(rb"HTTP/(\d(?:\.\d)?)[ \t]+(\d{3})(?!\d)[ \t]*(.*)", re.IGNORECASE | re.DOTALL)
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_LENGTH = re.compile(rb"\+?(\d{1,18})")
_NO_BODY = (204, 304)
_SWITCHING = 101

Field = tuple[bytes, bytes]


class HeadError(ValueError):
    """The head can't be read. The message says what is wrong with the answer: "it has ..."."""


@dataclass(frozen=True, kw_only=True)
class ResponseHead:
    """A head as the standard wants it.

    `length` is how many bytes of body follow, `None` if that isn't told: then it is all that
    follows, or comes in chunks. `interim` says that the answer itself is still to come. After
    `mended` ones it is unsure what else the connection holds.
    """

    raw: bytes
    length: int | None
    chunked: bool = False
    interim: bool = False
    mended: bool = False


def read_head(raw: bytes, *, to_head: bool = False) -> ResponseHead:
    """Read a head up to the empty line. `to_head`: it answers HEAD. Raises `HeadError`."""
    first, _, rest = raw.partition(b"\n")
    version, status, reason = status_line(first)
    fields = list(_fields(rest))
    if len(fields) > MOST_FIELDS:
        raise HeadError(f"it has more than {MOST_FIELDS} headers")
    others = [(name, value) for name, value in fields if name.lower() not in _FRAMING]
    lengths = _listed(fields, b"content-length")
    codings = [one.lower() for one in _listed(fields, b"transfer-encoding")]
    codings = [one for one in codings if one != b"identity"]
    start = b"HTTP/%s %d %s" % (version, status, reason)
    if to_head or status in _NO_BODY or 100 <= status < 200:
        switching = status == _SWITCHING
        return ResponseHead(
            raw=_written(start, others),
            length=None if switching else 0,
            interim=100 <= status < 200 and not switching,
            mended=not to_head and (bool(codings) or any(one != b"0" for one in lengths)),
        )
    if codings:
        chunked = codings[-1] == b"chunked"
        packed = codings[:-1] if chunked else codings
        others += [(b"Content-Encoding", one) for one in packed]
        others += [(b"Transfer-Encoding", b"chunked")] if chunked else []
        mended = bool(lengths) or not chunked
        return ResponseHead(
            raw=_written(start, others), length=None, chunked=chunked, mended=mended
        )
    length = _length(lengths)
    if length is not None:
        others.append((b"Content-Length", b"%d" % length))
    return ResponseHead(raw=_written(start, others), length=length, mended=len(lengths) > 1)


def status_line(line: bytes) -> tuple[bytes, int, bytes]:
    """Read the first line: version, status and reason. Raises `HeadError`."""
    found = _STATUS.fullmatch(line.rstrip(b"\r\n"))
    if found is None:
        shown = line[:SHOWN].decode("ascii", "replace").strip()
        raise HeadError(f"it begins with {shown!r}, which is not HTTP")
    status = int(found[2])
    if status < 100:
        raise HeadError(f"it has the status {status}")
    return b"1.0" if found[1] == b"1.0" else b"1.1", status, _clean(found[3])


_FRAMING = (b"content-length", b"transfer-encoding")


def _fields(rest: bytes) -> Iterator[Field]:
    """Return the headers; lines that continue one are joined, what is no header is left out."""
    lines: list[list[bytes]] = []
    for line in rest.split(b"\n"):
        if line[:1] in {b" ", b"\t"} and lines:
            lines[-1].append(line.strip())
        elif line.strip():
            lines.append([line.rstrip()])
    for parts in lines:
        name, colon, value = b" ".join(parts).partition(b":")
        if colon and _NAME.fullmatch(name.strip()):
            yield name.strip(), _clean(value)


def _clean(value: bytes) -> bytes:
    """Return a value without what would end it early."""
    return value.replace(b"\r", b" ").replace(b"\0", b" ").strip()


def _listed(fields: list[Field], wanted: bytes) -> list[bytes]:
    """Return the values of a header that may hold a list, and may be there more than once."""
    values = (value for name, value in fields if name.lower() == wanted)
    return [one.strip() for value in values for one in value.split(b",") if one.strip()]


def _length(told: list[bytes]) -> int | None:
    found = [_LENGTH.fullmatch(one) for one in told]
    lengths = sorted({int(one[1]) for one in found if one})
    if not all(found):
        raise HeadError("its Content-Length is not a number")
    if len(lengths) > 1:
        raise HeadError(f"it has two lengths: {lengths[0]} and {lengths[-1]} bytes")
    return lengths[0] if lengths else None


def _written(start: bytes, fields: list[Field]) -> bytes:
    lines = [start, *(b"%s: %s" % field for field in fields), b"", b""]
    return b"\r\n".join(lines)
