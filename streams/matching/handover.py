"""How much of a matched story goes on to gather: no more than is read there. Pure.

A match is written for each watch that a story fits: the whole of a long story, with all its
evidence, would be on Kafka as often. `tagged` has it once, for whoever wants to see it.
"""

from collections.abc import Iterable
from typing import TypeVar

import msgspec

from streams.model.correction_notes import notes
from streams.model.story import GATHER_CHARACTERS, Story, WholeText
from streams.model.tags import CountryTag, PairTag, Span, Stretch, Tags, TopicTag
from streams.model.watch import Match, Why

TagT = TypeVar("TagT", CountryTag, PairTag, TopicTag)


def for_gather(match: Match) -> Match:
    """Return a match with as much of its story as gather reads, and as shows what decided."""
    why = _shown(match.why)
    return msgspec.structs.replace(
        match,
        story=beginning(match.story, (*why.spans, *((why.sentence,) if why.sentence else ()))),
        tags=_read_by_gather(match.tags),
        why=why,
    )


def beginning(story: Story, until: Iterable[Span | Stretch] = ()) -> Story:
    """Return a story with the beginning of its texts: at least until the end of some places."""
    reach = {"summary": GATHER_CHARACTERS, "body": GATHER_CHARACTERS, "headline": 0}
    for place in until:
        reach[place.field] = max(reach.get(place.field, 0), place.end)
    if len(story.summary) <= reach["summary"] and len(story.body) <= reach["body"]:
        return story
    return msgspec.structs.replace(
        story,
        summary=story.summary[: reach["summary"]],
        body=story.body[: reach["body"]],
        whole=story.whole or WholeText(characters=story.size, notes=notes(story)),
    )


def _shown(why: Why) -> Why:
    """Return why a story fits, with the evidence that stands on the first page or in the sentence.

    What has none there keeps its first piece: nothing decides without evidence.
    """
    sentence = why.sentence
    pair = None if why.pair is None else _first_page((why.pair,), sentence)[0]
    countries, topics = _first_page(why.countries, sentence), _first_page(why.topics, sentence)
    return msgspec.structs.replace(why, pair=pair, countries=countries, topics=topics)


def _first_page(tags: tuple[TagT, ...], sentence: Stretch | None) -> tuple[TagT, ...]:
    return tuple(
        msgspec.structs.replace(
            tag,
            spans=tuple(
                span
                for span in tag.spans
                if span.end <= GATHER_CHARACTERS or (sentence and sentence.holds(span))
            )
            or tag.spans[:1],
        )
        for tag in tags
    )


def _read_by_gather(tags: Tags) -> Tags:
    """Return tags without evidence but the words that stand for countries, each once.

    gather asks which words only name a country, which of them is an office, and which stand in the
    headline; of pairs and topics it asks no words.
    """
    return msgspec.structs.replace(
        tags,
        countries=tuple(
            msgspec.structs.replace(tag, spans=_each_word_once(tag.spans)) for tag in tags.countries
        ),
        pairs=tuple(msgspec.structs.replace(tag, spans=()) for tag in tags.pairs),
        topics=tuple(msgspec.structs.replace(tag, spans=()) for tag in tags.topics),
    )


def _each_word_once(spans: Iterable[Span]) -> tuple[Span, ...]:
    words: dict[tuple[bool, str, str], Span] = {}
    for span in spans:
        words.setdefault((span.field == "headline", span.surface, span.entry), span)
    return tuple(words.values())
