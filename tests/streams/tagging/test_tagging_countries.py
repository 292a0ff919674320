"""Which countries a text is about, trap by trap."""

import iso3166
import pytest

from streams.tagging import tag
from streams.tagging.lexicon import all_words
from streams.tagging.lexicon_entry import CountryWord
from tests.support.samples import sample_story
from wirewatch.input.story_input import StoryInput, told_story


def countries(headline: str, body: str = "") -> set[str]:
    return {tag.code for tag in tag(sample_story(headline=headline, body=body)).countries}


def main(headline: str, body: str = "") -> set[str]:
    found = tag(sample_story(headline=headline, body=body)).countries
    return {tag.code for tag in found if tag.main}


def test_every_country_of_the_standard_and_kosovo_is_known_by_name() -> None:
    named = {w.code for w in all_words([]) if isinstance(w, CountryWord) and w.kind == "name"}
    assert named == {country.alpha2 for country in iso3166.countries} | {"XK"}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Peru's unions strike", {"PE"}),
        ("Kenyans vote", {"KE"}),
        ("A French-Cambodian venture", {"FR", "KH"}),
        ("Talks in Tbilisi: Georgia names an envoy", {"GE"}),
        ("Atlanta floods as storm crosses Georgia, United States", {"US"}),
        ("Equatorial Guinea drops charges", {"GQ"}),
        ("Guinea-Bissau votes", {"GW"}),
        ("Papua New Guinea votes", {"PG"}),
        ("Guinea votes", {"GN"}),
        ("Niger shuts its border with Nigeria", {"NE", "NG"}),
        ("Dominica rebuilds", {"DM"}),
        ("The Dominican Republic rebuilds", {"DO"}),
        ("DR Congo and the Republic of the Congo sign", {"CD", "CG"}),
        ("North Korea answers South Korea", {"KP", "KR"}),
        ("The Pentagon and the Kremlin exchange notes", {"US", "RU"}),
        ("NEW ZEALAND WINS", {"NZ"}),
        ("Ream Naval Base reopens", {"KH"}),
        ("INDOPACOM chief flies in", {"US"}),
        ("Combodia and Kampuchea are one", {"KH"}),
        ("The army of the United Arab Emirates", {"AE"}),
        ("Ministers meet in Côte d'Ivoire", {"CI"}),
        ("Cambodai's army and the Cambodain navy", {"KH"}),
        ("A Malaysian-Chinese tycoon", {"MY"}),
        ("Washington State wheat growers", {"US"}),
        ("The White House calls the Blue House", {"US", "KR"}),
        ("Zhongnanhai is silent", {"CN"}),
        ("The Peace Palace in Phnom Penh", {"KH"}),
        ("PLA Navy ships leave", {"CN"}),
        ("RCAF officers train", {"KH"}),
        ("Chad and Mali close their border", {"TD", "ML"}),
        ("Turkey and Jordan sign", {"TR", "JO"}),
        ("Kosovo votes", {"XK"}),
        ("".join(chr(ord(char) + 0xFEE0) for char in "US"), {"US"}),
        ("Ministers meet in Côte d’Ivoire", {"CI"}),
        ("Burma, Swaziland and Zaire on old maps", {"MM", "SZ", "CD"}),
        ("Cambodja's king and the Pnom Penh court", {"KH"}),
        ("ROK and DPRK envoys meet", {"KR", "KP"}),
        ("Washington urges calm", {"US"}),
        ("A Vietnamese-born Thai chef", {"VN", "TH"}),
        ("US and Georgia sign a pact", {"US", "GE"}),
        ("Storms cross Alabama, Georgia and Florida", {"US"}),
        ("The president of Georgia thanks Ukraine", {"GE", "UA"}),
        ("A Georgian winger signs", {"GE"}),
        ("Prime Minister Modi flies home", {"IN"}),
        ("Xi and Putin toast", {"CN", "RU"}),
    ],
)
def test_is_found(text: str, codes: set[str]) -> None:
    assert countries(text) == codes


