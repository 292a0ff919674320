"""`wirewatch schemas`: what the records on Kafka look like, for programs."""

from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from streams.contract.schemas import PUBLIC, asyncapi, json_schema
from wirewatch.config.wording import choose

ASYNCAPI = "asyncapi"

app = typer.Typer()


@app.command("schemas")
def schemas_command(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[RECORD]",
            help=f"One of {', '.join(PUBLIC)}; or `{ASYNCAPI}`: all of them, with their topics.",
        ),
    ] = None,
    *,
    write: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Write each into a file there.")
    ] = None,
) -> None:
    """Print the JSON Schema of a record on Kafka; without a name, list what there is."""
    names = [*PUBLIC, ASYNCAPI]
    if name is not None:
        try:
            choose(name, names)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
    if write is not None:
        for one in names if name is None else [name]:
            _write(write / f"{one}.json", _document(one))
    elif name is not None:
        typer.echo(_document(name), nl=False)
    else:
        for record in PUBLIC.values():
            typer.echo(f"{record.name:12} on topic {record.topic.name:12} {record.id}")


def _document(name: str) -> str:
    found = asyncapi(version("wirewatch")) if name == ASYNCAPI else json_schema(name)
    return msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n"


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise typer.BadParameter(f"can't write {file}: {error.strerror}") from error
    typer.echo(file)
