"""Subscribers: what their tables may hold, and what must fit together.

The keys of a table are those of every subscriber and those of its kind of sink, as the sink's
settings struct has them. Where that has a secret, the table names where it is: `NAME_env` or
`NAME_file`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

import msgspec

from connectors.delivery.sinks import apprise_services
from connectors.delivery.sinks.mail_server import MailServer
from connectors.delivery.sinks.secret import Secret
from connectors.delivery.sinks.settings import SETTINGS
from connectors.delivery.sinks.subscriber import Subscriber
from wirewatch.config import preferences, rules, secrets
from wirewatch.config.channels import channels_apart, once
from wirewatch.config.check import CheckedSection, Rule, Shape
from wirewatch.config.document import Section
from wirewatch.config.faults import LineFault
from wirewatch.config.files import Files
from wirewatch.config.find import find
from wirewatch.config.wording import choose


def _apprise_address(text: str) -> str:
    apprise_services.service(text.strip())
    return secrets.header_value(text)


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        **preferences.RULES,
        "kind": partial(choose, allowed=SETTINGS),
        "url": partial(
            rules.address_without_user,
            remedy="put the value of the header Authorization into an environment variable and "
            "name that with authorization_env, or into a file and name that with "
            "authorization_file",
        ),
        "to": rules.mail_address,
        "chat": rules.line_of_text,
        "api": partial(rules.address_without_user, remedy="the bot's token_env is what logs in"),
        "server": partial(rules.address_without_user, remedy="write token_env = (or token_file =)"),
    }
)
"""What a value must look like, by its key: a key means the same for every kind."""
SECRETS: Mapping[str, secrets.Take] = MappingProxyType(
    {
        "secret": secrets.signing_secret,
        "old_secret": secrets.signing_secret,
        "url": secrets.web_address,
        "apprise.url": _apprise_address,
        "topic": secrets.word,
        "token": secrets.word,
    }
)
"""What secrets must look like, of a kind or of all; others are one line of text."""


@dataclass(frozen=True, kw_only=True)
class SecretSources:
    """Where secrets are read from. Unless they are `needed` they may be missing."""

    folder: Path
    files: Files
    environment: Mapping[str, str]
    needed: bool = True

    def rules_for(self, kind: str, name: str) -> dict[str, Rule]:
        """Return the rules for the keys that name a secret."""
        take = SECRETS.get(f"{kind}.{name}") or SECRETS.get(name, secrets.header_value)
        from_environment = partial(secrets.from_environment, self.environment, take)
        from_file = partial(secrets.from_file, self.files, self.folder, take)
        return {
            f"{name}_env": secrets.needed(from_environment, here=self.needed),
            f"{name}_file": secrets.needed(from_file, here=self.needed),
        }


def subscribers(
    sections: list[Section], sources: SecretSources, *, watched: list[str] | None
) -> tuple[tuple[Subscriber, ...], tuple[LineFault, ...]]:
    """Return the subscribers. No `watched` means: the watches aren't known."""
    of_watch = rules.slug if watched is None else partial(choose, allowed=watched)

    def shape(section: Section) -> Shape:
        kind = _kind(section)
        hidden = _secrets(kind)
        rule_of: dict[str, Rule] = {**RULES, "watches": of_watch}
        for name in hidden:
            rule_of |= sources.rules_for(kind, name)
        refused = _keys_of_other_kinds(kind) | {name: secrets.refused(name) for name in hidden}
        missing = f": a {kind} needs it" if kind else ""
        return Shape(kind=written(kind), rules=rule_of, refused=refused, missing=missing)

    ways, misplaced = channels_apart(sections)
    all_found = find(ways, shape, _together)
    made = tuple(_subscriber(table) for table in all_found.tables)
    return made, (*misplaced, *once(all_found.problems))


def mail_without_server(
    sections: list[Section], found: Sequence[Subscriber], server: MailServer | None
) -> tuple[LineFault, ...]:
    """Say what is missing for those who get mail, if there is no mail server."""
    mailed = [subscriber.id for subscriber in found if subscriber.kind == "mail"]
    if server is not None or not mailed:
        return ()
    leaves = (leaf for section in sections for leaf in section.leaves)
    line = next((leaf.line for leaf in leaves if leaf.value == "mail"), 0)
    missing = "a table [mail] in wirewatch.toml must name the mail server"
    return (LineFault(line, f'subscriber "{mailed[0]}": kind: {missing}'),)


