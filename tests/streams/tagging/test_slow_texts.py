"""Texts made to be slow: twice the text is twice the work, and no story is more than a budget."""

from collections.abc import MutableMapping
from datetime import UTC, datetime

import msgspec
import pytest

from streams.contract.messages import Message, messages
from streams.grouping.signature import signature
from streams.matching.keywords import MOST_LETTERS, Terms
from streams.matching.match import Watches
from streams.model.story import Story
from streams.model.tags import Field
from streams.model.watch import Watch
from streams.tagging import shipped, tag
from streams.tagging.lexicon_entry import CountryWord
from streams.tagging.passages import MOST_CHARACTERS
from streams.tagging.scan import Scanner
from streams.tagging.tagger import MOST_HITS
from streams.worker.batch import Record
from streams.worker.open_alerts import OpenAlerts
from streams.worker.stages import gather_step, match_step, tag_step
from tests.support.counting import steps_of
from tests.support.samples import NOON, sample_story

FEW, MANY = 1_500, 6_000
COUNTRIES = [
    "Angola",
    "Belgium",
    "Chile",
    "Denmark",
    "Egypt",
    "France",
    "Germany",
    "Hungary",
    "India",
    "Japan",
]
SHAPES = {
    "credits": "(Editing by x)",
    "credits and countries": "China (Editing by x)",
    "credits never closed": "(Editing by ",
    "links to other stories": "Read more: China\n",
    "phrases that nearly overlap": "chinese embassy influence de la ",
    "names that nearly overlap": "St. John'",
    "one country": "China ",
    "sentences of one country": "China. ",
    "two countries in turn": "China met France. ",
    "ten countries a sentence": " met ".join(COUNTRIES) + ". ",
    "ambiguous names": "Georgia, Jordan, Chad, Paris, Turkey, ",
    "persons": "Michael Jordan Paris Hilton ",
    "towns elsewhere": "Paris, Texas, Glasgow, Ky., ",
    "words of telling": "China announced on Monday France confirmed that ",
    "visits": "Blinken arrives in Hanoi and visits Vietnam. ",
    "cues": "navy missile troops warship arms embargo human rights ",
    "words of a watch": "the cambodia military ",
    "a word that never ends": "a",
    "words of one letter": "a ",
    "spaces": " ",
    "lines": "\n",
    "a line of spaces": " \t" * 40 + "x\n",
    "full stops": ". ",
    "quotes behind a stop": "." + "\"'”" * 50,
    "brackets": "(",
    "figures": "1,234.5 ",
    "Khmer": "កម្ពុជា",
    "Thai": "กองทัพไทย",
    "Chinese": "中国和柬埔寨。",
    "Arabic particles": "وال",
    "decomposed": "Vie\u0323\u0302t Nam ",
    "combining marks": "\u0301",
    "characters without width": "Cam\u200bbodia ",
    "slugs": "KILL: ",
    "correction notes": "Corrects to (Correction: An earlier version of this ",
}
WATCHES = Watches(
    [
        Watch(id="pair", title="Pair", pairs=("KH-US",), topics=("defense",)),
        Watch(
            id="words",
            title="Words",
            words=("military", "China*", "កម្ពុជា", "a*", "editing"),
            words_near=("cambodia", "the"),
        ),
        Watch(id="all", title="All", everything=True),
    ]
)


class Table:
    """What gather remembers, without Kafka."""

    def __init__(self) -> None:
        self.generation = 0
        self.draft: MutableMapping[bytes, bytes | None] = {}

    def whole(self) -> dict[bytes, bytes]:
        return {}


def record(message: Message) -> Record:
    return Record(
        topic=message.topic.name,
        partition=0,
        offset=0,
        timestamp=NOON.timestamp(),
        key=message.key,
        value=message.value,
        headers=message.headers,
    )


def through_the_worker(story: Story) -> None:
    """Take a story through the three steps, as they are on Kafka."""
    now = datetime(2026, 11, 23, 13, tzinfo=UTC)
    memory = OpenAlerts(Table())
    signature.cache_clear()  # or a story that was counted before costs less than one that wasn't
    for tagged in tag_step(shipped(), record(messages(story)[0]), now):
        for match in match_step(WATCHES, record(messages(tagged)[0]), now, backfill=False):
            gather_step(memory, record(messages(match)[0]), now)


def of_size(unit: str, size: int) -> str:
    return (unit * (size // len(unit) + 1))[:size]


@pytest.mark.parametrize("shape", SHAPES)
def test_work_grows_no_faster_than_the_text(shape: str) -> None:
    few, many = (sample_story(body=of_size(SHAPES[shape], size)) for size in (FEW, MANY))
    through_the_worker(few)  # What is learnt of words is learnt once.
    least = steps_of(lambda: through_the_worker(few))
    assert steps_of(lambda: through_the_worker(many)) <= 1.25 * MANY / FEW * least


@pytest.mark.parametrize("field", MOST_CHARACTERS)
@pytest.mark.parametrize("shape", ["credits and countries", "slugs"])
def test_beyond_what_is_read_a_longer_text_is_no_more_work(field: Field, shape: str) -> None:
    most = MOST_CHARACTERS[field]
    bare = sample_story(headline="", body="")
    full, longer = (
        msgspec.structs.replace(bare, **{field: of_size(SHAPES[shape], size)})
        for size in (most, 3 * most)
    )
    through_the_worker(full)
    least = steps_of(lambda: through_the_worker(full))
    assert steps_of(lambda: through_the_worker(longer)) <= 1.05 * least


def test_a_text_of_which_only_the_beginning_is_read_says_so() -> None:
    filler = "x" * MOST_CHARACTERS["body"]
    tags = tag(sample_story(body=f"China and France met. {filler} Chile"))
    assert tags.cut == ("body",)
    assert {"CN", "FR"} <= {country.code for country in tags.countries}
    assert "CL" not in {country.code for country in tags.countries}
    assert tag(sample_story()).cut == ()


def test_a_text_with_more_known_words_than_are_looked_at_says_so() -> None:
    assert tag(sample_story(body="Peru " * (MOST_HITS - 1))).cut == ()
    assert tag(sample_story(body="Peru " * MOST_HITS)).cut == ("body",)


def test_phrases_that_nearly_overlap_are_found_once_each() -> None:
    words = ("aaa bb", "bbb cc", "ccc aa", "bbb", "ccc")
    scanner = Scanner([CountryWord(word, "XX", "name") for word in words])
    assert [(hit.start, hit.end) for hit in scanner.scan("aaa bbb ccc")] == [(4, 7), (8, 11)]
    assert len(scanner.scan("aaa bbb ccc " * 2_000)) == 4_000


def test_a_word_that_goes_on_for_ever_is_shown_as_far_as_it_tells() -> None:
    (place,) = Terms(["z*"]).find(sample_story(body="z" * 50_000))["z*"]
    assert place.span.surface == "z" * (1 + MOST_LETTERS)
