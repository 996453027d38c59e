"""The ordered extractors. `Extractor.extract` is the one function behind the API, the CLI and ingestion."""

import functools
import gc
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from spacy.language import Language

from app import __version__
from app.domain.document import Document
from app.domain.findings import Findings, Flag
from app.domain.vocabulary import FlagCode
from app.extract.attacks import find_attacks
from app.extract.context import Context
from app.extract.entities import find_entities
from app.extract.gazetteer import gazetteer
from app.extract.language import looks_english
from app.extract.page_flags import page_flags
from app.extract.parse import cut, load_model, parse
from app.extract.quotes import find_quotes
from app.extract.zones import zone_of

Step = Callable[[Context], Context]


def _entities(ctx: Context) -> Context:
    """The entities, and with them where the page's clock stands."""
    index = find_entities(ctx)
    return replace(ctx, index=index, zone=zone_of(index))


#: each step adds its findings to the context; the order is the order of their needs
PIPELINE: tuple[tuple[str, Step], ...] = (
    ("entities", _entities),
    ("quotes", lambda ctx: replace(ctx, quotes=find_quotes(ctx))),
    ("attack_reports", lambda ctx: replace(ctx, attack_reports=find_attacks(ctx))),
)


@functools.cache
def code_hash() -> str:
    """Short hash over the extractors' code and data, so that a stale finding is known."""
    digest = hashlib.sha256()
    root = Path(__file__).resolve().parent
    for path in sorted(p for p in root.rglob("*") if p.suffix in (".py", ".csv", ".gz", ".npz")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:8]


@dataclass(frozen=True)
class Extractor:
    """A loaded model with the pipeline over it."""

    nlp: Language
    version: str

    @classmethod
    def load(cls, model: str) -> "Extractor":
        """Raises OSError when the spaCy model is not installed."""
        nlp = load_model(model)
        gazetteer()
        gc.freeze()  # the model and the tables live as long as the process: no collection looks at them again
        return cls(nlp, f"{__version__}+{code_hash()}.{nlp.meta['name']}-{nlp.meta['version']}")

    def extract(self, document: Document) -> Findings:
        """All findings of one document; a language other than English gives a flag and nothing else."""
        if not looks_english(document):
            return Findings(self.version, flags=(Flag(FlagCode.LANGUAGE_NOT_SUPPORTED, document.language),))
        pieces = cut(self.nlp, document.text)
        with self.nlp.memory_zone():
            ctx = Context(document, parse(self.nlp, document.text, pieces))
            for _name, step in PIPELINE:
                ctx = step(ctx)
        return Findings(self.version, ctx.index.entities, ctx.quotes, ctx.attack_reports, page_flags(ctx))
