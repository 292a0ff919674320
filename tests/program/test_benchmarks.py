"""The scripts that measure: each says what it does before it does it."""

import runpy
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"
SCRIPTS = {
    ".".join(path.relative_to(FOLDER.parent).with_suffix("").parts): path
    for path in sorted(FOLDER.rglob("*.py"))
    if '\nif __name__ == "__main__":\n' in path.read_text("utf-8")
}
pytestmark = pytest.mark.filterwarnings("ignore:.*found in sys.modules")
"""Some scripts are imported by others too."""


@pytest.fixture(autouse=True)
def _sigterm() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def ask(module: str, *words: str, monkeypatch: pytest.MonkeyPatch) -> object:
    """Run a script with these words; return its exit code."""
    # What takes no notice of its words would measure here, for hours perhaps.
    text = SCRIPTS[module].read_text("utf-8")
    assert "Options(__doc__" in text or "ArgumentParser(" in text, "it doesn't read its options"
    monkeypatch.setattr(sys, "argv", [module, *words])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    return ended.value.code


@pytest.mark.parametrize("module", SCRIPTS)
def test_a_script_says_what_it_measures_and_for_how_long(
    module: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(module, "--help", monkeypatch=monkeypatch) == 0
    told = capsys.readouterr().out
    assert told.startswith("usage: python ")
    assert " [-h]" in told
    assert SCRIPTS[module].read_text("utf-8").partition("\n")[0].strip('"') in told
    assert "\nTakes " in told


@pytest.mark.parametrize("module", SCRIPTS)
def test_a_script_refuses_what_it_does_not_know(
    module: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(module, "--nothing", monkeypatch=monkeypatch) == 2
    assert "usage: " in capsys.readouterr().err


STAYS = """
import tempfile, time
from benchmarks.support.options import Options
Options("A script.", takes="no time").given()
with tempfile.TemporaryDirectory() as name:
    print(name, flush=True)
    time.sleep(300)
"""


def test_a_script_that_is_told_to_end_leaves_nothing_behind() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STAYS], stdout=subprocess.PIPE, cwd=FOLDER.parent
    ) as script:
        assert script.stdout is not None
        folder = Path(script.stdout.readline().decode().strip())
        assert folder.is_dir()
        script.terminate()
        assert script.wait(60) == 128 + signal.SIGTERM
    assert not folder.exists()
