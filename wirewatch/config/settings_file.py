"""How `wirewatch.toml` and the environment over it are read into the record of settings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from connectors.delivery.sinks.mail_server import Security
from wirewatch.config import rules, secrets
from wirewatch.config.check import Rule, Shape, check
from wirewatch.config.document import Leaf, Section
from wirewatch.config.faults import Fault, LineFault
from wirewatch.config.files import Files
from wirewatch.config.settings import ENVIRONMENT, Settings
from wirewatch.config.tables import FILES
from wirewatch.config.web_access import header_name, web_together

TABLES = tuple(table.strip("[]") for table in FILES["wirewatch.toml"])
"""The tables of `wirewatch.toml`; its other keys stand before them."""
METRICS = tuple(f"metrics.{name}" for name in ("poll", "work", "deliver", "archive", "web", "run"))
ENVIRONMENT_PLACE = "environment"
"""What faults of environment variables give for a file."""


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
        else [
            *_together(made, filed.lines),
            *_mail_together(made, filed.lines),
            *web_together(made, filed.lines),
        ]
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
    if "kafka.address" in lines and "kafka.port" in lines:
        own = "kafka.port: it is the private Kafka's, and address names one of yours: remove one"
        found.append(LineFault(lines["kafka.port"], own))
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
    if made.mail_folder is not None and made.mail_host:
        both = "mail.folder: host is there too: remove folder to send mail, or host to write files"
        return [LineFault(lines["mail.folder"], both)]
    to = made.mail_host or made.mail_folder
    needs = (
        "a mail server needs host and from"
        if made.mail_folder is None
        else "mails written into a folder need it too: the address that they are from"
    )
    found = [
        LineFault(first, f"{key}: missing: {needs}")
        for key, value in (("mail.host", to), ("mail.from", made.mail_from))
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
        "kafka.port": rules.port,
        "kafka.prefix": rules.prefix,
        "websub.callback": partial(rules.address_without_user, remedy="hubs need none: remove it"),
        "websub.listen": rules.listen,
        "kafka.client_file": partial(rules.folder_in, folder),
        "data": partial(rules.folder_in, folder),
        "mail.host": rules.mail_host,
        "mail.folder": partial(rules.folder_in, folder),
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
        "links.base": rules.public_links,
        "links.listen": rules.host_and_port,
        "feeds_out.listen": rules.host_and_port,
        "web.listen": rules.host_and_port,
        "web.base": rules.public_base,
        "web.proxy_header": header_name,
        "web.token_env": secrets.needed(
            partial(secrets.from_environment, sources.environment, secrets.page_token),
            here=sources.secret,
        ),
        "web.token_file": secrets.needed(
            partial(secrets.from_file, sources.files, sources.folder, secrets.page_token),
            here=sources.secret,
        ),
        "tagging.reader_seconds": rules.seconds,
        "tagging.reader_seconds_matched": rules.seconds,
        **dict.fromkeys(METRICS, rules.host_and_port),
        "archive.keep_days": rules.keep_days,
        "archive.keep_gb": rules.keep_gb,
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
