"""Every documented parameter changes the answer: a walk over the OpenAPI document that fails when one lacks its case."""

from typing import Any

import pytest

from tests.api.conftest import Served
from tests.api.test_sources import FILTERS

LISTS = ("articles", "entities", "quotes", "attack-reports")
# (path, parameter): two values whose answers must differ; None = not given
CASES: dict[tuple[str, str], tuple[Any, Any]] = {
    ("/v1/articles", "q"): ("warehouses", "weather"),
    ("/v1/articles", "source"): (None, "Nobody's News"),
    ("/v1/articles", "language"): ("en", "uk"),
    ("/v1/articles", "entity"): ("Maksym Horbal", "iryna lanova"),
    ("/v1/articles", "from"): ("2025-01-01", "2025-02-01T10:00:01Z"),
    ("/v1/articles", "to"): ("2025-01-05", "2025-02-01"),
    ("/v1/articles", "has_attacks"): ("true", "false"),
    ("/v1/articles", "live"): ("true", "false"),
    ("/v1/articles", "sort"): ("published_at", "-published_at"),
    ("/v1/articles", "include"): (None, "quotes"),
    ("/v1/articles/{article_id}", "include"): (None, "attack_reports"),
    ("/v1/articles/{article_id}", "revision"): ("1", "2"),
    ("/v1/articles/{article_id}/diff", "from"): ("1", "2"),
    ("/v1/articles/{article_id}/diff", "to"): ("1", "2"),
    ("/v1/articles/{article_id}/citation", "start"): (None, "1"),  # one without the other is refused
    ("/v1/articles/{article_id}/citation", "end"): (None, "9"),
    ("/v1/articles/{article_id}/citation", "revision"): ("1", "2"),
    ("/v1/articles/{article_id}/citation", "format"): ("csl", "bibtex"),
    ("/v1/entities", "q"): ("odes", "bryan"),
    ("/v1/entities", "kind"): ("person", "place"),
    ("/v1/entities", "country_code"): ("UA", "RU"),
    ("/v1/entities", "within"): ("UA-51", "UA"),
    ("/v1/entities", "min_mentions"): ("1", "3"),
    ("/v1/entities", "sort"): ("name", "-last_seen"),
    ("/v1/entities", "include"): (None, "total"),
    ("/v1/entities/resolve", "name"): ("odesa", "bryansk"),
    ("/v1/entities/{entity_id}/mentions", "sort"): ("published_at", "-published_at"),
    ("/v1/entities/{entity_id}/mentions", "include"): (None, "total"),
    ("/v1/entities/{entity_id}/related", "kind"): ("person", "place"),
    ("/v1/entities/{entity_id}/related", "from"): ("2025-02-01", "2025-03-01"),
    ("/v1/entities/{entity_id}/related", "to"): ("2025-02-01", "2025-03-31"),
    ("/v1/entities/{entity_id}/related", "sort"): (None, "articles"),  # there is one order
    ("/v1/entities/{entity_id}/related", "include"): (None, "total"),
    ("/v1/quotes", "speaker"): ("Maksym Horbal", "Iryna Lanova"),
    ("/v1/quotes", "about"): ("Odesa Oblast", "Maksym Horbal"),
    ("/v1/quotes", "q"): ("WAREHOUSES", "yard"),
    ("/v1/quotes", "kind"): ("direct", "mixed"),
    ("/v1/quotes", "medium"): (None, "telegram"),
    ("/v1/quotes", "article"): (None, "zz"),
    ("/v1/quotes", "from"): ("2025-01-01", "2025-03-01"),
    ("/v1/quotes", "to"): ("2025-03-02", "2025-03-03"),
    ("/v1/quotes", "min_confidence"): ("0.6", "0.9"),
    ("/v1/quotes", "sort"): ("said_on", "-said_on"),
    ("/v1/quotes", "include"): (None, "total"),
    ("/v1/attack-reports", "attacker"): ("Russia", "Ukraine"),
    ("/v1/attack-reports", "target"): ("Ukraine", "Russia"),
    ("/v1/attack-reports", "kind"): ("drone", "missile"),
    ("/v1/attack-reports", "weapon"): ("missile", "drone"),
    ("/v1/attack-reports", "place"): ("Odesa Oblast", "Bryansk Oblast"),
    ("/v1/attack-reports", "within"): ("UA-51", "RU"),
    ("/v1/attack-reports", "bbox"): ("29,45,32,48", "32,52,34,54"),
    ("/v1/attack-reports", "claimant"): ("Ukrainian Air Force", "officials"),
    ("/v1/attack-reports", "metric"): ("downed", "hit"),
    ("/v1/attack-reports", "min"): ("2", "12"),
    ("/v1/attack-reports", "max"): ("2", "20"),
    ("/v1/attack-reports", "from"): ("2023-06-01", "2024-01-01"),
    ("/v1/attack-reports", "to"): ("2023-06-01", "2025-03-03"),
    ("/v1/attack-reports", "historical"): ("true", "false"),
    ("/v1/attack-reports", "article"): (None, "zz"),
    ("/v1/attack-reports", "min_confidence"): ("0.5", "0.9"),
    ("/v1/attack-reports", "sort"): ("occurred_to", "-occurred_to"),
    ("/v1/attack-reports", "include"): (None, "total"),
    ("/v1/search", "q"): ("warehouses", "weather"),
    ("/v1/search", "kind"): ("quote", "article"),
    ("/v1/search", "from"): (None, "2025-03-01"),
    ("/v1/search", "to"): (None, "2025-01-31"),
    ("/v1/search", "sort"): ("-score", "-at"),  # by the title or by time
    ("/v1/search", "include"): (None, "total"),
}
FILES = {f"/v1/{name}": f"/v1/{name}.{{format}}" for name in LISTS}  # exports take what the lists take
CASES |= {(FILES[path], name): case for (path, name), case in CASES.items() if path in FILES and name != "include"}
FEEDS = {f"/v1/{name}": [f"/v1/{name}.{kind}" for kind in ("rss", "feed.json")] for name in LISTS}
CASES |= {
    (feed, name): case
    for (path, name), case in CASES.items()
    for feed in FEEDS.get(path, ())
    if name not in ("include", "sort")
}
CASES |= {(path, "limit"): (None, 1) for path in [*FILES.values(), *(feed for both in FEEDS.values() for feed in both)]}
CASES["/v1/attack-reports.{format}", "view"] = (None, "figures")
NEEDED = {"/v1/search": {"q": "oblast"}, "/v1/entities/resolve": {}}
BOUND = {"min": {"metric": "downed"}, "max": {"metric": "downed"}}  # a bound is one of a metric's
SOURCE_FILTERS = {name for name, *_ in FILTERS} - {"limit"}
ELSEWHERE = {
    *(("/v1/webhooks", name) for name in ("enabled", "sort", "include")),  # tests/live/test_webhooks.py
    *(("/v1/webhooks/{webhook_id}/deliveries", name) for name in ("state", "sort", "include")),  # the same
    *(("/v1/stream", name) for name in ("since", "kind", "resource")),  # tests/live/test_stream.py
    *(("/v1/changes", name) for name in ("since", "kind", "resource", "sort", "include")),  # test_changes.py
    ("/v1/articles/{article_id}", "reason"),  # test_writes.py
    *(("/v1/corrections", name) for name in ("article", "resource", "resource_id", "state", "sort", "include")),
    ("/v1/corrections/{correction_id}", "reason"),  # test_corrections.py, and those of the line before
    *((f"/v1/{name}", "include_duplicates") for name in ("articles", "quotes", "attack-reports")),  # test_duplicates.py
    *((f"/v1/{name}.{{format}}", "include_duplicates") for name in ("articles", "quotes", "attack-reports")),
    *(
        (f"/v1/{name}.{kind}", "include_duplicates")
        for name in ("articles", "quotes", "attack-reports")
        for kind in ("rss", "feed.json")
    ),
    *(("/v1/sources", name) for name in SOURCE_FILTERS),  # test_sources.py
    ("/v1/sources.opml", "enabled"),  # test_sources.py
    *((path, name) for path in ("/v1/jobs",) for name in ("state", "kind", "sort", "include")),  # test_writes.py
}


