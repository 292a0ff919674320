"""The examples that topics are learnt from: those that ship, and faults in one's own."""

from collections import Counter
from pathlib import Path

import pytest

from streams.tagging import Tagger
from streams.tagging.examples import (
    NO_TOPIC,
    read_examples,
    shipped_examples,
    taught,
    too_few,
    with_own,
)
from wirewatch.config import ConfigError, load

EACH_WAY = 60


def test_each_shipped_topic_has_its_examples_each_way_and_a_third_not_in_english() -> None:
    topics = taught(shipped_examples())
    assert [topic.slug for topic in topics] == list(Tagger().topics)
    for topic in topics:
        ways = Counter(example.counts for example in topic.all)
        assert min(ways[True], ways[False]) >= EACH_WAY, topic.slug
        assert all(example.why for example in topic.all)
        # Most of what isn't in English has letters that English has not.
        foreign = sum(not example.text.replace("’", "").isascii() for example in topic.all)
        assert foreign >= len(topic.all) / 4, topic.slug


def test_ordinary_news_is_shipped_too_and_counts_nowhere() -> None:
    (none,) = (topic for topic in shipped_examples() if topic.slug == NO_TOPIC)
    assert len(none.all) >= 3 * EACH_WAY
    assert not any(example.counts for example in none.all)
    foreign = sum(not example.text.replace("’", "").isascii() for example in none.all)
    assert foreign >= len(none.all) / 4
    elsewhere = {example.text for topic in taught(shipped_examples()) for example in topic.all}
    assert not elsewhere & {example.text for example in none.all}


def test_ordinary_news_of_ones_own_is_learnt_beside_the_shipped_and_can_count_nowhere(
    tmp_path: Path,
) -> None:
    (tmp_path / "topics").mkdir()
    path = tmp_path / "topics" / "none.examples.txt"
    path.write_text("- Fete at the pier | local\n")
    (own,) = load(tmp_path, {}).examples
    merged = next(topic for topic in with_own([own]) if topic.slug == NO_TOPIC)
    assert merged.all[-1].text == "Fete at the pier"
    path.write_text("- Fete at the pier | local\n+ Troops land | war\n")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, {})
    (fault,) = caught.value.faults
    assert (fault.file, fault.line) == ("topics/none.examples.txt", 2)
    assert "belongs in its topic's file" in fault.message


def test_no_topic_can_have_the_name_of_the_file_of_ordinary_news(tmp_path: Path) -> None:
    (tmp_path / "topics").mkdir()
    (tmp_path / "topics" / "none.toml").write_text(
        'slug = "none"\ntitle = "None"\n[[cue]]\npoints = 1.0\nwords = ["nil"]\n'
    )
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, {})
    assert "ordinary news" in caught.value.faults[0].message


GOOD = "".join(
    f"+ Nets come in full, boat {n} | fish\n- Bank {n} opens | no fish\n" for n in range(20)
)


def test_faults_of_example_files_are_named_with_their_lines(tmp_path: Path) -> None:
    (tmp_path / "topics").mkdir()
    path = tmp_path / "topics" / "defense.examples.txt"
    path.write_text("# mine\n+ Fine text | why\n* odd | why\n- no reason\n+ fine TEXT | again\n")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, {})
    assert [(fault.file, fault.line) for fault in caught.value.faults] == [
        ("topics/defense.examples.txt", line) for line in (3, 4, 5)
    ]
    path.write_text("+ Fine text | why\n")
    (taught,) = load(tmp_path, {}).examples
    assert [(one.text, one.counts, one.why) for one in taught.all] == [("Fine text", True, "why")]
    merged = next(topic for topic in with_own([taught]) if topic.slug == "defense")
    shipped = next(topic for topic in shipped_examples() if topic.slug == "defense")
    assert len(merged.all) == len(shipped.all) + 1


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("defence.examples.txt", 'did you mean "defense"?'),
        ("defense.example.txt", "a file of examples is named SLUG.examples.txt"),
        ("Examples-defense.txt", "a file of examples is named SLUG.examples.txt"),
    ],
)
def test_a_file_of_examples_that_no_topic_would_learn_from_is_named(
    tmp_path: Path, name: str, said: str
) -> None:
    (tmp_path / "topics").mkdir()
    (tmp_path / "topics" / name).write_text("+ Fine text | why\n")
    (tmp_path / "topics" / "notes.txt").write_text("of the editors\n")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, {})
    (fault,) = caught.value.faults
    assert fault.file == f"topics/{name}"
    assert said in fault.message


def test_a_topic_of_ones_own_takes_enough_examples() -> None:
    few, faults = read_examples("fisheries", GOOD.split("\n", 1)[0] + "\n")
    assert not faults
    assert too_few(few)
    enough, faults = read_examples("fisheries", GOOD)
    assert not faults
    assert too_few(enough) is None
