"""The tagger: a pure function from a story to its tags.

Nothing is fetched and nothing is learnt: what it knows are the files under `data/`, what it
decides by are the numbers in `weights.py`.
"""

import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import msgspec

from streams.model.story import Story
from streams.model.tags import Field, TaggedStory, Tags
from streams.model.timestamps import Timestamps
from streams.tagging.countries import country_tags, mentions
from streams.tagging.language import cues_of, detect
from streams.tagging.lexicon import Office, all_words, lexicon_languages, topics_in_force
from streams.tagging.lexicon_entry import gate_of
from streams.tagging.pairs import pair_tags
from streams.tagging.passages import MOST_CHARACTERS, Passage, passages, unread
from streams.tagging.scan import Hit, Scanner
from streams.tagging.sentences import Sentences
from streams.tagging.topic_file import TopicFile
from streams.tagging.topics import topic_tags

MOST_HITS = 4_000
"""Words looked at in a field: as many as a hundred pages of news hold."""


class Tagger:
    """Knows the shipped words and the operator's; immutable, safe to share."""

    def __init__(self, topics: Sequence[TopicFile] = (), offices: Sequence[Office] = ()) -> None:
        """Add to the shipped words; a topic takes the place of one of the same slug."""
        known = topics_in_force(topics)
        self.topics = tuple(sorted(known))
        self.version = _version(topics, offices)
        self._languages = lexicon_languages()
        self._ties = {topic.slug: tie for topic in known.values() for tie in topic.tie}
        self._scanner = Scanner(all_words(tuple(known.values()), offices))

    def tag(self, story: Story) -> Tags:
        """Say which countries, pairs and topics a story has, each with its evidence.

        Every span holds to `story.<field>[start:end] == surface`. Takes any text whatever.
        """
        language = detect(story)
        gate = gate_of(language)
        parts = passages(story)
        cut = set(unread(story))
        found = [(passage, self._hits(passage, cut)) for passage in parts]
        on = story.published.date() if story.published else None
        named = mentions(found, gate, on)
        countries = country_tags(named)
        pairs = pair_tags(named, countries, Sentences(parts, language, on), gate)
        return Tags(
            language=language,
            countries=countries,
            pairs=pairs,
            topics=topic_tags(found, named, pairs, self._ties, cues_of(language)),
            tagger=self.version,
            cut=tuple(field for field in MOST_CHARACTERS if field in cut),
            unsupported=language not in self._languages,
        )

    def tagged(self, story: Story, times: Timestamps) -> TaggedStory:
        """Return a story with its tags."""
        return TaggedStory(story=story, tags=self.tag(story), times=times)

    def _hits(self, passage: Passage, cut: set[Field]) -> list[Hit]:
        """Return the words found in a passage; note in `cut` if there are more."""
        hits = self._scanner.scan(passage.text, MOST_HITS)
        if len(hits) == MOST_HITS:
            cut.add(passage.field)
        return [hit for hit in hits if passage.told(hit.start)] if passage.frame else hits


@cache
def shipped() -> Tagger:
    """Return the tagger with the shipped topics alone."""
    return Tagger()


def tag(story: Story) -> Tags:
    """Tag a story with the shipped topics."""
    return shipped().tag(story)


def _version(topics: Sequence[TopicFile], offices: Sequence[Office]) -> str:
    """Digest all that decides: words, weights and code, the operator's included."""
    sha = hashlib.sha256()
    for file in sorted(_files(files("streams.tagging")), key=str):
        sha.update(file.read_bytes())
    for own in (*topics, *offices):
        sha.update(msgspec.json.encode(own))
    return sha.hexdigest()[:12]


def _files(folder: Traversable) -> Iterator[Traversable]:
    for item in folder.iterdir():
        if item.is_dir():
            yield from _files(item)
        elif item.name.endswith((".py", ".txt", ".toml")):
            yield item
