"""Short reports of one form: where all but a word is the same, that word is the event."""

import msgspec
import pytest

from streams.matching.match import Watches
from streams.model.alert import Kind
from streams.model.story import Story
from streams.model.watch import Watch
from streams.tagging import Tagger
from tests.support.gathered import gathered, told
from tests.support.samples import NOON, sample_story
from wirewatch.history.pipeline import ArrivedStory, Pipeline, tagged

TAGGER = Tagger()
WATCH = Watch(id="w", title="Canada–Iceland", pairs=("CA-IS",))
STAYS = "It stays three days and then sails on, the port said."


def opened(*stories: tuple[str, str]) -> list[tuple[str, ...]]:
    """The alerts that stories of two outlets open, hours apart: what each is related to."""
    pipeline = Pipeline(Watches([WATCH]))
    events = [
        event
        for number, (headline, body) in enumerate(stories)
        for event in pipeline.step(
            tagged(ArrivedStory(story(str(number), headline, body), NOON), TAGGER), NOON
        ).events
    ]
    return [event.related for event in events if event.kind is Kind.OPENED]


def story(name: str, headline: str, body: str) -> Story:
    one = sample_story(name, headline=headline, body=body)
    return msgspec.structs.replace(one, source=f"outlet {name}", feed=f"feed-{name}")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Canadian frigate Halifax visits Reykjavik", "Canadian frigate Regina visits Reykjavik"),
        ("Iceland lifts duty on Canadian maple syrup", "Iceland lifts duty on Canadian lobster"),
        ("Iceland jails Canadian skipper over nets", "Iceland jails Canadian ski guide"),
        ("Canada sells Iceland patrol radars", "Canada sells Iceland rescue helicopters"),
        ("Canadian trawler sinks off Iceland", "Canadian glider crashes off Iceland"),
        (
            "Notice of Canadian sale to Iceland, 7-01: sonar",
            "Notice of Canadian sale to Iceland, 7-02: tugs",
        ),
    ],
)
@pytest.mark.parametrize("body", ["", STAYS])
def test_what_differs_in_one_form_is_another_event_and_says_so(
    first: str, second: str, body: str
) -> None:
    one, other = opened((first, body), (second, body))
    assert not one
    assert len(other) == 1, "whoever reads of the second sees the first beside it"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # Who does it to whom.
        (
            ("Iceland detains Canadian officer for spying", "Police held him at the harbour."),
            ("Canada detains Icelandic officer for spying", "Police held him at the harbour."),
        ),
        (
            ("Canada sends 40 troops to Iceland for drill", "They train in the snow for a week."),
            ("Iceland sends 60 troops to Canada for drill", "They train in the snow for a week."),
        ),
        (
            ("Ferry from Canada crashes in Iceland, 14 dead", "It hit a pier."),
            ("Ferry from Iceland crashes in Canada, 9 dead", "It hit a pier."),
        ),
        # Who and what is named.
        (
            ("Canadian frigate Thornbury visits Reykjavik", "Canada's ship called at the port."),
            (
                "Canadian corvette Brome visits Iceland's Akureyri",
                "Canada's ship called at the port.",
            ),
        ),
        (
            ("Canadian general visits Iceland", "General Thibodeau met the chief of the guard."),
            ("Canadian admiral visits Iceland", "Admiral Okafor met the chief of the guard."),
        ),
        (
            ("Iceland's minister in Ottawa for talks", "Birna Hallsdottir met her counterpart."),
            ("Iceland's guard chief in Ottawa for talks", "Captain Ragnarsson met the navy."),
        ),
        # What is bought, sold and given.
        (("Iceland to buy sonar buoys from Canada", ""), ("Canada to sell Iceland tents", "")),
    ],
)
def test_other_people_other_things_or_roles_reversed_are_another_event(
    first: tuple[str, str], second: tuple[str, str]
) -> None:
    for one, other in ((first, second), (second, first)):
        assert len(opened(one, other)) == 2, (one, other)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # Passive, or of both.
        (
            ("Iceland detains Canadian skipper Thibodeau", "His nets were too fine."),
            ("Canadian skipper Thibodeau held in Iceland over nets", "They were too fine."),
        ),
        (
            ("Canada meets Iceland for talks on herring quotas", "They go on in Akureyri."),
            ("Iceland meets Canada for talks on herring quotas", "They go on in Akureyri."),
        ),
        # One names what the other doesn't.
        (
            ("Canadian frigate Thornbury visits Reykjavik", "Canada's ship called at the port."),
            ("Canadian warship visits Reykjavik", "The frigate Thornbury of Canada came to call."),
        ),
    ],
)
def test_one_event_told_the_other_way_round_or_with_a_name_more_is_one(
    first: tuple[str, str], second: tuple[str, str]
) -> None:
    for one, other in ((first, second), (second, first)):
        assert len(opened(one, other)) == 1, (one, other)


