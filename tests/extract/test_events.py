"""Events from events.csv: operations, holidays, wars. What is no event, and what a name of one does not swallow. Sentences are our own."""

import pytest

from app.domain.vocabulary import EntityKind
from app.extract.gazetteer import rows


@pytest.mark.parametrize("row", rows("events.csv"), ids=lambda r: r["example"])
def test_every_row_reads_its_example(context, row: dict[str, str]) -> None:  # type: ignore[no-untyped-def]
    found = [e.name for e in context(f"They spoke of {row['example']}.").index.entities if e.kind is EntityKind.EVENT]
    assert found == [row["name"] or row["example"]]


CASES = [
    ("Kyiv called it Operation Spiderweb; the “Spiderweb” operation struck four airfields.", ["Operation Spiderweb"]),
    ("Israel began Operation Rising Lion on Friday.", ["Operation Rising Lion"]),
    ("The truce over Easter did not hold. Orthodox Easter was quiet.", ["Easter"]),
    # counter-examples: a common noun, a summit (its host stays an organisation)
    ("The operation began at dawn. Operations go on.", []),
    ("Leaders met at the NATO summit in The Hague.", []),
]


@pytest.mark.parametrize(("text", "names"), CASES)
def test_events(context, text: str, names: list[str]) -> None:  # type: ignore[no-untyped-def]
    found = context(text).index.entities
    assert [e.name for e in found if e.kind is EntityKind.EVENT] == names


def test_a_summit_keeps_its_host(context) -> None:  # type: ignore[no-untyped-def]
    found = context("Leaders met at the NATO summit on Victory Day.").index.entities
    assert {(e.kind, e.name) for e in found} >= {(EntityKind.ORGANIZATION, "NATO"), (EntityKind.EVENT, "Victory Day")}


def test_spans_are_the_words(context) -> None:  # type: ignore[no-untyped-def]
    text = "Ukraine's “Operation Spiderweb” and World War II."
    for entity in context(text).index.entities:
        for mention in entity.mentions:
            assert mention.at.span.of(text) == mention.at.text
