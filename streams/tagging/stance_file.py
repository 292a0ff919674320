"""How a language says that something is done, planned, possible, denied or long past."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

import msgspec

from streams.tagging.lexicon_entry import Cue
from streams.tagging.scan import Scanner

DATA = files("streams.tagging") / "data" / "stances"
SAME = {"ms": "id"}
"""Languages that go by another's file."""


class StanceFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of `data/stances/`; `en.toml` says what the tables are for."""

    order: str = "first"
    negation: str = "first"
    verbs: str = ""
    done: str = ""
    agreed: str = ""
    planned: str = ""
    later: str = ""
    possible: str = ""
    maybe: str = ""
    would: str = ""
    condition: str = ""
    denied: str = ""
    never: str = ""
    wont: str = ""
    none: str = ""
    undone: str = ""
    refused: str = ""
    ago: str = ""
    old: str = ""
    remembers: str = ""
    anniversary: str = ""
    hostile: str = ""
    opens: str = ""
    that: str = ""
    relative: str = ""
    says: str = ""
    ignore: str = ""
    history: str = ""
    history_patterns: tuple[str, ...] = ()


TABLES = tuple(
    name
    for name in StanceFile.__struct_fields__
    if name not in ("order", "negation", "verbs", "history", "history_patterns")
)


@cache
def stance_file(language: str | None) -> StanceFile | None:
    """Return what is known of a language, or `None`."""
    file = DATA / f"{SAME.get(language or '', language)}.toml"
    return msgspec.toml.decode(file.read_bytes(), type=StanceFile) if file.is_file() else None


class LanguageSigns:
    """What a language's file says, made ready."""

    def __init__(self, file: StanceFile) -> None:
        """Make scanners: to them all words are cues."""
        signs = [(word, table) for table in TABLES for word in words(getattr(file, table))]
        self.scanner = _cues((*signs, *verb_forms(file.verbs)))
        self.history = _cues((word, "history") for word in words(file.history))
        self.history_patterns = tuple(
            re.compile(pattern, re.IGNORECASE) for pattern in file.history_patterns
        )
        self.last = file.order == "last"
        self.anywhere = file.negation == "anywhere"


@cache
def language_signs(language: str | None) -> LanguageSigns | None:
    """Return the signs of a language, or `None` if nothing is known of it."""
    file = stance_file(language)
    return None if file is None else LanguageSigns(file)


def _cues(signs: Iterable[tuple[str, str]]) -> Scanner:
    return Scanner(
        Cue(word.removesuffix("*"), sign, 1.0, stem=word.endswith("*")) for word, sign in signs
    )


def words(table: str) -> Iterator[str]:
    """Return the words of a table."""
    return filter(None, (word.strip() for word in table.replace("\n", ",").split(",")))


def verb_forms(verbs: str) -> Iterator[tuple[str, str]]:
    """Return the forms of English verbs, each with its sign.

    `past` and `present` tell of what is done, `noun` may be a noun as well, and the infinitive with
    `to` is `planned`.
    """
    for entry in words(verbs):
        whole, *irregular = entry.split("/")
        noun = whole.endswith("~")
        base = whole.rstrip("~")
        verb, *rest = base.split(" ", 1)
        behind = "".join(f" {word}" for word in rest)
        yield f"to {base}", "planned"
        yield _third(verb) + behind, "noun" if noun else "present"
        if not noun:
            yield base, "present"
        for form in irregular or [_past(verb)]:
            if form != base or not noun:
                yield form + behind, "past"


def _third(verb: str) -> str:
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return f"{verb[:-1]}ies"
    return f"{verb}es" if verb.endswith(("s", "x", "z", "ch", "sh", "o")) else f"{verb}s"


def _past(verb: str) -> str:
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return f"{verb[:-1]}ied"
    return f"{verb}d" if verb.endswith("e") else f"{verb}ed"
