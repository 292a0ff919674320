"""The words the tagger knows: read from the plain files under `data/`, whose comments say how."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from streams.tagging.lexicon_entry import (
    CountryWord,
    Cue,
    Hide,
    Mask,
    Near,
    Word,
    cue_language,
    gate_of,
)
from streams.tagging.topic_file import TopicFile

COUNTRY_COLUMNS = ("code", "name", "demonym", "capital", "city")
DATA = files("streams.tagging") / "data"
MARKS = "=~?^-"
"""Before a word: exact, personal, doubtful, after a comma, in lower case too."""


def country_words(text: str) -> Iterator[CountryWord]:
    """Read `countries.txt`."""
    for columns in _lines(text):
        code, *groups = columns
        for kind, group in zip(COUNTRY_COLUMNS[1:], groups, strict=True):
            for word in _words(group):
                yield _country_word(word, code, kind)
                if kind == "demonym" and word[-1] in "nikcdebt":
                    yield _country_word(f"{word}s", code, kind)


def institution_words(text: str) -> Iterator[CountryWord]:
    """Read `institutions.txt`."""
    for code, kind, group in _lines(text):
        for word in _words(group):
            yield _country_word(word, code, kind)


class Office(NamedTuple):
    """Who holds or held an office of a country, and when."""

    code: str
    names: tuple[str, ...]
    since: date | None
    until: date | None


def shipped_offices() -> list[Office]:
    """Read `offices.txt`."""
    return [
        Office(code, tuple(_words(group)), _date(since), _date(until))
        for code, group, since, until in _lines(_read(DATA / "offices.txt"))
    ]


def office_words(office: Office) -> Iterator[CountryWord]:
    """Return an office holder's names: a full one counts by itself, a surname beside a country."""
    for name in office.names:
        word = _country_word(name, office.code, "office")
        yield replace(word, since=office.since, until=office.until)
        surname = name.rpartition(" ")[2]
        if surname not in {name, *OTHER_WORDS} and office.code not in SURNAME_FIRST:
            yield replace(word, text=surname, doubtful=True, since=office.since, until=office.until)


SURNAME_FIRST = frozenset({"KH", "CN", "HK", "KP", "KR", "MN", "MM", "SG", "TH", "TW", "VN", "JP"})
"""Where the last part of a name is no surname, or is too common."""
OTHER_WORDS = frozenset(
    {"May", "Brown", "Bush", "Rice", "Carter", "Power", "Gates", "Hunt", "Reeves", "Wallace", "Dan"}
    | {"Lai", "Store", "Marin", "Martin", "Harris", "Pavel", "Jr.", "II", "III"}
)
"""Surnames that are other words as often."""


def city_words(text: str) -> Iterator[CountryWord]:
    """Read `cities.txt`."""
    for code, group in _lines(text):
        for word in _words(group):
            yield _country_word(word, code, "city")


def name_words(text: str, language: str) -> Iterator[CountryWord]:
    """Read a file of `names/`: the countries' names in a language."""
    gate = gate_of(language)
    for code, group in _lines(text):
        for word in _words(group):
            yield CountryWord(
                word.rstrip("*"), code, "name", stem=word.endswith("*"), language=gate
            )


def language_words(text: str, language: str) -> Iterator[CountryWord | Mask]:
    """Read a file of `languages/`: what a language says beside the countries' names."""
    gate = gate_of(language)
    for code, kind, group in _lines(text):
        for word in _words(group):
            if kind == "mask":
                yield Mask(word.lstrip(MARKS))
            elif kind != "word":
                found = _country_word(word.rstrip("*"), code, kind)
                lower = found.lower or kind == "demonym"
                yield replace(found, language=gate, lower=lower, stem=word.endswith("*"))


@cache
def everyday_words(gate: str | None) -> frozenset[str]:
    """Return a language's words that are places elsewhere: `Lima` is five in Indonesian."""
    file = DATA / "languages" / f"{gate}.txt"
    if gate is None or not file.is_file():
        return frozenset()
    rows = _lines(_read(file))
    return frozenset(word for _, kind, group in rows if kind == "word" for word in _words(group))


def masks(text: str) -> Iterator[Mask]:
    """Read `masks.txt`."""
    for (group,) in _lines(text):
        yield from (Mask(text=word.removeprefix("=")) for word in _words(group))


