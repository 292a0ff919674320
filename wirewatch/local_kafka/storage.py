"""Kafka's storage: formatted once, whole or not at all; one of another cluster is refused."""

import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from wirewatch import private_files
from wirewatch.local_kafka import server_properties
from wirewatch.local_kafka.errors import BrokerError, ended_how

_NEW = "log.new"
_SECONDS = 60.0
_LOOK_SECONDS = 0.1


def is_formatted(folder: Path, cluster_id: str) -> bool:
    """Whether the folder has a storage, which must then be that of this cluster."""
    storage = folder / server_properties.LOG_FOLDER
    if not storage.exists():
        return False
    found = _properties(storage / "meta.properties")
    expected = {"version": "1", "cluster.id": cluster_id, "node.id": str(server_properties.NODE_ID)}
    wrong = [key for key, value in expected.items() if found.get(key) != value]
    if wrong:
        told = ", ".join(f"{key}: {found.get(key, 'missing')}" for key in wrong)
        raise BrokerError(
            f"{storage} is damaged or was formatted by another Kafka (its meta.properties says"
            f" {told}). Move {folder} away to begin with an empty log, or put back the folder"
            " as it was."
        )
    return True


def formatted_as(folder: Path) -> str | None:
    """Return the id of the cluster that a folder's storage was formatted for, if there is one."""
    return _properties(folder / server_properties.LOG_FOLDER / "meta.properties").get("cluster.id")


def format_storage(
    folder: Path,
    tool: Sequence[str],
    environment: Mapping[str, str],
    *,
    cluster_id: str,
    properties: str,
    heed: Callable[[], None] = lambda: None,
) -> None:
    """Format a storage beside its place with Kafka's own `tool`, then move it there.

    `heed` is called while the tool runs, and may raise.
    """
    shutil.rmtree(folder / _NEW, ignore_errors=True)
    config = folder / "format.properties"
    private_files.write(config, f"{properties}log.dirs={_NEW}\n")
    # In one word: an id that begins with a dash would else be taken for an option.
    given = [f"--cluster-id={cluster_id}", f"--config={config.name}"]
    command = [*tool, "format", "--standalone", *given]
    code, said = _run(command, folder, environment, heed)
    if code != 0:
        cause = f"the tool for it {ended_how(code)}"
        last = f". The last it said:\n{said[-2000:]}" if said else ""
        raise BrokerError(f"cannot format Kafka's storage in {folder}: {cause}{last}")
    config.unlink()
    (folder / _NEW).rename(folder / server_properties.LOG_FOLDER)


def _run(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], heed: Callable[[], None]
) -> tuple[int, str]:
    """Run a tool to its end; give its exit code and what it said."""
    deadline = time.monotonic() + _SECONDS
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        # Ctrl-C is for the owner: a half-run tool would look like a fault of the folder.
        start_new_session=True,
    ) as tool:
        try:
            while True:
                heed()
                try:
                    said, _ = tool.communicate(timeout=_LOOK_SECONDS)
                except subprocess.TimeoutExpired:
                    if time.monotonic() > deadline:
                        raise BrokerError(
                            f"formatting Kafka's storage in {folder} took over {_SECONDS:.0f} s"
                        ) from None
                    continue
                return tool.returncode, said.strip()
        except BaseException:
            tool.kill()
            raise


def _properties(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError):
        return {}
    pairs = (line.partition("=") for line in lines if "=" in line and not line.startswith("#"))
    return {key.strip(): value.strip() for key, _, value in pairs}
