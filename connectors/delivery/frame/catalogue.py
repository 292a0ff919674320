"""Catalogues of translations, as gettext has them: one `.po` file a language, read as it is.

English is what stands in the code. A text that a catalogue hasn't is shown in English.
"""

import gettext
from collections.abc import Callable
from functools import cache
from importlib import resources
from io import BytesIO

ENGLISH = "en"
LANGUAGES = (ENGLISH, "fr", "km")


def say(language: str) -> Callable[[str], str]:
    """Return what translates a text into a language."""
    return translations(language).gettext


@cache
def translations(language: str) -> gettext.NullTranslations:
    """Return the catalogue of a language; that of English for one that has none."""
    if language == ENGLISH or language not in LANGUAGES:
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - English takes none of it
    from babel.messages.pofile import read_po  # noqa: PLC0415 - as above

    file = resources.files(__package__).joinpath("locale", f"{language}.po")
    with file.open("rb") as source:
        catalogue = read_po(source, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
