"""Reports of some sentences that fill one form: another name and another thing, another event."""

import pytest

from tests.streams.grouping.test_other_words import opened

FORM = (
    "{who} began to train {whom} on Monday at {where}, the Canadian embassy in Reykjavik said. The"
    " course lasts {weeks} weeks. The embassy thanked the coast guard of Iceland for the work that"
    " both have done together over the years, and said that more of it is to come."
)
ONTARIO = {"who": "The Ontario brigade", "where": "Keflavik", "weeks": "three"}
MANITOBA = {"who": "The Manitoba brigade", "where": "Akureyri", "weeks": "two"}


def trained(headline: str, form: dict[str, str], whom: str) -> tuple[str, str]:
    return headline, FORM.format(**form, whom=whom)


@pytest.mark.parametrize(
    "second",
    [
        trained("Manitoba brigade trains Icelandic medics", MANITOBA, "Icelandic medics"),
        trained(
            "Manitoba brigade trains Icelandic medics",
            {**MANITOBA, "where": "Keflavik", "weeks": "three"},
            "Icelandic medics",
        ),
        trained("Manitoba Brigade Trains Icelandic Medics", MANITOBA, "Icelandic medics"),
    ],
    ids=["all else too", "all else the same", "in capitals"],
)
def test_a_form_that_is_filled_with_another_name_and_another_thing_is_another_event(
    second: tuple[str, str],
) -> None:
    first = trained("Ontario brigade trains Icelandic divers", ONTARIO, "Icelandic divers")
    alone, beside = opened(first, second)
    assert not alone
    assert len(beside) == 1, "whoever reads of the second sees the first beside it"


@pytest.mark.parametrize(
    "second",
    [
        # Named otherwise in the headline alone.
        trained("Toronto unit trains Icelandic navy divers", ONTARIO, "Icelandic divers"),
        trained("Canadian brigade trains Icelandic frogmen", ONTARIO, "Icelandic divers"),
        # One place of the form alone is another.
        trained("Ontario brigade teaches Icelandic divers", ONTARIO, "Icelandic divers"),
    ],
)
def test_one_event_in_other_words_is_one(second: tuple[str, str]) -> None:
    first = trained("Ontario brigade trains Icelandic divers", ONTARIO, "Icelandic divers")
    assert len(opened(first, second)) == 1
