"""What a watch asks for, in sentences."""

import msgspec
import pytest

from streams.model.tags import Relation, Stance
from streams.model.watch import Condition, Watch
from wirewatch.config import load
from wirewatch.web.watch_words import watch_words


def words(**keys: object) -> str:
    return " ".join(watch_words(Watch(id="w", title="W", **keys)))  # type: ignore[arg-type] # the tests' own keywords


def test_the_watch_that_ships_is_told_in_words(tmp_path: object) -> None:
    (watch,) = load(tmp_path, {}).watches  # type: ignore[arg-type] # pytest's path
    assert watch_words(watch) == (
        "It ties Cambodia and United States: they act together or one acts on the other.",
        "It tells what happens, what is planned, what may happen or what is denied or refused;"
        " not history.",
        "Its topic is defense.",
    )


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"everything": True}, "Every story."),
        ({"countries": ("KH", "LA", "VN")}, "It is about Cambodia, Laos or Vietnam."),
        ({"countries_all": ("KH", "LA")}, "It is about Cambodia and Laos."),
        ({"topics_all": ("defense", "trade")}, "Its topics are defense and trade."),
        ({"topics_none": ("disaster",)}, "Its topic is not disaster."),
        ({"words": ("Ream", "pier*")}, "It says “Ream” or “pier*”."),
        ({"words_near": ("Ream", "pier*")}, "It says “Ream” and “pier*” in one sentence."),
        ({"spikes": True}, "A day with many more stories of them than usual is told too."),
        ({"words_none": ("park",)}, "It doesn't say “park”."),
        ({"outlets": ("Gulf Wire",)}, "It comes from Gulf Wire."),
        ({"outlets_none": ("Gulf Wire",)}, "It doesn't come from Gulf Wire."),
        ({"languages": ("en", "km")}, "It is written in en or km."),
        ({"languages_none": ("th",)}, "It isn't written in th."),
        ({"critical_when": (Condition.SURE,)}, "An alert is critical if all that decided is very"),
        (
            {"pairs": ("KH-US",), "relations": (Relation.SETTING,), "stances": (Stance.DENIED,)},
            "one of them is only the place. It tells what is denied or refused; not what happens,",
        ),
    ],
)
def test_each_key_is_told(keys: dict[str, object], told: str) -> None:
    assert told in words(**keys)


def test_what_chooses_stories_is_told_whatever_the_key() -> None:
    silent = {"id", "title", "severity", "window_hours", "shadow", "critical_words"}
    silent |= {"min_pair_score", "min_topic_score", "min_country_score"}
    chosen = {"relations": (Relation.SETTING,), "stances": (Stance.ACTUAL,), "everything": True}
    for field in msgspec.structs.fields(Watch):
        if field.name in silent:
            continue
        value = chosen.get(
            field.name, (Condition.SURE,) if "critical" in field.name else ("KH-US",)
        )
        with_pair = {"pairs": ("KH-US",)} if field.name in ("relations", "stances") else {}
        assert words(**with_pair, **{field.name: value}) != words(**with_pair), field.name
