"""The options that commands share."""

from pathlib import Path
from typing import Annotated

import typer

USER_AGENT = "wirewatch/0.1 (news monitor; feed reader)"

ConfigFolder = Annotated[
    Path,
    typer.Option("--config", envvar="WIREWATCH_CONFIG", help="Folder with your TOML files."),
]
Kafka = Annotated[
    str | None,
    typer.Option("--kafka", metavar="HOST:PORT", help="Your own Kafka, in place of a private one."),
]
Data = Annotated[
    Path | None, typer.Option("--data", help="Folder that keeps everything over restarts.")
]
Json = Annotated[bool, typer.Option("--json", help="JSON lines for programs.")]
Backfill = Annotated[
    bool,
    typer.Option("--backfill-alerts", help="Alert on what feeds already held when first fetched."),
]
