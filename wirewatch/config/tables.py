"""Which sections of a document are the tables its file is for, and which are out of place. Pure."""

import difflib
from collections.abc import Mapping
from types import MappingProxyType

from wirewatch.config.document import UNREADABLE, Document, Section
from wirewatch.config.faults import LineFault
from wirewatch.config.wording import shown

FILES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "wirewatch.toml": (
            "[kafka]",
            "[websub]",
            "[tagging]",
            "[mail]",
            "[links]",
            "[feeds_out]",
            "[archive]",
            "[canary]",
            "[metrics]",
            "[web]",
        ),
        "feeds.toml": ("[[feed]]",),
        "watches.toml": ("[[watch]]",),
        "subscribers.toml": ("[[subscriber]]", "[[subscriber.channel]]"),
    }
)
"""The files, and the tables that each may hold."""
NEAR = 0.75
"""How like its right name a wrong one must be for the table to be read all the same."""
SETTINGS = "wirewatch.toml"
"""The one file with keys outside of a table."""


def tables(document: Document, file: str) -> tuple[list[Section], list[LineFault]]:
    """Return the file's tables, those with a slip in the name included, and what is wrong."""
    root, *rest = document.sections
    good, problems = [], []
    if file == SETTINGS:
        good.append(root)
    elif stray := [leaf for leaf in root.leaves if leaf.value is not UNREADABLE]:
        problems.append(
            LineFault(
                stray[0].line, f"{shown(stray[0].key)} stands outside of a {FILES[file][0]} table"
            )
        )
    wanted = [table.strip("[]") for table in FILES[file]]
    for section in rest:
        if said := _misnamed(section, file) or _repeated(section, good):
            problems.append(LineFault(section.line, said))
        if meant := difflib.get_close_matches(section.name, wanted, n=1, cutoff=NEAR):
            good.append(Section(meant[0], section.doubled, section.line, section.leaves))
    return good, problems


def _misnamed(section: Section, file: str) -> str | None:
    written = f"[[{section.name}]]" if section.doubled else f"[{section.name}]"
    if written in FILES[file]:
        return None
    home = next((home for home, known in FILES.items() if written in known), None)
    where = (
        f"belongs in {home}"
        if home
        else f"is not a table of this file: write {' or '.join(FILES[file])}"
    )
    return f"{shown(written)} {where}"


def _repeated(section: Section, before: list[Section]) -> str | None:
    if section.doubled:
        return None
    lines = (other.line for other in before if other.name == section.name)
    return next((f"[{section.name}] is already there in line {line}" for line in lines), None)
