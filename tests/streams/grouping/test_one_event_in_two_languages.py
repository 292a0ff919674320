"""Reports of one event in two languages: tied by names, amounts, acts, and by what they mean."""

from collections.abc import Sequence

import msgspec
import pytest

from streams.encoder import Embedding
from streams.grouping.acts import acts_of
from streams.grouping.amounts import amounts
from streams.grouping.names import names_in
from streams.matching.match import Watches
from streams.model.alert import AlertEvent, Bond, Kind
from streams.model.story import Story
from streams.model.watch import Watch
from streams.tagging import Tagger
from tests.support.samples import NOON, sample_story
from wirewatch.history.pipeline import ArrivedStory, Pipeline, tagged


def marked(text: str) -> str:
    """Return a Khmer text whose `|` are the marks where a line may break."""
    return text.replace("|", "\u200b")


TAGGER = Tagger()
WATCH = Watch(id="w", title="Japan–Cambodia", pairs=("JP-KH",))
ENGLISH = sample_story(
    "en",
    headline="Japan gives Cambodia 40 fire engines for Siem Reap",
    body="Forty used fire engines were handed over by Japan's embassy to Cambodia's Siem Reap.",
)
KHMER = sample_story(
    "km",
    headline=marked("ជប៉ុន|ប្រគល់|រថយន្ត|ពន្លត់អគ្គិភ័យ ៤០ គ្រឿង|ជូន|កម្ពុជា"),
    body=marked("ប្រទេស|ជប៉ុន|បាន|ប្រគល់|រថយន្ត|ចំនួន ៤០ គ្រឿង|ដល់|ខេត្ត|សៀមរាប ប្រទេស|កម្ពុជា។"),
)
BRIDGE = sample_story(
    "bridge",
    headline=marked("ជប៉ុន|ជួយ|ជួសជុល|ស្ពាន|នៅ|កម្ពុជា"),
    body=marked("វិស្វករ|ជប៉ុន|នឹង|ជួសជុល|ស្ពាន|ចាស់|មួយ|នៅ|ប្រទេស|កម្ពុជា|ក្នុង|ឆ្នាំ|ក្រោយ។"),
)
NORTH, ALMOST_NORTH, EAST = (0, 120), (20, 118), (120, 0)


def alerts(
    *stories: Story,
    vectors: Sequence[Sequence[int]] = (),
    encoders: Sequence[str] = ("e-1", "e-1", "e-1"),
) -> list[AlertEvent]:
    pipeline = Pipeline(Watches([WATCH]))
    events: list[AlertEvent] = []
    for number, story in enumerate(stories):
        one = tagged(ArrivedStory(story, NOON), TAGGER)
        if vectors:
            vector = Embedding(encoder=encoders[number], vector=bytes(vectors[number]))
            one = msgspec.structs.replace(one, embedding=vector)
        events += pipeline.step(one, NOON).events
    return events


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("a loan of 4.5 million dollars", "450万ドル"),
        ("41 billion yen", "41 milliards de yens"),
        ("18 soldiers", "ទាហាន ១៨ នាក់"),
        ("1,800 workers", "1.800 pekerja"),
        ("9 million", "៩ លាន"),
        ("61 people", "คนไทย ๖๑ คน"),
        ("214 million baht", "214 ล้านบาท"),
    ],
)
def test_an_amount_is_the_same_in_every_language(text: str, other: str) -> None:
    assert amounts(text)
    assert amounts(text).keys() == amounts(other).keys()


@pytest.mark.parametrize("text", ["in 2026", "3 men", "PMN-2", "no. 7"])
def test_years_and_small_numbers_are_no_amounts(text: str) -> None:
    assert not amounts(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("មូលដ្ឋានទ័ពជើងទឹករាម", "ream"),
        (marked("នៅ|ខេត្ត|សៀម|រាប"), "reap"),
        ("美防長奧斯汀抵金邊", "austin"),
        ("ปอยเปต", "poipet"),
        ("アンコール遺跡", "angkor"),
    ],
)
def test_a_name_in_another_script_is_the_one_in_latin_letters(text: str, name: str) -> None:
    assert name in names_in(text)


@pytest.mark.parametrize(
    ("headline", "act"),
    [
        (marked("ជប៉ុន|ប្រគល់|រថយន្ត"), "give"),
        (marked("ថៃ|ដោះលែង|ទាហាន|កម្ពុជា"), "release"),
        ("กัมพูชาส่งตัวคนไทย 61 คน", "deport"),
        (marked("USS Savannah ចូលចត|នៅ|កំពង់ផែ"), "dock"),
        ("Japan gives Cambodia pumps", "give"),
    ],
)
def test_acts_are_read_in_scripts_whose_signs_combine(headline: str, act: str) -> None:
    assert act in acts_of(headline).names


def test_what_two_languages_name_and_count_alike_is_one_event_without_an_encoder() -> None:
    (opened, joined) = alerts(ENGLISH, KHMER)
    assert joined.kind is not Kind.OPENED
    assert joined.alert == opened.alert
    assert joined.grouping is not None
    assert joined.grouping.bond is Bond.REPORT
    assert joined.grouping.meaning is None


def test_what_shares_only_the_watch_is_another_event_in_another_language() -> None:
    first, second = alerts(ENGLISH, BRIDGE)
    assert (first.kind, second.kind) == (Kind.OPENED, Kind.OPENED)
    assert second.related == ()


def test_what_means_the_same_in_two_languages_is_one_event() -> None:
    opened, joined = alerts(ENGLISH, BRIDGE, vectors=[NORTH, ALMOST_NORTH])
    assert joined.alert == opened.alert
    assert joined.grouping is not None
    assert joined.grouping.encoder == "e-1"
    assert joined.grouping.meaning is not None
    assert joined.grouping.meaning > 0.95


def test_what_means_something_else_is_another_event_though_names_are_shared() -> None:
    first, second = alerts(ENGLISH, KHMER, vectors=[NORTH, EAST])
    assert (first.kind, second.kind) == (Kind.OPENED, Kind.OPENED)


def test_vectors_of_two_encoders_are_not_compared() -> None:
    first, second = alerts(
        ENGLISH, BRIDGE, vectors=[NORTH, ALMOST_NORTH], encoders=("e-1", "another-2")
    )
    assert (first.kind, second.kind) == (Kind.OPENED, Kind.OPENED)
    assert second.grouping is not None
    assert second.grouping.meaning is None
    assert second.grouping.encoder == ""
