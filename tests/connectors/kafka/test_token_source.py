"""A token for Kafka is renewed before it ends, and its value is told to nobody."""

import base64
import json
import sys
from pathlib import Path

import pytest

from connectors.kafka.token_source import (
    UNDATED_SECONDS,
    TokenError,
    TokenSource,
    ends_at,
    from_command,
    from_file,
)

SECRET = "s3cret"


def jwt(**claims: object) -> str:
    parts = ({"alg": "none"}, claims)
    coded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in parts]
    return ".".join((*(part.rstrip("=") for part in coded), "sig"))


class Issuer:
    """Whoever gives tokens; out of order while `away`."""

    def __init__(self, life: float | None) -> None:
        self.now = 1_000.0
        self.life = life
        self.asked = 0
        self.away = False
        self.source = TokenSource(self.read, clock=lambda: self.now)

    def read(self) -> str:
        self.asked += 1
        if self.away:
            raise TokenError("the issuer is away")
        return f"t{self.asked}" if self.life is None else jwt(exp=self.now + self.life)


@pytest.mark.parametrize("life", [600.0, None])
def test_a_token_is_used_again_and_renewed_before_it_ends(life: float | None) -> None:
    issuer = Issuer(life)
    ends = life or UNDATED_SECONDS
    first = issuer.source()
    issuer.now += ends * 0.7
    assert issuer.source() == first
    issuer.now += ends * 0.2
    assert issuer.source() != first
    assert issuer.asked == 2


def test_while_the_issuer_is_away_the_last_token_serves_to_its_end() -> None:
    issuer = Issuer(600.0)
    first = issuer.source()
    issuer.away = True
    issuer.now += 590
    assert issuer.source() == first
    issuer.now += 11
    with pytest.raises(TokenError, match="away"):
        issuer.source()
    issuer.away = False
    assert issuer.source() != first


def test_an_issuer_that_is_away_is_not_asked_at_every_connection() -> None:
    issuer = Issuer(600.0)
    issuer.source()
    issuer.away = True
    issuer.now += 500
    for _ in range(50):
        issuer.source()
    assert issuer.asked == 2


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        (jwt(exp=1_700_000_000), 1_700_000_000.0),
        (jwt(sub="me"), None),
        (jwt(exp="soon"), None),
        (jwt(exp=True), None),
        ("opaque", None),
        ("a.b.c", None),
        ("a.%%%.c", None),
        (f"a.{base64.urlsafe_b64encode(b'[1]').decode()}.c", None),
    ],
)
def test_when_a_token_ends_is_read_from_a_jwt_alone(token: str, expected: float | None) -> None:
    assert ends_at(token) == expected


def test_a_token_comes_from_a_file_or_from_what_a_command_prints(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{SECRET}\n")
    assert from_file(tmp_path / "token")() == SECRET
    (tmp_path / "say.py").write_text("print(open('token').read())")
    assert from_command(f"{sys.executable} say.py", tmp_path)() == SECRET


@pytest.mark.parametrize(
    ("script", "why"),
    [
        (f"import sys; sys.exit('{SECRET}')", "failed with 1"),
        (f"print('{SECRET}' + ' and {SECRET}')", "gives no token"),
        ("", "gives no token"),
        (r"import sys; sys.stdout.buffer.write(b'\xff')", "gives no token"),
    ],
)
def test_a_command_without_a_token_is_named_and_nothing_that_it_said(
    script: str, why: str, tmp_path: Path
) -> None:
    (tmp_path / "say.py").write_text(script)
    with pytest.raises(TokenError, match=why) as told:
        from_command(f"{sys.executable} say.py", tmp_path)()
    assert sys.executable in str(told.value)
    assert SECRET not in str(told.value)


def test_what_can_not_be_run_or_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(TokenError, match=r"can't run no-such-thing.*No such file"):
        from_command("no-such-thing", tmp_path)()
    with pytest.raises(TokenError, match=r"can't read the token.*none: No such file"):
        from_file(tmp_path / "none")()
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    with pytest.raises(TokenError, match="not text"):
        from_file(tmp_path / "bytes")()


@pytest.mark.parametrize("command", ["", "  ", "'open"])
def test_a_command_that_can_be_none_is_refused_at_once(command: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r".+"):
        from_command(command, tmp_path)