def documented(served: Served) -> set[tuple[str, str]]:
    paths = served.client.get("/openapi.json").json()["paths"]
    return {
        (path, parameter["name"])
        for path, item in paths.items()
        for operation in item.values()
        for parameter in operation.get("parameters", ())
        if parameter["in"] == "query"
    }


def test_every_parameter_has_its_case(filled: Served) -> None:
    paging = {
        (path, name) for path, name in documented(filled) if name in ("limit", "cursor")
    }  # test_paging, test_exports
    assert documented(filled) - paging - ELSEWHERE == {case for case in CASES if case not in paging}


def address(served: Served, path: str) -> str:
    """A real id in place of the template."""
    path = path.replace("{format}", "jsonl")
    if "{article_id}" in path:
        return path.format(article_id=served.client.get("/v1/articles").json()["items"][0]["id"])
    return path.format(entity_id=served.client.get("/v1/entities?q=ukraine").json()["items"][0]["id"])


@pytest.mark.parametrize(("path", "name"), CASES)
def test_it_changes_the_answer(filled: Served, path: str, name: str) -> None:
    url = address(filled, path)
    answers = []
    for value in CASES[path, name]:
        response = filled.client.get(
            url, params=NEEDED.get(path, {}) | BOUND.get(name, {}) | ({} if value is None else {name: value})
        )
        answers.append(response.text if response.status_code == 200 else response.status_code)
    assert any(isinstance(answer, str) for answer in answers)
    assert answers[0] != answers[1]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("attack-reports?weapon=air_target", 2),  # the root finds drones and missiles
        ("attack-reports?weapon=missile", 1),  # cruise_missile is below missile
        ("attack-reports?weapon=kh-101", 1),  # a model, whatever its case
        ("attack-reports?weapon=ballistic_missile", 0),
        ("attack-reports?metric=downed&min=11&max=11", 1),
        ("attack-reports?metric=launched&max=11", 0),  # 14 were launched: the bound holds for that figure
        ("attack-reports?metric=killed", 0),
        ("attack-reports?from=2025-03-03T08:00:00Z", 1),  # a day is compared as a day
        ("attack-reports?place=Odesa&within=UA-51", 0),  # "Odesa" is no spelling of the oblast here
        ("quotes?q=100%25", 0),  # % means itself
        ("articles?q=burned", 2),
        ("articles?entity=nobody", 0),
    ],
)
def test_what_is_found(filled: Served, query: str, ids: int) -> None:
    assert len(filled.client.get("/v1/" + query).json()["items"]) == ids
