"""A watch as it would stand in watches.toml. Pure."""

import json

import msgspec

from streams.model.watch import Watch

_ALWAYS = frozenset({"id", "title"})


def watch_text(watch: Watch) -> str:
    """Return a watch as TOML: its id and title, and what isn't as it is without being said."""
    usual = {field.name: field.default for field in msgspec.structs.fields(watch)}
    said = {
        name: value
        for name, value in msgspec.structs.asdict(watch).items()
        if name in _ALWAYS or value != usual[name]
    }
    return "[[watch]]\n" + "".join(f"{name} = {_value(value)}\n" for name, value in said.items())


def _value(value: object) -> str:
    # What JSON and TOML write differently, a line or a sign that nobody sees, no watch may hold.
    return json.dumps(msgspec.to_builtins(value), ensure_ascii=False)
