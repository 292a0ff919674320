"""The second reader of a story: what an encoder makes of it, beside the cues."""

import msgspec

from streams.encoder import Encoder, story_text
from streams.story import Story
from streams.tags import Reader, TaggedStory


class SecondReader:
    """Reads stories by an encoder. Safe to share; `read` blocks."""

    def __init__(self, encoder: Encoder) -> None:
        """Read by this encoder."""
        self.encoder = encoder

    def read(self, tagged: TaggedStory) -> TaggedStory:
        """Return the story with its embedding. Raises `EncoderError`.

        A story that was read by the same encoder before isn't encoded again.
        """
        embedding = tagged.embedding
        if embedding is None or embedding.encoder != self.encoder.name:
            (embedding,) = self.encoder.encode([_text(tagged.story)])
        tags = msgspec.structs.replace(tagged.tags, reader=Reader.READ)
        return msgspec.structs.replace(tagged, tags=tags, embedding=embedding)

    def close(self) -> None:
        """Let go of the encoder."""
        self.encoder.close()


def unread(tagged: TaggedStory, why: Reader) -> TaggedStory:
    """Return a story that goes on by its cues alone, which its tags say."""
    return msgspec.structs.replace(
        tagged, tags=msgspec.structs.replace(tagged.tags, reader=why), embedding=None
    )


def _text(story: Story) -> str:
    return story_text(story.headline, story.summary, story.body)
