"""Names that an option takes: a mistyped one is refused, or told where Kafka may have it still."""

from typer import BadParameter

from wirewatch.archive.known_names import require_there
from wirewatch.archive.queries import BadQuestionError
from wirewatch.cli.options import say
from wirewatch.config import Config
from wirewatch.errors import ProgramError


def require(config: Config, *, watch: str = "", topic: str = "") -> None:
    """Refuse a watch or topic that neither the configuration nor the archive has."""
    try:
        require_there(config.settings.data, config, watch=watch, topic=topic)
    except BadQuestionError as error:
        raise BadParameter(f"--{error}") from error


def hint(config: Config, *, watch: str = "", topic: str = "") -> None:
    """Say that a watch or topic is unknown: records of before an edit may have it all the same."""
    try:
        require_there(config.settings.data, config, watch=watch, topic=topic)
    except BadQuestionError as error:
        say(f"--{error}")
    except ProgramError:
        return  # Kafka is read, not the archive: that it can't be is no fault here.
