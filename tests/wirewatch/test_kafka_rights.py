"""Each service works under a user with exactly the rights of the table, and says when one lacks."""

import re
import shlex
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from kafka import KafkaAdminClient
from kafka.admin import ACL, ACLOperation, ACLPermissionType, ResourcePattern, ResourceType

from connectors.kafka import kafka_answers
from connectors.kafka.users import set_password
from streams.contract.kafka_access import KafkaAccess, Login
from streams.contract.messages import message
from streams.contract.topics import ALERTS, STORIES
from tests.streams.worker.test_work import put
from tests.support.commands import ended, running
from tests.support.feeds_site import site_served
from tests.support.folders import ROOT
from tests.support.samples import sample_story
from tests.support.waiting import until
from wirewatch.kafka_rights import RIGHTS, Operation, Resource, Right, together
from wirewatch.local_kafka import PrivateKafka, server_properties
from wirewatch.local_kafka.access import USER
from wirewatch.local_kafka.client_file import for_librdkafka

pytestmark = pytest.mark.long

SETTINGS = "allow_private_addresses = true\n[canary]\nevery = 1\n"
WATCH = "[[watch]]\nid = 'all'\ntitle = 'All'\neverything = true\n"
SUBSCRIBER = "[[subscriber]]\nid = 'desk'\nkind = 'terminal'\n"
NO_FEED = "[[feed]]\nid = 'none'\nurl = 'http://127.0.0.1:9/'\nsource = 'None'\n"
PASSWORD = "of a test"
AUTHORIZER = (
    "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\n"
    f"super.users=User:{server_properties.OWNER};User:{USER}\n"
)


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateKafka]:
    """A Kafka that allows nobody anything, but its owner and the tests."""
    plain = server_properties.server_properties

    def with_authorizer(**given: object) -> str:
        return plain(**given) + AUTHORIZER  # type: ignore[arg-type]  # as it was given

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server_properties, "server_properties", with_authorizer)
        with PrivateKafka(tmp_path_factory.mktemp("strict")) as kafka:
            yield kafka


@dataclass(frozen=True)
class Users:
    """Makes users of a Kafka whose topics begin with `prefix`."""

    kafka: KafkaAccess
    prefix: str
    folder: Path

    def allow(self, service: str, rights: Iterable[Right]) -> dict[str, str]:
        """Make a user with these rights; return what a command needs to be that user."""
        login = Login(username=self.prefix + service, password=PASSWORD)
        set_password(self.kafka, login)
        with closing(KafkaAdminClient(**self.kafka.client_settings())) as admin:
            made = admin.create_acls([self._acl(login.username, right) for right in rights])
        assert not made["failed"]
        path = self.folder / f"{service}.conf"
        path.write_text(for_librdkafka(KafkaAccess(self.kafka.address, login)))
        return {
            "WIREWATCH_KAFKA_PREFIX": self.prefix,
            "WIREWATCH_KAFKA_CLIENT_FILE": str(path),
        }

    def _acl(self, user: str, right: Right) -> ACL:

        return ACL(
            principal=f"User:{user}",
            host="*",
            operation=ACLOperation[right.operation.name],
            permission_type=ACLPermissionType.ALLOW,
            resource_pattern=ResourcePattern(
                ResourceType[right.resource.name], right.full_name(self.prefix)
            ),
        )


@pytest.fixture
def users(strict: PrivateKafka, prefix: str, tmp_path: Path) -> Users:
    return Users(strict.access, prefix, tmp_path)


def to_it(users: Users) -> tuple[str, ...]:
    return ("--json", "--config", str(users.folder), "--kafka", users.kafka.address)


