"""Texts as vectors: what an encoder is to the rest of the program.

An encoder turns a text into numbers such that texts that mean about the same, in any language, get
about the same ones. Which encoder there is, and how it is reached, is the outside's
(`connectors/encoder/`); here is what all stages may rely on. Pure.
"""

from streams.encoder.embedding import MOST_NUMBERS, Embedding, quantised
from streams.encoder.interface import Encoder, EncoderError
from streams.encoder.text import TEXT_CHARACTERS, story_text

__all__ = [
    "MOST_NUMBERS",
    "TEXT_CHARACTERS",
    "Embedding",
    "Encoder",
    "EncoderError",
    "quantised",
    "story_text",
]