@pytest.mark.parametrize(
    "again",
    [
        "Canadian frigate Halifax visits Reykjavik",
        "CANADIAN FRIGATE HALIFAX VISITS REYKJAVIK",
        "Canadian frigate Halifax visits Reykjavik harbour",
        "Frigate Halifax of Canada visits Iceland's Reykjavik",
    ],
)
def test_a_short_text_under_the_same_words_is_the_same_event(again: str) -> None:
    first = "Canadian frigate Halifax visits Reykjavik"
    assert len(opened((first, STAYS), (again, STAYS))) == 1


def test_a_longer_text_tells_more_than_its_headline() -> None:
    body = (
        "The frigate Halifax of Canada tied up in Reykjavik on Monday with 240 sailors for three"
        " days of talks on rescue at sea with the coast guard of Iceland, whose chief, Birna Olafs,"
        " went aboard at noon."
    )
    first = ("Canadian frigate visits Iceland", body)
    second = ("Canadian sailors visit Iceland for talks on rescue", body)
    assert len(opened(first, second)) == 1


def opened_in_all_news(*stories: tuple[str, str]) -> int:
    """How many alerts stories open in a watch that takes everything, an hour apart."""
    matches = [
        told(str(hour), headline=headline, body=body, source=f"outlet {hour}", hours=hour)
        for hour, (headline, body) in enumerate(stories)
    ]
    read = [msgspec.structs.replace(one, tags=TAGGER.tag(one.story)) for one in matches]
    return sum(event.kind is Kind.OPENED for event in gathered(*read))


BANKRUPT = (
    "Toy maker Quillby goes under owing 73 million",
    "Belgian toy maker Quillby filed for bankruptcy in Ghent with debts of 73 million euros.",
)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # One thing and one sum, told by another verb.
        (
            BANKRUPT,
            ("Quillby bankrupt", "Ghent's Quillby has debts of 73 million euros and no buyer."),
        ),
        # A word that begins the headline, and names nothing: the text writes it small.
        (
            (
                "Wild wombats stop trains at Bristol",
                "A herd of wombats on the line closed the depot of Bristol for 80 minutes; 14"
                " trains went by Torvaldsby.",
            ),
            (
                "Wombats on line send 14 trains elsewhere",
                "Bristol's depot shut for 80 minutes when wild wombats ran onto the line.",
            ),
        ),
        # Another language has other words for all.
        (
            (
                "Ebola found in macaques of Zutphen",
                "Vets found the Ebola virus in two macaques from Zutphen. A drive to vaccinate"
                " 31,000 cats starts at once.",
            ),
            (
                "Ebola détecté à Zutphen",
                "Le virus Ebola a été trouvé chez deux singes de Zutphen, 31.000 chats"
                " seront vaccinés.",
            ),
        ),
    ],
)
def test_one_event_in_all_news_is_one_by_whatever_verb_and_language(
    first: tuple[str, str], second: tuple[str, str]
) -> None:
    assert opened_in_all_news(first, second) == 1


@pytest.mark.parametrize(
    "second",
    [
        ("Toy maker Harrowby goes under owing 73 million", ""),
        ("Toy maker Quillby goes shopping for a rival, spending 20 million", ""),
    ],
)
def test_one_sum_or_one_name_alone_makes_no_event(second: tuple[str, str]) -> None:
    assert opened_in_all_news((BANKRUPT[0], ""), second) == 2
