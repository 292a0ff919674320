"""What the private Kafka is told: `server.properties` and `log4j2.properties` as text.

Pure. Every path is relative to the broker's folder, which is the JVM's working folder: nothing
needs escaping, and the folder may be moved.
"""

HOST = "127.0.0.1"
NODE_ID = 1
LOG_FOLDER = "log"

MEBIBYTE = 1024 * 1024
MAX_MESSAGE_BYTES = 4 * MEBIBYTE
YEAR_IN_MINUTES = 365 * 24 * 60


OWNER = "owner"
"""Who Kafka is to itself, and who the program is that started it: with a password of this start."""


def server_properties(
    *, port: int, controller_port: int, password: str, log_folder: str = LOG_FOLDER
) -> str:
    """One broker and controller in one process, on loopback, with a log that outlives it.

    Nobody gets in without a password, since every user of the machine reaches loopback. Clients
    log in by SCRAM, which tells nothing to a program that took Kafka's port while it was away.
    Kafka itself, and the program that started it, have a `password` for this start alone.
    """
    owner = (
        "org.apache.kafka.common.security.plain.PlainLoginModule required"
        f' username="{OWNER}" password="{password}" user_{OWNER}="{password}";'
    )
    lines = [
        "process.roles=broker,controller",
        f"node.id={NODE_ID}",
        f"listeners=CLIENT://{HOST}:{port},CONTROLLER://{HOST}:{controller_port}",
        f"advertised.listeners=CLIENT://{HOST}:{port},CONTROLLER://{HOST}:{controller_port}",
        "listener.security.protocol.map=CLIENT:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT",
        "inter.broker.listener.name=CLIENT",
        "controller.listener.names=CONTROLLER",
        "sasl.mechanism.inter.broker.protocol=PLAIN",
        "sasl.mechanism.controller.protocol=PLAIN",
        "listener.name.client.sasl.enabled.mechanisms=SCRAM-SHA-256,PLAIN",
        "listener.name.controller.sasl.enabled.mechanisms=PLAIN",
        "listener.name.client.scram-sha-256.sasl.jaas.config="
        "org.apache.kafka.common.security.scram.ScramLoginModule required;",
        f"listener.name.client.plain.sasl.jaas.config={owner}",
        f"listener.name.controller.plain.sasl.jaas.config={owner}",
        f"controller.quorum.bootstrap.servers={HOST}:{controller_port}",
        f"log.dirs={log_folder}",
        *_FIXED,
    ]
    return "\n".join(lines) + "\n"


_FIXED = (
    # There is nobody to replicate to.
    "default.replication.factor=1",
    "min.insync.replicas=1",
    "offsets.topic.replication.factor=1",
    "transaction.state.log.replication.factor=1",
    "transaction.state.log.min.isr=1",
    "share.coordinator.state.topic.replication.factor=1",
    "share.coordinator.state.topic.min.isr=1",
    # A handful of groups: 50 partitions each would only cost files and start-up time.
    "offsets.topic.num.partitions=8",
    "transaction.state.log.num.partitions=1",
    "share.coordinator.state.topic.num.partitions=1",
    # Topics come from the table in streams.contract.topics, never from a misspelt name.
    "auto.create.topics.enable=false",
    # All members of a group start together here: nobody is worth waiting for.
    "group.initial.rebalance.delay.ms=0",
    # A laptop that stays closed for weeks must find its place again.
    f"offsets.retention.minutes={YEAR_IN_MINUTES}",
    # No replica holds what a power cut takes: write through to the disk once a second.
    "log.flush.interval.ms=1000",
    "log.flush.scheduler.interval.ms=1000",
    f"log.segment.bytes={128 * MEBIBYTE}",
    f"message.max.bytes={MAX_MESSAGE_BYTES}",
    f"replica.fetch.max.bytes={MAX_MESSAGE_BYTES}",
    # The default of 128 MiB is allocated in full, used or not.
    f"log.cleaner.dedupe.buffer.size={16 * MEBIBYTE}",
    "num.recovery.threads.per.data.dir=2",
    "num.network.threads=2",
    "num.io.threads=4",
    "background.threads=4",
    # After a kill -9 the old registration must run out before the broker may come back.
    "broker.session.timeout.ms=3000",
    "broker.heartbeat.interval.ms=1000",
)


def log4j2_properties() -> str:
    """Kafka's own log: a file that rolls at 10 MB and keeps three old ones."""
    return """\
status=error
name=wirewatch-kafka

appender.file.type=RollingFile
appender.file.name=file
appender.file.fileName=kafka.log
appender.file.filePattern=kafka.log.%i
appender.file.layout.type=PatternLayout
appender.file.layout.pattern=%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %p %c{1}: %m%n
appender.file.policies.type=Policies
appender.file.policies.size.type=SizeBasedTriggeringPolicy
appender.file.policies.size.size=10MB
appender.file.strategy.type=DefaultRolloverStrategy
appender.file.strategy.max=3

rootLogger.level=INFO
rootLogger.appenderRef.file.ref=file

# Some 300 lines of settings at every start.
logger.config.name=org.apache.kafka.common.config.AbstractConfig
logger.config.level=WARN
"""
