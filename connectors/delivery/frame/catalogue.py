"""Catalogues of translations, as gettext has them: one `.po` file a language, read as it is.

English is what stands in the code. A text that a catalogue hasn't is shown in English.
"""

import gettext
from functools import cache
from importlib import resources
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ENGLISH = "en"
LANGUAGES = (ENGLISH, "fr", "km")


@cache
def translations(language: str) -> gettext.NullTranslations:
    """Return the catalogue of a language; that of English for one that has none."""
    if language == ENGLISH or language not in LANGUAGES:
        return gettext.NullTranslations()
    file = resources.files(__package__).joinpath("locale", f"{language}.po")
    with file.open("rb") as source:
        catalogue = read_po(source, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
