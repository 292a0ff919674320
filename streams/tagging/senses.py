"""Where a country's name means something else: a ship, a street, a language, the word `us`."""

import re
from collections.abc import Sequence

from streams.tagging.lexicon_entry import CountryWord
from streams.tagging.scan import Hit

_STREET = re.compile(r" (?:Street|Road|Avenue|Ave\b|Lane|Drive|Boulevard|Terrace|Crescent)")
_SHIP_BEFORE = re.compile(
    r"\b(?:HMS|HMAS|HMCS|HMNZS|HTMS|USS|USNS|USCGC|INS|JS|JDS|KRI|KD|BRP|RFA|ROKS|RSS|PNS|SLNS"
    r"|FGS|ITS|ARA|TCG|SS|MV|MT|RV) $"
)
_CLASS_AFTER = re.compile(r"[-‑](?:class|variant|type)\b")
_HYPHENS = ("-", "‑")
"""Ships and their classes are called after places: HMS Jamaica, an Independence-class ship."""
_TAUGHT = re.compile(
    r" (?:[a-z-]+ )?(?:army|navy|air force|forces?|police|troops|soldiers|sailors|marines|officers"
    r"|cadets|crews?|medics?|pilots|divers|deminers|engineers|guards|commandos|recruits|units?"
    r"|students|children)\b"
)
"""Behind a people: it is taught, not its language."""
_LANGUAGE_BEFORE = re.compile(
    r"\b(?:learn|learns|learning|learned|learnt|speak|speaks|speaking|spoken|teach|teaches|teaching"
    r"|taught|fluent in) $",
    re.IGNORECASE,
)
_LANGUAGE_AFTER = re.compile(
    r"[ -](?:lessons?|class(?:es)?|courses?|teachers?|speakers?|speaking|lyrics|subtitles|grammar"
    r"|dictionar(?:y|ies)|proficiency)\b",
    re.IGNORECASE,
)
_MONEY_BEFORE = re.compile(r"\$ ?\d[\d.,]* $")
_OTHER_SENSE = {
    "Turkey": re.compile(
        r"\b(?:thanksgiving|roast\w*|oven|stuffing|salmonella|pounds of|recipes?|breasts?|gravy"
        r"|drumsticks?|gobbl\w+"
        r"|turkey (?:farms?|farmers|flocks?|meat|recall|trot|dinner|producers))\b",
        re.IGNORECASE,
    ),
    "Niger": re.compile(
        r"\bniger (?:state(?! (?:tv|television|media|radio))|delta)\b", re.IGNORECASE
    ),
    "Georgia": re.compile(
        r"\bgeorgia(?:'s|\u2019s)?"
        r" (?:governor|gov\.|sheriff|senator|congress(?:man|woman)"
        r"|republicans?|democrats?|gop|bulldogs|tech\b"
        r"|state (?:patrol|senate|house)|legislature|runoff)",
        re.IGNORECASE,
    ),
    "Jamaica": re.compile(r"\bjamaica,? (?:queens|plain|bay|estates)\b", re.IGNORECASE),
}
"""What a country's name is part of where these words are near."""
SENSE_REACH = 60
"""Characters looked at for them on either side."""
_MINISTRY_AFTER = re.compile(r" (?:at|of|for|in) (?:the )?(?:\w+ )?Ministry")
_OF = (" of ", " of the ")
_OWNER = ("", " ", "'s ", "’s ", "' ", "’ ")
AROUND = 24
"""Characters looked at on either side of a word ..."""
OTHERS = 6
"""... and letters among them that tell that all is in capitals."""
_ALSO_WORDS = ("PLAN",)
"""Short names that are everyday words in capitals."""
_COUNTRY_BEFORE = re.compile(
    r"(?:^|[,:;|/(–—-] ?|\b(?:AND|THE|BY|OF|FROM|WITH|IN|AGAINST|BETWEEN|VS) )$"
)
_PRONOUN_BEFORE = re.compile(
    r"\b(?:AMONG|BEHIND|BEFORE|ALL OF|MOST OF|SOME OF|BOTH OF|NONE OF|ONE OF|EACH OF|REST OF"
    r"|COME WITH|JOIN WITH|STAY WITH|PRAY WITH|SPEAK WITH|CHAT WITH"
    r"|CONTACT|FOLLOW|ABOUT|JOIN|TELL|HELP|SUPPORT|LET|GIVE|LEAVE) $"
)
_MENU = re.compile(r"\b(?:Contact|About|Follow|Join|CONTACT|ABOUT|FOLLOW|JOIN) $")
"""Before the pronoun in a site's menu, where nothing follows it: `About US`."""
_NOTHING_FOLLOWS = re.compile(r"\s*(?:$|[^\w\s'’(-])")
_FUNCTION = re.compile(
    r"\s*(?:$|[^\w\s’']|(?:ALL|ALONE|BOTH|NOW|TO|IN|AT|FOR|FROM|ON|OUT|UP|DOWN|BACK"
    r"|THE|A|AN|AND|OR|BUT|THAT|THIS|WHAT|WHY|HOW|WHERE|WHEN|ABOUT|AGAIN|BY|AS|IF|NOT|SO|TOO|WITH|OFF|OVER|ANYTHING|NOTHING|MORE|HIS|HER|THEIR|OUR"
    r"|YOUR|MY|TODAY|TOMORROW|TONIGHT|APART)\b)"
)


