"""What the arbiter says of a page's numbers, places and sentences; the page is read at the first question."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from app.domain.document import Span
from app.domain.vocabulary import Metric
from app.extract.attacks.arbiter import net
from app.extract.attacks.arbiter.features import features
from app.extract.context import Context
from app.extract.dates import DateHit

#: tokens; what is shorter is no page, and the arbiter learnt pages
_PAGE = 60


class Verdicts:
    """Chances between 0 and 1; of a few sentences, or with another spaCy model, there is no opinion: every chance is None."""

    def __init__(self, ctx: Context, hits: Sequence[DateHit]) -> None:
        self._ctx, self._hits = ctx, hits

    @cached_property
    def page(self) -> net.Page | None:
        """The page as the network sees it."""
        doc = self._ctx.doc
        vectors = doc.vocab.vectors
        if len(doc) < _PAGE or vectors.shape[1] != net.weights()["words.w"].shape[1] or not doc.tensor.size:
            return None
        return net.read(features(doc, self._ctx.document, self._ctx.index.entities, self._hits), vectors)

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
