"""A secret that is in no text: whoever needs it says so."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Secret:
    """A password, a token, or an address that lets whoever knows it in."""

    value: str = field(repr=False)

    def __str__(self) -> str:
        """Show that there is one, and no more."""
        return "Secret(...)"
