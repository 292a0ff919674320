"""The last good configuration: what a service goes by that is started while a file has faults.

It is kept in the data folder. The files are there as they were, those with secrets included, in one
file that only its owner may read. Secrets of the environment aren't: they come with each start.
Several configuration folders may share a data folder, as a page of its own does: each has its own.
"""

import fcntl
import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import structlog

from connectors.kept_file import read_kept
from wirewatch import private_files
from wirewatch.config.faults import ConfigError, Fault
from wirewatch.config.files import Disk, Kept, key
from wirewatch.config.load import SECRETS, Config, load
from wirewatch.config.offices import FILE as OFFICES
from wirewatch.config.report import told
from wirewatch.config.tables import FILES

log = structlog.get_logger()

FILE = "last-good.json"
GONE = (
    "it is gone, so what it said stays in force: put it back, "
    f"or remove {FILE} from the data folder and restart to go by what ships"
)


MOST_FOLDERS = 20
"""Configuration folders that are remembered; the one that was edited least lately goes first."""


class LastGood(msgspec.Struct, frozen=True, kw_only=True):
    """The configuration files of a folder, without a fault: what they held, by path."""

    folder: str
    saved: datetime
    files: dict[str, bytes]


@dataclass(frozen=True)
class ConfigInForce:
    """A configuration, and the faults of a newer one that it stands in for."""

    config: Config
    since: datetime | None = None
    """When it was good; `None` if it is what the files say now."""
    faults: ConfigError | None = None
    data_is_new: bool = False
    """Whether the data folder was not there: under a mistyped name all history seems lost."""

    @property
    def beginning(self) -> str:
        """What to say of a data folder that was just made; empty if it was there before."""
        data = self.config.settings.data
        return f"data folder {data} is new: history begins here" if self.data_is_new else ""

    def warn(self) -> None:
        """Tell the log if the files are broken."""
        if self.faults is not None and self.since is not None:
            log.warning(
                "last_good_configuration",
                of=self.since.isoformat(timespec="seconds"),
                **told(self.faults),
            )


def load_or_last_good(
    folder: Path, environment: Mapping[str, str], *, secrets: Collection[str] = SECRETS
) -> ConfigInForce:
    """Load the configuration and keep it; if it has faults, load the last good one.

    First only what has faults is taken from there. Raises `ConfigError` when there is none. A file
    that was there before and is gone is a fault too: what ships in its place isn't what was meant.
    """
    disk = Disk()
    found = load_in_force(folder, environment, secrets=secrets, disk=disk)
    found = replace(found, data_is_new=not found.config.settings.data.exists())
    if found.faults is None:
        if set(secrets) >= SECRETS:
            _keep(found.config, folder, disk.seen)
        else:  # secrets that this service can do without must not be missing from what is kept
            keep(folder, environment)
    return found


def load_in_force(
    folder: Path,
    environment: Mapping[str, str],
    *,
    secrets: Collection[str] = SECRETS,
    disk: Disk | None = None,
) -> ConfigInForce:
    """Load what a running wirewatch goes by, as `load_or_last_good` does, and keep nothing.

    It is for commands that say what that wirewatch does. `disk` remembers what was read.
    """
    try:
        config = _load_all(folder, environment, disk or Disk(), secrets)
    except ConfigError as error:
        kept = _read(_data(folder, environment, error), folder)
        if kept is None:
            raise
        broken = [folder / fault.file for fault in error.faults]
        partly = [Kept(kept.files, stale=broken)] if folder.is_dir() else []
        for files in (*partly, Kept(kept.files)):
            try:
                config = load(folder, environment, files=files, secrets=secrets)
                return ConfigInForce(
                    msgspec.structs.replace(config, is_stand_in=True), kept.saved, error
                )
            except ConfigError:
                continue
        raise
    return ConfigInForce(config)


def keep(folder: Path, environment: Mapping[str, str]) -> None:
    """Keep what the files say now, if it has no fault."""
    disk = Disk()
    try:
        config = _load_all(folder, environment, disk)
    except ConfigError:
        return
    _keep(config, folder, disk.seen)


def _load_all(
    folder: Path, environment: Mapping[str, str], disk: Disk, secrets: Collection[str] = SECRETS
) -> Config:
    """Load the configuration; raise `ConfigError` too if a file is gone that was there before."""
    config = load(folder, environment, files=disk, secrets=secrets)
    kept = _read(config.settings.data, folder)
    before = kept.files if kept is not None else {}
    there = {name: key(folder / name) for name in (*FILES, OFFICES)}
    gone = [name for name, path in there.items() if path in before and path not in disk.seen]
    if gone:
        raise ConfigError(tuple(Fault(name, 0, GONE) for name in gone), config.settings.data)
    return config


def _data(folder: Path, environment: Mapping[str, str], error: ConfigError) -> Path:
    """Return the data folder, which the broken file itself may name."""
    given = environment.get("WIREWATCH_DATA", "").strip()
    return Path(given) if given else error.data or folder / "data"


def _read(data: Path, folder: Path) -> LastGood | None:
    # Another folder's configuration is not what was asked for.
    return next((one for one in _read_all(data) if one.folder == str(folder.resolve())), None)


def _read_all(data: Path) -> list[LastGood]:
    """Return what is kept of all folders."""
    lost = "the configuration that was good last"
    remedy = "it is kept anew by the next start without a fault"
    return read_kept(data / FILE, list[LastGood], lost=lost, remedy=remedy) or []


def _keep(config: Config, folder: Path, files: dict[str, bytes]) -> None:
    data = config.settings.data
    before = _read(data, folder)
    if before is not None and before.files == files:
        return
    kept = LastGood(folder=str(folder.resolve()), saved=datetime.now(UTC), files=files)
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone(data):
            others = [one for one in _read_all(data) if one.folder != kept.folder]
            others.sort(key=lambda one: one.saved, reverse=True)
            every = [kept, *others[: MOST_FOLDERS - 1]]
            private_files.write(data / FILE, msgspec.json.encode(every).decode())
    except OSError as error:
        log.warning("configuration_not_kept", error=str(error))


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """Let no other process change the file meanwhile, where the file system knows locks."""
    descriptor = os.open(data, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
