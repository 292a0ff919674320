"""A story matches a watch only by what it has, and what is missing never matches."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.matching.match import ReadWhich, Watches, match, notice, to_read
from streams.model.story import GATHER_CHARACTERS, Status, Story
from streams.model.tags import CountryTag, PairTag, Relation, Stance, Tags, TopicTag
from streams.model.watch import Condition, Severity, Watch
from tests.support.samples import NOON, WATCH, sample_story, sample_tagged, sample_tags, why

STORY = sample_story()
TAGS = sample_tags(STORY)
BARE = Watch(id="w", title="W")


def change(**fields: object) -> Watch:
    return msgspec.structs.replace(WATCH, **fields)


def bare(**fields: object) -> Watch:
    return msgspec.structs.replace(BARE, **fields)


@pytest.mark.parametrize(
    ("watch", "tags", "fit"),
    [
        (WATCH, TAGS, True),
        (change(topics=("trade", "defense")), TAGS, True),
        (change(min_pair_score=0.8, min_topic_score=0.7), TAGS, True),
        (change(min_pair_score=0.81), TAGS, False),
        (change(min_topic_score=0.71), TAGS, False),
        (change(pairs=("CN-KH",)), TAGS, False),
        (change(pairs=("CN-KH", "KH-US")), TAGS, True),
        (change(topics=("trade",)), TAGS, False),
        (change(topics=()), TAGS, True),
        (WATCH, sample_tags(STORY, relation=Relation.CO_MENTION), False),
        (change(relations=(Relation.THIRD_PARTY,)), TAGS, False),
        (change(stances=(Stance.ACTUAL,)), TAGS, True),
        (change(stances=(Stance.DENIED, Stance.HISTORICAL)), TAGS, False),
        (WATCH, msgspec.structs.replace(TAGS, pairs=()), False),
        (WATCH, msgspec.structs.replace(TAGS, topics=()), False),
    ],
)
def test_pairs_and_topics(watch: Watch, tags: Tags, fit: bool) -> None:
    assert (why(STORY, tags, watch) is not None) == fit


@pytest.mark.parametrize(
    ("fields", "fit"),
    [
        ({}, False),
        ({"topics_none": ("trade",)}, False),
        ({"everything": True}, True),
        ({"everything": True, "topics_none": ("defense",)}, False),
        ({"everything": True, "topics_none": ("defense",), "min_topic_score": 0.71}, True),
        ({"countries": ("KH", "VN")}, True),
        ({"countries": ("VN",)}, False),
        ({"countries": ("KH",), "min_country_score": 0.91}, False),
        ({"countries_all": ("KH", "US")}, True),
        ({"countries_all": ("KH", "VN")}, False),
        ({"topics_all": ("defense",)}, True),
        ({"topics_all": ("defense", "trade")}, False),
        ({"words": ("joint drills",)}, True),
        ({"words": ("JOINT", "navy")}, True),
        ({"words": ("drill",)}, False),
        ({"words": ("drill*",)}, True),
        ({"words": ("navy",)}, False),
        ({"topics": ("defense",), "words": ("navy",)}, False),
        ({"everything": True, "words_none": ("drills",)}, False),
        ({"words_near": ("drills", "Cambodia")}, True),
        ({"words_near": ("drills", "Phnom Penh")}, False),
        ({"words_near": ("secretary", "Phnom Penh")}, True),
        ({"everything": True, "outlets": ("mekong courier",)}, True),
        ({"everything": True, "outlets": ("courier",)}, True),
        ({"everything": True, "outlets": ("Gulf Wire",)}, False),
        ({"everything": True, "outlets_none": ("Mekong Courier",)}, False),
        ({"everything": True, "languages": ("en-GB", "km")}, True),
        ({"everything": True, "languages": ("km",)}, False),
        ({"everything": True, "languages_none": ("en",)}, False),
    ],
)
def test_each_part_of_a_watch(fields: dict[str, object], fit: bool) -> None:
    assert (why(STORY, TAGS, bare(**fields)) is not None) == fit


def test_a_language_that_nobody_knows_is_none_that_is_asked_for() -> None:
    tags = msgspec.structs.replace(TAGS, language=None)
    assert why(STORY, tags, bare(everything=True, languages=("en",))) is None
    assert why(STORY, tags, bare(everything=True, languages_none=("en",)))


@pytest.mark.parametrize(
    ("word", "text", "surface"),
    [
        ("naval base", "A Naval  Base was built.", "Naval  Base"),
        ("base", "The baseball was thrown.", None),
        ("base*", "The baseball was thrown.", "baseball"),
        ("云壤", "中国船只停靠云壤海军基地。", "云壤"),
        ("រាម", "មូលដ្ឋានទ័ពជើងទឹករាម", "រាម"),
        ("ទឹករាម", "មូលដ្ឋានទ័ពជើងទឹក\u200bរាម", "ទឹក\u200bរាម"),
        ("해군", "해군은 떠났다.", "해군"),
    ],
)
def test_words_count_in_every_script(word: str, text: str, surface: str | None) -> None:
    found = why(sample_story(headline="", body=text), TAGS, bare(words=(word,)))
    assert (found and found.words[0].surface) == surface


def test_one_watchs_words_do_not_hide_anothers() -> None:
    story = sample_story(headline="Ream naval base opens", body="")
    watches = [bare(id=word, words=(word,)) for word in ("Ream naval", "naval base", "base opens")]
    assert [watch.id for watch, _ in Watches(watches).fitting(story, TAGS)] == [
        "Ream naval",
        "naval base",
        "base opens",
    ]


def test_a_match_says_why() -> None:
    watch = change(words=("drills",), countries=("KH",), severity=Severity.HIGH, window_hours=5)
    (found,) = match(sample_tagged(), Watches([watch]), NOON)
    assert found.why.pair
    assert found.why.pair.name == "KH-US"
    assert [topic.slug for topic in found.why.topics] == ["defense"]
    assert [country.code for country in found.why.countries] == ["KH"]
    assert [span.surface for span in found.why.words] == ["drills"]
    assert (found.why.min_pair_score, found.times.matched) == (0.5, NOON)
    assert (found.severity, found.window_hours, found.shadow) == (Severity.HIGH, 5, False)


@pytest.mark.parametrize(
    ("fields", "held"),
    [
        ({"critical_when": tuple(Condition)}, [Condition.HEADLINE, Condition.ACTUAL]),
        ({"critical_when": (Condition.SURE,)}, []),
        ({"critical_when": (Condition.SURE,), "topics": ()}, [Condition.SURE]),
        ({"critical_words": ("drill*", "war")}, [Condition.WORDS]),
        ({"critical_words": ("war",)}, []),
    ],
)
def test_what_makes_an_alert_critical(fields: dict[str, object], held: list[Condition]) -> None:
    (found,) = match(sample_tagged(), Watches([change(**fields)]), NOON)
    assert list(found.why.critical) == held
    assert found.severity == (Severity.CRITICAL if held else Severity.NORMAL)


def test_backfill_is_silent_unless_asked() -> None:
    old = sample_tagged(sample_story(backfill=True))
    watches = Watches([WATCH])
    assert match(old, watches, NOON) == []
    assert len(match(old, watches, NOON, backfill=True)) == 1


def test_everything_takes_what_has_no_pair_and_no_topic() -> None:
    all_news = Watch(id="all", title="All news", everything=True)
    bare = msgspec.structs.replace(sample_tagged(), tags=msgspec.structs.replace(TAGS, pairs=()))
    (found,) = match(bare, Watches([WATCH, all_news]), NOON)
    assert (found.watch, found.why.pair) == ("all", None)


@pytest.mark.parametrize("status", [Status.CANCELED, Status.WITHHELD])
def test_what_was_taken_back_matches_nothing_and_is_noticed(status: Status) -> None:
    killed = sample_tagged(msgspec.structs.replace(sample_story(body="x" * 9_000), status=status))
    assert match(killed, Watches([WATCH]), NOON) == []
    (told,) = notice(killed, NOON)
    assert (told.story.id, told.story.status) == (killed.story.id, status)
    assert (len(told.story.body), told.times.matched) == (GATHER_CHARACTERS, NOON)


def test_a_correction_matches_and_is_noticed_too() -> None:
    story = msgspec.structs.replace(sample_story(), status=Status.CORRECTED)
    assert len(match(sample_tagged(story), Watches([WATCH]), NOON)) == 1
    assert len(notice(sample_tagged(story), NOON)) == 1


def test_usable_stories_and_old_corrections_are_not_noticed() -> None:
    for old in (
        sample_story(backfill=True),
        msgspec.structs.replace(sample_story(backfill=True), revision=3),
        msgspec.structs.replace(sample_story(backfill=True), status=Status.CORRECTED),
    ):
        assert notice(sample_tagged(old), NOON) == []
    assert notice(sample_tagged(), NOON) == []


def test_an_old_kill_is_noticed_as_of_its_own_story_alone() -> None:
    """What comes late of the story is old then; another story's alert is none of its business."""
    old = msgspec.structs.replace(sample_story(backfill=True), status=Status.CANCELED)
    (found,) = notice(sample_tagged(old), NOON)
    assert (found.story.id, found.story.edited) == (old.id, True)