@cache
def written(kind: str) -> type[msgspec.Struct]:
    """Return what the table of a kind may hold; without a kind, what that of any may hold."""
    fields: dict[str, tuple[str, Any, Any]] = {}
    for info in msgspec.structs.fields(Subscriber):
        if info.name != "sink":
            name, kind_of_value, default = _field(info)
            fields[name] = (name, preferences.TEXTS.get(name, kind_of_value), default)
    fields["kind"] = ("kind", str, msgspec.field())
    for settings in [SETTINGS[kind]] if kind else SETTINGS.values():
        for info in msgspec.structs.fields(settings):
            if _is_secret(info):
                for key in (f"{info.encode_name}_env", f"{info.encode_name}_file"):
                    fields[key] = (key, str | None, msgspec.field(default=None))
            else:
                fields.setdefault(info.name, _field(info, required=bool(kind)))
    return msgspec.defstruct("WrittenSubscriber", list(fields.values()), frozen=True, kw_only=True)


def _field(info: msgspec.structs.FieldInfo, *, required: bool = True) -> tuple[str, Any, Any]:
    if info.required and required:
        return info.name, info.type, msgspec.field(name=info.encode_name)
    default = None if info.required else info.default
    return info.name, info.type, msgspec.field(name=info.encode_name, default=default)


def _kind(section: Section) -> str:
    """Return the kind that a table names, empty if it names none that there is."""
    named = [leaf.value for leaf in section.leaves if leaf.key == "kind"]
    return named[0] if named and isinstance(named[0], str) and named[0] in SETTINGS else ""


def _secrets(kind: str) -> dict[str, bool]:
    """Return the names of a kind's secrets, and whether it needs them."""
    kinds = [SETTINGS[kind]] if kind else SETTINGS.values()
    all_fields = [info for settings in kinds for info in msgspec.structs.fields(settings)]
    return {info.encode_name: info.required for info in all_fields if _is_secret(info)}


def _is_secret(info: msgspec.structs.FieldInfo) -> bool:
    return info.type is Secret or Secret in get_args(info.type)


def _keys_of_other_kinds(kind: str) -> dict[str, str]:
    """Return the keys that this kind hasn't, and what to say to whoever writes one."""
    if not kind:
        return {}
    own = _keys(kind)
    found: dict[str, list[str]] = {}
    for other in SETTINGS:
        for key in _keys(other) - own:
            found.setdefault(key, []).append(other)
    return {
        key: f"a {kind} has none: remove it, or choose a kind that has it ({', '.join(kinds)})"
        for key, kinds in found.items()
    }


def _keys(kind: str) -> set[str]:
    return {info.encode_name for info in msgspec.structs.fields(written(kind))}


def _subscriber(table: Mapping[str, Any]) -> Subscriber:
    sink = SETTINGS[table["kind"]]
    of_sink, named = {}, {}
    own = {info.encode_name: info for info in msgspec.structs.fields(sink)}
    for key, value in table.items():
        secret = key.removesuffix("_env").removesuffix("_file")
        if key in own:
            of_sink[own[key].name] = value
        elif secret in own:
            of_sink[own[secret].name] = Secret(value)
        elif key != "kind":
            named[key] = value
    return Subscriber(sink=sink(**of_sink), **named)  # type: ignore[arg-type]  # a row's struct


def _together(subscriber: CheckedSection) -> Iterator[tuple[str, str]]:
    yield from preferences.together(subscriber)
    written_keys = subscriber.lines
    kind = subscriber.values.get("kind")
    for name, needed in _secrets(kind).items() if kind else ():
        given = [key for key in (f"{name}_env", f"{name}_file") if key in written_keys]
        if len(given) > 1:
            yield given[1], f"{given[0]} is there too: keep one of them"
        told = any(one.message.startswith(f"{name}:") for one in subscriber.problems)
        if needed and not given and not told:
            yield (
                f"{name}_env",
                f"missing: a {kind} needs it; name the environment variable that holds its {name}"
                f" (or, with {name}_file, the file)",
            )
