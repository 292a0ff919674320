"""How a JVM is called for Kafka: options, class path and environment."""

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

OPTIONS = (
    "-Xmx512m",
    "-XX:+UseSerialGC",
    # Better gone and started anew than limping.
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:-UsePerfData",
    "-Djava.awt.headless=true",
    "-Djava.io.tmpdir=tmp",
    "-Dlog4j2.configurationFile=log4j2.properties",
)


class Jvm(msgspec.Struct, frozen=True, kw_only=True):
    """A Java and the jars it is given."""

    java: Path
    jars: Sequence[Path]

    def command(self, main: str) -> list[str]:
        """The command line that runs a main class, without its arguments."""
        return [str(self.java), *OPTIONS, main]

    def environment(self) -> dict[str, str]:
        """This process's environment, with the class path and a locale that can name any file."""
        return {
            **os.environ,
            "CLASSPATH": os.pathsep.join(map(str, self.jars)),
            "LC_ALL": "C.UTF-8",
        }