def test_each_watch_has_its_own_match() -> None:
    watches = Watches([WATCH, change(id="other")])
    assert [found.watch for found in match(sample_tagged(), watches, NOON)] == [WATCH.id, "other"]


CODES = ("CN", "KH", "US", "VN")
PAIRS = ("CN-KH", "KH-US", "KH-VN", "US-VN")
SLUGS = ("defense", "trade", "disaster")
WORDS = ("navy", "ream*", "base", "ream base")
SCORES = st.sampled_from((0.0, 0.3, 0.5, 0.9))


def some(names: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(names), max_size=2, unique=True).map(tuple)


@st.composite
def any_watch(draw: st.DrawFn) -> Watch:
    return Watch(
        id="w",
        title="W",
        pairs=draw(some(PAIRS)),
        countries=draw(some(CODES)),
        countries_all=draw(some(CODES)),
        topics=draw(some(SLUGS)),
        topics_all=draw(some(SLUGS)),
        topics_none=draw(some(SLUGS)),
        words=draw(some(WORDS)),
        words_none=draw(some(WORDS)),
        words_near=draw(some(WORDS)),
        languages=draw(some(("en", "km"))),
        everything=draw(st.booleans()),
        min_pair_score=draw(SCORES),
        min_topic_score=draw(SCORES),
        min_country_score=draw(SCORES),
    )


