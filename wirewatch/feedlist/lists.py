"""Lists of feeds in files: OPML, CSV, or an address a line. Pure: bytes in, feeds out."""

import csv
import io
import re
import shlex
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from wirewatch.config.faults import LineFault
from wirewatch.feedlist import imported_feed, opml
from wirewatch.feedlist.imported_feed import ImportedList, Listed, ListError

COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "url": ("url", "xmlurl", "feedurl", "feed", "rss", "rssurl", "address", "link"),
        "name": ("source", "outlet", "name", "title", "text"),
        "id": ("id",),
        "language": ("language", "lang"),
        "country": ("country",),
        "interval": ("interval",),
        "tags": ("tags", "tag", "category", "categories", "folder", "group"),
    }
)
"""What a CSV's columns may be called, the first that is there counts; others are passed over."""


def read_list(data: bytes, file: str) -> ImportedList:
    """Read a list, by its beginning and its file's name. Raises `ListError`."""
    text = imported_feed.decode(data)
    start = text.lstrip("\ufeff \n\t")
    if not start:
        raise ListError("the file is empty")
    suffix = file.lower().rpartition(".")[2]
    if start.startswith("<") or suffix in ("opml", "xml"):
        return opml.read(text)
    if suffix in ("csv", "tsv"):
        return _gathered(_table(text.lstrip("\ufeff")))
    return _gathered(_lines(text.lstrip("\ufeff")))


def _gathered(items: Iterator[Listed | LineFault]) -> ImportedList:
    found = list(items)
    return ImportedList(
        tuple(item for item in found if isinstance(item, Listed)),
        tuple(item for item in found if isinstance(item, LineFault)),
    )


def _table(text: str) -> Iterator[Listed | LineFault]:
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns: Mapping[str, int] | None = None
    begin = 1
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            yield LineFault(rows.line_num, f"no line of a table: {error}")
            continue
        if row is None:
            return
        number, begin = begin, rows.line_num + 1
        if columns is None:
            columns, is_head = _columns(row)
            if is_head:
                continue
        if any(cell.strip() for cell in row):
            cells = {key: row[at] for key, at in columns.items() if at < len(row)}
            yield _listed(number, cells)


def _columns(row: list[str]) -> tuple[Mapping[str, int], bool]:
    """Return which column holds what, and whether the first row says so."""
    heads = [re.sub(r"[\W_]", "", cell).lower() for cell in row]
    columns = {
        key: min(heads.index(word) for word in words if word in heads)
        for key, words in COLUMNS.items()
        if set(words) & set(heads)
    }
    if "url" in columns:
        return columns, True
    addresses = [at for at, cell in enumerate(row) if "://" in cell]
    if not addresses:
        raise ListError(f"no column is called {', '.join(COLUMNS['url'][:3])} or the like")
    names = [at for at in range(len(row)) if at not in addresses]
    return {"url": addresses[0]} | ({"name": names[0]} if names else {}), False


def _lines(text: str) -> Iterator[Listed | LineFault]:
    """Read an address a line, perhaps with a name behind it, or as newsboat has it with tags."""
    for number, line in enumerate(text.split("\n"), 1):
        written = line.strip()
        if not written or written.startswith("#"):
            continue
        url, _, rest = written.partition(" " if " " in written else "\t")
        cells = {"url": url, "name": rest.strip()}
        if '"' in rest:
            try:
                words = shlex.split(rest)
            except ValueError:
                words = []
            cells["name"] = next((word[1:] for word in words if word.startswith("~")), "")
            cells["tags"] = ",".join(word for word in words if not word.startswith(("~", "!")))
        yield _listed(number, cells)


def _listed(number: int, cells: Mapping[str, str]) -> Listed | LineFault:
    if not cells.get("url", "").strip():
        return LineFault(number, "no address of a feed")
    try:
        url = imported_feed.address(cells["url"])
    except ValueError as error:
        return LineFault(number, str(error))
    interval = cells.get("interval", "").strip()
    return Listed(
        line=number,
        url=url,
        name=imported_feed.name(cells.get("name", "")),
        id=cells.get("id", "").strip(),
        language=imported_feed.language(cells.get("language", "")),
        country=imported_feed.country(cells.get("country", "")),
        interval=int(interval) if interval.isdecimal() and len(interval) < 7 else None,
        tags=imported_feed.tags(re.split(r"[,;|]", cells.get("tags", ""))),
    )
