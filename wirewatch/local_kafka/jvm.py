"""How a JVM is called for Kafka: options, class path and environment."""

import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from wirewatch.local_kafka.errors import BrokerError

OPTIONS: tuple[str, ...] = (
    "-Xmx512m",
    "-XX:+UseSerialGC",
    # A second, optimising compiler pays only at many times the records that come here.
    "-XX:TieredStopAtLevel=1",
    # Better gone and started anew than limping.
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:-UsePerfData",
    "-Djava.awt.headless=true",
    "-Dlog4j2.configurationFile=log4j2.properties",
)


NEEDED = (
    "PATH",
    "HOME",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "JAVA_HOME",
    "JAVA_TOOL_OPTIONS",
    "JDK_JAVA_OPTIONS",
    "TMPDIR",
    "TZ",
)
"""What a Java may need of the environment."""


def needed(given: Mapping[str, str]) -> dict[str, str]:
    """Return of an environment what a Java may need."""
    return {name: given[name] for name in NEEDED if name in given}


def library_folder(folder: Path) -> Path:
    """Return where Kafka may unpack the libraries that compress: in its own folder, if they run.

    Else it is the system's for temporary files. Raises `BrokerError` if they don't run there.
    """
    places = (folder / "tmp", Path(tempfile.gettempdir()))
    for place in places:
        if not _forbids_programs(place):
            return place
    named = " nor ".join(map(str, places))
    raise BrokerError(
        f"Kafka can't unpack its libraries: neither {named} lets programs run (mounted with"
        " noexec). Set TMPDIR to a folder that does, or keep the data in one (--data)"
    )


def _forbids_programs(place: Path) -> bool:
    return sys.platform == "linux" and bool(os.statvfs(place).f_flag & os.ST_NOEXEC)


class Jvm(msgspec.Struct, frozen=True, kw_only=True):
    """A Java and the jars it is given."""

    java: Path
    jars: Sequence[Path]
    unpacks_in: Path = Path("tmp")

    def command(self, main: str) -> list[str]:
        """The command line that runs a main class, without its arguments."""
        return [str(self.java), *OPTIONS, f"-Djava.io.tmpdir={self.unpacks_in}", main]

    def environment(self, given: Mapping[str, str] = os.environ) -> dict[str, str]:
        """What it needs of this process's environment, in which there may be secrets.

        With the class path, and a locale that can name any file.
        """
        return {
            **needed(given),
            "CLASSPATH": os.pathsep.join(map(str, self.jars)),
            "LC_ALL": "C.UTF-8",
        }