@pytest.mark.parametrize(
    "text",
    [
        "They asked us to stay",
        "Join us: CONTACT US",
        "A turkey in every oven",
        "Fine china and a jersey",
        "Michael Jordan and Chad Smith retire",
        "Storm over the Indian Ocean",
        "Sunset on the Gulf of Thailand",
        "Ships in the South China Sea",
        "A case of Japanese encephalitis",
        "Brazil nuts are up",
        "The Panama Papers, ten years on",
        "French fries and Chinese food",
        "An American football match",
        "It costs 40 US dollars",
        "the Khmer Times said",
        "Voice of America reported",
        "China Daily reported",
        "Vietnam War film",
        "The Washington Post reported",
        "George Washington slept here",
        "Georgia Smith sings",
        "Mali Watson wins",
        "Jordan Peters and Cuba Gooding star",
        "Salman Lebanon Jones",
        "A woman from nowhere",
        "Latin America and South American cups",
        "A Chinese restaurant burns",
        "An appeal for US$42 million",
        "Shops on Oxford Street and Georgia Avenue close",
        "Red deer and a Canada goose in the park",
        "The Kingdom welcomes investors",
        "The National Assembly and the House of Commons",
        "Elizabeth Warren runs, and Warren wins",
        "St. Paris and New Dhaka",
        "A Georgian house in need of paint",
        "Cambodge and Kambodscha are words of other languages",
        "Cambod, Cambo and Ambodia",
    ],
)
def test_is_no_country(text: str) -> None:
    assert countries(text) == set()


@pytest.mark.parametrize(
    ("headline", "code"),
    [
        ("Jordan Bombs Targets Across The Border", "JO"),
        ("Chad Votes in Tense Election", "TD"),
        ("Israel Defense Minister Flies Home", "IL"),
        ("Mali Army Seizes Power", "ML"),
        ("Lebanon President Aoun Resigns", "LB"),
        ("Jordan foreign minister Safadi speaks", "JO"),
    ],
)
def test_a_headline_in_capitals_or_a_title_makes_nobody_of_a_country(
    headline: str, code: str
) -> None:
    assert main(headline) == {code}


def test_whom_the_story_calls_by_a_forename_is_somebody_throughout() -> None:
    body = "Michael Jordan led Chicago past Detroit."
    assert countries("Jordan scores 40", body) == {"US"}
    assert countries("Jordan wins", "Amy Jordan won. The Jordanian king cheered.") == {"JO"}


def test_an_office_holder_is_known_by_title_during_the_term() -> None:
    def codes(day: str) -> set[str]:
        told = StoryInput(headline="Prime Minister Morrison speaks", published=day)
        return {country.code for country in tag(told_story(told)).countries}

    assert codes("2021-05-01") == {"AU"}
    assert codes("2025-05-01") == set()


def test_a_town_goes_with_the_state_behind_it() -> None:
    assert countries("Fire in Paris, Texas") == {"US"}
    assert countries("Fire in Lebanon, Tennessee") == {"US"}
    assert countries("Fire in Peru, Indiana") == {"US"}
    assert countries("Fire in Lebanon, Pa.") >= {"US"}
    assert countries("Fire in Paris, France") == {"FR"}


def test_once_put_elsewhere_a_town_stays_there() -> None:
    body = "GLASGOW, Ky. - A woman died. Glasgow police asked for witnesses. Glasgow mourns."
    assert countries("Woman dies in Glasgow", body) == {"US"}


def test_a_town_of_american_local_news_is_in_america() -> None:
    body = "The Athens Police Department and the county sheriff closed the road to the school."
    assert countries("Athens road closed", body) == {"US"}
    assert countries("Athens road closed", "Greek police said so.") == {"GR"}


def test_an_office_holder_counts_in_full_only_in_office() -> None:
    def weight(day: str) -> float:
        told = StoryInput(headline="Lloyd Austin speaks", published=day)
        return tag(told_story(told)).countries[0].spans[0].weight

    assert weight("2023-05-01") > weight("2026-05-01") > 0


def test_a_surname_counts_beside_its_country() -> None:
    assert countries("Austin flies to Cambodia", "The US defense secretary left.") == {"US", "KH"}


def test_diaspora_is_of_the_country_it_lives_in() -> None:
    assert countries("A Cambodian-American runs for office") == {"US"}


def test_a_passing_mention_is_tagged_and_not_main() -> None:
    body = (
        "Kenya's rains began early. Kenyan farmers planted maize across the north. "
        "Nairobi promised seed. Kenya has seen worse. "
        + "The rain came in the night and did not end before noon. " * 5
        + "A Dutch expert helped."
    )
    assert main("Kenya plants early", body) == {"KE"}
    assert countries("Kenya plants early", body) == {"KE", "NL"}


