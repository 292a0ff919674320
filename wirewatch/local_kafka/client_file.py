"""Files that hold how a client logs in to a Kafka: `name=value` lines.

Read and written in the names of librdkafka, so that kcat and its kin take them as they are. For
Kafka's own tools the same is written in Java's names.
"""

from collections.abc import Mapping
from pathlib import Path

from streams.contract.kafka_access import KafkaAccess, Login, Mechanism
from wirewatch.errors import ProgramError

OWN_NAMES = ("security.protocol", "sasl.mechanism", "sasl.username", "sasl.password")
OPEN, LOGIN = "PLAINTEXT", "SASL_PLAINTEXT"


class ClientFileError(ProgramError):
    """What a client file says can't be read or used. The message names the file, never a value."""


def read_login(path: Path) -> Login | None:
    """Return the login that a file holds, `None` if it needs none. Raises `ClientFileError`."""
    try:
        given = settings_of(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise ClientFileError(f"can't read {path}, which tells how to reach Kafka: {why}") from None
    try:
        return login_in(given)
    except ValueError as error:
        raise ClientFileError(f"{path}, which tells how to reach Kafka: {error}") from None


def read_access(path: Path) -> KafkaAccess:
    """Return the Kafka that a file names, and its login. Raises `ClientFileError`."""
    login = read_login(path)
    return KafkaAccess(settings_of(path.read_text("utf-8")).get("bootstrap.servers", ""), login)


def settings_of(text: str) -> dict[str, str]:
    """Return the `name=value` lines; empty ones and remarks after `#` are none."""
    lines = (line.strip() for line in text.splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def login_in(given: Mapping[str, str]) -> Login | None:
    """Return the login that settings hold. Raises `ValueError` for what no client of ours can."""
    protocol = given.get("security.protocol", OPEN)
    if protocol == OPEN:
        return None
    if protocol != LOGIN:
        raise ValueError(f"security.protocol must be {OPEN} or {LOGIN}")
    mechanisms = [one.value for one in Mechanism]
    # librdkafka has both spellings.
    mechanism = given.get("sasl.mechanism") or given.get("sasl.mechanisms", "")
    if mechanism not in mechanisms:
        raise ValueError(f"sasl.mechanism must be one of {', '.join(mechanisms)}")
    username, password = given.get("sasl.username", ""), given.get("sasl.password", "")
    if not username or not password:
        raise ValueError("sasl.username and sasl.password are needed")
    return Login(username=username, password=password, mechanism=Mechanism(mechanism))


def for_librdkafka(kafka: KafkaAccess) -> str:
    """Return the settings in the names of librdkafka, of which kcat takes a file by `-F`."""
    lines = [f"bootstrap.servers={kafka.address}"]
    if kafka.login is not None:
        values = (LOGIN, kafka.login.mechanism.value, kafka.login.username, kafka.login.password)
        lines += [f"{name}={value}" for name, value in zip(OWN_NAMES, values, strict=True)]
    return "\n".join(lines) + "\n"


def for_java(kafka: KafkaAccess) -> str:
    """Return the settings as Kafka's own tools take them by `--command-config`."""
    lines = [f"bootstrap.servers={kafka.address}"]
    if kafka.login is not None:
        kind = "plain.Plain" if kafka.login.mechanism is Mechanism.PLAIN else "scram.Scram"
        lines += [
            f"security.protocol={LOGIN}",
            f"sasl.mechanism={kafka.login.mechanism.value}",
            f"sasl.jaas.config=org.apache.kafka.common.security.{kind}LoginModule required "
            f'username="{kafka.login.username}" password="{kafka.login.password}";',
        ]
    return "\n".join(lines) + "\n"
