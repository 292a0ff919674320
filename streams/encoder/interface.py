"""What every encoder can do."""

from collections.abc import Sequence
from typing import Protocol

from streams.encoder.embedding import Embedding


class EncoderError(Exception):
    """The encoder gave no answer. The message says why, and holds no secret."""


class Encoder(Protocol):
    """Turns texts into embeddings: the same text always into the same."""

    @property
    def name(self) -> str:
        """Its name with its version, as it stands in each `Embedding`."""
        ...

    def encode(self, texts: Sequence[str]) -> list[Embedding]:
        """Return the embedding of each text. Blocks. Raises `EncoderError`.

        `close` from another thread makes it return soon.
        """
        ...

    def close(self) -> None:
        """Let go of all that it holds. It isn't used any more."""
        ...
