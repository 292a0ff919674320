"""How countries of a sentence meet: as parties, as speakers, as places, or not at all."""

from collections.abc import Iterator

import pytest

from streams.tagging import tag
from tests.support.folders import DATA
from tests.support.samples import sample_story

CASES = DATA / "relations.txt"


def cases() -> Iterator[tuple[str, dict[str, str]]]:
    for line in CASES.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            text, _, pairs = line.partition(" | ")
            yield text, dict(pair.split() for pair in pairs.split(", "))


@pytest.mark.parametrize("field", ["headline", "body"])
@pytest.mark.parametrize(("text", "wanted"), list(cases()))
def test_how_countries_of_a_sentence_meet(text: str, wanted: dict[str, str], field: str) -> None:
    story = sample_story(
        headline=text if field == "headline" else "", body=text if field == "body" else ""
    )
    found = {pair.name: str(pair.relation) for pair in tag(story).pairs}
    wrong = {
        name: found.get(name)
        for name, relation in wanted.items()
        if (found.get(name) == "between" if relation == "no" else found.get(name) != relation)
    }
    assert wrong == {}
