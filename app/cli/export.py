"""`sitrep export`: what `GET /v1/{resource}.{format}` gives, as a file, without a limit."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.common import engine, usage
from app.core.errors import Unprocessable

RESOURCES = "articles, entities, quotes or attack-reports"


def export(
    resource: Annotated[str, typer.Argument(metavar="RESOURCE", help=RESOURCES)],
    format: Annotated[str, typer.Option("--format", "-f", help="csv, jsonl, geojson or parquet")] = "csv",
    filters: Annotated[
        list[str] | None, typer.Option("--filter", metavar="NAME=VALUE", help="A filter of the list; may be repeated.")
    ] = None,
    view: Annotated[str | None, typer.Option(help="acled, ucdp, piterfm or figures: another table.")] = None,
    sort: Annotated[str | None, typer.Option(help="The order of the list.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Rows at most.")] = None,
    cursor: Annotated[str | None, typer.Option(help="Go on from here: a cursor, or the id of the last row.")] = None,
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="- for standard output.")] = "-",
) -> None:
    """Write a resource to a file. The file appears when it is whole."""
    from app.api.exporting import EXPORTED, walk
    from app.export.formats import FORMATS, format_of

    if resource not in EXPORTED:
        raise typer.BadParameter(f"RESOURCE is {RESOURCES}")
    if format not in FORMATS:
        raise typer.BadParameter(f"--format is one of {', '.join(FORMATS)}")
    given = {"view": view, "sort": sort, "limit": limit, "cursor": cursor}
    known = {name: value for name, value in given.items() if value is not None} | _pairs(filters or [])
    with usage():
        asked = _query(resource, known)
        chosen = format_of(format, resource, asked.view)
        rows = walk(engine(), resource, asked, max_rows=None, max_s=None)
        rows.open()
    _write(output, chosen.write(rows.batches(), resource, asked.view, lambda: rows.next))
    if output != "-":
        print(f"{rows.given} rows, {Path(output).stat().st_size} bytes in {output}", file=sys.stderr)


def _pairs(filters: list[str]) -> dict[str, str]:
    found = {}
    for one in filters:
        name, equals, value = one.partition("=")
        if not equals:
            raise typer.BadParameter(f"--filter is NAME=VALUE, not {one!r}")
        found[name] = value
    return found


def _query(resource: str, given: dict[str, Any]) -> Any:
    """Unprocessable names what is wrong, like the API."""
    from pydantic import ValidationError

    from app.api.exporting import EXPORTED
    from app.api.params_files import export_model, exported

    known = EXPORTED[resource]
    try:
        model = export_model(known.resource, known.views).model_validate(given)
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise Unprocessable("; ".join(faults)) from None
    return exported(known.resource, model)


def _write(output: str, chunks: Any) -> None:
    """A file is written beside its place and moved there at the end, so half a file is never taken for a whole one."""
    if output == "-":
        for chunk in chunks:
            sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
        return
    part = Path(output + ".part")
    try:
        with part.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)
