"""Texts as the archive's index has them, and what is asked of it. Pure.

Scripts that put no blanks between words (Khmer, Thai, Lao, Burmese, Chinese, Japanese) are indexed
by every two neighbouring characters: a word of any length is then found as a phrase of these, and
no dictionary decides what is a word. Other words stand as they are, without diacritics.

What is deleted from the index is made by these functions anew: a change of what they return needs
a new number in `layout`.
"""

import re
import unicodedata

from streams.model.story import digest
from streams.model.tags import TaggedStory

_UNSPACED = (
    r"\u0e00-\u0eff"  # Thai, Lao
    r"\u1000-\u109f\uaa60-\uaa7f"  # Burmese
    r"\u1780-\u17ff"  # Khmer
    r"\u3005-\u3007\u3040-\u30ff"  # Japanese
    r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"  # Chinese
)
_RUN = re.compile(f"[{_UNSPACED}]+")
_DROPPED = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad\u0640\u064b-\u0652]")
"""What is written or not in one and the same word: marks for breaking lines, Arabic vowels."""
_PART = re.compile(r'(?P<without>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>\S+))')
_FACET_DIGITS = 14
_ALL = 'about : "o" *'
"""Every story has an outlet. The index wants something to take away from."""


def indexed(text: str) -> str:
    """Return a text as it is indexed."""
    return _RUN.sub(lambda run: f" {' '.join(_pairs(run[0]))} ", folded(text))


def folded(text: str) -> str:
    """Return a text with its letters in one form each, and in small ones."""
    whole = unicodedata.normalize("NFKC", storable(text))
    return _DROPPED.sub("", whole).casefold().replace("\0", " ")


def storable(text: str) -> str:
    """Return a text without halves of characters, which SQLite doesn't take: what a shell gives."""
    return text.encode("utf-8", "replace").decode()


def facet(kind: str, value: str) -> str:
    """Return the word of the index for something that a story is about, or comes from."""
    return f"{kind[0]}{digest((kind, value.casefold()))[:_FACET_DIGITS]}"


def texts_of(tagged: TaggedStory) -> tuple[str, str]:
    """Return what the index has of a story: its words, and what it is about."""
    story, tags = tagged.story, tagged.tags
    about = {facet("outlet", story.source), facet("outlet", story.feed)}
    if language := story.language or tags.language:
        about.add(facet("language", primary(language)))
    about |= {facet("country", one.code) for one in tags.countries}
    for pair in tags.pairs:
        about |= {facet("pair", pair.name), facet("pair", f"{pair.name} {pair.relation}")}
    for topic in tags.topics:
        about |= {facet("topic", topic.slug), facet("topic", f"{topic.slug} {topic.role}")}
    words = "\n".join((story.headline, story.summary, story.body))
    return indexed(words), " ".join(sorted(about))


def primary(language: str) -> str:
    """Return a language without its region or script."""
    return re.split("[-_]", language, maxsplit=1)[0]


def asked(words: str, facets: tuple[str, ...]) -> str:
    """Return what to ask the index for: all words, "phrases", beginnings* and facets, and no -word.

    Empty if that is nothing. What has no letter or digit asks for nothing.
    """
    wanted = [f"about : {one}" for one in facets]
    unwanted: list[str] = []
    for found in _PART.finditer(words):
        if part := _asked(found):
            (unwanted if found["without"] else wanted).append(part)
    if not unwanted:
        return " AND ".join(wanted)
    return f"({' AND '.join(wanted or [_ALL])}) NOT ({' OR '.join(unwanted)})"


def _asked(found: re.Match[str]) -> str:
    phrase = found["word"] is None
    text = folded(found["phrase"] if phrase else found["word"])
    beginning = not phrase and text.endswith("*")
    # Where no blanks end a word, each word may go on: the star must not be taken for a sign.
    text = text.rstrip("*") if beginning else text
    pieces = [piece for piece in re.split(f"([{_UNSPACED}]+)", text) if piece.strip()]
    if not pieces:
        return ""
    parts = [part for piece in pieces[:-1] if (part := _phrase(piece))]
    if last := _last_phrase(pieces[-1], beginning=beginning):
        parts.append(last)
    return f"words : ({' + '.join(parts)})" if parts else ""


def _last_phrase(piece: str, *, beginning: bool) -> str:
    """Return the last part of what is asked for: the word of the text may go on after it."""
    if not _RUN.fullmatch(piece):
        return _phrase(piece) and _phrase(piece) + (" *" if beginning else "")
    return f'"{piece}" *' if len(piece) == 1 else f'"{" ".join(_pairs(piece)[:-1])}"'


def _phrase(piece: str) -> str:
    if _RUN.fullmatch(piece):
        return f'"{" ".join(_pairs(piece))}"'
    plain = piece.replace('"', " ").strip()
    return f'"{plain}"' if any(char.isalnum() for char in plain) else ""


def _pairs(run: str) -> list[str]:
    """Return every two neighbours of a text, and its last character: so that each begins one."""
    return [run[place : place + 2] for place in range(len(run))]
