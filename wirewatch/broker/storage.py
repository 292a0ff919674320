"""Kafka's storage: formatted once, whole or not at all; one of another cluster is refused."""

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from wirewatch.broker import settings
from wirewatch.broker.errors import BrokerError

_NEW = "log.new"
_SECONDS = 60.0


def is_formatted(folder: Path, cluster_id: str) -> bool:
    """Whether the folder has a storage, which must then be that of this cluster."""
    storage = folder / settings.LOG_FOLDER
    if not storage.exists():
        return False
    found = _properties(storage / "meta.properties")
    expected = {"version": "1", "cluster.id": cluster_id, "node.id": str(settings.NODE_ID)}
    wrong = [key for key, value in expected.items() if found.get(key) != value]
    if wrong:
        told = ", ".join(f"{key}: {found.get(key, 'missing')}" for key in wrong)
        raise BrokerError(
            f"{storage} is damaged or was formatted by another Kafka (its meta.properties says"
            f" {told}). Move {folder} away to begin with an empty log, or put back the folder"
            " as it was."
        )
    return True


def format_storage(
    folder: Path,
    tool: Sequence[str],
    environment: Mapping[str, str],
    *,
    cluster_id: str,
    properties: str,
) -> None:
    """Format a storage beside its place with Kafka's own `tool`, then move it there."""
    shutil.rmtree(folder / _NEW, ignore_errors=True)
    config = folder / "format.properties"
    config.write_text(f"{properties}log.dirs={_NEW}\n", "utf-8")
    # In one word: an id that begins with a dash would else be taken for an option.
    given = [f"--cluster-id={cluster_id}", f"--config={config.name}"]
    command = [*tool, "format", "--standalone", *given]
    try:
        answer = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
            # Ctrl-C is for the owner: a half-run tool would look like a fault of the folder.
            start_new_session=True,
        )
    except subprocess.TimeoutExpired:
        raise BrokerError(
            f"formatting Kafka's storage in {folder} took over {_SECONDS} s"
        ) from None
    if answer.returncode != 0:
        said = (answer.stderr.strip() or answer.stdout.strip())[-2000:]
        raise BrokerError(f"cannot format Kafka's storage in {folder}: {said}")
    config.unlink()
    (folder / _NEW).rename(folder / settings.LOG_FOLDER)


def _properties(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError):
        return {}
    pairs = (line.partition("=") for line in lines if "=" in line and not line.startswith("#"))
    return {key.strip(): value.strip() for key, _, value in pairs}
