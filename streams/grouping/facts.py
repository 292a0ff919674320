"""What a headline says that can be new whatever the words: figures, names, parties, acts. Pure.

What an alert's reports said already is kept as `said`, so that a rewording, or the same in another
language, is told nobody as new.
"""

import re
from collections.abc import Container, Iterable
from typing import Final, NamedTuple

from streams.grouping.acts import acts_of
from streams.grouping.credit import without_outlet
from streams.grouping.joining import Joining
from streams.grouping.number_words import WRITTEN_OUT, in_digits
from streams.grouping.packing import mark, pack_marks, unpack_marks, unpack_terms
from streams.grouping.signature import figures_by_term, words_of
from streams.grouping.tag_terms import country_term, offices, places
from streams.grouping.term_weights import DATED, plain, tokens, word
from streams.grouping.weights import (
    LONG_ENOUGH,
    MUCH_LESS,
    MUCH_MORE,
    NEARLY_SAME,
    NEW_NAME,
    RAREST,
    SAID,
)
from streams.model.alert import AlertState, Bond, Change
from streams.model.editorial_signals import bare
from streams.model.story import GATHER_CHARACTERS, Story
from streams.model.tags import Tags


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


LABELS: Final = _words(
    "no number game day week round season title chapter section article route highway level"
    " phase stage type formula project act flight apollo page part top day covid"
)
"""Words that a number after them names something by: Flight 370, Title 42."""
LISTED: Final = _words(
    "things ways reasons takeaways questions photos pictures charts tips steps facts moments"
    " minutes minute hours hour"
)
"""What headlines count of themselves, or too loosely to be a fact: 5 things to know."""
MEDIA: Final = _words(
    "cnn bbc abc nbc cbs gma fox msnbc npr pbs nyt wsj ap afp reuters bloomberg xinhua"
    " guardian axios politico voa rfa nhk kyodo tiktok facebook instagram youtube twitter"
)
"""Who tells, and where: not who is told of."""
NOUNS_IN_CAPITALS: Final = frozenset({"de", "lb"})
"""Languages whose capitals name no one."""
SHOWN: Final = 3
"""Figures of earlier headlines that a new one is shown beside."""
SPANS: Final = (["days"], ["weeks"], ["months"], ["years"])
SINCE: Final = (["after"], ["later"], ["ago"], ["straight"], ["on"], ["since"])
"""Four days after a storm, three years ago: how long ago something was that is known."""
AGES: Final = (["aged"], ["age"], ["last"], ["past"], ["first"], ["next"])
"""... and words before a number that say as little."""
_NUMBER: Final = re.compile(
    r"(?<![A-Za-z\d.,:/’'#–-])\d+(?:[.,]\d+)*(?![.,:/]?\d)"
    r"(?!-?(?!(?:m|bn|mn|tn|k|km|kg)\b)[A-Za-z])(?![-–]\d)"
)
_WORD: Final = re.compile(r"[^\W\d_]+")
_CAPITAL: Final = r"[A-ZÀ-Þ][\w’'-]*"
_NAME: Final = re.compile(rf"(?<=\w ){_CAPITAL}(?: {_CAPITAL})*")
LETTERS: Final = 4
"""Shorter words of capitals alone stand for offices and bodies: VP, DOJ."""
_BEFORE_A_NAME: Final = r"(?<=[a-zà-ÿ,;] )"
"""Inside a sentence: a capital there names someone or somewhere."""


class Facts(NamedTuple):
    """What is new in a headline, in words for people; `marks` are what it is remembered by.

    `much`: it says so much that it is told however soon it comes.
    """

    changes: tuple[Change, ...]
    marks: frozenset[int]
    much: bool


