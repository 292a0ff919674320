"""A watch written out for people to change reads as the watch that it was."""

from pathlib import Path

import pytest

from streams.model.tags import Relation, Stance
from streams.model.watch import Condition, Severity, Watch
from wirewatch.config import load, read_watches
from wirewatch.config.watch_text import watch_text

WATCHES = (
    Watch(id="a", title="Everything", everything=True),
    Watch(
        id="b.c_d-e",
        title='Quotes " and \\ ខ្មែរ',
        pairs=("KH-US", "CN-KH"),
        topics_all=("defense",),
        words=("កម្ពុជា", 'say "no"'),
        words_near=("ream", "base"),
        relations=(Relation.BETWEEN, Relation.SETTING),
        stances=(Stance.ACTUAL,),
        min_pair_score=0.35,
        severity=Severity.CRITICAL,
        critical_when=(Condition.HEADLINE,),
        window_hours=5,
        shadow=True,
    ),
)


@pytest.mark.parametrize("watch", WATCHES, ids=lambda one: one.id)
def test_a_watch_is_read_back_as_it_was(watch: Watch) -> None:
    assert read_watches(watch_text(watch).encode(), "draft", ()) == (watch,)


def test_every_watch_that_ships_is_read_back_as_it_was(tmp_path: Path) -> None:
    for watch in load(tmp_path, {}).watches:
        assert read_watches(watch_text(watch).encode(), "draft", ()) == (watch,)
