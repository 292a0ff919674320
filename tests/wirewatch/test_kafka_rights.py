"""Each service works under a user with exactly the rights of the table, and says when one lacks."""

import asyncio
import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from kafka import KafkaAdminClient
from kafka.admin import ACL, ACLOperation, ACLPermissionType, ResourcePattern, ResourceType

from connectors.kafka import ensure_topics, kafka_answers
from connectors.kafka.users import set_password
from streams.contract.dead_letter import dead_letter
from streams.contract.kafka_access import KafkaAccess, Login
from streams.contract.messages import message
from streams.contract.topics import ALERTS, STORIES, TOPICS
from streams.model.verdict import Said, Verdict
from streams.worker.settings import GROUP
from tests.streams.worker.test_work import put
from tests.support.commands import ended, running
from tests.support.feeds_site import site_served
from tests.support.samples import sample_alert, sample_match, sample_story, sample_tagged
from tests.support.spiking import ASKING, burst, weeks
from tests.support.waiting import until
from wirewatch.config.watch_text import watch_text
from wirewatch.history.judge import keep_verdict
from wirewatch.kafka_rights import RIGHTS, Operation, Resource, Right, rights_of
from wirewatch.local_kafka import PrivateKafka, server_properties
from wirewatch.local_kafka.access import USER
from wirewatch.local_kafka.client_file import for_librdkafka, read_client_file

pytestmark = pytest.mark.long

SETTINGS = "allow_private_addresses = true\n[canary]\nevery = 1\n"
WATCH = "[[watch]]\nid = 'all'\ntitle = 'All'\neverything = true\n"
SUBSCRIBER = "[[subscriber]]\nid = 'desk'\nkind = 'terminal'\n"
NO_FEED = "[[feed]]\nid = 'none'\nurl = 'http://127.0.0.1:9/'\nsource = 'None'\n"
PASSWORD = "of a test"
VERDICT = Verdict(said=Said.RIGHT, by="editor", at=datetime.now(UTC), watch="all", story="s" * 32)
SERVICES = ("init", "poll", "work", "deliver")
PUBLIC = [topic for topic in TOPICS if not topic.internal]
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
    assert denials(strict, users.prefix) == []


def denials(kafka: PrivateKafka, user: str) -> list[str]:
    """Return what Kafka's log says that a user asked for and was not allowed."""
    lines = (kafka.folder / "kafka.log").read_text("utf-8").splitlines()
    return [line for line in lines if f"User:{user}" in line and "is Denied" in line]


def test_every_command_that_reads_works_with_the_rights_of_the_table_and_asks_for_no_other(
    strict: PrivateKafka, users: Users
) -> None:
    folder, data = users.folder, ("--data", str(users.folder / "data"))
    words = ("--config", str(folder), "--kafka", users.kafka.address)
    (folder / "watches.toml").write_text(WATCH)
    assert ended("init", *words, given=users.allow("init", RIGHTS["init"])).returncode == 0
    event, tagged = sample_alert(), sample_tagged()
    poison = dead_letter(
        stage="tag",
        topic=users.prefix + STORIES.name,
        partition=0,
        offset=0,
        key=None,
        value=b"{",
        headers=(),
        error=ValueError("no story"),
    )
    records = (tagged.story, tagged, sample_match(), event)
    put(users.kafka, users.prefix, *map(message, records), poison)
    story = event.story.id
    commands: list[tuple[int, tuple[str, ...]]] = [
        (0, ("archive", "update", *words, *data)),
        (0, ("export", *words)),
        (0, ("export", "--alerts", *words)),
        (0, ("explain", story, *words)),
        (0, ("judge", event.alert, "right", "--by", "editor", *words)),
        (0, ("watches", "report", *words)),
        (0, ("topics", "learn", story, "--topic", "defense", *words)),
        (0, ("replay", "--since", "1d", *words)),
        (1, ("status", "--json", *words, *data)),  # nothing runs there
        (0, ("dead-letters", "list", *words)),
        (0, ("dead-letters", "replay", "--stage", "tag", *words)),
        (0, ("dead-letters", "purge", "--all", "--yes", *words)),
        *((0, ("tail", one.name, "--since", "1d", "--no-follow", *words)) for one in PUBLIC),
    ]
    given = {name: users.allow(name, RIGHTS[name]) for name in RIGHTS if name not in SERVICES}
    for code, asked in commands:
        done = ended(*asked, given=given[asked[0]])
        assert done.returncode == code, (asked, done.stderr.decode())
        if asked[0] == "status":
            status = json.loads(done.stdout)
            assert status["faults"] == []
            assert status["dead_letters"] == {"kept": 1, "last_day": 1}
    page = read_client_file(folder / "web.conf", users.kafka.address)
    asyncio.run(keep_verdict(VERDICT, page, users.prefix))
    assert [line for name in given for line in denials(strict, users.prefix + name)] == []


