"""The commands that look back: explain, judge, replay."""

import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from streams.contract.kafka_access import KafkaAccess
from streams.matching.match import Watches
from streams.model.story import ID_LENGTH
from streams.model.verdict import Said
from streams.model.watch import Watch
from streams.tagging import Tagger
from wirewatch.cli.options import Backfill, ConfigFolder, Data, Json, Kafka, reading
from wirewatch.config import Lexicons, Settings, load, load_lexicons, load_watches
from wirewatch.config.environment import environment
from wirewatch.config.tables import SETTINGS
from wirewatch.config.wording import choose, shown
from wirewatch.history.explain_input import ExplainOptions, explain_input, explain_past, is_name
from wirewatch.history.judge import judge_past, login_name
from wirewatch.history.lookup import ID
from wirewatch.history.replay import ReplayPlan, ReplaySource, replay_lines, replay_log
from wirewatch.history.shadow import shadow
from wirewatch.history.verdict_target import PersonsVerdict, UnfitError
from wirewatch.input.input_text import is_file, lines
from wirewatch.local_kafka import running_at
from wirewatch.runtime import kafka_wait
from wirewatch.runtime.kafka_login import KAFKA, access_to
from wirewatch.runtime.second_reader import both_readers
from wirewatch.runtime.supervisor import RunError

past = typer.Typer()

DURATION = re.compile(r"([1-9]\d{0,3})([mhdw])")
PART_OF_ID = re.compile(r"(?=.*[0-9])[0-9a-fA-F]+")
UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@past.command("explain")
def explain_command(
    *,
    given: Annotated[
        str,
        typer.Argument(
            metavar="ALERT|STORY|URL|FILE|TEXT|-",
            help="An id or the beginning of one, a story's address, a text, or stories as for "
            "`tag` in a file or on standard input (-).",
        ),
    ],
    watch: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Only this watch; may be given again.")
    ] = None,
    config: ConfigFolder = Path(),
    kafka: Kafka = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Say why a story came or didn't: every stage, every threshold, the nearest miss first."""
    loaded = load(config, environment(kafka, data), secrets={SETTINGS})
    settings = loaded.settings
    watches = Watches(_named(watch, loaded.watches))
    asked = ExplainOptions(
        tagger=both_readers(loaded, Tagger(loaded.topics, loaded.offices), watches),
        watches=watches,
        backfill=settings.backfill_alerts,
        every=bool(watch),
        as_json=as_json,
    )
    bad = 0
    with reading(given):
        if is_name(given) and not is_file(given):
            explain_past(given, kafka_of(settings), settings.prefix, asked)
        else:
            _require_whole_id(given)
            bad = explain_input(given, asked)
    if bad:
        raise typer.Exit(1)


def said_of(text: str) -> Said:
    """Read what is said: `two events` or, without a blank, `two-events`."""
    plain = text.strip().lower().replace("-", " ").replace("_", " ")
    try:
        return Said(plain)
    except ValueError:
        words = ", ".join(one.replace(" ", "-") for one in Said)
        raise typer.BadParameter(f"{text!r} is not one of {words}") from None


@past.command("judge")
def judge_command(
    *,
    given: Annotated[
        str,
        typer.Argument(
            metavar="ALERT|STORY|URL",
            help="An id or the beginning of one, or a story's address.",
        ),
    ],
    said: Annotated[
        Said,
        typer.Argument(
            metavar="right|wrong|missed|two-events|one-event",
            parser=said_of,
            help="What you make of it: of an alert; of a story that raised none; two-events: this"
            " story isn't of its alert's event; one-event: this alert is one with another.",
        ),
    ],
    other: Annotated[
        str | None,
        typer.Option("--with", metavar="ALERT", help="The other alert, for one-event."),
    ] = None,
    back: Annotated[
        bool, typer.Option("--take-back", help="Take back what you said of it before.")
    ] = False,
    watch: Annotated[
        str | None, typer.Option(metavar="ID", help="The watch that missed it, or whose alert.")
    ] = None,
    note: Annotated[str, typer.Option(metavar="TEXT", help="Why, for others to read.")] = "",
    by: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who says so; else who is logged in.")
    ] = None,
    config: ConfigFolder = Path(),
    kafka: Kafka = None,
    data: Data = None,
) -> None:
    """Say whether an alert was right or wrong, that a story should have raised one, or what is one.

    `replay` holds a draft against it, and `explain` shows it. Your last word counts. Of two-events
    and one-event a running worker makes two alerts, or one.
    """
    if not is_name(given):
        raise typer.BadParameter(
            f"{shown(given)} is neither an id (6 digits or more) nor a story's address"
        )
    if (other is not None) and said is not Said.ONE_EVENT:
        raise typer.BadParameter(f"--with goes with one-event, and you said {said}")
    if other is not None and not ID.fullmatch(other):
        raise typer.BadParameter(f"--with: {shown(other)} is no alert's id (6 digits or more)")
    name = (login_name() if by is None else by) or ""
    if not name.strip():
        raise typer.BadParameter("nobody is logged in by name: say who you are by --by NAME")
    word = PersonsVerdict(
        said=said, by=clean(name), at=datetime.now(UTC), watch=watch, note=clean(note), back=back
    )
    loaded = load(config, environment(kafka, data), secrets=())
    settings = loaded.settings
    watches = [one.id for one in loaded.watches]
    try:
        judge_past(given, other, kafka_of(settings), settings.prefix, word, watches)
    except UnfitError as error:
        raise typer.BadParameter(str(error)) from error