def new_facts(alert: AlertState, joining: Joining) -> Facts:
    """Return what a story's headline says that no report in an alert said before."""
    story, tags = joining.match.story, joining.match.tags
    said = unpack_marks(alert.said)
    headline = without_outlet(bare(story.headline), story.source)
    # Its text is known: what its headline says beside that is new, whatever the text says.
    same_text = joining.grouping.bond in {Bond.COPY, Bond.SAME_STORY}
    counted = same_text and any(one[0].isdigit() for one in alert.facts)
    figures = _figures(headline, "" if counted else _text(story), alert.facts, said)
    # In another language the same names may be written otherwise.
    same_language = joining.known.language in alert.languages
    names = _names(headline, story, tags, said) if same_language else {}
    if same_language and same_text:
        names |= _names_over_a_known_text(headline, tags, alert, said)
    parties = {
        country_term(tag.code): next(span.surface for span in tag.spans if span.field == "headline")
        for tag in tags.countries
        if tag.main
        and mark(country_term(tag.code)) not in said
        and any(span.field == "headline" for span in tag.spans)
    }
    found = {"figures": figures, "names": names, "countries": parties}
    changes = tuple(
        Change(
            what=what,
            before=", ".join(_figures_before(alert, joining)) if what == "figures" else "",
            after=", ".join(dict.fromkeys(new.values())),
        )
        for what, new in found.items()
        if new
    )
    marks = frozenset(map(mark, (*figures, *names, *parties)))
    # A copy is the same text: a headline put otherwise says nothing of what was done since.
    done = _done(alert, headline) if joining.grouping.bond is Bond.REPORT else ()
    much = bool(same_text and names) or any(_is_far(one, alert.facts) for one in figures.values())
    return Facts((*done, *changes), marks, much)


def _figures_before(alert: AlertState, joining: Joining) -> Iterable[str]:
    """Return the figures that new ones are shown beside: of an edit those that it no longer has."""
    known = alert.stories.get(joining.match.story.id)
    if known is None or not known.headline:
        return alert.facts[-SHOWN:]
    now = joining.known.facts
    before = figures_by_term(known.headline)
    return [figure for term, figure in before.items() if term not in now][-SHOWN:]


def remembered(
    said: bytes, joining: Joining, *, told: Iterable[int] = (), untold: Iterable[int] = ()
) -> bytes:
    """Add what a story says to what was said before, but what is yet to be told."""
    known = joining.known.said | {country_term(tag.code) for tag in joining.match.tags.countries}
    marks = dict.fromkeys((*unpack_marks(said), *sorted(map(mark, known)), *sorted(told)))
    for one in untold:
        marks.pop(one, None)
    return pack_marks(list(marks)[-SAID:])


def _text(story: Story) -> str:
    return f"{story.summary} {story.body}"[:GATHER_CHARACTERS]


def _figures(
    headline: str, told_below: str, told: Iterable[str], said: Container[int]
) -> dict[int, str]:
    """Return the figures of a headline that count or date something, and that no text had.

    One that begins the headline and isn't in the text counts its parts: 5 things to know.
    """
    headline = in_digits(headline)
    if not _NUMBER.search(headline):
        return {}
    known = [_value(figure) for figure in told if figure[0].isdigit()]
    text = tokens(told_below)
    in_text = {WRITTEN_OUT.get(plain(token)) or word(token).term for token in text}
    found: dict[int, str] = {}
    for number in _NUMBER.finditer(headline):
        token = number[0]
        term = word(token).term
        before, after = headline[: number.start()], headline[number.end() :]
        if mark(term) in said or _is_label(token, before, after):
            continue
        if not before.strip(" $€£‘“\"'") and len(text) >= LONG_ENOUGH and term not in in_text:
            continue
        value = _value(token)
        if all(abs(value - other) > NEARLY_SAME * other for other in known):
            found[term] = _with_month(token, before, after)
    return found


def _is_far(figure: str, told: Iterable[str]) -> bool:
    """Say whether a figure is much more, or much less, than all that were told."""
    value = _value(figure)
    known = [_value(one) for one in told if one[0].isdigit()]
    return value > 0 and all(not MUCH_LESS < other / value < MUCH_MORE for other in known)


