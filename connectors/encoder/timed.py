"""An encoder that somebody waits for: within a time limit, and the log says why if it fails."""

import threading
from collections.abc import Sequence
from queue import Empty, SimpleQueue

import structlog

from streams.encoder import Embedding, Encoder, EncoderError

log = structlog.get_logger()

MOST_FAILURES = 3
"""Failures in a row after which it isn't asked any more: each may take the whole time."""
INSTEAD = "topics are found by words alone"


class TimedEncoder:
    """Asks an encoder in a thread, for so many seconds at most. For one caller at a time."""

    def __init__(self, encoder: Encoder, seconds: float) -> None:
        """Ask `encoder`, which is closed together with this one."""
        self._encoder = encoder
        self._seconds = seconds
        self._failures = 0

    @property
    def name(self) -> str:
        """The encoder's own name."""
        return self._encoder.name

    def encode(self, texts: Sequence[str]) -> list[Embedding]:
        """Return the embedding of each text. Raises `EncoderError`, after the log said why."""
        if self._failures >= MOST_FAILURES:
            raise EncoderError("it failed too often, and isn't asked any more")
        try:
            made = self._asked(texts)
        except EncoderError as error:
            self._failures += 1
            last = self._failures == MOST_FAILURES
            log.warning(
                "second_reader_failed",
                encoder=self.name,
                because=f"{error}: {INSTEAD}{', from here on for all stories' if last else ''}",
            )
            raise
        self._failures = 0
        return made

    def close(self) -> None:
        """Let go of the encoder."""
        self._encoder.close()

    def _asked(self, texts: Sequence[str]) -> list[Embedding]:
        answers: SimpleQueue[list[Embedding] | EncoderError] = SimpleQueue()

        def ask() -> None:
            try:
                answers.put(self._encoder.encode(texts))
            except EncoderError as error:
                answers.put(error)

        # A thread that hangs must not keep the program from ending.
        threading.Thread(target=ask, daemon=True).start()
        try:
            answer = answers.get(timeout=self._seconds)
        except Empty:
            raise EncoderError(f"no answer in {self._seconds:g} s (`reader_seconds`)") from None
        if isinstance(answer, EncoderError):
            raise answer
        return answer