def _require_whole_id(given: str) -> None:
    """Refuse what was meant as an id, so that it isn't explained as a text."""
    if PART_OF_ID.fullmatch(given) and not is_file(given):
        wanted = f"an id, or the beginning of one, has 6 to {ID_LENGTH} digits"
        raise typer.BadParameter(f"{shown(given)} is no id: {wanted}")


def clean(text: str) -> str:
    """Make a text of the command line fit to keep: bytes that are no UTF-8 become a mark."""
    return text.strip().encode("utf-8", "replace").decode()


def _named(names: Sequence[str] | None, watches: Sequence[Watch]) -> list[Watch]:
    """Return the watches named, all if none is."""
    known = {watch.id: watch for watch in watches}
    try:
        return [known[choose(name, known)] for name in names or known]
    except ValueError as error:
        raise typer.BadParameter(f"--watch: {error}") from error


@past.command("replay")
def replay_command(
    *,
    since: Annotated[
        str | None,
        typer.Option(metavar="30d", help="Stories on Kafka of so many m, h, d or w back."),
    ] = None,
    from_file: Annotated[
        Path | None,
        typer.Option("--from-file", metavar="FILE", help="JSON lines as for `tag`."),
    ] = None,
    watches: Annotated[
        Path | None,
        typer.Option(metavar="DRAFT.toml", help="Watches to try, in place of those in force."),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(metavar="CURRENT.toml", help="Watches to compare the draft with."),
    ] = None,
    lexicons: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Topics and office holders to try: topics/*.toml and offices.txt, in place of "
            "those in force.",
        ),
    ] = None,
    live: Annotated[
        bool,
        typer.Option("--shadow", help="Go on with what comes live, until Ctrl-C; only records."),
    ] = False,
    alerts: Annotated[int, typer.Option(min=0, help="Show so many of the last alerts.")] = 20,
    backfill_alerts: Backfill = False,
    config: ConfigFolder = Path(),
    kafka: Kafka = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Say what watches would have brought, and how a draft differs from those in force.

    Stories come from Kafka's log, from a file, or from standard input. Nothing live is touched.
    """
    if live and from_file is not None:
        raise typer.BadParameter("--shadow follows Kafka: it can't be given with --from-file")
    loaded = load(config, environment(kafka, data), secrets={SETTINGS})
    words = load_lexicons(lexicons) if lexicons else Lexicons(loaded.topics, loaded.offices)
    draft = load_watches(watches, words.topics) if watches else loaded.watches
    current = load_watches(against, loaded.topics) if against else None
    if (watches or lexicons) and not against and not as_json:
        current = loaded.watches
    # Both sets of watches are to meet the same stories, read alike.
    all_watches = Watches((*draft, *(current or ())))
    in_force = both_readers(loaded, Tagger(loaded.topics, loaded.offices), all_watches)
    drafted = Tagger(words.topics, words.offices)
    plan = ReplayPlan(
        tagger=both_readers(loaded, drafted, all_watches) if lexicons else in_force,
        in_force=in_force,
        draft=Watches(draft),
        current=None if current is None else Watches(current),
        backfill=backfill_alerts or loaded.settings.backfill_alerts,
        as_json=as_json,
        alerts=alerts,
    )
    bad = 0
    with reading(from_file):
        if from_file is not None:
            with from_file.open("rb") as stream:
                found = lines(stream, str(from_file))
                bad = replay_lines(found, from_file.stat().st_size, plan)
        elif since is None and not live and not sys.stdin.isatty():
            bad = replay_lines(lines(sys.stdin.buffer, "standard input"), None, plan)
        else:
            start = None if since is None else datetime.now(UTC) - duration(since)
            settings = loaded.settings
            source = ReplaySource(kafka_of(settings), settings.prefix, start)
            if live:
                shadow(source, plan)
            else:
                bad = replay_log(source, plan)
    if bad:
        raise typer.Exit(1)


def duration(text: str) -> timedelta:
    """Read a length of time such as 90m, 12h, 30d or 4w."""
    found = DURATION.fullmatch(text.strip())
    if found is None:
        raise typer.BadParameter(f'"{text}" is no length of time: write it like 90m, 12h, 30d, 4w')
    return timedelta(**{UNITS[found[2]]: int(found[1])})


def kafka_of(settings: Settings) -> KafkaAccess:
    """Return how to reach the Kafka to look into: the operator's own, or one that runs here.

    Raises `UnreachableError` if it doesn't answer.
    """
    address = settings.kafka or running_at(settings.data / KAFKA)
    if address is None:
        raise RunError(
            f"no Kafka to look into: none runs in {settings.data}. Start `wirewatch run` in "
            "another terminal, or give --kafka HOST:PORT"
        )
    kafka = access_to(address, settings)
    kafka_wait.require(kafka)
    return kafka
