"""Which language a text is in: by its script where that tells, else by py3langid.

Latin scripts need the model; it takes half a second to load, so that waits for the first text
whose feed doesn't say.
"""

import importlib
import re
from functools import cache
from typing import Any

from streams.story import Story

READ = 300
"""Characters that are looked at."""
ENGLISH = re.compile(r"\b(?:the|of|and|to|in|for|with|that|was)\b", re.IGNORECASE)
SURE = 6
"""So many of these little words, and no letter beyond ASCII, are English without asking further."""
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
    if not text.isascii():
        for language, script in _SCRIPTS.items():
            if len(script.findall(text)) > _SHARE * len(text):
                return language
        if len(_VIETNAMESE.findall(text)) > 0.04 * len(text):
            return "vi"
    elif len(ENGLISH.findall(text)) >= SURE:
        return "en"
    if story.language in LATIN:
        return story.language
    if sum(map(str.isalpha, text)) < LEAST:
        return "en"
    code, _ = _identifier().classify(text)
    return str(code)


@cache
def _identifier() -> Any:  # noqa: ANN401 - it isn't loaded before it is needed
    langid = importlib.import_module("py3langid.langid")
    identifier = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE)
    identifier.set_languages(list(LATIN))
    return identifier
