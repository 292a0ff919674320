"""Which language a text is in: by its script where that tells, else by py3langid.

What a feed says of its language is often its template's, so the text goes before it: it only
breaks ties, and is believed of texts too short to tell. Latin scripts need the model; it takes
half a second to load and a millisecond a text, so it isn't asked about what is plainly English.
"""

import importlib
import re
from functools import cache
from typing import Any

from streams.story import Story

READ = 300
"""Characters that are looked at."""
ENGLISH = re.compile(r"\b(?:the|of|and|to|in|for|with|that|was)\b", re.IGNORECASE)
_BEYOND_ASCII = re.compile("[^\x00-\x7f]")
SURE = 6
"""So many of these little words, and no letter beyond ASCII, are English without asking further;
in a text with curly quotes and the like, if no little word of another language is there."""
SURE_IF_SAID = 2
"""The same where the feed says so too, if no little word of another language is there."""
_OTHERS = re.compile(
    r"\b(?:les?|la|des|et|du|une?|dans|pour|est|el|los|las|una|por|para|con|del|il|di|che|per|der|die"
    r"|das|und|mit|von|het|een|van|dan|yang|untuk|dengan|ini|os|uma|em|com|dos|que|y)\b",
    re.IGNORECASE,
)
CLEAR = 12.0
"""How much likelier, as a logarithm, another language must be than the one that a feed says: a
French headline is 14 to 150 ahead of English, Indonesian and Malay are a few apart."""
LEAST = 24
"""Letters below which a text in Latin letters is taken for what its feed says, or for English."""
LATIN = ("en", "fr", "vi", "es", "pt", "de", "id", "ms", "it", "nl")
"""The languages told apart in Latin script."""
_SCRIPTS = {
    "km": re.compile("[\u1780-\u17ff]"),
    "th": re.compile("[\u0e00-\u0e7f]"),
    "lo": re.compile("[\u0e80-\u0eff]"),
    "my": re.compile("[\u1000-\u109f]"),
    "ja": re.compile("[\u3040-\u30ff]"),
    "ko": re.compile("[\uac00-\ud7a3]"),
    "zh": re.compile("[\u3400-\u9fff]"),
    "ar": re.compile("[\u0600-\u06ff]"),
    "ru": re.compile("[\u0400-\u04ff]"),
}
_VIETNAMESE = re.compile("[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
_SHARE = 0.15
"""Share of a script's characters from which a text is in it; Han among Kana is Japanese."""


def detect(story: Story) -> str:
    """Give the ISO 639-1 code of a story's language."""
    text = f"{story.headline} {story.summary} {story.body}"[: 2 * READ].strip()[:READ]
    beyond = "" if text.isascii() else "".join(_BEYOND_ASCII.findall(text))
    if any(map(str.isalpha, beyond)):
        for language, script in _SCRIPTS.items():
            if len(script.findall(beyond)) > _SHARE * len(text):
                return language
        if len(_VIETNAMESE.findall(beyond)) > 0.04 * len(text):
            return "vi"
    elif _is_english(text, said=story.language == "en"):
        return "en"
    told = story.language if story.language in LATIN else None
    if sum(map(str.isalpha, text)) < LEAST:
        return told or "en"
    ranks = {str(code): float(score) for code, score in _identifier().rank(text)}
    likeliest = max(ranks, key=ranks.__getitem__)
    return told if told and ranks[likeliest] - ranks[told] < CLEAR else likeliest


def _is_english(text: str, *, said: bool) -> bool:
    found = len(ENGLISH.findall(text))
    if found >= SURE and text.isascii():
        return True
    return found >= (SURE_IF_SAID if said else SURE) and not _OTHERS.search(text)


@cache
def _identifier() -> Any:  # noqa: ANN401 - it isn't loaded before it is needed
    langid = importlib.import_module("py3langid.langid")
    identifier = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE)
    identifier.set_languages(list(LATIN))
    return identifier
