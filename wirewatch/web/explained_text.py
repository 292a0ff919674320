"""A text held against a watch as `wirewatch explain` does it, in a process of its own.

What finds countries and topics takes seconds to load, and more memory than the page itself.
"""

import asyncio
import sys
from contextlib import suppress
from pathlib import Path

import msgspec

from streams.matching.explain import Explanation
from streams.model.story import Story
from wirewatch.errors import ProgramError

COMMAND = (sys.executable, "-P", "-m", "wirewatch", "explain", "--json")
LIMIT_SECONDS = 60.0
_one_at_a_time = asyncio.Semaphore(1)


class NotExplainedError(ProgramError):
    """A text can't be explained. The message says why."""


class ExplainedText(msgspec.Struct, frozen=True, kw_only=True):
    """What the command says of a text, as far as the page shows it."""

    watches: tuple[Explanation, ...]


async def explained_text(
    story: Story, watch: str, config: Path, data: Path
) -> tuple[Explanation, ...]:
    """Return why a story that somebody wrote down fits a watch or doesn't.

    Raises `NotExplainedError`.
    """
    line = msgspec.json.encode({"headline": story.headline, "body": story.body})
    places = ("--config", str(config), "--data", str(data))
    try:
        async with asyncio.timeout(LIMIT_SECONDS), _one_at_a_time:
            told = await _output((*COMMAND, *places, "--watch", watch, "-"), line)
        return msgspec.json.decode(told, type=ExplainedText).watches
    except TimeoutError:
        raise NotExplainedError(f"that took longer than {LIMIT_SECONDS:.0f} seconds") from None
    except (OSError, msgspec.DecodeError) as error:
        raise NotExplainedError(f"`wirewatch explain` gave no answer: {error}") from error


async def _output(command: tuple[str, ...], given: bytes) -> bytes:
    """Return what a command writes; its process is gone then in every outcome."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command, stdin=pipe, stdout=pipe, start_new_session=True
    )
    try:
        told, _ = await process.communicate(given)
    except BaseException:
        with suppress(ProcessLookupError):
            process.kill()
        await asyncio.shield(process.wait())
        raise
    return told
