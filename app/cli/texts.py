"""Texts in: `extract` prints what is found, `ingest` stores it."""

import json
from pathlib import Path
from typing import Annotated

import typer

from app.cli.common import engine, moment, page_of, settings

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
Published = Annotated[str | None, typer.Option("--published-at", help="Date or RFC 3339 time of publication.")]
Title = Annotated[str | None, typer.Option(help="Headline, where the text does not carry it.")]
Url = Annotated[str | None, typer.Option(help="Where the text was published: its identity.")]
Html = Annotated[bool, typer.Option("--html", help="Read as HTML whatever the suffix.")]


def extract(
    source: Annotated[str, typer.Argument(metavar="FILE|-")],
    published_at: Published = None,
    title: Title = None,
    url: Url = None,
    html: Html = False,
) -> None:
    """Print what is found in one text as JSON; nothing is stored."""
    from dataclasses import replace

    from app.extract.pipeline import Extractor
    from app.extract.serialize import to_json
    from app.ingest.readers import read

    at = moment(published_at)
    document = read(page_of(source, html, url), title=title, published_at=at, url=url)
    findings = Extractor.load(settings().spacy_model).extract(document)
    known = document if findings.flags else replace(document, language=document.language or "en")
    print(json.dumps(to_json(known, findings), ensure_ascii=False, indent=1))


def ingest(
    targets: Annotated[list[str] | None, typer.Argument(metavar="FILE|-|URL…")] = None,
    samples: Annotated[
        bool, typer.Option("--samples", help="Ingest the briefings that ship with the project.")
    ] = False,
    published_at: Published = None,
    title: Title = None,
    url: Url = None,
    html: Html = False,
) -> None:
    """Read, extract and store texts, pages or URLs."""
    if not targets and not samples:
        raise typer.BadParameter("name a FILE, - or a URL, or use --samples")
    from app.services import batch

    at = moment(published_at)
    items = batch.samples(SAMPLES) if samples else []
    for target in targets or []:
        page = None if target.startswith(("http://", "https://")) else page_of(target, html, url)
        items.append(batch.Item(target, page, title=title, url=url, published_at=at))
    for line in batch.ingest(engine(), settings(), items):
        print(line)
