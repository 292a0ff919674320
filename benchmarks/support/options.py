"""How a script is asked: `--help` says what it measures, how long it takes and what can be said."""

import signal
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable
from pathlib import Path
from types import FrameType


class Options(ArgumentParser):
    """The options of the script that runs."""

    def __init__(self, doc: str | None, *, takes: str) -> None:
        """Describe the script by its docstring; `takes` says how long, about, on two idle cores."""
        spec = sys.modules["__main__"].__spec__
        name = spec.name.removesuffix(".__main__") if spec else sys.argv[0]
        super().__init__(
            prog=f"python -m {name}",
            description=f"{(doc or '').strip()}\n\nTakes {takes}.",
            formatter_class=RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )

    def number(
        self,
        name: str,
        default: float,
        what: str,
        *,
        kind: Callable[[str], float] | None = None,
    ) -> None:
        """Take a number that may be left out."""
        said = f"{what} (%(default)s)"
        self.add_argument(name, nargs="?", type=kind or positive, default=default, help=said)

    def given(self) -> Namespace:
        """Return what was given. SIGTERM then ends the script as an error does: it clears up."""
        found = self.parse_args()
        signal.signal(signal.SIGTERM, _end)
        return found


def positive(text: str) -> int:
    """Read a number of things to do."""
    if not text.isdecimal() or int(text) == 0:
        raise ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def existing(text: str) -> Path:
    """Read the path of a file or folder that is there."""
    path = Path(text)
    if not path.exists():
        raise ArgumentTypeError(f"{text!r}: there is no such file or folder")
    return path


def _end(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)
