"""`feeds.toml` as a text that people wrote: changed where asked, and left alone elsewhere."""

import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from connectors.errors import ConnectorError
from wirewatch.config.document import Leaf, Section, read, referee
from wirewatch.config.wording import nearest, shown
from wirewatch.feedlist.blocks import Block
from wirewatch.feedlist.imported_feed import same

NAME = "feeds.toml"
EMPTY = """# feeds.toml: which feeds to poll. Each [[feed]] is one; docs/feeds.md explains the keys.
"""
PAUSED = re.compile(r"(\s*paused\s*=\s*)(true|false)\b")


class FeedsFileError(ConnectorError):
    """`feeds.toml` can't be changed. The message says why, and what to do."""


@dataclass(frozen=True)
class FeedsFile:
    """The file's text and its feeds by id."""

    text: str
    sections: Mapping[str, Section]

    @property
    def known(self) -> dict[str, str]:
        """The id of each feed by its address."""
        return {
            same(leaf.value): name
            for name, section in self.sections.items()
            for leaf in section.leaves
            if leaf.key == "url" and isinstance(leaf.value, str) and "://" in leaf.value
        }

    def with_blocks(self, blocks: Iterable[Block]) -> str:
        """Return the text with blocks at its end."""
        parts = [self.text.rstrip("\n") + "\n" if self.text.strip() else ""]
        parts += [block.toml() for block in blocks]
        return "\n".join(part for part in parts if part)

    def with_paused(self, name: str, *, paused: bool) -> str:
        """Return the text with a feed paused, or polled again."""
        section = self._section(name)
        lines = self.text.split("\n")
        leaf = next((leaf for leaf in section.leaves if leaf.key == "paused"), None)
        if leaf is None:
            if paused:
                lines.insert(_end(section.leaves[-1]), "paused = true")
        elif not paused and re.fullmatch(r"\s*paused\s*=\s*true\s*", lines[leaf.line - 1]):
            del lines[leaf.line - 1]
        else:
            word = "true" if paused else "false"
            lines[leaf.line - 1] = PAUSED.sub(rf"\g<1>{word}", lines[leaf.line - 1], count=1)
        return "\n".join(lines)

    def without(self, name: str) -> str:
        """Return the text without a feed, nor the comments within its block."""
        section = self._section(name)
        lines = self.text.split("\n")
        end = _end(section.leaves[-1])
        while end < len(lines) and not lines[end].strip():
            end += 1
        return "\n".join(lines[: section.line - 1] + lines[end:])

    def _section(self, name: str) -> Section:
        section = self.sections.get(name)
        if section is None:
            raise FeedsFileError(f"no feed is called {shown(name)}{nearest(name, self.sections)}")
        if not all(leaf.text for leaf in section.leaves):
            raise FeedsFileError(
                f"{shown(name)} is not written as a [[feed]] block: change it by hand"
            )
        return section


def _end(leaf: Leaf) -> int:
    """Return the number of lines up to the end of a key's value."""
    return leaf.line + leaf.text.count("\n")


def shipped() -> str:
    """Return the list that ships."""
    return resources.files("wirewatch").joinpath("defaults", NAME).read_text("utf-8")


def parse(text: str) -> FeedsFile:
    """Read the file's text. Raises `FeedsFileError` if it is no TOML."""
    document = read(text)
    problem = next(iter(document.problems), None) or referee(text)
    if problem:
        raise FeedsFileError(f"{NAME}:{problem.line}: {problem.message}; mend it first")
    sections = {
        leaf.value: section
        for section in document.sections
        if section.doubled
        for leaf in section.leaves
        if leaf.key == "id" and isinstance(leaf.value, str)
    }
    return FeedsFile(text, sections)


def open_file(folder: Path) -> FeedsFile | None:
    """Read the folder's `feeds.toml`; `None` if there is none."""
    path = folder / NAME
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise FeedsFileError(f"{path} can't be read: {reason}") from error
    return parse(text)


def save(folder: Path, text: str) -> None:
    """Write `feeds.toml` whole or not at all, with the rights and line ends it had.

    Raises `FeedsFileError`, also when the text is no TOML: then nothing is written.
    """
    parse(text)
    text = text.rstrip("\n") + "\n"
    path = (folder / NAME).resolve()
    windows = path.exists() and b"\r\n" in path.read_bytes()
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".feeds-", delete=False) as file:
            file.write((text.replace("\n", "\r\n") if windows else text).encode())
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        Path(file.name).replace(path)
    except OSError as error:
        raise FeedsFileError(f"{path} can't be written: {error.strerror}") from error
