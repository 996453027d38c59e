"""What one extractor hands to the next."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property

from spacy.tokens import Doc

from app.domain.document import Document, Quoted, Span
from app.domain.findings import AttackReport, Entity, Mention, Quote
from app.extract.parse import paragraphs


@dataclass(frozen=True)
class EntityIndex:
    """The page's entities with look-up by place in the text."""

    entities: tuple[Entity, ...] = ()

    @cached_property
    def by_key(self) -> dict[str, Entity]:
        return {e.key: e for e in self.entities}

    @cached_property
    def ordered(self) -> tuple[tuple[Mention, Entity], ...]:
        """Every mention with its entity, in text order."""
        pairs = [(m, e) for e in self.entities for m in e.mentions]
        return tuple(sorted(pairs, key=lambda p: (p[0].at.span.start, -p[0].at.span.end)))

    @cached_property
    def _starts(self) -> list[int]:
        return [m.at.span.start for m, _ in self.ordered]

    def within(self, span: Span) -> list[tuple[Mention, Entity]]:
        """Mentions that lie wholly inside `span`, in text order."""
        first = bisect_left(self._starts, span.start)
        return [p for p in self.ordered[first : bisect_left(self._starts, span.end)] if span.contains(p[0].at.span)]

    def at(self, span: Span) -> tuple[Mention, Entity] | None:
        """The longest mention that overlaps `span`."""
        hits = [p for p in self.ordered if p[0].at.span.overlaps(span)]
        return max(hits, key=lambda p: p[0].at.span.end - p[0].at.span.start, default=None)


@dataclass(frozen=True)
class Context:
    """A document, its parse, and what is found so far."""

    document: Document
    doc: Doc
    index: EntityIndex = EntityIndex()
    quotes: tuple[Quote, ...] = ()
    attack_reports: tuple[AttackReport, ...] = ()
    zone: str = "Europe/Kyiv"  # IANA zone in which the page's days are told

    @property
    def text(self) -> str:
        return self.document.text

    @cached_property
    def paragraphs(self) -> tuple[Span, ...]:
        return paragraphs(self.document.text)

    def paragraph_of(self, span: Span) -> Span | None:
        """The paragraph that holds the whole of `span`."""
        at = bisect_right(self.paragraphs, span.start, key=lambda p: p.start) - 1
        return self.paragraphs[at] if at >= 0 and self.paragraphs[at].contains(span) else None

    def cut(self, start: int, end: int) -> Quoted:
        """The words at [start, end) as a Quoted value."""
        return Quoted.cut(self.document.text, start, end)
