"""Entries are made one by one: what breaks one is counted, and harms no other."""

import pytest

from connectors.formats.entry import RawEntry, each


def made(title: str) -> RawEntry:
    if title == "breaks":
        raise OverflowError
    if title == "swells":
        raise MemoryError
    return RawEntry(title=title)


def test_an_entry_that_breaks_its_reader_is_counted_alone() -> None:
    assert each(made, ("a", "breaks", "b")) == ((RawEntry(title="a"), RawEntry(title="b")), 1)


def test_memory_that_runs_out_is_no_entrys_own_fault() -> None:
    with pytest.raises(MemoryError):
        each(made, ("a", "swells"))
