"""What an answer costs: by what is asked for, not by how much past the archive has."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from sqlite3 import Connection

import pytest

from tests.support.samples import NOON
from wirewatch.archive import queries
from wirewatch.archive.counting import Counted, Step, StoryFacts, count, hour_of
from wirewatch.archive.overview import sources
from wirewatch.archive.timelines import pair_counts, spikes_of, timeline
from wirewatch.archive.writer import writing

DAY = timedelta(days=1)
AT_ONCE = 100
"""Steps of SQLite's machine that are counted as one."""
ANSWERS: dict[str, Callable[[Connection], object]] = {
    "pairs of a day": lambda db: pair_counts(db, NOON - DAY, NOON),
    "pairs of a week": lambda db: pair_counts(db, NOON - 7 * DAY, NOON),
    "feeds of a week": lambda db: sources(db, NOON - 7 * DAY, NOON),
    "timeline of a pair": lambda db: timeline(
        db, Counted.PAIR, "KH-US", NOON - 7 * DAY, NOON, Step.DAY
    ),
    "spikes of all pairs": lambda db: spikes_of(db, Counted.PAIR, NOON - 7 * DAY, NOON),
}


def with_past(folder: Path, days: int) -> Path:
    """Make an archive with stories of three hours of each day, and return its folder."""
    folder.mkdir()
    with writing(folder) as db:
        for number in range(days * 3):
            facts = StoryFacts(
                story=str(number),
                hour=hour_of(NOON - number * DAY / 3),
                language="en",
                outlet="Mekong Courier",
                feed=f"feed-{number % 3}",
                countries="KH US",
                pairs=f"{('KH-US', 'KH-TH', 'TH-US')[number // 3 % 3]}:between",
                topics="defense",
            )
            count(db, number, facts)
    return folder


def steps(data: Path, answer: Callable[[Connection], object]) -> int:
    """Return how many steps SQLite takes for an answer."""
    taken: list[None] = []
    with queries.reading(data) as db:
        db.set_progress_handler(lambda: taken.append(None), AT_ONCE)
        answer(db)
    return len(taken) * AT_ONCE


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An archive of seventy days, and one of two years."""
    folder = tmp_path_factory.mktemp("past")
    return with_past(folder / "short", 70), with_past(folder / "long", 730)


@pytest.mark.parametrize("asked", ANSWERS)
def test_an_answer_about_some_days_takes_no_longer_with_a_longer_past(
    archives: tuple[Path, Path], asked: str
) -> None:
    short, long = (steps(data, ANSWERS[asked]) for data in archives)
    assert long <= short + 3 * AT_ONCE
