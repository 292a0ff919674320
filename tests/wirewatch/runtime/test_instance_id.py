"""Workers on one data folder get slots of their own, and get them back."""

from pathlib import Path

from wirewatch.runtime.instance_id import slot


def test_each_worker_has_a_name_and_a_folder(tmp_path: Path) -> None:
    with slot(tmp_path) as (first, its_folder), slot(tmp_path) as (second, other_folder):
        assert first != second
        assert its_folder != other_folder


def test_a_worker_that_comes_back_has_the_same_name(tmp_path: Path) -> None:
    with slot(tmp_path) as (before, _):
        pass
    with slot(tmp_path) as (after, _):
        assert after == before


def test_workers_on_two_data_folders_never_share_a_name(tmp_path: Path) -> None:
    with slot(tmp_path / "a") as (one, _), slot(tmp_path / "b") as (other, _):
        assert one != other
