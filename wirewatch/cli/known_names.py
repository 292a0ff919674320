"""Watches and topics that an option names: a mistyped one is refused, with what there is."""

from typer import BadParameter

from wirewatch.archive.known_names import require_there
from wirewatch.archive.queries import BadQuestionError
from wirewatch.config import Config
from wirewatch.errors import ProgramError

ELSEWHERE = "; no configuration is here: --config DIR says where yours is"


def require(config: Config, *, watch: str = "", topic: str = "") -> None:
    """Refuse a watch or topic that neither the configuration nor the archive has."""
    try:
        require_there(config.settings.data, config, watch=watch, topic=topic)
    except BadQuestionError as error:
        raise BadParameter(f"--{error}{'' if config.files else ELSEWHERE}") from error


def require_on_kafka(config: Config, *, watch: str = "", topic: str = "") -> None:
    """Refuse one likewise where Kafka is read, so that an archive may be of another release."""
    try:
        require(config, watch=watch, topic=topic)
    except ProgramError:
        return
