"""A page with stories in it, for all tests that only look."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from streams.model.alert import AlertEvent, Kind
from tests.support.web_site import Served, fill, served


class Filled(NamedTuple):
    """A page that is served, and what is in it."""

    page: Served
    events: list[AlertEvent]

    def opened(self, watch: str) -> list[str]:
        """The alerts of a watch, the one opened first first."""
        opened = (one for one in self.events if one.kind is Kind.OPENED)
        return [one.alert for one in opened if one.watch == watch]


@pytest.fixture(scope="package")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    folder = tmp_path_factory.mktemp("page")
    events = fill(folder / "data")
    with served(folder) as page:
        yield Filled(page, events)
