"""/v1/changes: what happened, in order; `since` goes on where a reader stopped."""

from typing import Any

import pytest

from tests.api.conftest import POSTS, Served


@pytest.fixture
def changed(served: Served) -> Served:
    """Two created, one revised, one withdrawn."""
    first = served.post(POSTS[0]).json()["article"]["id"]
    served.post(POSTS[1])
    served.post(POSTS[1] | {"text": "Nothing of this was true, the ministry said later."})
    served.post(POSTS[0])  # the same again: no change
    served.client.delete(f"/v1/articles/{first}?reason=retracted", headers=served.auth("admin"))
    return served


def kinds(served: Served, query: str = "") -> list[tuple[int, str]]:
    answer = served.client.get(f"/v1/changes{query}")
    assert answer.status_code == 200, answer.text
    return [(one["seq"], one["kind"]) for one in answer.json()["items"]]


ALL = [(1, "created"), (2, "created"), (3, "revised"), (4, "withdrawn")]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ALL),
        ("?since=0", ALL),
        ("?since=2", ALL[2:]),  # exclusive
        ("?since=4", []),
        ("?since=2147483647", []),
        ("?kind=revised", ALL[2:3]),
        ("?resource=article", ALL),
        ("?sort=-seq&limit=1", ALL[3:]),
        ("?since=1&kind=created", ALL[1:2]),
    ],
)
def test_what_is_answered(changed: Served, query: str, expected: list[tuple[int, str]]) -> None:
    assert kinds(changed, query) == expected


@pytest.mark.parametrize("query", ["?since=-1", "?since=2147483648", "?since=x", "?resource=entity", "?sort=at"])
def test_what_is_refused(changed: Served, query: str) -> None:
    assert changed.client.get(f"/v1/changes{query}").status_code == 422


def test_pages_and_total(changed: Served) -> None:
    first = changed.client.get("/v1/changes?limit=3&include=total")
    body: dict[str, Any] = first.json()
    assert (len(body["items"]), body["total"]) == (3, 4)
    rest = changed.client.get(f"/v1/changes?limit=3&cursor={body['next']}").json()
    assert ([one["seq"] for one in rest["items"]], rest["next"]) == ([4], None)
    assert set(rest["items"][0]) == {"seq", "kind", "resource", "id", "at"}
