"""One scan for all words: longest first, whole words only, offsets of the original."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.tagging.lexicon import all_words
from streams.tagging.lexicon_entry import CountryWord, Cue, Hide, Mask
from streams.tagging.passages import passages
from streams.tagging.scan import Scanner
from streams.tagging.script import fold
from tests.support.samples import sample_story

WIDE = "".join(chr(ord(char) + 0xFEE0) if char != " " else " " for char in "US Navy")

SCANNER = Scanner(
    [
        CountryWord("China", "CN", "name"),
        CountryWord("Niger", "NE", "name"),
        CountryWord("Niger Delta", "NG", "city"),
        Mask("South China Sea"),
        Cue("pro-China", "china-ties", 2.0, stem=False),
        Cue("arms", "defense", 1.0, stem=False),
        Cue("airbase", "defense", 2.0, stem=True),
        Hide("arms of", "defense", stem=False),
    ]
)


PIECES = (
    *("Niger", "Niger Delta", "South China Sea", "South ", "China", "pro-", "arms", "arms of"),
    *("airbases", "a", "s", " ", "-", ".", "\u200b"),
)


def found(text: str) -> list[tuple[str, str]]:
    return [(hit.word.text, text[hit.start : hit.end]) for hit in SCANNER.scan(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("In the South China Sea", [("South China Sea", "South China Sea")]),
        ("chinaware and Indochina", []),
        ("Niger, then the Niger Delta", [("Niger", "Niger"), ("Niger Delta", "Niger Delta")]),
        ("Two airbases", [("airbase", "airbases")]),
        ("the arms of a chair", [("arms of", "arms of")]),
        ("the arms offered", [("arms", "arms")]),
        ("China's\nSouth\nChina\nSea", [("China", "China"), ("South China Sea",) * 2]),
    ],
)
def test_the_longest_whole_word_wins(text: str, words: list[tuple[str, str]]) -> None:
    assert [(word, surface.replace("\n", " ")) for word, surface in found(text)] == words


@pytest.mark.parametrize(
    "gap", ["\t", "  ", "\r\n", "\u2028", "\u3000", "\u202f", "\u2009", "\xa0", " \n"]
)
def test_a_gap_in_a_name_may_be_any(gap: str) -> None:
    text = f"the Niger{gap}Delta"
    assert ("Niger Delta", f"Niger{gap}Delta") in found(text)


def test_a_cue_does_not_hide_the_country_in_it() -> None:
    assert sorted(found("a pro-China vote")) == [("China", "China"), ("pro-China", "pro-China")]


@given(st.text())
def test_folding_knows_where_every_character_was(text: str) -> None:
    folded = fold(text)
    size = len(folded.text)
    assert folded.moved or size == len(text)
    spans = [folded.span(place, place + 1) for place in range(size)]
    assert spans == sorted(spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("សហរដ្ឋ\u200bអាមេរិក និង", "សហរដ្ឋ\u200bអាមេរិក"),
        ("E\u0301tats-Unis", "E\u0301tats-Unis"),
        (f"{WIDE} ships", WIDE),
        ("在柬埔寨皇家军队", "柬埔寨"),
        ("ในกัมพูชาและ", "กัมพูชา"),
    ],
)
def test_scripts_are_met_as_they_are_written(text: str, surface: str) -> None:
    words = ["សហរដ្ឋអាមេរិក", "États-Unis", "US Navy", "柬埔寨", "กัมพูชา"]
    scanner = Scanner([CountryWord(word, "XX", "name") for word in words])
    assert [text[hit.start : hit.end] for hit in scanner.scan(text)] == [surface]


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("ចិន", "ចិនា"),  # a vowel more is another word
        ("Iran", "Tirana"),
        ("Йемен", "Пройеменский"),
        ("Oman", "Romane"),
    ],
)
def test_a_part_of_a_word_is_no_word(word: str, text: str) -> None:
    assert Scanner([CountryWord(word, "XX", "name")]).scan(text) == []


@pytest.mark.parametrize(
    ("word", "text"),
    [("캄보디아", "캄보디아는 미국과"), ("كمبوديا", "وكمبوديا"), ("Камбодж*", "в Камбодже")],
)
def test_a_word_may_carry_particles_and_endings(word: str, text: str) -> None:
    known = CountryWord(word.rstrip("*"), "KH", "name", stem=word.endswith("*"))
    assert len(Scanner([known]).scan(text)) == 1


def test_what_begins_inside_a_word_hides_no_word_behind_it() -> None:
    """`O Mon` is a town in Vietnam, and in "to Mongolia" it is nothing."""
    known = [CountryWord("O Mon", "VN", "city"), CountryWord("Mongolia", "MN", "name")]
    (found,) = Scanner(known).scan("flies to Mongolia")
    assert found.word == known[1]


@pytest.mark.parametrize("before", ["to", "no", "via", "France and"])
def test_every_country_is_found_behind_any_word(before: str) -> None:
    words = [word for word in all_words(()) if isinstance(word, CountryWord)]
    names = {word.text for word in words if word.kind == "name" and word.language is None}
    scanner = Scanner(all_words(()))
    lost = [
        name
        for name in names
        if name.isascii()
        and all(hit.end < len(before) + 1 + len(name) for hit in scanner.scan(f"{before} {name}"))
    ]
    assert len(names) > 200
    assert not lost


def test_sentences_end_where_they_end() -> None:
    (_, body) = passages(
        sample_story(body="Gen. Sok met U.S. officers. They spoke. “Well,” he said.\nThe end")
    )
    starts = [body.text[start : start + 4] for start in body.starts]
    assert starts == ["Gen.", "They", "“Wel", "The "]


@pytest.mark.parametrize(
    "dateline",
    [
        "PHNOM PENH, July 3 (Mekong Wire) - ",
        "PHNOM PENH (Mekong Wire) — ",
        "WASHINGTON, D.C. – ",
        "Phnom Penh, Cambodia -- ",
    ],
)
def test_a_dateline_is_cut_off(dateline: str) -> None:
    (_, body) = passages(sample_story(body=f"{dateline}The minister spoke."))
    assert body.text[: body.dateline] == dateline


def test_plain_text_has_no_dateline() -> None:
    (_, body) = passages(sample_story(body="Cambodia and Laos - two neighbours - spoke."))
    assert body.dateline == 0


def test_a_summary_that_begins_the_body_counts_once() -> None:
    story = sample_story(body="One two three four.")
    (headline, body) = passages(story)
    assert (headline.field, body.field) == ("headline", "body")


@given(st.lists(st.sampled_from([*PIECES]), max_size=12).map("".join))
def test_hits_come_in_the_order_they_begin_in_the_longest_first(text: str) -> None:
    spots = [(hit.start, -hit.end) for hit in SCANNER.scan(text)]
    assert spots == sorted(spots)


def test_invisible_characters_in_a_row_are_left_out_at_once() -> None:
    folded = fold("ab" + "\u200b" * 1_000 + "cd")
    assert folded.text == "abcd"
    assert folded.span(1, 3) == (1, 1_003)
    assert len(folded.places) == 1
