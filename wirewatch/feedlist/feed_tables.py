"""What `wirewatch feeds` shows of feeds: rows for people, lines of JSON for programs. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import msgspec
from rich.table import Table
from rich.text import Text

from connectors.polling.feed import Feed, FeedKind
from streams.model.feed_health import FeedHealth, FeedState
from wirewatch.counted import counted
from wirewatch.feedlist.probe import Probed

PAUSED, NEW, EMPTY = "paused", "new", "empty"
NOT_MODIFIED = "not modified"
"""What a poll says that found nothing new, in so many polls that it isn't worth a word."""
LATE = timedelta(days=2)
"""How long a gap is told of."""
STALE_DAYS = 60
STYLES: Mapping[str, str] = MappingProxyType(
    {
        FeedState.OK.value: "green",
        PAUSED: "dim",
        NEW: "dim",
        **{state.value: "yellow" for state in FeedState if state.readable and state != "ok"},
    }
)
"""How a state looks; what isn't here is red."""
LONGEST = {"feed": 26, "outlet": 22}
"""Columns of a screen that a name may take."""
NARROW = 60
"""Columns of a screen that holds no more than what is in `FIRST`."""
FIRST = ("feed", "state", "remark")
UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A feed as `list` gives it to programs. Durations are in seconds, times in UTC."""

    id: str
    source: str
    state: str
    detail: str
    paused: bool
    last_ok: datetime | None = None
    next_poll: datetime | None = None
    interval: float | None = None
    rhythm: float | None = None
    last_story: datetime | None = None
    gap_since: datetime | None = None
    gap_until: datetime | None = None
    failures: int = 0
    push: str = ""


class CheckedFeed(msgspec.Struct, frozen=True, kw_only=True):
    """A feed as `check` gives it to programs."""

    id: str
    source: str
    state: str
    entries: int
    newest: datetime | None
    good: bool
    remarks: tuple[str, ...]


def row(feed: Feed, health: FeedHealth | None) -> Row:
    """Put together what the list says of a feed and what its polls say."""
    if health is None or (health.state is FeedState.REMOVED and not feed.paused):
        state = PAUSED if feed.paused else NEW
        return Row(id=feed.id, source=feed.source, state=state, detail="", paused=feed.paused)
    return Row(
        id=feed.id,
        source=feed.source,
        state=PAUSED if feed.paused else health.state.value,
        detail="" if health.state is FeedState.REMOVED else health.detail,
        paused=feed.paused,
        last_ok=health.last_ok,
        next_poll=None if feed.paused else health.next_poll,
        interval=health.interval or feed.interval,
        rhythm=health.rhythm,
        last_story=health.last_story,
        gap_since=health.gap.since if health.gap else None,
        gap_until=health.gap.until if health.gap else None,
        failures=health.failures,
        push=health.push,
    )


def is_bad(state: str) -> bool:
    """Say whether a feed in this state needs someone to look at it."""
    return state not in STYLES


def table_of(rows: Iterable[Row], now: datetime, width: int) -> Table:
    """Return the list for people."""
    cells = [
        (
            _plain(one.id),
            _plain(one.source),
            _state(one.state),
            _ago(one.last_ok, now),
            until(one.next_poll, now),
            duration(one.interval) if one.interval else "",
            "; ".join(remarks(one, now)),
        )
        for one in rows
    ]
    heads = ("feed", "outlet", "state", "last good", "next poll", "every", "remark")
    return _table(heads, cells, width)


def has_gap(row: Row, now: datetime) -> bool:
    """Say whether stories may have been missed of late."""
    return row.gap_until is not None and now - row.gap_until < LATE


def remarks(row: Row, now: datetime) -> Iterator[str]:
    """Say what there is to know of a feed beside its state."""
    if row.detail and row.detail != NOT_MODIFIED:
        yield _plain(row.detail)
    if row.gap_since and row.gap_until and has_gap(row, now):
        yield f"stories may be missing {_clock(row.gap_since, row.gap_until, now)}"
    if row.push == "broken":
        yield "its hub's pushes come late or not at all"


def count_line(states: Sequence[str]) -> str:
    """Return how many feeds there are in each state."""
    counts = Counter(states)
    told = ", ".join(f"{count:,} {state_words(state)}" for state, count in counts.most_common())
    return f"{counted(len(states), 'feed')}: {told}" if states else "no feeds"


def checked(feed: Feed, probed: Probed, now: datetime) -> CheckedFeed:
    """Judge a probe: what state the feed is in, and what is to be said of it."""
    remarks = [probed.reason] if probed.reason else []
    state, good = probed.state.value, probed.state.readable
    entries = probed.read.different if probed.read else 0
    lost = probed.read.lost if probed.read else 0
    if probed.parsed is not None and not entries:
        is_wire = feed.kind is FeedKind.WIRE  # its folder is empty while nothing happens
        state, good = EMPTY, is_wire
        remarks.append("no file is there now" if is_wire else "a feed without an entry")
    if lost:
        remarks.append(f"{counted(lost, 'entry')} can't be read")
    if probed.page is not None and probed.page.moved_to:
        remarks.append("it has moved for good: `wirewatch feeds add` its new address")
    if probed.parsed is not None:
        remarks += probed.parsed.remarks
    if entries and probed.newest is None:
        remarks.append("no entry has a date")
    elif probed.newest and (now - probed.newest).days > STALE_DAYS:
        remarks.append(f"nothing new for {counted((now - probed.newest).days, 'day')}")
    return CheckedFeed(
        id=feed.id,
        source=feed.source,
        state=state,
        entries=entries,
        newest=probed.newest,
        good=good,
        remarks=tuple(map(_plain, remarks)),
    )


def checked_table(rows: Iterable[CheckedFeed], now: datetime, width: int) -> Table:
    """Return what was found for people."""
    cells = [
        (
            _plain(one.id),
            _plain(one.source),
            _state(one.state),
            str(one.entries or ""),
            _ago(one.newest, now),
            "; ".join(one.remarks),
        )
        for one in rows
    ]
    return _table(("feed", "outlet", "state", "entries", "newest", "remark"), cells, width)


def duration(seconds: float) -> str:
    """Return a time in its largest unit: `7 min`, `2 h`."""
    for name, size in UNITS:
        if seconds >= size:
            return f"{seconds / size:.0f} {name}"
    return "0 s"


def line(record: object) -> bytes:
    """Return a record as a line of JSON."""
    return msgspec.json.encode(record) + b"\n"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str | Text]], width: int) -> Table:
    """Lay out rows; a column that is empty in all of them is left out."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    shown = [at for at in range(len(heads)) if width >= NARROW or heads[at] in FIRST]
    used = [at for at in shown if any(row[at] for row in rows)]
    for at in used:
        is_remark = heads[at] == "remark"
        table.add_column(
            heads[at],
            justify="right" if heads[at] in ("entries", "every") else "left",
            no_wrap=not is_remark,
            overflow="fold" if is_remark else "ellipsis",
            max_width=LONGEST.get(heads[at]),
        )
    for row in rows:
        table.add_row(*(row[at] for at in used))
    return table


def _state(state: str) -> Text:
    return Text(state_words(state), STYLES.get(state, "red"))


def state_words(state: str) -> str:
    """Return a state in words."""
    return state.replace("_", " ")


def _ago(moment: datetime | None, now: datetime) -> str:
    """Return how long ago it was; a clock that goes ahead of ours is taken for now."""
    return f"{duration(max((now - moment).total_seconds(), 0.0))} ago" if moment else ""


def until(moment: datetime | None, now: datetime) -> str:
    """Return in what time it will be: `in 7 min`, `due`."""
    if moment is None:
        return ""
    seconds = (moment - now).total_seconds()
    return f"in {duration(seconds)}" if seconds > 0 else "due"


def _clock(since: datetime, until: datetime, now: datetime) -> str:
    form = "%H:%M" if (now - since).total_seconds() < 86_400 else "%d %b %H:%M"
    return f"between {since.astimezone(UTC):{form}} and {until.astimezone(UTC):{form}} UTC"


def _plain(text: str) -> str:
    """Take out what could drive a terminal: a server's words are among them."""
    return "".join(char if char.isprintable() else " " for char in text)
