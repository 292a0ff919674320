"""Topics and office holders of one's own."""

from pathlib import Path

import pytest

from streams.tagging import Tagger
from tests.support.samples import sample_story
from tests.wirewatch.config.test_config import WATCH
from wirewatch.config import ConfigError, load

FISH = """slug = "fishing"
title = "Fishing"
[[cue]]
points = 2
words = ["trawler*", "fishing rights"]
[[hide]]
words = ["phishing"]
"""


def test_a_topic_of_ones_own_may_be_watched(tmp_path: Path) -> None:
    (tmp_path / "topics").mkdir()
    (tmp_path / "topics" / "fishing.toml").write_text(FISH)
    (tmp_path / "watches.toml").write_text(WATCH.replace("defense", "fishing"))
    loaded = load(tmp_path, {})
    assert loaded.watches[0].topics == ("fishing",)
    (topic,) = loaded.topics
    assert (topic.slug, topic.cue[0].points, topic.hide[0].words) == ("fishing", 2.0, ("phishing",))
    assert "topics/fishing.toml" in loaded.files
    tags = Tagger(loaded.topics).tag(sample_story(headline="Trawlers lose their fishing rights"))
    assert "fishing" in [topic.slug for topic in tags.topics]


def test_office_holders_of_ones_own_are_known(tmp_path: Path) -> None:
    (tmp_path / "offices.txt").write_text("# ours\nKH; Sok Example, S. Example; 2026-01-01;\n")
    loaded = load(tmp_path, {})
    assert loaded.offices[0].names == ("Sok Example", "S. Example")
    tags = Tagger(offices=loaded.offices).tag(sample_story(headline="Sok Example speaks", body=""))
    assert [country.code for country in tags.countries] == ["KH"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("KH; Sok Example", "2 columns"),
        ("Cambodia; Sok Example;;", "Cambodia"),
        ("KH; ;;", "no name"),
        ("KH; Sok Example; soon;", "is not a date"),
        ("KH; Sok Example; 2026-01-02; 2026-01-01", "before it begins"),
    ],
)
def test_faults_of_office_holders_are_named(tmp_path: Path, line: str, words: str) -> None:
    (tmp_path / "offices.txt").write_text(f"# ours\n{line}\n")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, {})
    (fault,) = caught.value.faults
    assert (fault.file, fault.line) == ("offices.txt", 2)
    assert words in fault.message


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("slug = 'x y'\n", 1, "slug"),
        (FISH.replace("points = 2", "points = 50"), 4, "points: 50 is not between"),
        (FISH.replace("points = 2", "points = 0"), 4, "points"),
        (FISH.replace("trawler*", "tr*wler"), 5, "is not a word"),
        (FISH.replace("[[hide]]", "[[mask]]"), 6, "[[mask]]"),
        (FISH.replace("title", "titel"), 2, "titel"),
        (FISH.replace("points = 2", "points = 2\nbeside = 'Kambodscha'"), 5, "beside"),
        ("slug = 'fishing'\ntitle = 'F'\n", 1, "no [[cue]]"),
    ],
)
def test_faults_of_a_topic_are_named(tmp_path: Path, text: str, line: int, words: str) -> None:
    (tmp_path / "topics").mkdir()
    (tmp_path / "topics" / "fishing.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, {})
    faults = [fault for fault in caught.value.faults if words in fault.message]
    assert [(fault.file, fault.line) for fault in faults] == [("topics/fishing.toml", line)]
