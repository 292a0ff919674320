"""The consoles on which commands print. They take no text for markup: most of it is others' words.

`[/x]` in a feed's title would else end a whole list, and `[link=...]` forge a link.
"""

from typing import IO

from rich.console import Console


def to_console(
    *,
    stderr: bool = False,
    file: IO[str] | None = None,
    soft_wrap: bool = False,
    width: int | None = None,
) -> Console:
    """Return a console that prints texts as they are: without markup, emoji codes or colours."""
    return Console(
        stderr=stderr,
        file=file,
        soft_wrap=soft_wrap,
        width=width,
        markup=False,
        emoji=False,
        highlight=False,
    )
