"""The operator's TOML files and environment, turned into records or into one list of faults."""

from wirewatch.config.faults import ConfigError, Fault
from wirewatch.config.load import (
    FEEDS,
    SECRETS,
    SUBSCRIBERS,
    WATCHES,
    Config,
    Lexicons,
    load,
    load_feeds,
    load_lexicons,
    load_watches,
    read_watches,
)
from wirewatch.config.settings import ENVIRONMENT, LogLevel, Settings
from wirewatch.config.tables import FILES

__all__ = [
    "ENVIRONMENT",
    "FEEDS",
    "FILES",
    "SECRETS",
    "SUBSCRIBERS",
    "WATCHES",
    "Config",
    "ConfigError",
    "Fault",
    "Lexicons",
    "LogLevel",
    "Settings",
    "load",
    "load_feeds",
    "load_lexicons",
    "load_watches",
    "read_watches",
]
