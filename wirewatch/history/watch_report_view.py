"""Reports on watches, for people. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from connectors.delivery.frame.lengths import length
from connectors.delivery.sinks.terminal_text import plain
from wirewatch.counted import counted
from wirewatch.history.watch_report import Latency, WatchVersionReport

ADVICE = {
    "pair": "look at the words that name the countries (`wirewatch explain ALERT`)",
    "topic": "look at the topic's words, or raise min_topic_score",
    "duplicate": "join the alerts (`wirewatch judge ALERT one-event --with OTHER`)",
    "old news": "look at the dates of that outlet's feed (`wirewatch feeds check`)",
}
"""What helps against what is wrong."""


def report_lines(reports: Sequence[WatchVersionReport]) -> Iterator[str]:
    """Return the lines to print."""
    for number, one in enumerate(reports):
        if number:
            yield ""
        yield from _lines(one)


def _lines(one: WatchVersionReport) -> Iterator[str]:
    yield plain(f"{one.watch} · {one.title}")
    yield (
        f"  version     min_pair_score {one.min_pair_score:g}, min_topic_score"
        f" {one.min_topic_score:g}, tagger {plain(one.tagger)};"
        f" {one.since:%Y-%m-%d %H:%M} to {one.until:%Y-%m-%d %H:%M} UTC"
    )
    yield f"  alerts      {one.alerts:,}, {_judged(one)}"
    yield f"  precision   {_share(one.precision, one.precision_interval, unjudged(one))}"
    missed = f"{counted(one.missed, 'story')} reported as missed"
    none = "no alert is known to be right"
    yield f"  recall      {_share(one.recall, one.recall_interval, none, 'at most ')}; {missed}"
    for name, took in (
        ("published to seen", one.published_to_seen),
        ("seen to raised", one.seen_to_raised),
        ("published to raised", one.published_to_raised),
    ):
        yield f"  {name:<20}{_took(took)}"
    yield f"  first       {_counts(one.outlets_first)}"
    for kind, count in one.to_fix.items():
        advice = f": {ADVICE[kind]}" if kind in ADVICE else ""
        yield f"  to fix      {kind}, {count} of {one.wrong} wrong{advice}"


def unjudged(one: WatchVersionReport) -> str:
    """Say why nothing can be said of the precision."""
    return "those who judged disagree" if one.disputed else "nobody judged one"


def _judged(one: WatchVersionReport) -> str:
    disputed = f", {one.disputed} disputed" if one.disputed else ""
    return f"{one.right} called right, {one.wrong} wrong{disputed}"


def _share(
    share: float | None, interval: tuple[float, float] | None, none: str, most: str = ""
) -> str:
    if share is None or interval is None:
        return f"not known: {none}"
    return f"{most}{share:.0%} (95 %: {interval[0]:.0%} to {interval[1]:.0%})"


def _took(took: Latency | None) -> str:
    if took is None:
        return "not known"
    return f"half within {length(took.p50)}, 95 % within {length(took.p95)}"


def _counts(counts: Mapping[str, int]) -> str:
    return plain(", ".join(f"{name} {count}" for name, count in counts.items()))