@pytest.mark.parametrize(
    ("service", "lacking", "words"),
    [
        ("init", Right(Resource.TOPIC, STORIES.name, Operation.CREATE), "did not make its topics"),
        ("poll", Right(Resource.TOPIC, STORIES.name, Operation.WRITE), "did not take a message"),
        ("deliver", Right(Resource.TOPIC, ALERTS.name, Operation.READ), "did not keep a position"),
        ("work", Right(Resource.GROUP, GROUP, Operation.READ), "did not say where its group is"),
    ],
    ids=["init", "poll", "deliver", "work"],
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
        f"{words}: our user lacks the right {lacking.operation} on the {lacking.resource}"
        f" {lacking.full_name(users.prefix)};"
        " `wirewatch init --acls SERVICE=USER` says which rights a service needs"
    )
    if service == "init":
        assert told in ended("init", *to_it(users), given=given).stderr.decode()
        return
    with running(users.folder / "log", (service, *to_it(users)), given) as it:
        until(lambda: told in it.err)


def test_init_fails_where_kafka_refuses_a_change(users: Users) -> None:
    ensure_topics(users.kafka, prefix=users.prefix, topics=[replace(ALERTS, compact=True)])
    lacking = Right(Resource.TOPIC, ALERTS.name, Operation.ALTER_CONFIGS)
    given = users.allow("init", set(RIGHTS["init"]) - {lacking})
    ran = ended("init", *to_it(users), given=given)
    assert ran.returncode == 1, ran.stderr
    assert b'"topic_not_changed"' in ran.stderr
    assert b"Traceback" not in ran.stderr


def test_a_reader_without_its_right_waits_longer_and_longer(users: Users) -> None:
    (users.folder / "wirewatch.toml").write_text(SETTINGS)
    init = users.allow("init", RIGHTS["init"])
    assert ended("init", *to_it(users), given=init).returncode == 0
    lacking = Right(Resource.TOPIC, ALERTS.name, Operation.READ)
    given = users.allow("deliver", set(RIGHTS["deliver"]) - {lacking})
    with running(users.folder / "log", ("deliver", *to_it(users)), given) as it:
        until(lambda: it.err.count('"kafka_away"') >= 4)
    waits = [
        json.loads(line)["next_try_in"] for line in it.err.splitlines() if '"kafka_away"' in line
    ]
    assert waits[:4] == [0.5, 1.0, 2.0, 5.0]


def test_an_archive_tells_spikes_once_it_may_write_alerts_and_says_that_it_may_not(
    users: Users,
) -> None:
    now = datetime.now(UTC)
    (users.folder / "watches.toml").write_text(watch_text(ASKING))
    init = users.allow("init", RIGHTS["init"])
    assert ended("init", *to_it(users), given=init).returncode == 0
    put(users.kafka, users.prefix, *map(message, (*weeks(now), *burst(now))))
    given = users.allow("archive", RIGHTS["archive"])
    with running(users.folder / "log", ("archive", "run", *to_it(users)), given) as service:
        service.says('"spikes_not_told"')
        assert "our user lacks the right Write on every topic" in service.err
        users.allow("archive", rights_of("archive", spikes=True))
        service.says('"spike_told"')
        assert service.stop() == 0


def test_a_kafka_that_says_no_answers(users: Users) -> None:
    users.allow("nobody", [])
    login = Login(username=f"{users.prefix}nobody", password=PASSWORD)
    assert kafka_answers(KafkaAccess(users.kafka.address, login))
