"""The operator's examples of topics, in files `topics/SLUG.examples.txt`."""

from collections.abc import Collection
from pathlib import Path

from streams.tagging.examples import NO_TOPIC, Examples, read_examples, too_few, with_own
from wirewatch.config.document import decoded
from wirewatch.config.faults import Fault
from wirewatch.config.files import Files, UnreadableError
from wirewatch.config.topics import FOLDER
from wirewatch.config.wording import choose

ENDING = ".examples.txt"
"""What ends the names of such files, after the topic's slug."""
MISNAMED = "example"
"""What the name of a file holds that was meant to be one."""


def examples(
    files: Files, folder: Path, slugs: Collection[str]
) -> tuple[tuple[Examples, ...], list[Fault]]:
    """Return the examples of each topic that has any, and all that is wrong with them.

    A file whose name fits no topic is wrong too: nobody would ever learn from it.
    """
    found: list[Examples] = []
    faults: list[Fault] = []
    for path in files.ending(folder / FOLDER, ".txt"):
        name = f"{FOLDER}/{path.name}"
        try:
            slug = _slug(path.name, slugs)
            data = files.read(path) if slug else None
        except (ValueError, UnreadableError) as error:
            faults.append(Fault(name, 0, str(error)))
            continue
        if slug is None or data is None:
            continue
        text, undecoded = decoded(data)
        made, wrong = read_examples(slug, text)
        found.append(made)
        faults += [problem.of(name) for problem in undecoded]
        faults += [Fault(name, line, what) for line, what in wrong]
        whole = next(one for one in with_own([made]) if one.slug == slug)
        if missing := too_few(whole):
            faults.append(Fault(name, 0, missing))
    return tuple(found), faults


def _slug(name: str, slugs: Collection[str]) -> str | None:
    """Return the topic that a file teaches, `None` if it is no such file. Raises `ValueError`."""
    if name.endswith(ENDING):
        slug = name.removesuffix(ENDING)
        if slug in slugs or slug == NO_TOPIC:
            return slug
        try:
            choose(slug, sorted({*slugs, NO_TOPIC}))
        except ValueError as error:
            raise ValueError(f"no topic of this name: {error}") from None
    if MISNAMED in name.casefold():
        raise ValueError(f"a file of examples is named SLUG{ENDING}, such as defense{ENDING}")
    return None
