"""What happened to an alert, how much it matters, and lists, in a person's language. Pure."""

from collections.abc import Callable, Sequence

from connectors.delivery.frame.catalogue import translations
from streams.model.alert import Kind
from streams.model.watch import Severity


def kind_word(kind: Kind, _: Callable[[str], str]) -> str:
    """Return what happened, in a word. `_` translates."""
    if not kind.known:  # of a later release
        return kind.value
    match kind:
        case Kind.OPENED:
            return _("opened")
        case Kind.JOINED:
            return _("joined")
        case Kind.UPDATED:
            return _("updated")
        case Kind.CORRECTED:
            return _("corrected")
        case Kind.WITHDRAWN:
            return _("withdrawn")
        case Kind.CLOSED:
            return _("closed")
        case Kind.SPIKE:
            return _("spike")


def severity_word(severity: Severity, _: Callable[[str], str]) -> str:
    """Return how much an alert matters, in a word; nothing for what is usual."""
    if not severity.known:  # of a later release
        return severity.value
    match severity:
        case Severity.LOW:
            return _("low")
        case Severity.HIGH:
            return _("high")
        case Severity.CRITICAL:
            return _("critical")
        case Severity.NORMAL:
            return ""


def labelled(what: str, text: str, _: Callable[[str], str]) -> str:
    """Return a text behind what it is, with the colon as the language writes it."""
    return _("{what}: {text}").format(what=what, text=text)


def listed(names: Sequence[str], most: int, language: str) -> str:
    """Return names with commas, those over `most` counted."""
    named, rest = ", ".join(names[:most]), len(names) - most
    if rest <= 0:
        return named
    said = translations(language)
    more = said.ngettext("{named} and {count} more", "{named} and {count} more", rest)
    return more.format(named=named, count=rest)
