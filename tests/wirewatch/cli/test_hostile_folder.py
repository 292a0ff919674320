"""Nothing that lies in the current folder is run, whatever it is called."""

import asyncio
import subprocess
from pathlib import Path

import pytest

from connectors.isolated_process import ROOT, module_path
from connectors.pages.lifecycle import WORKER as PAGES
from connectors.parsing.parser_pool import WORKER, ParserPool
from tests.support.commands import environment
from wirewatch.config import load
from wirewatch.local_kafka.java import find_java
from wirewatch.runtime.run import RunPlan, services

NAMES = ("structlog", "feedparser", "msgspec", "typer", "resource", "lxml", "kafka", "faust")
FEED = b"<rss version='2.0'><channel><title>F</title><item><title>T</title></item></channel></rss>"
PAGE = b"<html><body><article><p>Told at some length, for once.</p></article></body></html>"


@pytest.fixture
def ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go into a folder with modules that leave a file behind when they are run; give that file."""
    ran = tmp_path / "ran"
    for name in NAMES:
        (tmp_path / f"{name}.py").write_text(f"open({str(ran)!r}, 'a').write({name!r})\n")
    (tmp_path / "java").write_text(f"#!/bin/sh\necho java >> {ran}\n")
    (tmp_path / "java").chmod(0o755)
    monkeypatch.chdir(tmp_path)
    # As when the program was begun by `python -m` in there.
    monkeypatch.syspath_prepend(str(tmp_path))
    return ran


def test_no_service_runs_it(ran: Path, tmp_path: Path) -> None:
    plan = RunPlan(config=load(tmp_path, {}), folder=tmp_path)
    for service in services(plan, "127.0.0.1:9"):
        program = service.command[: service.command.index("wirewatch") + 1]
        told = subprocess.run(
            [*program, service.name.split("-")[0], "--help"],
            capture_output=True,
            check=False,
            env=environment({}),
        )
        assert told.returncode == 0, told.stderr
    assert not ran.exists()


@pytest.mark.parametrize(("program", "document"), [(WORKER, FEED), (PAGES, PAGE)])
def test_no_parser_runs_it(program: tuple[str, ...], document: bytes, ran: Path) -> None:
    pool = ParserPool(workers=1, program=program)
    try:
        parsed = asyncio.run(pool.parse(document, "http://127.0.0.1/", "text/html"))
    finally:
        pool.close()
    assert parsed.entries
    assert not ran.exists()


def test_no_search_for_a_java_runs_it(ran: Path) -> None:
    find_java()
    assert not ran.exists()


def test_a_worker_finds_modules_where_the_program_does_but_never_in_the_current_folder() -> None:
    assert module_path(["", "/here", "/libraries", ROOT], Path("/here")) == [ROOT, "/libraries"]
