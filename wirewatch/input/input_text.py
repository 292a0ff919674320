"""What someone hands to a command: a text, a file, or standard input."""

import codecs
import io
import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from wirewatch.config.wording import shown

PEEKED = 5
"""Lines looked at to tell JSON lines from a text."""
LINES = (".ndjson", ".jsonl", ".json")
"""Files that hold JSON lines, whatever they begin with."""
TEXTS = (*LINES, ".txt", ".md", ".csv", ".html", ".xml")
"""How the name of a file ends, where it may have spaces."""
ENDING = re.compile(r".+\.[A-Za-z]\w{0,5}", re.ASCII)
BEGINNINGS = ("/", "./", "../", "~/")
OTHER_JSON = re.compile(rb"\s*(?:\[\s*\{|\{\s*\n)")
"""How an array of stories begins, or one story over several lines."""
JQ = "`jq -c '.[]' FILE` makes that of an array, `jq -c . FILE` of the rest"
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
UNREADABLE = 0.01
"""The share of characters that are no UTF-8, from which on it isn't text."""
INPUT = "-"


class InputError(ValueError):
    """What was handed over can't be used. The message says why, and what to do."""


def is_file(given: str) -> bool:
    """Return whether an argument names a file, or a pipe as shells make it for `<(...)`."""
    try:
        mode = os.stat(given).st_mode
    except (OSError, ValueError):  # too long or with a nul: a text
        return False
    return stat.S_ISREG(mode) or stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)


@contextmanager
def opened(given: str) -> Iterator[Iterable[bytes] | str]:
    """Open what an argument says: gives JSON lines, or the text.

    Raises `OSError` or `InputError`.
    """
    if given == INPUT:
        yield lines_or_text(sys.stdin.buffer, "standard input")
    elif is_file(given):
        with Path(given).open("rb") as stream:
            yield lines_or_text(stream, given)
    else:
        _require_text(given)
        yield lines_or_text(io.BytesIO(os.fsencode(given)), "the text")


def lines_or_text(stream: BinaryIO, name: str) -> Iterable[bytes] | str:
    """Return JSON lines if the beginning looks like some, a broken one included; else the text.

    Raises `InputError` if there is nothing, or something that is no text.
    """
    begin, rest = _begun(stream, name)
    if name.lower().endswith(LINES) or any(map(_is_json_line, begin)):
        return chain(begin, rest)
    return _text(b"".join(chain(begin, rest)), name)


def lines(stream: BinaryIO, name: str) -> Iterable[bytes]:
    """Return the lines of a stream that is to hold JSON lines. Raises `InputError` as above."""
    return chain(*_begun(stream, name))


def _begun(stream: BinaryIO, name: str) -> tuple[list[bytes], Iterable[bytes]]:
    """Return the first lines, and what gives the rest."""
    begin: list[bytes] = []
    for line in stream:
        begin.append(line)
        # Whatever is piped in may take its time: what is known needs no more of it.
        if line.strip() and (len(begin) >= PEEKED or _is_json_line(line)):
            break
    if not any(map(bytes.strip, begin)):
        raise InputError(f"{name} is empty")
    if OTHER_JSON.match(b"".join(begin).removeprefix(codecs.BOM_UTF8)):
        raise InputError(f"{name} is JSON, but not a story a line: {JQ}")
    if begin[0].startswith(UTF_16):
        text = b"".join(chain(begin, stream)).decode("utf-16", "replace")
        return text.encode().splitlines(keepends=True), ()
    if any(b"\0" in line for line in begin):
        raise InputError(f"{name} is not a text file: it holds binary data")
    return begin, stream


def _text(data: bytes, name: str) -> str:
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    if "\0" in text:
        raise InputError(f"{name} is not a text file: it holds binary data")
    if text.count("\ufffd") > len(text) * UNREADABLE + 1:
        raise InputError(f"{name} is not in UTF-8: save it as that, or convert it with iconv")
    return text


def _is_json_line(line: bytes) -> bool:
    return line.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{")


def _require_text(given: str) -> None:
    """Raise `InputError` for what was meant as a file, and isn't one."""
    name = shown(given)
    as_text = "A text that looks so can be given on standard input"
    try:
        there = Path(given).is_dir()
    except (OSError, ValueError):
        there = False
    if there and given.strip():
        raise InputError(f"{name} is a folder: give a file. {as_text}")
    if is_like_a_path(given):
        raise InputError(f"there is no file {name}. {as_text}")


def is_like_a_path(given: str) -> bool:
    """Return whether an argument is written as the name of a file rather than as a text."""
    words = given.split()
    if len(words) == 1:
        return "/" in given or "\\" in given or ENDING.fullmatch(given) is not None
    one_line = "\n" not in given.strip()
    return one_line and (given.startswith(BEGINNINGS) or given.lower().endswith(TEXTS))
