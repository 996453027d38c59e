"""Copies of one text: marked, left out of lists and counts unless asked for, and freed when the original changes or goes."""

from typing import Any

import pytest

from tests.api.conftest import CALM, WAVE, Served

MORE = (
    " Rescue workers searched the quay until noon while the operator of the port moved two cranes to the northern basin."
    " A tanker waited outside the roads, and the harbour master closed the fairway for the rest of the day."
)


def post(served: Served, name: str, text: str = WAVE + MORE) -> dict[str, Any]:
    response = served.post({"text": text, "url": f"https://{name}.example/wave", "published_at": "2025-03-03"})
    assert response.status_code == 201, response.text
    found: dict[str, Any] = response.json()
    return found


def ids(served: Served, path: str) -> list[str]:
    return [one["id"] for one in served.client.get(f"/v1/{path}").json()["items"]]


def test_a_copy_is_there_but_counts_once(served: Served) -> None:
    first, second = post(served, "a"), post(served, "b", WAVE + MORE.replace("closed", "shut") + " Reporting by B.")
    assert second["article"]["duplicate_of"] == first["article"]["id"]
    for name, found in (("articles", "article"), ("quotes", "quotes"), ("attack-reports", "attack_reports")):
        one = [first[found]["id"]] if found == "article" else [first[found][0]["id"]]
        assert ids(served, name) == ids(served, f"{name}?include_duplicates=false") == one
        assert len(ids(served, f"{name}?include_duplicates=true")) == 2
    own = ids(served, f"quotes?article={second['article']['id']}")
    assert own == [second["quotes"][0]["id"]]  # whoever asks for the copy itself sees it
    assert served.client.get(f"/v1/articles/{second['article']['id']}").json()["text"]  # never deleted
    people = served.client.get("/v1/entities?kind=person").json()["items"]
    assert [(one["article_count"], one["quote_count"]) for one in people] == [(1, 1)]


@pytest.mark.parametrize("name", ["articles", "quotes", "attack-reports"])
def test_files_and_feeds_leave_copies_out_too(served: Served, name: str) -> None:
    post(served, "a"), post(served, "b")
    for asked, count in (("", 1), ("?include_duplicates=false", 1), ("?include_duplicates=true", 2)):
        assert len(served.client.get(f"/v1/{name}.jsonl{asked}").text.splitlines()) == count
        assert (
            len(served.client.get(f"/v1/{name}.csv{asked}").text.strip().splitlines()) == count + 1
            or name != "articles"
        )
        assert len(served.client.get(f"/v1/{name}.feed.json{asked}").json()["items"]) == count
        assert served.client.get(f"/v1/{name}.rss{asked}").text.count("<item>") == count


def test_other_figures_make_another_story(served: Served) -> None:
    post(served, "a")
    assert post(served, "b", (WAVE + MORE).replace("14 drones", "27 drones"))["article"]["duplicate_of"] is None


def test_a_revision_frees_or_binds(served: Served) -> None:
    first, second, third = post(served, "a"), post(served, "b"), post(served, "c")
    assert {one["article"]["duplicate_of"] for one in (second, third)} == {first["article"]["id"]}
    post(served, "a", CALM)  # the original says something else now
    assert ids(served, "articles") and first["article"]["id"] in ids(served, "articles")
    assert served.client.get(f"/v1/articles/{second['article']['id']}").json()["duplicate_of"] is None
    shown = served.client.get(f"/v1/articles/{third['article']['id']}").json()
    assert shown["duplicate_of"] == second["article"]["id"]  # the oldest of the rest stands for them
    post(served, "a", WAVE + MORE)
    assert served.client.get(f"/v1/articles/{first['article']['id']}").json()["duplicate_of"] == second["article"]["id"]


def test_a_withdrawn_original_leaves_its_copies(served: Served) -> None:
    first, second, third = post(served, "a"), post(served, "b"), post(served, "c")
    url = f"/v1/articles/{first['article']['id']}?reason=retracted"
    assert served.client.delete(url, headers=served.auth("admin")).status_code == 204
    assert ids(served, "articles") == [second["article"]["id"]]
    shown = served.client.get(f"/v1/articles/{third['article']['id']}").json()
    assert shown["duplicate_of"] == second["article"]["id"]


def test_a_page_may_say_whose_it_is(served: Served) -> None:
    first = post(served, "a")
    page = (
        '<html><head><link rel="canonical" href="https://a.example/wave?utm_source=b"></head><body><article>'
        + "<p>The port was quiet on Tuesday, said the harbour master, who had counted the cranes twice.</p>" * 3
        + "</article></body></html>"
    )
    answer = served.post({"html": page, "url": "https://b.example/amp"}).json()
    assert answer["article"]["duplicate_of"] == first["article"]["id"]
