"""Occupied Crimea is Ukraine's wherever a list, a file or a feed takes `within`: walked from the document."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.domain import findings as found
from app.domain import vocabulary as words
from app.domain.document import Document, Page
from app.extract.gazetteer import gazetteer
from tests.api.conftest import VERSION, Served, StandIn, entity, quoted, ref, serve

TEXT = "Drones over the bridge\nDrones fell on Kerch in Crimea at dawn, and on Novorossiysk across the strait, residents said."
PLACES = ("Kerch", "Crimea", "Novorossiysk")


def _facts(name: str) -> found.Place:
    """What the gazetteer that ships with us knows."""
    known = gazetteer().settlement(name) or gazetteer().region(name)
    assert known is not None, name
    return known.place


class OverTheStrait(StandIn):
    """Three attacks, one a place."""

    async def read_and_extract(self, page: Page, **known: Any) -> tuple[Document, found.Findings]:
        document, _ = await super().read_and_extract(page, **known)
        text = document.text
        entities = tuple(entity(text, f"place:{name.lower()}", name, name, _facts(name)) for name in PLACES)
        return document, found.Findings(VERSION, entities, (), tuple(_report(text, name) for name in PLACES))


def _report(text: str, name: str) -> found.AttackReport:
    place = found.PlaceLink(ref(text, f"place:{name.lower()}", name, name), words.PlaceRole.TARGET)
    return found.AttackReport(
        attacker=None,
        target=None,
        kind=words.AttackKind.DRONE,
        occurred_from=None,
        occurred_to=None,
        date_precision=words.DatePrecision.UNKNOWN,
        part_of_day=None,
        date_span=None,
        historical=False,
        places=(place,),
        claimant=None,
        figures=(),
        damage=(),
        evidence=(quoted(text, name),),
        confidence=0.9,
    )


@pytest.fixture(scope="module")
def strait(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    for served in serve(tmp_path_factory.mktemp("strait")):
        served.client.app.state.runtime.extraction = OverTheStrait()  # type: ignore[attr-defined]
        assert served.post({"text": TEXT, "published_at": "2025-03-03"}).status_code == 201
        yield served


def _takes_within(served: Served) -> list[str]:
    paths = served.client.get("/openapi.json").json()["paths"]
    return [
        path
        for path, item in paths.items()
        if any(one["name"] == "within" for one in item.get("get", {}).get("parameters", ()))
    ]


def test_there_are_as_many_as_we_think(strait: Served) -> None:
    lists = [f"/v1/{name}" for name in ("attack-reports", "entities")]
    assert set(_takes_within(strait)) == {
        path + suffix for path in lists for suffix in ("", ".{format}", ".rss", ".feed.json")
    }


@pytest.mark.parametrize(
    ("area", "names"),
    [
        ("UA-43", {"Kerch", "Crimea"}),
        ("ua-43", {"Kerch", "Crimea"}),
        ("UA", {"Kerch", "Crimea"}),
        ("Crimea", {"Kerch", "Crimea"}),  # the entity's own area
        ("RU", {"Novorossiysk"}),
        ("UA-51", set()),
    ],
)
def test_in_every_list(strait: Served, area: str, names: set[str]) -> None:
    for path in _takes_within(strait):
        answer = strait.client.get(path.format(format="jsonl"), params={"within": area})
        assert answer.status_code == 200
        told = {name for name in PLACES if name in _items(path, answer)}
        assert told == names, path


def _items(path: str, answer: Any) -> str:
    """The rows alone: a feed names its filters in its title."""
    if path.endswith(".rss"):
        return str(answer.text.partition("<item>")[2])
    if path.endswith(".jsonl") or "{format}" in path:
        return str(answer.text)
    return str(answer.json()["items"])


def test_on_a_map(strait: Served) -> None:
    features = strait.client.get("/v1/attack-reports.geojson?within=UA-43").json()["features"]
    assert len(features) == 2
    pins = [one["geometry"]["coordinates"] for one in features if one["geometry"]]
    assert len(pins) == 1  # the town; a region is no pin
    assert pins[0] == pytest.approx([36.47, 45.36], abs=0.1)
