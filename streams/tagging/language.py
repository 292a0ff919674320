"""Which language a text is in: by its script where that tells, else by py3langid.

What a feed says of its language is often its template's, so the text goes before it: it only
breaks ties, and is believed of texts too short to tell. Latin scripts need the model; it takes
half a second to load and a millisecond a text, so it isn't asked about what is plainly English.
"""

import importlib
import re
from functools import cache
from typing import Any

from streams.model.story import Story
from streams.tagging.lexicon_entry import gate_of

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
LATIN = ("en", "fr", "vi", "es", "pt", "de", "id", "ms", "it", "nl", "pl", "tr", "tl")
"""The languages in Latin script that have a lexicon ..."""
UNSUPPORTED_LATIN = (
    *("af", "az", "ca", "cs", "cy", "da", "et", "eu", "fi", "ga", "gl", "hr", "ht", "hu", "is"),
    *("lt", "lv", "mg", "no", "ro", "sk", "sl", "so", "sq", "sv", "sw", "uz"),
)
"""... and those that are told apart from them, to be called by their name."""
LEAST_UNSUPPORTED = 48
"""Letters below which a text in Latin letters is in a language that has a lexicon."""
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
    "hi": re.compile("[\u0900-\u097f]"),
}
_UNSUPPORTED_SCRIPTS = {
    "el": re.compile("[\u0370-\u03ff]"),
    "hy": re.compile("[\u0530-\u058f]"),
    "he": re.compile("[\u0590-\u05ff]"),
    "bn": re.compile("[\u0980-\u09ff]"),
    "pa": re.compile("[\u0a00-\u0a7f]"),
    "gu": re.compile("[\u0a80-\u0aff]"),
    "ta": re.compile("[\u0b80-\u0bff]"),
    "te": re.compile("[\u0c00-\u0c7f]"),
    "kn": re.compile("[\u0c80-\u0cff]"),
    "ml": re.compile("[\u0d00-\u0d7f]"),
    "si": re.compile("[\u0d80-\u0dff]"),
    "ka": re.compile("[\u10a0-\u10ff]"),
    "am": re.compile("[\u1200-\u137f]"),
}
_OWN_LETTERS = {
    "ar": {"ur": re.compile("[ٹڈڑںے]"), "fa": re.compile("[پچژگ]")},
    "ru": {
        "uk": re.compile("[іїєґІЇЄҐ]"),
        "sr": re.compile("[ђћџљњјЂЋЏЉЊЈ]"),
        "kk": re.compile("[әғқңөұүӘҒҚҢӨҰҮ]"),
    },
    "hi": {"mr": re.compile("[ळ]")},
}
"""Letters of languages that share their script with one that has a lexicon."""
_SHARE_OF_OWN = 0.012
_VIETNAMESE = re.compile("[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
_SHARE = 0.15
"""Share of a script's characters from which a text is in it; Han among Kana is Japanese."""


def detect(story: Story) -> str:
    """Return the ISO 639-1 code of a story's language, whether or not it has a lexicon."""
    text = f"{story.headline} {story.summary} {story.body}"[: 2 * READ].strip()[:READ]
    beyond = "" if text.isascii() else "".join(_BEYOND_ASCII.findall(text))
    if any(map(str.isalpha, beyond)):
        for language, script in (*_SCRIPTS.items(), *_UNSUPPORTED_SCRIPTS.items()):
            if len(script.findall(beyond)) > _SHARE * len(text):
                return _by_letters(language, beyond)
        if len(_VIETNAMESE.findall(beyond)) > 0.04 * len(text):
            return "vi"
    elif _is_english(text, said=story.language == "en"):
        return "en"
    return _in_latin_letters(text, story.language)


def cues_of(language: str) -> str:
    """Return the language whose cues count in a text, beside names and those of other scripts.

    Among letters that aren't Latin an English word is what it is in English.
    """
    return gate_of(language) or (language if language in UNSUPPORTED_LATIN else "en")


def _by_letters(language: str, text: str) -> str:
    """Tell a language from others in its script, by the letters that only they have."""
    least = max(2.0, _SHARE_OF_OWN * len(text))
    others = _OWN_LETTERS.get(language, {})
    return next(
        (other for other, own in others.items() if len(own.findall(text)) >= least), language
    )


def _in_latin_letters(text: str, said: str | None) -> str:
    """Ask the model; what the feed says is taken unless another is clearly likelier.

    Where it says nothing, English is: a short headline of names can look like any language.
    """
    letters = sum(map(str.isalpha, text))
    if letters < LEAST:
        return said if said in LATIN else "en"
    ranks = {str(code): float(score) for code, score in _identifier().rank(text)}
    likeliest = max(ranks, key=ranks.__getitem__)
    assumed = said if said in ranks else "en"
    if ranks[likeliest] - ranks[assumed] < CLEAR:
        return assumed
    if likeliest in LATIN:
        return likeliest
    known = max(LATIN, key=ranks.__getitem__)
    clear = ranks[likeliest] - ranks[known] >= CLEAR and letters >= LEAST_UNSUPPORTED
    return likeliest if clear else known


def _is_english(text: str, *, said: bool) -> bool:
    found = len(ENGLISH.findall(text))
    if found >= SURE and text.isascii():
        return True
    return found >= (SURE_IF_SAID if said else SURE) and not _OTHERS.search(text)


@cache
def _identifier() -> Any:  # noqa: ANN401 - it isn't loaded before it is needed
    langid = importlib.import_module("py3langid.langid")
    identifier = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE)
    identifier.set_languages([*LATIN, *UNSUPPORTED_LATIN])
    return identifier