@st.composite
def any_tagged(draw: st.DrawFn) -> tuple[Story, Tags]:
    text = " ".join(draw(st.lists(st.sampled_from(("navy", "ream", "base", "sea.")), max_size=6)))
    story = Story(
        id="s", version="v", feed="f", source="S", headline=text, first_seen=datetime.now(UTC)
    )
    relations = st.sampled_from(Relation)
    tags = Tags(
        language=draw(st.sampled_from((None, "en", "km"))),
        countries=tuple(
            CountryTag(code=code, salience=draw(SCORES), main=False, spans=())
            for code in draw(some(CODES))
        ),
        pairs=tuple(
            PairTag(a=name[:2], b=name[3:], relation=draw(relations), score=draw(SCORES), spans=())
            for name in draw(some(PAIRS))
        ),
        topics=tuple(
            TopicTag(slug=slug, score=draw(SCORES), spans=()) for slug in draw(some(SLUGS))
        ),
        tagger="t",
    )
    return story, tags


@given(st.lists(any_watch(), max_size=12), any_tagged())
def test_the_index_finds_what_asking_each_watch_would(
    watches: list[Watch], tagged: tuple[Story, Tags]
) -> None:
    named = [msgspec.structs.replace(w, id=str(number)) for number, w in enumerate(watches)]
    story, tags = tagged
    one_by_one = [(watch, found) for watch in named if (found := why(story, tags, watch))]
    assert Watches(named).fitting(story, tags) == one_by_one


def test_watches_of_other_pairs_and_topics_are_not_even_looked_at() -> None:
    others = [
        Watch(id="a", title="A", pairs=("CN-VN",), topics=("defense",)),
        Watch(id="b", title="B", pairs=("KH-US",), topics=("trade",)),
        Watch(id="c", title="C", countries=("FR",)),
        Watch(id="d", title="D", words=("glacier",)),
    ]
    others.append(change(id="e", relations=(Relation.SETTING,)))
    watches = Watches([*others, WATCH])
    assert watches.candidates(watches.see(STORY, TAGS)) == [len(others)]


@pytest.mark.parametrize(
    ("watch", "headline", "read"),
    [
        (bare(words=("glacier",)), "Glacier calves in Patagonia", True),
        (bare(words=("glacier",)), "Rain in Lima", False),
        (bare(words=("glacier",), words_none=("lima",)), "Glacier calves near Lima", False),
        (bare(words_near=("glacier", "calves")), "Glacier calves in Patagonia", True),
        (bare(words=("glacier",), countries=("KH",)), "Glacier calves in Patagonia", False),
    ],
)
def test_what_fits_a_watch_on_words_alone_is_read_for_its_embedding(
    watch: Watch, headline: str, read: bool
) -> None:
    tagged = sample_tagged()
    story = msgspec.structs.replace(tagged.story, headline=headline, summary="", body="")
    bare_tags = msgspec.structs.replace(tagged.tags, countries=(), pairs=(), topics=())
    one = msgspec.structs.replace(tagged, story=story, tags=bare_tags)
    assert to_read(one, ReadWhich.WATCHED, Watches([watch]), backfill=False) is read