def _is_label(token: str, before: str, after: str) -> bool:
    """Say whether a number names something, or counts what the text itself lists."""
    if token in {"911", "24"} or (len(token) == 4 and token[:2] in {"19", "20"}):
        return True
    last = [plain(one) for one in _WORD.findall(before)[-1:]]
    following = [plain(one) for one in _WORD.findall(after)[:2]]
    named = not LABELS.isdisjoint(last) or not LISTED.isdisjoint(following)
    return named or (following[:1] in SPANS and following[1:] in SINCE) or last in AGES


def _with_month(token: str, before: str, after: str) -> str:
    """Return a day with its month."""
    if (last := _WORD.findall(before)[-1:]) and plain(last[0]) in DATED and before.endswith(" "):
        return f"{last[0]} {token}"
    if (following := _WORD.findall(after)[:1]) and plain(following[0]) in DATED:
        return f"{token} {following[0]}"
    return token


def _value(token: str) -> float:
    """Return what a figure is worth, near enough to compare it."""
    digits = re.sub(r"[.,](?=\d{3}(?!\d))", "", token).replace(",", ".")
    try:
        return float(re.match(r"\d+(?:\.\d+)?", digits)[0])  # type: ignore[index]  # it is a number
    except (TypeError, ValueError):
        return 0.0


def _names(headline: str, story: Story, tags: Tags, said: Container[int]) -> dict[int, str]:
    """Return who and what is named in a headline, and stands in no text before.

    The text must name it too, inside a sentence: headlines are written in capitals.
    """
    if tags.language in NOUNS_IN_CAPITALS:
        return {}
    text = f"{story.summary[:GATHER_CHARACTERS]}\n{story.body[:GATHER_CHARACTERS]}"
    usual = places(tags) | offices(tags) | set(tokens(story.source))
    found: dict[int, str] = {}
    for token in tokens(headline):
        one = word(token)
        if not token[0].isupper() or one.weight < NEW_NAME or token in usual:
            continue
        if mark(one.term) in said or plain(token) in MEDIA:
            continue
        if (name := _in_full(token, text)) is not None:
            found[one.term] = name
    return found


def _in_full(token: str, text: str) -> str | None:
    """Return a name as a text writes it in full, inside a sentence: Paul Whelan for Whelan."""
    if re.search(rf"\b{re.escape(token.lower())}\b", text):
        return None
    name = rf"(?:{_CAPITAL} ){{0,3}}{re.escape(token)}\b(?: {_CAPITAL}){{0,3}}"
    found = re.search(rf"{_BEFORE_A_NAME}({name})", text)
    return None if found is None else found[1]


def _names_over_a_known_text(
    headline: str, tags: Tags, alert: AlertState, said: Container[int]
) -> dict[int, str]:
    """Return the names that a headline adds to a text that is known, which has none of them.

    No text can say there which capitals name someone: so it takes a word that no list knows, not
    the first, and no letters for an office.
    """
    if tags.language in NOUNS_IN_CAPITALS or headline.isupper():
        return {}
    usual = {word(token).term for token in places(tags) | offices(tags)}
    known = unpack_terms(alert.terms).keys() | usual
    capitals = not re.search(r"\b[a-zà-ÿ]{4}", headline)
    found: dict[int, str] = {}
    for name in _NAME.findall(headline):
        rare = [
            word(token).term
            for token in tokens(name)
            if word(token).weight >= RAREST and not (token.isupper() and len(token) < LETTERS)
        ]
        new = [term for term in rare if term not in known and mark(term) not in said]
        if new and not any(words_of(text.headline).keys() & set(new) for text in alert.texts):
            words = [
                one for one in name.split() if not capitals or word(tokens(one)[0]).term in new
            ]
            found[new[0]] = re.sub("[’']s?$", "", " ".join(words))
    return found


def _done(alert: AlertState, headline: str) -> tuple[Change, ...]:
    """Tell that what was announced is done now."""
    acts = acts_of(headline)
    if acts.ahead or not acts.names:
        return ()
    before = [acts_of(member.headline) for member in alert.stories.values()]
    if any(acts.same(one) for one in before):
        return ()
    announced = {name for one in before if one.ahead for name in one.names & acts.names}
    if not announced:
        return ()
    return (Change(what="act", before="announced", after=", ".join(sorted(announced))),)
