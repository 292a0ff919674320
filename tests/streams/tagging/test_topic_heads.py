"""What the second reader learns from examples, and the heads that ship."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from streams.encoder import Embedding
from streams.tagging import Tagger
from streams.tagging.examples import (
    NO_TOPIC,
    Example,
    Examples,
    examples_digest,
    shipped_examples,
)
from streams.tagging.fit import in_rows, lesson, train
from streams.tagging.heads import Head, Heads, centered, shipped_heads, shipped_vectors
from wirewatch.evaluation.topic_training import found, scores_by_words


def test_the_shipped_heads_are_what_the_shipped_examples_teach() -> None:
    topics, vectors = shipped_examples(), shipped_vectors()
    heads = shipped_heads()
    assert heads.digest == examples_digest(topics), "run python -m tools.heads"
    assert heads.encoder == vectors.encoder
    again = train(
        vectors.encoder,
        topics,
        in_rows(topics, vectors.vectors),
        found(scores_by_words(Tagger(), topics)),
    )
    # Edited cues change which examples of other topics count against a topic, if only a little.
    for slug, head in again.topics.items():
        ours, theirs = on_examples(head, heads), on_examples(heads.topics[slug], heads)
        assert np.abs(ours - theirs).max() < 0.1, f"{slug}: run python -m tools.heads"


def on_examples(head: Head, heads: Heads) -> NDArray[np.float64]:
    """Chances of every twentieth shipped example."""
    texts = [example.text for topic in shipped_examples() for example in topic.all[::20]]
    vectors = shipped_vectors().vectors
    places = (centered(memoryview(vectors[text]).cast("b"), heads.center) for text in texts)
    return np.array([head.probability(place) for place in places])


def test_what_goes_together_is_learnt_where_neither_word_alone_tells() -> None:
    sides = {"a": b"\x64\x64", "b": b"\x9c\x9c", "c": b"\x64\x9c", "d": b"\x9c\x64"}
    texts = tuple(Example(text, counts=text in "ab", why="made up") for text in sides)
    topics = (Examples("pairs", texts),)
    heads = train("one-1", topics, in_rows(topics, sides), {})
    chances = {
        text: heads.probabilities(Embedding(encoder="one-1", vector=side))["pairs"]
        for text, side in sides.items()
    }
    assert min(chances["a"], chances["b"]) > 0.6 > 0.4 > max(chances["c"], chances["d"])


def test_ordinary_news_counts_against_every_topic_as_its_own_examples_do() -> None:
    own = Examples("fish", (Example("Nets come in full", counts=True, why="fish"),))
    other = Examples("trade", (Example("Duty on fish", counts=True, why="trade"),))
    none = Examples(NO_TOPIC, (Example("Bank robbed", counts=False, why="crime"),))
    taken = lesson("fish", (own, none, other), {})
    assert taken.counts.tolist() == [True, False, False]
    assert taken.weights.tolist() == [1.5, 1.0, 0.5]
    vectors = np.array([[90.0, 10.0], [10.0, 90.0], [50.0, 60.0]])
    assert set(train("one-1", (own, none, other), vectors, {}).topics) == {"fish", "trade"}


def test_a_text_among_the_examples_of_two_topics_counts_for_each_by_its_own_word() -> None:
    both_ways = Example("Gloves made by bonded workers are kept out", counts=True, why="both")
    other = Example("Nets come in full", counts=True, why="fish")
    topics = (Examples("rights", (both_ways,)), Examples("trade", (both_ways, other)))
    taken = lesson("rights", topics, {})
    assert taken.counts.tolist() == [True, False]
    assert taken.rows.tolist() == [0, 2]


def test_heads_of_another_encoder_say_nothing() -> None:
    heads = Heads(
        encoder="one-1",
        digest="",
        center=(0.0, 0.0),
        topics={"t": Head(weights=(9.0, 0.0), bias=0)},
    )
    mine = Embedding(encoder="one-1", vector=b"\x7f\x00")
    assert heads.probabilities(mine)["t"] > 0.99
    assert heads.probabilities(msgspec.structs.replace(mine, encoder="two-1")) == {}
    assert heads.probabilities(msgspec.structs.replace(mine, vector=b"\x7f")) == {}
