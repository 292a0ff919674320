"""What is wrong with a configuration: every fault with its place, never a secret."""

from dataclasses import dataclass
from pathlib import Path

from wirewatch.errors import ProgramError


@dataclass(frozen=True, order=True)
class Fault:
    """One fault. `file` is a name in the configuration folder; line 0 is the file as a whole."""

    file: str
    line: int
    message: str


@dataclass(frozen=True, order=True)
class LineFault:
    """A fault of a file whose name is known to the caller alone."""

    line: int
    message: str

    def of(self, file: str) -> Fault:
        """Name the file."""
        return Fault(file, self.line, self.message)


class ConfigError(ProgramError):
    """The configuration can't be used: `faults` holds all that is wrong, by file and line."""

    def __init__(self, faults: tuple[Fault, ...], data: Path | None = None) -> None:
        """Keep the faults; `wirewatch.config.report` puts them into words.

        `data` is the data folder, where the rest of the configuration still names it.
        """
        super().__init__(faults)
        self.faults = faults
        self.data = data

    def __str__(self) -> str:
        """Say how many there are, and the first of them."""
        first, *more = self.faults
        rest = f" (and {len(more)} more)" if more else ""
        return f"configuration: {first.file}: {first.message}{rest}"
