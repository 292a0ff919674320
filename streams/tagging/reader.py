"""The second reader of a story: what an encoder makes of it, beside the cues."""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from streams.encoder import TEXT_CHARACTERS, Embedding, Encoder, EncoderError, story_text
from streams.model.story import Story
from streams.model.tags import ReaderState, Span, TaggedStory, Tags
from streams.model.timestamps import Timestamps
from streams.tagging.heads import Heads
from streams.tagging.join import SURE, joined
from streams.tagging.lexicon import topics_in_force
from streams.tagging.near_examples import KnownExamples, Near
from streams.tagging.passages import passages
from streams.tagging.tagger import Tagger
from streams.tagging.topic_file import TopicFile

MOST_SENTENCES = 3
"""Sentences that are weighed for evidence, of which the ..."""
SHOWN = 2
"""... heaviest are shown."""
SHORTEST = 12
"""Characters of a sentence that says something."""
WARM = "news"
ENTRY = "second reader"
"""What stands as the lexicon entry of a sentence that the reader found."""


StoryKey = tuple[str, str]
"""A story's id and its version."""


class SecondReader:
    """Reads stories by an encoder. Safe to share; `read` blocks."""

    def __init__(
        self, encoder: Encoder, heads: Heads | None = None, topics: Sequence[TopicFile] = ()
    ) -> None:
        """Read by this encoder. Without heads of its own it finds no topics.

        `topics` are the operator's own, as for the tagger.
        """
        self.encoder = encoder
        in_force = topics_in_force(topics).items()
        self._needs = {slug: frozenset(topic.needs) for slug, topic in in_force if topic.needs}
        self.heads = heads if heads is not None and heads.encoder == encoder.name else None

    @property
    def topics(self) -> frozenset[str]:
        """The topics that it knows."""
        return frozenset(self.heads.topics if self.heads else ())

    def read(self, tagged: TaggedStory) -> TaggedStory:
        """Return the story with its embedding and its topics by both readers.

        Raises `EncoderError`. A story that the same encoder has read isn't encoded again.
        """
        embedding = tagged.embedding
        if embedding is None or embedding.encoder != self.encoder.name:
            (embedding,) = self.encoder.encode([_text(tagged.story)])
        chances = self._of_its_countries(tagged.tags, self._chances(embedding))
        told = {tag.slug for tag in tagged.tags.topics}
        # Words say themselves why; a sentence costs a third of what the whole text does.
        found = [s for s, chance in chances.items() if chance >= SURE and s not in told]
        tags = msgspec.structs.replace(
            tagged.tags,
            reader=ReaderState.READ,
            topics=joined(tagged.tags.topics, chances, self._evidence(tagged.story, found)),
        )
        return msgspec.structs.replace(tagged, tags=tags, embedding=embedding)

    def _chances(self, embedding: Embedding) -> dict[str, float]:
        if self.heads is None:
            return {}
        if len(embedding.numbers) != len(self.heads.center):
            raise EncoderError(
                f"it answers with {len(embedding.numbers)} numbers, and topics were learnt from"
                f" {len(self.heads.center)}: run `wirewatch topics train` again"
            )
        return self.heads.probabilities(embedding)

    def _of_its_countries(self, tags: Tags, chances: Mapping[str, float]) -> dict[str, float]:
        """Leave out topics that are about countries, if the story names none of them.

        Where no lexicon covers the language, nobody knows what it names.
        """
        named = {country.code for country in tags.countries}
        return {
            slug: chance
            for slug, chance in chances.items()
            if tags.unsupported or slug not in self._needs or named & self._needs[slug]
        }

    def warm(self) -> None:
        """Make the encoder ready for the first story. Blocks. Raises `EncoderError`."""
        self.encoder.encode([WARM])

    def close(self) -> None:
        """Let go of the encoder."""
        self.encoder.close()

    def _evidence(self, story: Story, found: Sequence[str]) -> dict[str, tuple[Span, ...]]:
        """Return the sentences that speak most for each topic found, with their chances."""
        sentences = _sentences(story) if found and self.heads else []
        if not sentences or self.heads is None:
            return {}
        each = [
            self.heads.probabilities(one)
            for one in self.encoder.encode([story_text(span.surface) for span in sentences])
        ]
        evidence = {}
        for slug in found:
            weighed = [
                msgspec.structs.replace(span, weight=round(of[slug], 3))
                for span, of in zip(sentences, each, strict=True)
            ]
            evidence[slug] = tuple(sorted(weighed, key=lambda span: -span.weight)[:SHOWN])
        return evidence


