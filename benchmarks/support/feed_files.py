"""Feeds of other projects' tests, and what those projects expect of them.

feedparser's come from its source package, fetched by pip; the others are in folders.
"""

import ast
import json
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

Expected = list[dict[str, str]]
"""What the entries should give, in their order: `title`, `link`, `id` and `date`, where known."""

SUFFIXES = {".xml", ".rss", ".atom", ".rdf", ".json"}
_EXPECT = re.compile(rb"Expect:\s*(.*?)\s*-->", re.DOTALL)
_VALUE = re.compile(r"entries\[(\d+)\]\['(title|link|id|published_parsed)'\] == (.+?)(?: and |$)")


def feedparser_feeds(folder: Path) -> list[Path]:
    """Fetch feedparser's source package into `folder`; give the feeds of its tests."""
    wanted = f"feedparser=={version('feedparser')}"
    pip = (sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:")
    subprocess.run([*pip, "-d", str(folder), wanted], check=True)
    (archive,) = folder.glob("feedparser-*.tar.gz")
    with tarfile.open(archive) as package:
        package.extractall(folder, filter="data")
    return sorted(folder.glob("feedparser-*/tests/**/*.xml"))


def feeds_under(folders: list[Path]) -> list[Path]:
    """Return the feeds under folders; a JSON file beside a feed says what is expected of it."""
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    return [file for file in files if file.suffix in SUFFIXES and not _is_expectation(file)]


def _is_expectation(file: Path) -> bool:
    if file.suffix != ".json" or b"jsonfeed.org/version" in file.read_bytes():
        return file.stem.endswith("_expected")
    return file.stem.endswith("_expected") or any(
        file.with_suffix(suffix).exists() for suffix in SUFFIXES - {".json"}
    )


def expected(file: Path) -> Expected:
    """Return what is known of the entries of a feed."""
    beside = file.with_name(f"{file.stem}_expected.json")
    for candidate in (beside, file.with_suffix(".json")):
        if candidate.exists() and candidate != file and _is_expectation(candidate):
            return list(_from_json(json.loads(candidate.read_text("utf-8"))))
    match = _EXPECT.search(file.read_bytes()[:4_000])
    return _from_test(match[1].decode("utf-8", "replace")) if match else []


def _from_json(told: dict[str, Any]) -> Iterator[dict[str, str]]:
    """Read what gofeed expects: its RSS, Atom, JSON and universal shapes differ a little."""
    for item in told.get("items") or told.get("entries") or []:
        guid = item.get("guid") or item.get("id")
        links = item.get("links") or [None]
        first = links[0]["href"] if isinstance(links[0], dict) and "href" in links[0] else links[0]
        found = {
            "title": item.get("title"),
            "link": item.get("link") or item.get("url") or first,
            "id": guid.get("value") if isinstance(guid, dict) else guid,
            "date": item.get("publishedParsed")
            or item.get("pubDateParsed")
            or item.get("date_published")
            or item.get("updatedParsed"),
        }
        yield {name: value for name, value in found.items() if isinstance(value, str) and value}


def _from_test(condition: str) -> Expected:
    """Read what feedparser's tests expect: values compared in a line of Python."""
    entries: Expected = []
    for number, name, literal in _VALUE.findall(condition):
        try:
            value = ast.literal_eval(literal)
        except (ValueError, SyntaxError):
            continue
        while len(entries) <= int(number):
            entries.append({})
        if name == "published_parsed":
            year, month, day, hour, minute, second, *_ = value
            text = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
            entries[int(number)]["date"] = text
        elif isinstance(value, str):
            entries[int(number)][name] = value
    return entries