def topic_words(topic: TopicFile) -> Iterator[Cue | Near | Hide]:
    """Return the words of a topic."""
    for number, table in enumerate(topic.cue):
        near = f"{topic.slug} {number}" if table.near else None
        language = cue_language(table.language)
        for word in table.words:
            yield Cue(
                text=word.removesuffix("*"),
                topic=topic.slug,
                points=table.points,
                stem=word.endswith("*"),
                beside=table.beside,
                near=near,
                language=language,
            )
        for word in table.near:
            yield Near(word.removesuffix("*"), near or "", word.endswith("*"), language)
    for hide in topic.hide:
        for word in hide.words:
            yield Hide(
                word.removesuffix("*"), topic.slug, word.endswith("*"), cue_language(hide.language)
            )


def visit_words() -> list[str]:
    """Read `visits.txt`."""
    return [word for (group,) in _lines(_read(DATA / "visits.txt")) for word in _words(group)]


def clause_words() -> dict[str, list[tuple[str, list[str]]]]:
    """Read `clauses/`: by language, each kind with its words."""
    return {
        file.name.removesuffix(".txt"): [
            (kind, list(_words(group))) for kind, group in _lines(_read(file))
        ]
        for file in _folder("clauses")
    }


def namesakes() -> frozenset[str]:
    """Read `namesakes.txt`: places that are American towns too."""
    lines = _lines(_read(DATA / "namesakes.txt"))
    return frozenset(word for (group,) in lines for word in _words(group))


def forenames() -> frozenset[str]:
    """Read `forenames.txt`."""
    lines = _lines(_read(DATA / "forenames.txt"))
    return frozenset(word for (group,) in lines for word in _words(group))


def shipped_topics() -> list[TopicFile]:
    """Read the shipped topics, by slug."""
    return [msgspec.toml.decode(_read(file), type=TopicFile) for file in _folder("topics")]


def topics_in_force(topics: Sequence[TopicFile] = ()) -> dict[str, TopicFile]:
    """Return the shipped topics and these, by slug; one of the same slug takes a shipped one's."""
    return {topic.slug: topic for topic in (*shipped_topics(), *topics)}


def all_words(topics: Sequence[TopicFile], offices: Sequence[Office] = ()) -> list[Word]:
    """Read every file; add the topics and the office holders given."""
    english = [
        *country_words(_read(DATA / "countries.txt")),
        *institution_words(_read(DATA / "institutions.txt")),
        *(word for office in (*shipped_offices(), *offices) for word in office_words(office)),
    ]
    # The first to say a word for a country says it for all: 中国 is Chinese and Japanese.
    known: dict[tuple[str, str], CountryWord] = {}
    for word in (*english, *city_words(_read(DATA / "cities.txt"))):
        known.setdefault((word.text, word.code), word)
    named: dict[tuple[str, str, str | None], CountryWord] = {}
    for file in _folder("names"):
        for word in name_words(_read(file), file.name.removesuffix(".txt")):
            if word.stem or (word.text, word.code) not in known:
                named.setdefault((word.text, word.code, word.language), word)
    return [
        *known.values(),
        *named.values(),
        *masks(_read(DATA / "masks.txt")),
        *(
            word
            for file in _folder("languages")
            for word in language_words(_read(file), file.name.removesuffix(".txt"))
        ),
        *(word for topic in topics for word in topic_words(topic)),
    ]


def lexicon_languages() -> frozenset[str]:
    """Return the languages in which countries' names are known."""
    return frozenset({"en", *(file.name.removesuffix(".txt") for file in _folder("names"))})


def _folder(name: str) -> list[Traversable]:
    folder = DATA / name
    return sorted(folder.iterdir(), key=lambda file: file.name) if folder.is_dir() else []


def _country_word(marked: str, code: str, kind: str) -> CountryWord:
    text = marked.lstrip(MARKS)
    marks = marked[: len(marked) - len(text)]
    return CountryWord(
        text=text,
        code=code,
        kind=kind,
        exact="=" in marks,
        personal="~" in marks,
        doubtful="?" in marks,
        after_comma="^" in marks,
        lower="-" in marks,
    )


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _lines(text: str) -> Iterator[list[str]]:
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            yield [column.strip() for column in line.split(";")]


def _words(group: str) -> Iterable[str]:
    return filter(None, (word.strip() for word in group.split(",")))


def _read(file: Traversable) -> str:
    return file.read_text("utf-8")
