"""What the program imports is declared, and what the lock installs is whole."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.support.folders import ROOT

OURS = {"streams", "connectors", "wirewatch"}
# `compression` is there from Python 3.14 on.
STANDARD = sys.stdlib_module_names | {"compression"}


def _imported() -> Iterator[tuple[str, Path]]:
    for path in (one for part in OURS for one in (ROOT / part).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Import(names=names):
                    yield from ((name.name, path) for name in names)
                case ast.ImportFrom(module=str() as module, level=0):
                    yield module, path


def _declared() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lists = [project["dependencies"], *project["optional-dependencies"].values()]
    return {_normal(re.split(r"[^\w.-]", line)[0]) for lines in lists for line in lines}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_library_that_is_imported_is_declared() -> None:
    brought = packages_distributions()
    undeclared = {
        f"{module} in {path.relative_to(ROOT)}"
        for module, path in _imported()
        if (top := module.partition(".")[0]) not in OURS | STANDARD
        and not {_normal(name) for name in brought.get(top, [])} & _declared()
    }
    assert not undeclared


def test_the_lock_names_all_that_its_libraries_need() -> None:
    # Set-up installs by the lock alone (--no-deps).
    pip = [sys.executable, "-m", "pip", "check"]
    checked = subprocess.run(pip, capture_output=True, check=False)
    assert checked.returncode == 0, checked.stdout.decode()
