"""A Kafka that wants a token (OAUTHBEARER): all commands get in, for longer than one token lives.

Kafka believes unsigned tokens here, which is for tests alone.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.kafka import kafka_answers
from streams.contract.kafka_access import KafkaAccess, TokenLogin
from streams.contract.messages import message
from streams.contract.topics import ALERTS, STORIES
from tests.streams.worker.test_work import put, take
from tests.support.commands import ended, running
from tests.support.samples import sample_story
from tests.support.waiting import until
from tests.wirewatch.local_kafka.test_kafka_tls import free_ports
from wirewatch.local_kafka import PrivateKafka, server_properties
from wirewatch.local_kafka.client_file import ClientFileError, read_client_file
from wirewatch.local_kafka.ready import NotLetIn, fault
from wirewatch.runtime.kafka_wait import UnreachableError, require

LIFE_SECONDS = 8
ISSUER = f"""
import base64, json, time
def coded(part):
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
now = time.time()
claims = {{"sub": "wirewatch", "iat": now, "exp": now + {LIFE_SECONDS}, "scope": []}}
with open("issued", "a") as issued:
    issued.write("x")
print(coded({{"alg": "none"}}) + "." + coded(claims) + ".")
"""
STORIES_TOLD = (
    sample_story(
        guid="1",
        headline="US and Cambodia weigh a return to joint exercises",
        body="The US and Cambodia spoke of drills.",
    ),
    sample_story(
        guid="2",
        headline="US lifts arms embargo on Cambodia",
        body="Washington may sell weapons to Cambodia's army again.",
    ),
)
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[PrivateKafka, str]]:
    """A Kafka, and the address of its door for those with a token."""
    (port,) = free_ports(1)
    plain = server_properties.server_properties

    def with_tokens(**given: object) -> str:
        return tokens_too(plain(**given), port)  # type: ignore[arg-type]  # as it was given

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server_properties, "server_properties", with_tokens)
        with PrivateKafka(tmp_path_factory.mktemp("tokens") / "kafka") as kafka:
            yield kafka, f"127.0.0.1:{port}"


def tokens_too(text: str, port: int) -> str:
    door = f",BYTOKEN://127.0.0.1:{port}"
    lines = []
    for line in text.splitlines():
        if line.startswith(("listeners=", "advertised.listeners=")):
            line += door  # noqa: PLW2901 - the line with more in it
        if line.startswith("listener.security.protocol.map="):
            line += ",BYTOKEN:SASL_PLAINTEXT"  # noqa: PLW2901 - the same
        lines.append(line)
    lines += [
        "listener.name.bytoken.sasl.enabled.mechanisms=OAUTHBEARER",
        "listener.name.bytoken.oauthbearer.sasl.jaas.config="
        "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;",
        # Who doesn't show a new token by the end of the old one is hung up on.
        "listener.name.bytoken.oauthbearer.connections.max.reauth.ms=3600000",
    ]
    return "\n".join(lines) + "\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an issuer of tokens, and a file that tells to ask it."""
    (tmp_path / "issuer.py").write_text(ISSUER)
    (tmp_path / "client.conf").write_text(
        "security.protocol=SASL_PLAINTEXT\nsasl.mechanism=OAUTHBEARER\n"
        f"sasl.oauthbearer.token.command={sys.executable} issuer.py\n"
    )
    return tmp_path


def alerted(kafka: KafkaAccess, prefix: str, count: int) -> None:
    take(kafka, prefix, ALERTS, lambda found: len(found) >= count)


def renewed(issued: Path) -> None:
    """Wait for another token to be issued."""
    before = issued.stat().st_size
    until(lambda: issued.stat().st_size > before)


def test_the_commands_and_a_worker_get_in_for_longer_than_a_token_lives(
    asking: tuple[PrivateKafka, str], prefix: str, folder: Path
) -> None:
    """Kafka hangs up on those whose token has ended: the worker is stopped right after that."""
    kafka, address = asking
    given = {
        "WIREWATCH_KAFKA_PREFIX": prefix,
        "WIREWATCH_KAFKA_CLIENT_FILE": str(folder / "client.conf"),
    }
    to_it = ("--kafka", address, "--config", str(folder))
    made = ended("init", *to_it, given=given)
    assert made.returncode == 0, made.stderr
    words = ["work", "--json", *to_it, "--data", str(folder)]
    with running(folder / "log", words, given) as worker:
        for count, story in enumerate(STORIES_TOLD, 1):
            put(kafka.access, prefix, message(story))
            alerted(kafka.access, prefix, count)
            renewed(folder / "issued")
        assert worker.stop() == 0
    read = ended("tail", STORIES.name, "--since", "1d", "--no-follow", *to_it, given=given)
    assert b"joint exercises" in read.stdout, read.stderr


def test_a_token_that_kafka_does_not_believe_lets_nobody_in(
    asking: tuple[PrivateKafka, str],
) -> None:
    _, address = asking
    stranger = KafkaAccess(address, TokenLogin(token=lambda: "guessed"))
    assert not kafka_answers(stranger, 2)
    with pytest.raises(UnreachableError, match=r"can't be used .*our token in.: set login"):
        require(stranger, seconds=3_600)


def test_a_client_that_has_no_token_any_more_says_so_and_that_kafka_is_away(
    asking: tuple[PrivateKafka, str],
) -> None:
    def none() -> str:
        raise OSError("no token")

    _, address = asking
    assert fault(KafkaAccess(address, TokenLogin(token=none))) == NotLetIn("no token")
    assert not kafka_answers(KafkaAccess(address, TokenLogin(token=none)), 2)


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("", "needs sasl.oauthbearer.token.file or sasl.oauthbearer.token.command"),
        ("sasl.oauthbearer.token.file=a\nsasl.oauthbearer.token.command=b", "one of them"),
        ("sasl.oauthbearer.token.file=none", "can't read the token for Kafka from .*none"),
        ("sasl.oauthbearer.token.command='open", "sasl.oauthbearer.token.command is no command"),
        ("sasl.oauthbearer.token.command=false", "false, which prints the token.* failed with 1"),
    ],
)
def test_a_client_file_without_a_token_is_refused_with_the_reason(
    lines: str, why: str, tmp_path: Path
) -> None:
    path = tmp_path / "client.conf"
    path.write_text(f"security.protocol=SASL_SSL\nsasl.mechanism=OAUTHBEARER\n{lines}\n")
    with pytest.raises(ClientFileError, match=why):
        read_client_file(path, "127.0.0.1:9092")
