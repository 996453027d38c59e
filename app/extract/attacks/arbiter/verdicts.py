"""What the arbiter says of a page's numbers, places and sentences; asked lazily, each thing once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.domain.document import Span
from app.domain.vocabulary import Metric
from app.extract.attacks.arbiter import net
from app.extract.attacks.arbiter.features import features
from app.extract.context import Context
from app.extract.dates import DateHit


@dataclass(frozen=True)
class Verdicts:
    """Chances between 0 and 1; without `page` (a few sentences, another spaCy model) there is no opinion: every chance is None."""

    page: net.Page | None = None

    def number(self, span: Span) -> Mapping[Metric, float] | None:
        """The chance of each metric that the number at `span` counts, as a current total of the page's news."""
        if self.page is None:
            return None
        chances = net.number(self.page, *self.page.features.tokens(span))
        return {Metric(name): float(p) for name, p in zip(net.METRICS[1:], chances[1:], strict=True)}

    def place(self, span: Span) -> float | None:
        """The chance that the place named at `span` is struck."""
        return None if self.page is None else net.place(self.page, *self.page.features.tokens(span))

    def scene(self, span: Span) -> float | None:
        """The chance that the sentence at `span` tells of an attack that is the page's news."""
        return None if self.page is None else net.scene(self.page, *self.page.features.tokens(span))


#: tokens; what is shorter is no page, and the arbiter learnt pages
_PAGE = 60


def judge(ctx: Context, hits: Iterable[DateHit]) -> Verdicts:
    """Reads the page once."""
    vectors = ctx.doc.vocab.vectors
    if len(ctx.doc) < _PAGE or vectors.shape[1] != net.weights()["words.w"].shape[1] or not ctx.doc.tensor.size:
        return Verdicts()
    return Verdicts(net.read(features(ctx.doc, ctx.document, ctx.index.entities, hits), vectors))