def test_every_service_works_with_the_rights_of_the_table_and_asks_for_no_other(
    strict: PrivateKafka, users: Users
) -> None:
    folder, words = users.folder, to_it(users)
    (folder / "wirewatch.toml").write_text(SETTINGS)
    (folder / "watches.toml").write_text(WATCH)
    (folder / "subscribers.toml").write_text(SUBSCRIBER)
    made = ended("init", *words, given=users.allow("init", RIGHTS["init"]))
    assert made.returncode == 0, made.stderr
    with ExitStack() as stack:
        address = stack.enter_context(site_served())
        feed = f"[[feed]]\nid = 'it'\nsource = 'It'\nurl = '{address}/main.xml'\n"
        (folder / "feeds.toml").write_text(feed)
        services = {
            service: stack.enter_context(
                running(folder / "log", (service, *words), users.allow(service, RIGHTS[service]))
            )
            for service in ("work", "poll", "deliver")
        }
        services["work"].says('"working"')
        services["deliver"].says('"canary"')
        put(users.kafka, users.prefix, message(sample_story()))
        services["deliver"].says("joint drills")
        assert [one.stop() for one in services.values()] == [0, 0, 0]
    denied = [
        line
        for line in (strict.folder / "kafka.log").read_text("utf-8").splitlines()
        if f"User:{users.prefix}" in line and "is Denied" in line
    ]
    assert denied == []


@pytest.mark.parametrize(
    ("service", "lacking", "words"),
    [
        ("init", Right(Resource.TOPIC, STORIES.name, Operation.CREATE), "did not make its topics"),
        ("poll", Right(Resource.TOPIC, STORIES.name, Operation.WRITE), "did not take a message"),
        ("deliver", Right(Resource.TOPIC, ALERTS.name, Operation.READ), "did not keep a position"),
    ],
    ids=["init", "poll", "deliver"],
)
def test_who_lacks_a_right_is_told_where_and_how_to_mend_it(
    users: Users, service: str, lacking: Right, words: str
) -> None:
    assert lacking in RIGHTS[service]
    (users.folder / "wirewatch.toml").write_text(SETTINGS)
    (users.folder / "feeds.toml").write_text(NO_FEED)
    if service != "init":
        init = users.allow("init", RIGHTS["init"])
        assert ended("init", *to_it(users), given=init).returncode == 0
    given = users.allow(service, set(RIGHTS[service]) - {lacking})
    told = (
        f"{words}: our user may not do that with the topic {lacking.full_name(users.prefix)};"
        " `wirewatch init --acls SERVICE=USER` says which rights a service needs"
    )
    if service == "init":
        assert told in ended("init", *to_it(users), given=given).stderr.decode()
        return
    with running(users.folder / "log", (service, *to_it(users)), given) as it:
        until(lambda: told in it.err)


def test_a_kafka_that_says_no_answers(users: Users) -> None:
    users.allow("nobody", [])
    login = Login(username=f"{users.prefix}nobody", password=PASSWORD)
    assert kafka_answers(KafkaAccess(users.kafka.address, login))


def test_the_page_for_operators_shows_the_rights_that_are_in_force() -> None:
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    rows = [
        f"| `{service}` | {', '.join(operations)} | {resource} | {', '.join(names)} |"
        for service, rights in RIGHTS.items()
        for resource, names, operations in together(rights)
    ]
    shown = [
        line for line in page.splitlines() if re.match(r"\| `(init|poll|work|deliver)` \|", line)
    ]
    assert shown == rows


def test_the_printed_commands_give_a_user_the_rights_of_a_service(tmp_path: Path) -> None:
    words = ("init", "--acls", "deliver=desk", "--config", str(tmp_path), "--kafka", "there:9092")
    printed = ended(*words, given={"WIREWATCH_KAFKA_PREFIX": "p-"})
    assert printed.returncode == 0, printed.stderr
    given = set()
    for line in printed.stdout.decode().splitlines():
        found = shlex.split(line)
        assert "User:desk" in found
        assert "there:9092" in found
        pairs = list(pairwise(found))
        operations = [word for option, word in pairs if option == "--operation"]
        names = [pair for pair in pairs if pair[0] in ("--topic", "--group")]
        names += [("--cluster", "kafka-cluster")] if "--cluster" in found else []
        given |= {(kind[2:], name, one) for kind, name in names for one in operations}
    assert given == {
        (right.resource.value, right.full_name("p-"), right.operation.value)
        for right in RIGHTS["deliver"]
    }


@pytest.mark.parametrize("words", ["deliver", "deliver=", "nothing=me"])
def test_what_is_no_service_of_a_user_is_refused(words: str, tmp_path: Path) -> None:
    ran = ended("init", "--acls", words, "--config", str(tmp_path))
    assert ran.returncode == 2
    assert b"SERVICE=USER" in ran.stderr
