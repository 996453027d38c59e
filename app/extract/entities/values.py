"""What the finders of names hand to the builder of entities."""

import re
from dataclasses import dataclass

from app.domain.document import Span
from app.domain.findings import Place
from app.domain.vocabulary import EntityKind


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span that names something; `name` and `country` where a pattern fixes them."""

    span: Span
    kind: EntityKind
    text: str
    name: str | None = None
    country: str | None = None
    strong: bool = False  # from a pattern rather than from the statistical model
    place: Place | None = None  # where the pattern resolves it


@dataclass
class Cluster:
    """One thing in the making."""

    kind: EntityKind
    name: str
    spans: list[Span]
    place: Place | None = None


UP = r"[A-ZÀ-ÞĀ-Ž][\w'’ʼ-]+"  # a capitalised word
NAME = rf"{UP}(?:[ -]{UP}){{0,2}}"


def found_by(match: re.Match[str], kind: EntityKind, name: str | None = None, country: str | None = None) -> Candidate:
    return Candidate(Span(match.start(), match.end()), kind, match.group(), name, country, strong=True)
