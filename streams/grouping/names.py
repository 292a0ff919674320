"""Names that are written in another script: the word that texts in Latin letters have for them."""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from streams.tagging.script import folded

_OTHER_SCRIPT = re.compile("[\u0400-\u1fff\u3040-\ud7ff]")


def names_in(text: str) -> set[str]:
    """Return the names of a text in another script, as Latin letters write them."""
    if text.isascii() or not _OTHER_SCRIPT.search(text):
        return set()
    names, pattern = _lexicon()
    return {names[found] for found in pattern.findall(folded(text))}


@cache
def _lexicon() -> tuple[dict[str, str], re.Pattern[str]]:
    names = dict(_read((files("streams.grouping") / "data" / "names.txt").read_text("utf-8")))
    # By their first letter, so that few are tried at each place; the longest of them first.
    begun: defaultdict[str, list[str]] = defaultdict(list)
    for spelling in sorted(names, key=len, reverse=True):
        begun[spelling[0]].append(re.escape(spelling[1:]))
    return names, re.compile("|".join(f"{one}(?:{'|'.join(rest)})" for one, rest in begun.items()))


def _read(text: str) -> Iterable[tuple[str, str]]:
    for line in text.splitlines():
        name, _, spellings = line.partition(":")
        if spellings and not line.startswith("#"):
            yield from ((folded(spelling.strip()), name) for spelling in spellings.split(","))
