"""Where a place's name is somebody's: Michael Jordan, Chad Smith."""

import re
from collections.abc import Sequence

from streams.tagging.lexicon import forenames
from streams.tagging.lexicon_entry import CountryWord
from streams.tagging.passages import LEAD_CHARACTERS, Passage
from streams.tagging.scan import Hit

FORENAMES = forenames()
_NO_FORENAME = re.compile(
    "And|But|For|From|In|Into|Of|On|Over|The|To|Via|With|While|When|Where|As|At|By|After|Before|Near"
    "|Between|Both|Meanwhile|King|Queen|Northern|Southern|Eastern|Western|North|South|East|West"
)
_NO_SURNAME = re.compile(
    "And|But|In|Of|On|The|To|Is|Was|Has|Had|Will|Says|Said|For|President|Prime|Premier|Minister"
    "|Foreign|Defen[cs]e|Interior|Finance|King|Queen|Prince|Government|Parliament|Senate|Supreme"
    "|Ambassador|Embassy|Army|Navy|Air|Police|National"
)
_WORD_AFTER = re.compile(r" ([A-Z][a-z]\w*)")
_WORD_BEFORE = re.compile(r"\b([A-Z]\w+) $")
_LOWER_WORD = re.compile(
    r"\b(?!(?:after|amid|from|into|near|over|than|that|with|without)\b)[a-z]{4,}"
)
_STATE = re.compile(
    r"\b(?:king|queen|prince|troops?|army|military|navy|air force|soldiers?|govern\w*|minist\w+"
    r"|parliament|president\w*|premier|border\w*|envoys?|embass\w+|ambassador|junta|rebels?|courts?"
    r"|police|election\w*|votes?|voters|refugees?|sanction\w*|treaty|summit|trade|expel\w*|coup"
    r"|ruling|opposition|capital|central bank|talks|imf|nation|country|war|ceasefire|un|aid"
    r"|chiefs?|leaders?|deport\w*|bans?|tourism|economy|inflation|quake|floods?|earthquake)\b",
    re.IGNORECASE,
)
"""States have to do with these, forenames hardly."""
_OF_STATES = ("name", "demonym", "capital", "force", "ministry", "seat", "office")


def names_somebody(passage: Passage, hit: Hit, word: CountryWord, *, towns: Sequence[str]) -> bool:
    """Say whether a place's name is part of a person's.

    In a headline that capitalises every word only a forename tells.
    """
    surname = word.kind == "office" and word.doubtful
    if not (word.personal or surname or word.kind in towns):
        return False
    text = passage.text
    before = _WORD_BEFORE.search(text[max(0, hit.start - 24) : hit.start])
    if before and before[1] in FORENAMES:
        return True
    if not word.personal or _capitalised(passage):
        return False
    after = _WORD_AFTER.match(text, hit.end)
    if after and not _NO_SURNAME.fullmatch(after[1]):
        return True
    return before is not None and before[1][1:].islower() and not _NO_FORENAME.fullmatch(before[1])


def _capitalised(passage: Passage) -> bool:
    text = passage.text[:LEAD_CHARACTERS]
    return passage.field == "headline" and text.count(" ") > 2 and not _LOWER_WORD.search(text)


def could_be_a_forename(passage: Passage, word: CountryWord, places: Sequence[Hit]) -> bool:
    """Say whether nothing tells a country from a forename: `Jordan Scores 40 as Bulls Win`.

    So it is in a headline in capitals that names no other country and nothing that states have.
    """
    if not word.personal or word.kind != "name" or not _capitalised(passage):
        return False
    found = (hit.word for hit in places if isinstance(hit.word, CountryWord))
    others = (one for one in found if one.language is None)
    if any(one.code != word.code and one.kind in _OF_STATES for one in others):
        return False
    return _STATE.search(passage.text) is None
