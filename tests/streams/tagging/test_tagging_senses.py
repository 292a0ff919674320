"""Names of countries that are somebody's, a town's, a bird's or a state's of another country."""

import pytest

from streams.tagging import tag
from tests.support.samples import sample_story

SOMETHING_ELSE = [
    ("JO", "JORDAN SCORES 40 AS BULLS WIN"),
    ("JO", "Jordan Scores 40 as Bulls Win Again"),
    ("JO", "Jordan Henderson Signs for Ajax"),
    ("TD", "CHAD SMITH WINS MAYOR RACE IN OHIO"),
    ("TD", "Chad Kroeger on Tour With Nickelback"),
    ("TR", "Turkey Prices Rise Before Thanksgiving"),
    ("TR", "TURKEY RECALL: 30,000 POUNDS OF MEAT PULLED"),
    ("TR", "Thanksgiving turkey: how to roast it"),
    ("TR", "Turkey Farms Hit by Bird Flu in Minnesota"),
    ("GE", "GEORGIA VOTERS HEAD TO POLLS AS ATLANTA FLOODS"),
    ("GE", "Georgia Governor Signs Voting Law"),
    ("NE", "Niger State governor in Nigeria meets herders"),
    ("NE", "Nigeria's Niger State mourns 20 farmers"),
    ("NE", "Niger Delta oil spill angers Nigeria fishermen"),
    ("GN", "Guinea pigs beat hamsters in pet poll"),
    ("GN", "Papua New Guinea and Australia sign pact"),
    ("GN", "Equatorial Guinea president visits China"),
    ("GN", "Guinea-Bissau army seizes power"),
    ("GN", "GUINEA PIG CAFE OPENS IN TOKYO"),
    ("DO", "Dominica hit by hurricane"),
    ("DM", "Dominican Republic deports Haitians"),
    ("PE", "Peru, Illinois, elects new mayor"),
    ("PE", "Peru, Ind., mourns teacher"),
    ("CU", "Cuba Gooding Jr. in court"),
    ("JM", "Jamaica, Queens, gets new bus"),
    ("LB", "Lebanon, Tenn., police chief quits"),
    ("PA", "Panama City, Fla., rebuilds after storm"),
    ("ES", "Santiago wins best actor"),
    ("IL", "Israel Adesanya wins title fight"),
    ("CN", "China doll collection sold in Leeds"),
    ("FR", "Paris Hilton opens a cafe"),
    ("GB", "Jack London's house burns in California"),
]
COUNTRIES = [
    ("JO", "JORDAN AND SYRIA REOPEN BORDER"),
    ("TD", "CHAD TROOPS ENTER SUDAN"),
    ("TD", "Chad Expels Sudanese Envoy"),
    ("TR", "TURKEY AND GREECE HOLD TALKS"),
    ("GE", "Georgia Arrests Opposition Leader in Tbilisi"),
    ("GE", "GEORGIA AND ARMENIA OPEN RAIL LINK"),
    ("NE", "Niger junta expels French troops"),
    ("NG", "Nigeria's Niger State mourns 20 farmers"),
    ("GN", "Guinea's junta frees two opponents"),
    ("DM", "Dominica hit by hurricane"),
    ("ML", "MALI JUNTA BANS PARTIES"),
    ("OM", "OMAN HOSTS TALKS"),
    ("PE", "PERU SWEARS IN PRESIDENT"),
]


def countries(headline: str, body: str = "") -> set[str]:
    return {country.code for country in tag(sample_story(headline=headline, body=body)).countries}


@pytest.mark.parametrize(("code", "headline"), SOMETHING_ELSE)
def test_a_name_in_another_sense_is_no_country(code: str, headline: str) -> None:
    assert code not in countries(headline)


@pytest.mark.parametrize(("code", "headline"), COUNTRIES)
def test_the_country_is_still_found(code: str, headline: str) -> None:
    assert code in countries(headline)


def test_what_the_text_says_tells_a_country_from_a_forename() -> None:
    headline = "Jordan Opens Desert Railway to the Red Sea"
    assert "JO" in countries(headline, "Jordan has built the line in four years, it said in Amman.")
    assert "JO" not in countries("Jordan Opens Season With Thirty Points", "He was cheered.")
