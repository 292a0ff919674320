"""A notice on the desktop of the one who runs wirewatch, by `notify-send`.

No shell is asked: the texts are arguments of their own, after a `--` that ends the options. The
body may hold markup and backslash codes by the desktop's rules, so both are escaped.
"""

import asyncio
import shutil
from collections.abc import Sequence
from dataclasses import replace
from html import escape

from connectors.delivery.sinks.chat_text import chat_runs
from connectors.delivery.sinks.content import one_line, subject
from connectors.delivery.sinks.interface import Links, Notification, Send, SinkTools
from connectors.delivery.sinks.outcome import DELIVERED, DeliveryOutcome, retry
from connectors.delivery.sinks.settings import DesktopSettings
from streams.model.watch import Severity

PROGRAM = "notify-send"
SECONDS = 10.0
MOST_TITLE, MOST = 150, 400
"""Characters: a desktop shows a few lines."""
URGENCIES = {Severity.LOW: "low", Severity.CRITICAL: "critical"}


def open_sink(_: SinkTools) -> Send:
    """Return what shows notices."""

    async def send(_: DesktopSettings, told: Notification) -> DeliveryOutcome:
        program = shutil.which(PROGRAM)
        if program is None:
            cure = "install it (libnotify-bin on Debian and Ubuntu), or choose another kind"
            return retry(f"there is no {PROGRAM} here: {cure}", away=True)
        return await show([program, *arguments(told)])

    return send


def arguments(told: Notification) -> list[str]:
    """Return what the program is given."""
    event = told.event
    urgency = URGENCIES.get(event.severity, "normal") if event is not None else "normal"
    # Nothing in a notice can be clicked.
    text = "".join(run.text for run in chat_runs(replace(told, links=Links()), MOST))
    body = escape(text.strip(), quote=False).replace("\\", "\\\\")
    title = one_line(subject(told), MOST_TITLE)
    return ["--app-name=wirewatch", f"--urgency={urgency}", "--", title, body]


async def show(command: Sequence[str]) -> DeliveryOutcome:
    """Run the program once."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
    except OSError as error:
        return retry(f"{PROGRAM} can't be started: {error.strerror}", away=True)
    try:
        async with asyncio.timeout(SECONDS):
            _, said = await process.communicate()
    except TimeoutError:
        return retry(f"{PROGRAM} took longer than {SECONDS:g} s", away=True, maybe_taken=True)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        why = one_line(said.decode("utf-8", "replace"), 160) or f"code {process.returncode}"
        return retry(f"{PROGRAM}: {why}; is a desktop running, as the same user?", away=True)
    return DELIVERED
