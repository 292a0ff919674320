"""Who may see the page, and what browsers may do with it."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

import pytest

from streams.model.watch import Watch
from tests.support.commands import ended, running
from tests.support.waiting import until
from tests.support.web_site import (
    NOTHING,
    TOKEN,
    Answer,
    Served,
    configured,
    fill,
    served,
    stream,
)
from tests.wirewatch.metrics.test_metrics import free_ports
from tests.wirewatch.web.conftest import Filled
from wirewatch.web.security import guard

WITH_TOKEN = 'token_env = "WEB_TOKEN"'
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize("path", ["/", "/alerts", "/none", "/alerts?pair=x", "/static/none.css"])
def test_every_answer_has_the_headers_that_guard_it(filled: Filled, path: str) -> None:
    headers = filled.page.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "server" not in headers
    assert headers["cache-control"] == "no-store"


def test_files_of_the_page_are_kept_by_browsers(filled: Filled) -> None:
    found = re.findall(r'"(/static/[^"]+)"', filled.page.get("/alerts").text)
    assert len(found) >= 2
    for path in found:
        answer = filled.page.get(path)
        assert answer.status == 200
        assert "immutable" in answer.headers["cache-control"]


def test_pages_hold_nothing_inline_and_load_nothing_from_outside(filled: Filled) -> None:
    for path in ("/alerts", f"/alerts/{filled.opened('us-cambodia-defense')[0]}"):
        html = filled.page.get(path).text
        assert not re.search(r"<(script|link|img)[^>]*https?:", html)
        assert not re.search(r"\sstyle=|\son\w+=|<style|<script>", html)


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "a@localhost", ""])
def test_names_that_are_not_ours_get_nothing(filled: Filled, host: str) -> None:
    answer = filled.page.get("/alerts", {"Host": host})
    assert answer.status in {400, 421}
    assert "Cambodia" not in answer.text


@pytest.mark.parametrize("host", ["localhost:8480", "127.0.0.1", "[::1]:8480", "10.0.0.7:80"])
def test_this_machine_and_addresses_of_digits_are_answered(filled: Filled, host: str) -> None:
    assert filled.page.get("/alerts", {"Host": host}).status == 200


def test_the_public_address_is_answered_under_its_path(tmp_path: Path) -> None:
    fill(tmp_path / "data")
    with served(tmp_path, web='base = "https://desk.example.org/ww"') as page:
        for path in ("/ww/alerts", "/alerts"):  # a proxy passes its path on, or not
            answer = page.get(path, {"Host": "desk.example.org"})
            assert answer.status == 200
            assert 'href="/ww/static/' in answer.text
            assert "secure" in answer.headers["set-cookie"].lower()


def entered(page: Served, token: str) -> Answer:
    asked = page.get("/login")
    word = re.findall(r'name="form" value="([^"]+)"', asked.text)[0]
    cookie = asked.headers["set-cookie"].partition(";")[0]
    body = urlencode({"form": word, "token": token}).encode()
    return page.ask("POST", "/login", {**FORM, "Cookie": cookie}, body)


def test_a_token_is_asked_for_once_a_browser(tmp_path: Path) -> None:
    fill(tmp_path / "data")
    with served(tmp_path, web=WITH_TOKEN) as page:
        assert page.get("/alerts").headers["location"] == "/login"
        assert page.get("/alerts", {"Authorization": f"Bearer {TOKEN}"}).status == 200
        assert page.get("/alerts", {"Authorization": "Bearer none"}).status == 303
        assert entered(page, "none").status == 403
        answer = entered(page, TOKEN)
        assert answer.status == 303
        assert "httponly" in answer.headers["set-cookie"].lower()
        cookie = answer.headers["set-cookie"].partition(";")[0]
        assert page.get("/alerts", {"Cookie": cookie}).status == 200
        assert page.get("/alerts", {"Cookie": cookie[:-2]}).status == 303
        assert TOKEN not in answer.headers["set-cookie"]


def test_a_proxy_says_who_asks(tmp_path: Path) -> None:
    fill(tmp_path / "data")
    with served(tmp_path, web='proxy_header = "X-Forwarded-User"') as page:
        assert page.get("/alerts").status == 401
        answer = page.get("/alerts", {"X-Forwarded-User": "sok<b>"})
        assert answer.status == 200
        assert "sok&lt;b&gt;" in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "null"},
        {},
    ],
)
def test_forms_of_others_are_refused(tmp_path: Path, headers: dict[str, str]) -> None:
    with served(tmp_path, web=WITH_TOKEN) as page:
        body = urlencode({"token": TOKEN}).encode()
        answer = page.ask("POST", "/login", {**FORM, **headers}, body)
        assert answer.status == 403
        assert "set-cookie" not in answer.headers or "wirewatch=" not in str(answer.headers)


@pytest.mark.parametrize("claimed", [True, False])
def test_what_is_too_large_is_refused(tmp_path: Path, claimed: bool) -> None:
    with served(tmp_path, web=WITH_TOKEN) as page:
        body = b"token=" + b"x" * 200_000
        if claimed:
            answer = page.ask("POST", "/login", FORM, body)
        else:
            chunks = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
            answer = page.ask("POST", "/login", {**FORM, "Transfer-Encoding": "chunked"}, chunks)
        assert answer.status == 413


def asked_too_often(page: Served, path: str, headers: Mapping[str, str] = NOTHING) -> int:
    """Ask far more often than a person does, and return the last answer's status."""
    return [page.get(path, headers).status for _ in range(20)][-1]


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    """As good as nothing comes back while a test runs."""
    monkeypatch.setattr(guard, "BURST", 10)
    monkeypatch.setattr(guard, "EACH_SECOND", 0.001)


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize("path", ["/alerts", "/stories?words=navy", "/api/alerts", "/none"])
def test_who_asks_too_often_is_told_how_long_to_wait(tmp_path: Path, path: str) -> None:
    fill(tmp_path / "data", [])
    with served(tmp_path) as page:
        assert asked_too_often(page, path) == 429
        refused = page.get(path)
        other = "/alerts" if path.startswith("/api/") else "/api/alerts"
        assert page.get(other).status == 200
    seconds = int(refused.headers["retry-after"])
    assert seconds >= 1
    told = json.loads(refused.text)["detail"] if path.startswith("/api/") else refused.text
    assert "Try again in" in told
    assert f"{seconds:,} seconds" in told


