"""Keyset paging: each row once, also while rows are added; a cursor belongs to its list, filters and order."""

import pytest

from tests.api.conftest import POSTS, Served

LISTS = ("articles", "entities", "quotes", "attack-reports")


def walk(served: Served, url: str) -> list[str]:
    """Every id by following the Link headers."""
    seen: list[str] = []
    while url:
        response = served.client.get(url)
        assert response.status_code == 200
        seen += [item["id"] for item in response.json()["items"]]
        url = response.links.get("next", {}).get("url", "")
        assert bool(url) == (response.json()["next"] is not None)
    return seen


@pytest.mark.parametrize("name", LISTS)
def test_one_at_a_time_gives_the_same_as_all_at_once(filled: Served, name: str) -> None:
    document = filled.client.get("/openapi.json").json()
    sort = next(p for p in document["paths"][f"/v1/{name}"]["get"]["parameters"] if p["name"] == "sort")
    for order in sort["schema"]["enum"]:
        every = [item["id"] for item in filled.client.get(f"/v1/{name}?sort={order}").json()["items"]]
        assert walk(filled, f"/v1/{name}?sort={order}&limit=1") == every
        assert len(set(every)) == len(every) > 1


def test_rows_added_meanwhile_repeat_nothing(served: Served) -> None:
    for number in range(7):
        body = dict(POSTS[number % 3], url=f"https://a.example/{number}", published_at=f"2025-02-{number + 1:02}")
        assert served.post(body).status_code == 201
    before = {item["id"] for item in served.client.get("/v1/articles").json()["items"]}
    seen, url, number = [], "/v1/articles?limit=2", 100
    while url:
        response = served.client.get(url)
        seen += [item["id"] for item in response.json()["items"]]
        url = response.links.get("next", {}).get("url", "")
        number += 1  # one before, one after the place where we are
        day = "2025-02-20" if number % 2 else "2025-01-01"
        served.post(dict(POSTS[2], url=f"https://a.example/{number}", published_at=day))
        assert number < 120
    assert len(seen) == len(set(seen))
    assert before <= set(seen)


def test_a_cursor_is_bound(filled: Served) -> None:
    cursor = filled.client.get("/v1/quotes?limit=1").json()["next"]
    get = filled.client.get
    assert (
        get(f"/v1/quotes?limit=2&cursor={cursor}").status_code == 200
    )  # another limit is another page, not another list
    for other in ("attack-reports?", "quotes?kind=direct&", "quotes?sort=said_on&"):
        response = get(f"/v1/{other}cursor={cursor}")
        assert response.status_code == 400
        assert response.json()["type"] == "urn:sitrep:problem:bad-cursor"
    flipped = ("B" if cursor[0] != "B" else "C") + cursor[1:]
    assert get(f"/v1/quotes?cursor={flipped}").status_code == 400


def test_total_only_when_asked(filled: Served) -> None:
    assert "total" not in filled.client.get("/v1/quotes?limit=1").json()
    assert filled.client.get("/v1/quotes?limit=1&include=total").json()["total"] == 2
    assert filled.client.get("/v1/quotes?kind=mixed&include=total").json()["total"] == 1