def is_something_else(text: str, hit: Hit, word: CountryWord) -> bool:
    """Say whether a country's name stands in the name of something else, or is another word."""
    before = text[max(0, hit.start - 12) : hit.start]
    if word.text == "US":
        money = _MONEY_BEFORE.search(before) is not None
        return money or not is_the_country(text, hit.start, hit.end)
    if word.text in _OTHER_SENSE and word.kind == "name":
        around = text[max(0, hit.start - SENSE_REACH) : hit.end + SENSE_REACH]
        if _OTHER_SENSE[word.text].search(around):
            return True
    if word.text in _ALSO_WORDS and _is_shouted(text, hit.start, hit.end):
        return True
    if word.kind == "demonym" and (
        text.startswith("American", hit.end + 1)
        or _LANGUAGE_AFTER.match(text, hit.end)
        or (_LANGUAGE_BEFORE.search(before) and not _TAUGHT.match(text, hit.end))
    ):
        return True
    following = text[hit.end : hit.end + 1]
    return bool(
        (following == " " and _STREET.match(text, hit.end))
        or (following in _HYPHENS and _CLASS_AFTER.match(text, hit.end))
        or (before[-2:-1].isupper() and _SHIP_BEFORE.search(before))
    )


def is_of_another(text: str, hit: Hit, word: CountryWord, near: Sequence[Hit]) -> bool:
    """Say whether an office that many states have is another's: the Lao Secretary of State."""
    if word.kind == "ministry" and _MINISTRY_AFTER.match(text, hit.end):
        return True
    for other in near:
        owner = other.word
        if not isinstance(owner, CountryWord) or owner.kind not in ("name", "demonym"):
            continue
        if owner.code == word.code:
            continue
        if text[other.end : hit.start] in _OWNER and other.end <= hit.start:
            return True
        if other.start > hit.end and text[hit.end : other.start] in _OF:
            return True
    return False


def is_the_country(text: str, start: int, end: int) -> bool:
    """Say whether `US` is the country here. Only among capitals may it be the word.

    It is the country behind a comma, a dash or a word that names follow, and before a noun:
    `CAMBODIA, US SIGN`, `MEETS US ENVOY`, not `GOD SAVED US`.
    """
    before = text[max(0, start - AROUND) : start]
    if not _is_shouted(text, start, end):
        return not (_MENU.search(before) and _NOTHING_FOLLOWS.match(text, end))
    if start > AROUND:
        before = "#" + before
    if _PRONOUN_BEFORE.search(before):
        return False
    if _COUNTRY_BEFORE.search(before):
        return True
    return _FUNCTION.match(text, end) is None


def _is_shouted(text: str, start: int, end: int) -> bool:
    """Say whether a word stands among others in capitals."""
    around = text[max(0, start - AROUND) : end + AROUND]
    return around.isupper() and sum(map(str.isalpha, around)) >= end - start + OTHERS