@pytest.mark.usefixtures("strict")
def test_files_of_the_page_and_streams_are_not_counted(tmp_path: Path) -> None:
    fill(tmp_path / "data", [])
    with served(tmp_path) as page:
        (style,) = set(re.findall(r'"(/static/page[^"]+css)"', page.get("/alerts").text))
        assert asked_too_often(page, style) == 200
        for path in ("/stream", "/alerts/live"):
            for _ in range(20):
                with stream(page.port, path):  # fails if it is refused
                    pass


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize(
    ("web", "told", "second"),
    [
        ("", "X-Forwarded-For", 429),
        ('base = "https://desk.example.org"', "X-Forwarded-For", 200),
        ('proxy_header = "X-User"', "X-User", 200),
    ],
)
def test_behind_a_proxy_that_is_configured_each_of_its_clients_is_counted_alone(
    tmp_path: Path, web: str, told: str, second: int
) -> None:
    fill(tmp_path / "data", [])
    with served(tmp_path, web=web) as page:
        assert asked_too_often(page, "/alerts", {told: "203.0.113.1"}) == 429
        # What a client writes itself stands before what the proxy adds.
        forged = {told: "198.51.100.7, 203.0.113.1"} if told == "X-Forwarded-For" else {}
        assert page.get("/alerts", {told: "203.0.113.1", **forged}).status == 429
        assert page.get("/alerts", {told: "203.0.113.2"}).status == second


def test_off_loopback_it_does_not_start_without_a_token(tmp_path: Path) -> None:
    folder = configured(tmp_path / "config", web='listen = "0.0.0.0:8480"')
    done = ended("web", "--config", str(folder))
    assert done.returncode == 2
    assert b"can be reached by others" in done.stderr
    configured(folder)
    done = ended("web", "--config", str(folder), "--listen", "0.0.0.0:8480")
    assert done.returncode == 2
    assert b"can be reached by others" in done.stderr


def test_the_command_serves_and_says_where(tmp_path: Path) -> None:
    folder = configured(tmp_path / "config", web='listen = "127.0.0.1:8480"')
    fill(tmp_path / "data")
    (port,) = free_ports(1)
    words = ["web", "--config", str(folder), "--data", str(tmp_path / "data")]
    with running(tmp_path / "logs", [*words, "--listen", f"127.0.0.1:{port}"]) as command:
        command.says(f"http://127.0.0.1:{port}/")
        assert Served(port).get("/alerts").status == 200
        taken = ended(*words, "--listen", f"127.0.0.1:{port}")
        assert taken.returncode == 1
        assert b"can't be served" in taken.stderr
        assert command.stop() == 0


def test_an_edited_configuration_shows_without_a_restart(tmp_path: Path) -> None:
    fill(tmp_path / "data")
    with served(tmp_path) as page:
        assert "Ream, all" not in page.get("/alerts").text
        configured(tmp_path, [Watch(id="ream", title="Ream, all", words=("ream",))])
        until(lambda: "Ream, all" in page.get("/alerts").text)


def test_without_a_key_for_its_forms_it_serves_and_says_what_is_wrong(tmp_path: Path) -> None:
    fill(tmp_path / "data")
    (tmp_path / "data" / "links.key").write_text("short")
    configured(tmp_path)
    (port,) = free_ports(1)
    words = ["web", "--config", str(tmp_path), "--data", str(tmp_path / "data")]
    with running(tmp_path / "logs", [*words, "--listen", f"127.0.0.1:{port}"]) as command:
        command.says(f"http://127.0.0.1:{port}/")
        command.says("holds no key: put it back as it was, or delete it")
        assert Served(port).get("/alerts").status == 200
        assert command.stop() == 0
