"""Files that hold how a client talks to a Kafka and logs in: `name=value` lines.

Read and written in the names of librdkafka, so that kcat and its kin take them as they are. For
Kafka's own tools the same is written in Java's names.
"""

import ssl
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from connectors.kafka.token_source import TokenError, TokenSource, from_command, from_file
from streams.contract.kafka_access import (
    OAUTHBEARER,
    KafkaAccess,
    Login,
    Mechanism,
    Tls,
    TokenLogin,
)
from wirewatch.errors import ProgramError

PROTOCOLS = ("PLAINTEXT", "SASL_PLAINTEXT", "SSL", "SASL_SSL")
FROM_FILE = "sasl.oauthbearer.token.file"
FROM_COMMAND = "sasl.oauthbearer.token.command"
"""Names of our own: librdkafka's clients are handed tokens by the program around them."""
PASSWORD, KEY_PASSWORD = "sasl.password", "ssl.key.password"
IN_FILE = ".file"
"""After the name of a secret: the file that holds it. Of our own too."""
LONGEST_SECRET = 4096


class ClientFileError(ProgramError):
    """What a client file says can't be read or used. The message names the file, never a value."""


def read_client_file(path: Path, address: str | None = None) -> KafkaAccess:
    """Return the Kafka at an address, by default the file's own, and how to get in there.

    Raises `ClientFileError`.
    """
    try:
        given = settings_of(path.read_text("utf-8"))
        named = address or given.get("bootstrap.servers", "")
        access = replace(access_in(given, path.parent), address=named)
        if access.tls is not None:
            _try(access.tls)
        if isinstance(access.login, TokenLogin):
            access.login.token()
    except TokenError as error:
        raise ClientFileError(f"{path}, which tells how to reach Kafka: {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise ClientFileError(f"can't read {path}, which tells how to reach Kafka: {why}") from None
    except ValueError as error:
        raise ClientFileError(f"{path}, which tells how to reach Kafka: {error}") from None
    return access


def _try(tls: Tls) -> None:
    """Raise `ValueError` for files that no connection could be made with."""
    for file in (tls.ca, tls.certificate, tls.key):
        if file is not None:
            try:
                file.read_bytes()
            except OSError as error:
                raise ValueError(f"can't read {file}: {error.strerror}") from None
    try:
        tls.context()
    except (ssl.SSLError, ValueError):
        # OpenSSL's own words say nothing to anyone.
        raise ValueError(
            "ssl.ca.location, ssl.certificate.location or ssl.key.location is no file in PEM form, "
            "or the key isn't the certificate's, or ssl.key.password is wrong"
        ) from None


def settings_of(text: str) -> dict[str, str]:
    """Return the `name=value` lines; empty ones and remarks after `#` are none."""
    lines = (line.strip() for line in text.splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def access_in(given: Mapping[str, str], folder: Path = Path()) -> KafkaAccess:
    """Return what settings say; paths are those from `folder`.

    Raises `ValueError` for what no client of ours can.
    """
    if "@" in given.get("bootstrap.servers", ""):
        raise ValueError(
            "a user or password doesn't belong in bootstrap.servers: "
            "write sasl.username= and sasl.password="
        )
    protocol = given.get("security.protocol", PROTOCOLS[0]).upper()
    if protocol not in PROTOCOLS:
        raise ValueError(f"security.protocol must be one of {', '.join(PROTOCOLS)}")
    return KafkaAccess(
        given.get("bootstrap.servers", ""),
        _login_in(given, folder) if protocol.startswith("SASL") else None,
        _tls_in(given, folder) if protocol.endswith("SSL") else None,
    )


def _tls_in(given: Mapping[str, str], folder: Path) -> Tls:
    def file(name: str) -> Path | None:
        value = given.get(name, "")
        return folder / value if value else None

    certificate, key = file("ssl.certificate.location"), file("ssl.key.location")
    if key is not None and certificate is None:
        raise ValueError("ssl.key.location needs ssl.certificate.location too")
    return Tls(
        ca=file("ssl.ca.location"),
        certificate=certificate,
        key=key,
        key_password=_secret_in(given, KEY_PASSWORD, folder),
    )


def _login_in(given: Mapping[str, str], folder: Path) -> Login | TokenLogin:
    mechanisms = [*(one.value for one in Mechanism), OAUTHBEARER]
    # librdkafka has both spellings.
    mechanism = given.get("sasl.mechanism") or given.get("sasl.mechanisms", "")
    if mechanism not in mechanisms:
        raise ValueError(f"sasl.mechanism must be one of {', '.join(mechanisms)}")
    if mechanism == OAUTHBEARER:
        return TokenLogin(token=_token_in(given, folder))
    username, password = given.get("sasl.username", ""), _secret_in(given, PASSWORD, folder)
    if not username or not password:
        raise ValueError(f"sasl.username and {PASSWORD} (or {PASSWORD}{IN_FILE}) are needed")
    return Login(username=username, password=password, mechanism=Mechanism(mechanism))


def _secret_in(given: Mapping[str, str], name: str, folder: Path) -> str | None:
    """Return a secret: as it stands there, or out of the file that is named instead."""
    by_file = f"{name}{IN_FILE}"
    if not (value := given.get(by_file, "")):
        return given.get(name)
    if given.get(name):
        raise ValueError(f"{by_file}: {name} is there too: keep one of them")
    path = folder / value
    try:
        with path.open("rb") as file:
            secret = file.read(LONGEST_SECRET).decode().strip()
    except OSError as error:
        raise ValueError(f"can't read {path}, which {by_file} names: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path}, which {by_file} names, is not text") from None
    if not secret.isprintable() or not secret:
        raise ValueError(f"{path}, which {by_file} names, is empty, or has more than a line")
    return secret


def _token_in(given: Mapping[str, str], folder: Path) -> TokenSource:
    file, command = given.get(FROM_FILE, ""), given.get(FROM_COMMAND, "")
    if bool(file) is bool(command):
        raise ValueError(f"{OAUTHBEARER} needs {FROM_FILE} or {FROM_COMMAND}, one of them")
    if file:
        return from_file(folder / file)
    try:
        return from_command(command, folder)
    except ValueError as error:
        raise ValueError(f"{FROM_COMMAND} is no command: {error}") from None


def for_librdkafka(kafka: KafkaAccess) -> str:
    """Return the settings in the names of librdkafka, of which kcat takes a file by `-F`.

    It has no words for where a token comes from: of such a login nothing is written.
    """
    login = kafka.login if isinstance(kafka.login, Login) else None
    tls = kafka.tls or Tls()
    given = {
        "bootstrap.servers": kafka.address,
        "security.protocol": kafka.protocol,
        "sasl.mechanism": login and login.mechanism.value,
        "sasl.username": login and login.username,
        "sasl.password": login and login.password,
        "ssl.ca.location": tls.ca,
        "ssl.certificate.location": tls.certificate,
        "ssl.key.location": tls.key,
        "ssl.key.password": tls.key_password,
    }
    return "".join(f"{name}={value}\n" for name, value in given.items() if value is not None)


def for_java(kafka: KafkaAccess) -> str:
    """Return the settings as Kafka's own tools take them by `--command-config`."""
    lines = [f"bootstrap.servers={kafka.address}"]
    if isinstance(kafka.login, Login):
        kind = "plain.Plain" if kafka.login.mechanism is Mechanism.PLAIN else "scram.Scram"
        lines += [
            f"security.protocol={kafka.protocol}",
            f"sasl.mechanism={kafka.login.mechanism.value}",
            f"sasl.jaas.config=org.apache.kafka.common.security.{kind}LoginModule required "
            f'username="{kafka.login.username}" password="{kafka.login.password}";',
        ]
    return "\n".join(lines) + "\n"
