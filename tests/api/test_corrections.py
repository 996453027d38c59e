"""Corrections by people over HTTP: what an editor may say, what readers then see, how it is taken back, what is refused."""

import csv
import io
import json
from typing import Any

import pytest

from tests.api.conftest import POSTS, Served
from tests.api.test_status import check_problem

WHY = {"reason": "the text says otherwise"}


def get(served: Served, path: str) -> Any:
    answer = served.client.get("/v1/" + path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def items(served: Served, path: str) -> list[Any]:
    return list(get(served, path)["items"])


def report(served: Served, attacker: str = "Russia") -> dict[str, Any]:
    return dict(get(served, "attack-reports/" + items(served, f"attack-reports?attacker={attacker}")[0]["id"]))


def quote(served: Served) -> dict[str, Any]:
    return dict(get(served, "quotes/" + items(served, "quotes?q=warehouses")[0]["id"]))


def patch(served: Served, path: str, body: dict[str, Any], **headers: str) -> Any:
    known = served.auth("write") | {"Content-Type": "application/json"}
    return served.client.patch("/v1/" + path, content=json.dumps(WHY | body), headers=known | headers)


def undo(served: Served, correction: str, reason: str = "it was right") -> int:
    answer = served.client.delete(
        f"/v1/corrections/{correction}", params={"reason": reason}, headers=served.auth("write")
    )
    return answer.status_code


# body; filter that finds the report before; filter that finds it afterwards (under `attack-reports?`)
REPORTS: list[tuple[dict[str, Any], str, str]] = [
    ({"attacker": "Ukraine"}, "attacker=Russia&claimant=Ukrainian Air Force", "attacker=Ukraine&kind=drone"),
    ({"attacker": None}, "attacker=Russia", "kind=drone"),
    ({"target": "Bryansk Oblast"}, "target=Ukraine", "target=Bryansk Oblast"),
    ({"claimant": {"name": "a port official"}}, "claimant=Ukrainian Air Force", "claimant=a port official"),
    ({"kind": "missile"}, "kind=drone", "kind=missile&historical=false"),
    ({"occurred_from": "2025-02-27", "occurred_to": "2025-02-28"}, "from=2025-03-02", "from=2025-02-28&to=2025-02-28"),
    ({"historical": True}, "historical=false", "historical=true&kind=drone"),
    ({"places": [{"place": "Bryansk Oblast", "role": "target"}]}, "within=UA-51", "within=RU-BRY&kind=drone"),
    ({"places": []}, "place=Odesa Oblast", "kind=drone"),
]


@pytest.mark.parametrize(("body", "before", "after"), REPORTS, ids=range(len(REPORTS)))
def test_a_corrected_report(desk: Served, body: dict[str, Any], before: str, after: str) -> None:
    """Filters find the new value and no longer the old one; undone, everything is as it was, word for word."""
    first = report(desk)
    assert first["id"] in [one["id"] for one in items(desk, "attack-reports?" + before)]
    answer = patch(desk, f"attack-reports/{first['id']}", body)
    assert answer.status_code == 200, answer.text
    shown = get(desk, f"attack-reports/{first['id']}")
    assert shown == answer.json()
    assert answer.headers["etag"] == desk.client.get(f"/v1/attack-reports/{first['id']}").headers["etag"]
    assert first["id"] not in [one["id"] for one in items(desk, "attack-reports?" + before)]
    (listed,) = [one for one in items(desk, "attack-reports?" + after) if one["id"] == first["id"]]
    assert listed["corrected"] is True
    assert (first["corrected"], first["corrections"], first["original"]) == (False, [], None)
    (made,) = shown["corrections"]
    assert set(made["before"]) == set(made["after"]) >= set(body)
    assert (made["reason"], made["by"]) == (WHY["reason"], desk.write[:10])
    assert shown["original"]["figures"] == first["figures"]
    assert answer.headers["location"] == f"/v1/corrections/{made['id']}"
    assert undo(desk, made["id"]) == 204
    assert get(desk, f"attack-reports/{first['id']}") == first


def test_a_corrected_figure(desk: Served) -> None:
    first = report(desk)
    downed = next(one for one in first["figures"] if one["metric"] == "downed")
    body = {"figures": [{"id": downed["id"], "low": 12, "high": 13, "qualifier": "range"}]}
    shown = patch(desk, f"attack-reports/{first['id']}", body).json()
    figure = next(one for one in shown["figures"] if one["id"] == downed["id"])
    assert figure == downed | {"low": 12, "high": 13, "qualifier": "range"}  # its words stay those that were read
    assert items(desk, "attack-reports?metric=downed&min=13")
    assert not items(desk, "attack-reports?metric=downed&max=11")
    body = {"figures": [{"id": downed["id"], "metric": "lost"}]}
    assert patch(desk, f"attack-reports/{first['id']}", body).status_code == 200
    assert items(desk, "attack-reports?metric=lost&min=12")
    gone = {"figures": [{"id": downed["id"], "rejected": True}]}
    assert len(patch(desk, f"attack-reports/{first['id']}", gone).json()["figures"]) == 1
    assert not items(desk, "attack-reports?metric=lost")
    for made in get(desk, f"attack-reports/{first['id']}")["corrections"]:  # the oldest first, each on its own
        assert undo(desk, made["id"]) == 204
    assert get(desk, f"attack-reports/{first['id']}") == first


QUOTES: list[tuple[dict[str, Any], str, str]] = [
    ({"speaker": "Iryna Lanova"}, "speaker=Maksym Horbal", "speaker=Iryna Lanova&kind=direct"),
    ({"speaker": {"name": "a neighbour"}}, "speaker=Maksym Horbal", "q=neighbour"),
    ({"speaker": None}, "q=horbal", "q=warehouses"),
    ({"medium": "Facebook"}, "medium=telegram", "medium=facebook"),
    ({"medium": None}, "medium=telegram", "q=warehouses"),
    ({"kind": "indirect"}, "kind=direct", "kind=indirect"),
    ({"said_on": "2025-03-01"}, "from=2025-03-02", "to=2025-03-01&kind=direct"),
]


@pytest.mark.parametrize(("body", "before", "after"), QUOTES, ids=range(len(QUOTES)))
def test_a_corrected_quote(desk: Served, body: dict[str, Any], before: str, after: str) -> None:
    first = quote(desk)
    assert first["id"] in [one["id"] for one in items(desk, "quotes?" + before)]
    answer = patch(desk, f"quotes/{first['id']}", body)
    assert answer.status_code == 200, answer.text
    assert first["id"] not in [one["id"] for one in items(desk, "quotes?" + before)]
    assert first["id"] in [one["id"] for one in items(desk, "quotes?" + after)]
    shown = get(desk, f"quotes/{first['id']}")
    text = POSTS[0]["text"]
    assert all(text[one["start"] : one["end"]] == one["text"] for one in (shown["speaker"], shown["medium"]) if one)
    assert undo(desk, shown["corrections"][0]["id"]) == 204
    assert get(desk, f"quotes/{first['id']}") == first


def test_counts_search_exports_and_the_outbox_follow(desk: Served) -> None:
    first, speaker = quote(desk), items(desk, "entities?q=horbal")[0]
    assert (speaker["quote_count"], items(desk, "search?q=lanova&kind=quote")[0]["id"]) == (
        1,
        items(desk, "quotes?q=yard")[0]["id"],
    )
    seq = items(desk, "changes?sort=-seq&limit=1")[0]["seq"]
    patch(desk, f"quotes/{first['id']}", {"speaker": "Iryna Lanova"})
    assert get(desk, f"entities/{speaker['id']}")["quote_count"] == 0
    assert items(desk, "entities?q=lanova")[0]["quote_count"] == 2
    assert len(items(desk, "search?q=lanova&kind=quote")) == 2
    (told,) = items(desk, f"changes?since={seq}")
    assert (told["kind"], told["resource"], told["id"]) == ("corrected", "quote", first["id"])
    assert items(desk, f"changes?since={seq}&resource=quote&kind=corrected") == [told]
    rows = list(csv.DictReader(io.StringIO(desk.client.get("/v1/quotes.csv?speaker=Iryna Lanova").text)))
    assert sorted(row["corrected"] for row in rows) == ["false", "true"]
    article = get(desk, f"articles/{first['article']['id']}?include=quotes")
    assert [(one["speaker"]["name"], one["corrected"]) for one in article["quotes"]] == [("Iryna Lanova", True)]


@pytest.mark.parametrize("kind", ["quotes", "attack-reports"])
def test_what_is_rejected_leaves_everything_and_comes_back(desk: Served, kind: str) -> None:
    first = quote(desk) if kind == "quotes" else report(desk)
    count = kind.replace("-", "_")
    everywhere = [kind, f"{kind}?article={first['article']['id']}", "search?q=warehouses&kind=quote"]
    before = {path: items(desk, path) for path in everywhere[: 3 if kind == "quotes" else 2]}
    answer = patch(desk, f"{kind}/{first['id']}", {"rejected": True})
    assert answer.status_code == 200
    made = answer.json()["corrections"][-1]
    for path in before:
        assert first["id"] not in [one["id"] for one in items(desk, path)], path
    assert first["id"] not in desk.client.get(f"/v1/{kind}.csv").text
    article = get(desk, f"articles/{first['article']['id']}?include={count}")
    assert (article["counts"][count], article[count]) == (0, [])
    gone = check_problem(desk.client.get(f"/v1/{kind}/{first['id']}"), 410)
    assert (gone["type"], gone["detail"]) == ("urn:sitrep:problem:rejected", WHY["reason"])
    assert gone["correction_id"] == made["id"]
    check_problem(
        patch(desk, f"{kind}/{first['id']}", {"kind": "other"} if kind != "quotes" else {"kind": "mixed"}), 410
    )
    assert [one["id"] for one in items(desk, "corrections")] == [made["id"]]
    assert undo(desk, made["id"]) == 204
    assert {path: items(desk, path) for path in before} == before
    assert get(desk, f"articles/{first['article']['id']}")["counts"][count] == 1
    assert get(desk, f"{kind}/{first['id']}") == first


def test_the_record(desk: Served) -> None:
    """All corrections, whatever became of them; each can be read on its own."""
    one, other = report(desk), quote(desk)
    patch(desk, f"attack-reports/{one['id']}", {"kind": "missile"})
    patch(desk, f"attack-reports/{one['id']}", {"kind": "mixed"})
    patch(desk, f"quotes/{other['id']}", {"medium": None})
    newest, second, oldest = items(desk, "corrections")
    assert [made["after"] for made in (newest, second, oldest)] == [
        {"medium": None},
        {"kind": "mixed"},
        {"kind": "missile"},
    ]
    assert second["before"] == {"kind": "missile"}
    assert newest["before"] == {"medium": {"name": "Telegram"}}
    assert undo(desk, oldest["id"], "no") == 204  # the later one stands
    assert report(desk)["kind"] == "mixed"
    assert undo(desk, oldest["id"]) == 409
    undone = get(desk, f"corrections/{oldest['id']}")
    assert (undone["state"], undone["undone"]["reason"], undone["undone"]["by"]) == ("undone", "no", desk.write[:10])
    for query, expected in [
        ("sort=at", [oldest, second, newest]),
        ("state=undone", [oldest]),
        ("state=applied", [newest, second]),
        ("resource=quote", [newest]),
        (f"resource_id={one['id']}", [second, oldest]),
        ("resource_id=zz", []),
        (f"article={one['article']['id']}", [newest, second, oldest]),
        ("article=zz", []),
    ]:
        assert [made["id"] for made in items(desk, "corrections?" + query)] == [made["id"] for made in expected], query
    assert get(desk, "corrections?include=total")["total"] == 3
    for url in (f"/v1/corrections/{oldest['id']}", "/v1/corrections"):
        seen = desk.client.get(url)
        assert desk.client.head(url).headers["etag"] == seen.headers["etag"]
        assert desk.client.get(url, headers={"If-None-Match": seen.headers["etag"]}).status_code == 304
    page = get(desk, "corrections?limit=2")
    assert [made["id"] for made in items(desk, f"corrections?limit=2&cursor={page['next']}")] == [oldest["id"]]


def test_a_withdrawn_article_takes_its_corrections_along(desk: Served) -> None:
    first = report(desk)
    made = patch(desk, f"attack-reports/{first['id']}", {"kind": "missile"}).json()["corrections"][0]
    url = f"/v1/articles/{first['article']['id']}"
    assert desk.client.delete(url, params={"reason": "retracted"}, headers=desk.auth("admin")).status_code == 204
    assert items(desk, "corrections") == []
    check_problem(desk.client.get(f"/v1/corrections/{made['id']}"), 410)
    assert undo(desk, made["id"]) == 410
    check_problem(patch(desk, f"attack-reports/{first['id']}", {"kind": "mixed"}), 410)


def test_what_is_so_already_is_no_correction(desk: Served) -> None:
    first = report(desk)
    figure = first["figures"][0]
    same = {"kind": "drone", "attacker": "Russia", "figures": [{"id": figure["id"], "low": 14, "high": 14}]}
    answer = patch(desk, f"attack-reports/{first['id']}", same)
    assert (answer.status_code, answer.json()) == (200, first)
    assert "location" not in answer.headers
    assert items(desk, "corrections") == []
    assert len(items(desk, "changes")) == 2
    half = patch(desk, f"attack-reports/{first['id']}", {"kind": "drone", "historical": True}).json()
    assert half["corrections"][0]["after"] == {"historical": True}  # only what is new


def test_who_read_something_older_is_told(desk: Served) -> None:
    first = report(desk)
    path = f"attack-reports/{first['id']}"
    tag = desk.client.get("/v1/" + path).headers["etag"]
    assert patch(desk, path, {"kind": "missile"}, **{"If-Match": tag}).status_code == 200
    problem = check_problem(patch(desk, path, {"kind": "mixed"}, **{"If-Match": tag}), 412)
    assert problem["type"] == "urn:sitrep:problem:precondition-failed"
    assert report(desk)["kind"] == "missile"
    assert patch(desk, path, {"kind": "mixed"}, **{"If-Match": '"other", *'}).status_code == 412
    assert patch(desk, path, {"kind": "mixed"}, **{"If-Match": "*"}).status_code == 200


def test_sent_twice_it_happens_once(desk: Served) -> None:
    path = f"attack-reports/{report(desk)['id']}"
    key = {"Idempotency-Key": "night-desk-1"}
    first = patch(desk, path, {"kind": "missile"}, **key)
    patch(desk, path, {"kind": "mixed"})
    again = patch(desk, path, {"kind": "missile"}, **key)
    assert (again.json(), again.headers["etag"]) == (first.json(), first.headers["etag"])
    assert again.headers["idempotency-replayed"] == "true"
    assert report(desk)["kind"] == "mixed"
    check_problem(patch(desk, path, {"kind": "naval"}, **key), 422)
    check_problem(patch(desk, f"quotes/{quote(desk)['id']}", {"kind": "mixed"}, **key), 422)