class BothReaders:
    """A tagger with a second reader after it, if there is one: what commands tag by."""

    def __init__(
        self,
        tagger: Tagger,
        reader: SecondReader | None,
        wanted: Callable[[TaggedStory], bool] = lambda _: True,
        examples: Callable[[], KnownExamples | None] = lambda: None,
    ) -> None:
        """Read the stories that are `wanted` a second time; `examples` are what it learnt from."""
        self._examples = examples
        self._tagger = tagger
        self._reader = reader
        self._wanted = wanted
        self._known: Mapping[StoryKey, Embedding] = {}

    @property
    def reads(self) -> bool:
        """Whether there is a second reader."""
        return self._reader is not None

    def remember(self, known: Mapping[StoryKey, Embedding]) -> None:
        """Take these embeddings for those of their stories, by id and version."""
        self._known = known

    def tag(self, story: Story) -> Tags:
        """Return a story's tags by both."""
        return self.tagged(story, Timestamps()).tags

    def tagged(self, story: Story, times: Timestamps) -> TaggedStory:
        """Return a story with its tags by both; by cues alone, which they say, if one fails."""
        tagged = self._tagger.tagged(story, times)
        if self._reader is None or not self._wanted(tagged):
            return tagged
        if (known := self._known.get((story.id, story.version))) is not None:
            tagged = msgspec.structs.replace(tagged, embedding=known)
        try:
            return self._reader.read(tagged)
        except EncoderError:
            return unread(tagged, ReaderState.FAILED)

    def nearest(self, tagged: TaggedStory) -> Near:
        """Return the examples that a story is most like, of each topic that the reader read."""
        read = [topic.slug for topic in tagged.tags.topics if topic.reader is not None]
        known = self._examples() if read else None
        return known.nearest(read, tagged.embedding) if known else {}


AnyTagger = Tagger | BothReaders
"""What makes a tagged story of a story."""


def nearest(tagger: AnyTagger, tagged: TaggedStory) -> Near:
    """Return the examples that a story is most like; none if there is no second reader."""
    return tagger.nearest(tagged) if isinstance(tagger, BothReaders) else {}


def unread(tagged: TaggedStory, why: ReaderState) -> TaggedStory:
    """Return a story that goes on by its cues alone, which its tags say."""
    return msgspec.structs.replace(
        tagged, tags=msgspec.structs.replace(tagged.tags, reader=why), embedding=None
    )


def _text(story: Story) -> str:
    return story_text(story.headline, story.summary, story.body)


def _sentences(story: Story) -> list[Span]:
    """Return the first sentences of what the encoder reads, as spans."""
    spans: list[Span] = []
    for passage in passages(story):
        if passage.field == "summary" and story.body.strip():
            continue
        ends = (*passage.starts[1:], len(passage.text))
        for begin, end in zip(passage.starts, ends, strict=True):
            surface = passage.text[begin:end].rstrip()
            if begin < TEXT_CHARACTERS and len(surface.strip()) >= SHORTEST:
                spans.append(
                    Span(
                        field=passage.field,
                        start=begin,
                        end=begin + len(surface),
                        surface=surface,
                        entry=ENTRY,
                    )
                )
    return spans[:MOST_SENTENCES]
