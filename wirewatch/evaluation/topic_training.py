"""What `wirewatch topics train` and `eval` do: fit the second reader, and say how well it does."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from streams.encoder import Encoder
from streams.model.story import Story
from streams.tagging import Tagger
from streams.tagging.examples import LONGEST, Example, Examples, taught
from streams.tagging.fit import Found, in_rows, train, unseen_chances, vectors_of
from streams.tagging.heads import Heads, Vectors, shipped_vectors
from streams.tagging.join import SURE, both
from wirewatch.evaluation.counts import Counts
from wirewatch.input.story_input import plain_text


class Score(NamedTuple):
    """How well a topic's examples are told apart, each by who hadn't seen it."""

    slug: str
    examples: int
    by_words: Counts
    by_reader: Counts
    by_both: Counts


Scores = Mapping[str, Mapping[str, float]]
"""Of a text, the score of each topic."""


def scores_by_words(tagger: Tagger, topics: Sequence[Examples]) -> Scores:
    """Return each example's topics by words alone, with their scores."""
    return {
        example.text: {tag.slug: tag.score for tag in tagger.tag(_story(example)).topics}
        for topic in topics
        for example in topic.all
    }


def learn(encoder: Encoder, tagger: Tagger, topics: Sequence[Examples]) -> tuple[Heads, Vectors]:
    """Return heads for these examples, and the examples' vectors. Raises `EncoderError`."""
    vectors = _vectors(encoder, topics)
    words = found(scores_by_words(tagger, topics))
    heads = train(encoder.name, topics, in_rows(topics, vectors), words)
    return heads, Vectors(encoder=encoder.name, vectors=vectors)


def keep(learnt: Heads | Vectors, path: Path) -> None:
    """Write what was learnt down, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_bytes(msgspec.json.encode(learnt))
    draft.replace(path)


def evaluate(encoder: Encoder, tagger: Tagger, topics: Sequence[Examples]) -> list[Score]:
    """Return how well each topic is found, cross-validated in five parts. Raises `EncoderError`."""
    rows = in_rows(topics, _vectors(encoder, topics))
    words = scores_by_words(tagger, topics)
    scores = []
    for topic in taught(topics):
        chances = unseen_chances(rows, topics, topic.slug, found(words))
        by_words = [words[example.text].get(topic.slug, 0.0) for example in topic.all]
        joined = [both(score, chance) for score, chance in zip(by_words, chances, strict=True)]
        counted = [_count(topic, scored) for scored in (by_words, chances, joined)]
        scores.append(Score(topic.slug, len(topic.all), *counted))
    return scores


def _count(topic: Examples, found: Sequence[float]) -> Counts:
    said = [(one.counts, score >= SURE) for one, score in zip(topic.all, found, strict=True)]
    return Counts(
        right=said.count((True, True)),
        wrong=said.count((False, True)),
        missed=said.count((True, False)),
    )


def _vectors(encoder: Encoder, topics: Sequence[Examples]) -> dict[str, bytes]:
    shipped = shipped_vectors()
    known = shipped.vectors if shipped.encoder == encoder.name else {}
    return vectors_of(encoder, topics, known)


def found(scores: Scores) -> Found:
    """Return the topics whose cues each text holds."""
    return {text: frozenset(by_topic) for text, by_topic in scores.items()}


def _story(example: Example) -> Story:
    return plain_text(example.text[:LONGEST])
