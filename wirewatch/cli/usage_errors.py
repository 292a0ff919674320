"""What is wrong with a command's words, in plain lines: the command, the word, what it takes."""

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum, EnumType
from types import MappingProxyType

from pydantic import ValidationError
from typer import BadParameter

# Typer raises these, but only `BadParameter` is among the names that it hands out.
from typer._click.exceptions import (
    MissingParameter,
    NoArgsIsHelpError,
    NoSuchOption,
    UsageError,
)
from typer.core import TyperArgument, TyperGroup, TyperOption
from typer.exceptions import TyperException

from wirewatch.config.wording import nearest, shown

_NUMBERS: Mapping[str, str] = MappingProxyType(
    {
        "int_parsing": "is not a whole number",
        "greater_than_equal": "is too small: {ge} is the least",
        "less_than_equal": "is too large: {le} is the most",
    }
)
"""What Pydantic, which reads numbers for Typer, means by its kinds of errors."""
_OF_TYPER = (TyperArgument, TyperOption)


def usage_lines(error: TyperException) -> Iterator[str]:
    """Say what is wrong and, where that doesn't tell what to write, who tells."""
    if isinstance(error, NoArgsIsHelpError):  # the help has been shown
        return
    context = error.ctx if isinstance(error, UsageError) else None
    command = context.command_path if context else "wirewatch"
    yield f"{command}: {_fault(error)}"
    if isinstance(error, MissingParameter) and context:
        yield " ".join(context.get_usage().split())
    if context and (not isinstance(error, BadParameter) or isinstance(error, MissingParameter)):
        if isinstance(context.command, TyperGroup) and command != "wirewatch":
            yield f"Its commands: {', '.join(context.command.commands)}"
        yield f"See {command} --help"


def _fault(error: TyperException) -> str:
    match error:
        case NoSuchOption():
            near = nearest(error.option_name, error.possibilities or ())
            return f"there is no option {shown(error.option_name)}{near}"
        case MissingParameter():
            return f"{_named(error)} is missing"
        case BadParameter():
            named = _named(error)
            return f"{named}: {_value(error)}" if named else _value(error)
    return error.format_message()


def _named(error: BadParameter) -> str:
    """Return the option or argument, if the error says which."""
    if isinstance(error.param_hint, str):
        return error.param_hint
    return "" if error.param is None else error.param.get_error_hint().replace("'", "")


def _choice(error: BadParameter, value: str) -> str:
    """Say which values there are, where there are a few; nothing if the value is another's."""
    kind = error.param.type_descriptor.annotation if isinstance(error.param, _OF_TYPER) else None
    if not isinstance(kind, EnumType):
        return ""
    choices: Iterable[Enum] = kind
    names = [str(one.value) for one in choices]
    return f"{shown(value)} is not one of {', '.join(names)}{nearest(value, names)}"


def _value(error: BadParameter) -> str:
    if isinstance(error.__cause__, ValidationError):
        first = error.__cause__.errors()[0]
        if (said := _NUMBERS.get(first["type"])) is not None:
            return f"{shown(str(first['input']))} {said.format(**first.get('ctx', {}))}"
        if first["type"] == "value_error":  # its message begins with "Value error"
            return _choice(error, str(first["input"])) or str(first["ctx"]["error"])
    return error.message
