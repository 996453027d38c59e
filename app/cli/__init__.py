"""The verbs of `sitrep`: the only wiring of batch work. Heavy imports wait inside the verbs, so that `--help` is quick."""

import sys

import typer

from app.cli import backup, corrections, export, jobs, keys, openapi, reextract, serve, sources, texts
from app.core.errors import SitrepError

app = typer.Typer(
    help="War-news briefings as structured, citable data.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for verb in (
    serve.serve,
    serve.worker,
    serve.migrate,
    texts.extract,
    texts.ingest,
    reextract.reextract,
    reextract.regroup,
    backup.backup,
    backup.restore,
    export.export,
    openapi.openapi,
):
    app.command()(verb)
app.add_typer(jobs.jobs, name="jobs")
app.add_typer(sources.sources, name="sources")
app.add_typer(corrections.corrections, name="corrections")
app.add_typer(keys.keys, name="keys")


def main() -> None:
    """Entry point: one clear line and exit 1 for what is expected to go wrong; typer's own exit 2 for usage."""
    try:
        app()
    except SitrepError as error:
        print(f"sitrep: {error.detail or error.title}", file=sys.stderr)
        sys.exit(1)
    except OSError as error:
        print(f"sitrep: {error.strerror or error}{f': {error.filename}' if error.filename else ''}", file=sys.stderr)
        sys.exit(1)