def test_a_dateline_tells_where_a_story_was_filed() -> None:
    (found,) = tag(
        sample_story(headline="Ministers meet", body="PHNOM PENH, June 4 (Wire) - They talked.")
    ).countries
    assert found.code == "KH"
    assert found.spans[0].entry == "Phnom Penh (dateline of KH)"


def test_a_dateline_makes_a_main_country_unless_the_story_is_elsewhere() -> None:
    here = "PHNOM PENH, June 4 (Wire) - Japan and Laos signed a rail deal."
    elsewhere = (
        "PHNOM PENH, June 4 (Wire) - Peru counts its votes. " + "Lima waits, says Peru. " * 9
    )
    assert "KH" in main("Ministers sign", here)
    assert "KH" not in main("Peru counts its votes", elsewhere)
    assert "KH" in countries("Peru counts its votes", elsewhere)


def test_one_name_of_dozens_is_no_tag() -> None:
    body = "Peru votes. Lima waits. " * 30 + "Chile watched."
    assert countries("Peru counts its votes", body) == {"PE"}


def test_the_headline_weighs_more_than_the_tail() -> None:
    story = sample_story(
        headline="Peru counts its votes", body="Nothing else. Of note. Here. Chile watched."
    )
    first, second = tag(story).countries
    assert (first.code, second.code) == ("PE", "CL")
    assert first.salience > second.salience


@pytest.mark.parametrize(
    "frame",
    [
        "(Reporting by Sok San in Phnom Penh; Editing by Ann Lee in London)",
        "Read more: China and Laos sign rail deal",
        "Related stories\nChina and Laos sign rail deal\nRussia votes",
        "More news:\nKenya floods",
        "延伸阅读：中国和老挝",
    ],
)
def test_what_frames_a_story_is_not_of_it(frame: str) -> None:
    assert countries("Peru counts its votes", f"The count began in Lima.\n{frame}\n") == {"PE"}


def test_more_news_of_the_story_itself_is_of_it() -> None:
    body = "More from Lima later.\nRelated to that, Chile closed its border.\nMore than ever."
    assert countries("Peru counts its votes", body) == {"PE", "CL"}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("NOBODY CAN DIVIDE US, SAYS LAOS", {"LA"}),
        ("TOGO'S CHIEF: GOD HELP US ALL", {"TG"}),
        ("JOIN US AT THE PARADE IN LOMÉ, TOGO", {"TG"}),
        ("LAOS MEETS US ENVOY", {"LA", "US"}),
        ("LAOS, US TO SIGN", {"LA", "US"}),
        ("LAOS SIGNS PACT WITH US", {"LA", "US"}),
        ("US-LAOS DRILL OPENS", {"LA", "US"}),
        ("PERU'S ARMY HAS A PLAN FOR FLOODS", {"PE"}),
    ],
)
def test_among_capitals_short_names_may_be_words(text: str, codes: set[str]) -> None:
    assert countries(text) == codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("HMS Jamaica leaves Portsmouth", {"GB"}),
        ("A Lao minister lands in Peru, where Mr. Lao was born", {"LA", "PE"}),
        ("A ticket to Peru costs $5 US at most", {"PE"}),
        ("Treasury sanctions Peruvian officers", {"PE", "US"}),
        ("Modi takes a long list to talks with Peruvian leaders", {"IN", "PE"}),
        ("A Virginia-class submarine calls at Perth, Australia", {"AU"}),
        ("Peruvian pupils learn English", {"PE"}),
        ("Chinese lessons open in Peru", {"PE"}),
        ("The Philippine Department of Defense answers", {"PH"}),
        ("The Department of Defense of the Philippines answers", {"PH"}),
    ],
)
def test_ships_languages_money_and_offices_are_told_apart(text: str, codes: set[str]) -> None:
    assert countries(text) == codes


@pytest.mark.parametrize(
    "dateline",
    ["Bangkok: ", "Siem Reap, 1 December 2022 (WIRE): ", "Oslo, April 28 (Wire)--", "Quito - "],
)
def test_a_dateline_ends_with_any_mark(dateline: str) -> None:
    found = tag(sample_story(headline="", body=f"{dateline}Peru thanked Kenya.")).countries
    datelined = [tag.code for tag in found if "dateline" in tag.spans[0].entry]
    assert len(datelined) == 1
    assert datelined[0] not in ("PE", "KE")
