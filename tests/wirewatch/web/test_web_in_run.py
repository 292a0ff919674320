"""The page as a service of the run."""

import json
import socket
from pathlib import Path

import pytest

from tests.support.commands import running
from tests.support.waiting import until
from tests.support.web_site import Served, configured

pytestmark = pytest.mark.long


def test_a_run_serves_the_page_as_soon_as_its_port_is_free(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        folder = configured(tmp_path / "config", web=f'listen = "127.0.0.1:{port}"')
        (folder / "feeds.toml").write_text("")
        words = ("run", "--json", "--config", str(folder), "--data", str(tmp_path / "data"))
        with running(tmp_path / "log", words) as run:
            run.says('"page_waits"')
            other.close()
            run.says(f"http://127.0.0.1:{port}/")
            until(lambda: Served(port).get("/alerts").status == 200)
            assert "No alerts yet" in Served(port).get("/alerts").text
            assert run.stop() == 0
            lines = [json.loads(line) for line in run.err.splitlines()]
    told = [line for line in lines if line["level"] in {"warning", "error", "critical"}]
    assert told == [], json.dumps(told)
