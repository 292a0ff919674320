"""Which alert, or which story, a person's word is about. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from streams.verdict import Said, Verdict
from wirewatch.config.words import choose
from wirewatch.explaining.account import SHORT, Life, Traces, lives

MOST_NAMED = 5
"""Watches or alerts named where one has to be chosen."""


class UnfitError(ValueError):
    """What was said doesn't fit what it was said of. The message says why, and what would."""


@dataclass(frozen=True, kw_only=True)
class Word:
    """What a person says, and of which watch if they name one."""

    said: Said
    by: str
    at: datetime
    watch: str | None = None
    note: str = ""


def judge(traces: Traces, word: Word, watches: Sequence[str]) -> Verdict:
    """Make a verdict of a word on what was found. Raises `UnfitError`.

    `watches` are the ids of those in force: of one of them an alert may have been missed.
    """
    alert, watch = _missed(traces, word, watches) if word.said is Said.MISSED else _of(traces, word)
    return Verdict(
        said=word.said,
        watch=watch,
        story=traces.story.id,
        by=word.by,
        at=word.at,
        alert=alert,
        note=word.note,
    )


def _missed(traces: Traces, word: Word, watches: Sequence[str]) -> tuple[None, str]:
    alerts = lives(traces)
    if traces.asked is not None:
        raise UnfitError(f"{_names(_asked(alerts, traces.asked))} came: call it right or wrong")
    if word.watch is None and len(watches) != 1:
        raise UnfitError(
            f"say which watch missed it by --watch: {_some(watches) or 'there is none'}"
        )
    watch = watches[0] if word.watch is None else _chosen(word.watch, watches)
    if there := [life for life in alerts if life.watch == watch]:
        raise UnfitError(f"the story is in {_names(there)}: call that right or wrong")
    return None, watch


def _of(traces: Traces, word: Word) -> tuple[str, str]:
    alerts = lives(traces)
    if traces.asked is not None:
        alerts = _asked(alerts, traces.asked)
    meant = [life for life in alerts if word.watch in {None, life.watch}]
    if not meant and alerts:
        raise UnfitError(f"{_names(alerts)} is none of {word.watch}")
    if not meant:
        raise UnfitError(
            f"the story is in no alert, so none was {word.said}: call it missed if one should "
            "have come"
        )
    if len(meant) > 1:
        raise UnfitError(f"the story is in {_names(meant)}: name one by its id, or by --watch")
    return meant[0].alert, meant[0].watch


def _asked(alerts: Sequence[Life], asked: str) -> list[Life]:
    return [life for life in alerts if life.alert == asked]


def _chosen(watch: str, watches: Sequence[str]) -> str:
    try:
        return choose(watch, watches)
    except ValueError as error:
        raise UnfitError(f"--watch: {error}") from error


def _names(alerts: Sequence[Life]) -> str:
    return _some([f"alert {life.alert[:SHORT]} of {life.watch}" for life in alerts])


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:MOST_NAMED]) + (" ..." if len(names) > MOST_NAMED else "")
