"""Corrections by people over HTTP: what an editor may say, what readers then see, how it is taken back, what is refused."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.conftest import POSTS, Served, serve
from tests.api.test_status import MARK, RAW, check_problem

WHY = {"reason": "the text says otherwise"}


@pytest.fixture
def desk(served: Served) -> Served:
    """Two briefings to correct."""
    for body in POSTS[:2]:
        assert served.post(body).status_code == 201
    return served


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


FIG = "f000000000000"
HOSTILE: list[tuple[str, dict[str, Any]]] = [
    ("attack-reports", {}),  # nothing to correct
    ("attack-reports", {"reason": " ", "kind": "drone"}),
    ("attack-reports", {"reason": "x" * 501, "kind": "drone"}),
    ("attack-reports", {"reason": "a\0b", "kind": "drone"}),
    ("attack-reports", {"reason": None, "kind": "drone"}),
    ("attack-reports", {"kind": MARK}),
    ("attack-reports", {"kind": None}),
    ("attack-reports", {MARK: 1}),
    ("attack-reports", {"speaker": "Russia"}),  # of quotes
    ("attack-reports", {"id": "0195c0de-0000-7000-8000-000000000001"}),
    ("attack-reports", {"rejected": False}),
    ("attack-reports", {"rejected": 1}),
    ("attack-reports", {"rejected": None}),
    ("attack-reports", {"rejected": True, "kind": "missile"}),
    ("attack-reports", {"attacker": MARK}),  # no such entity
    ("attack-reports", {"attacker": "00000000-0000-7000-8000-000000000000"}),
    ("attack-reports", {"attacker": {"name": ""}}),
    ("attack-reports", {"attacker": {"name": "x", "entity": "place:russia"}}),
    ("attack-reports", {"attacker": ["Russia"]}),
    ("attack-reports", {"attacker": 7}),
    ("attack-reports", {"attacker": "%"}),
    ("attack-reports", {"occurred_to": "2025-03-03"}),  # with `occurred_from`
    ("attack-reports", {"occurred_from": "2025-03-04", "occurred_to": "2025-03-03"}),
    ("attack-reports", {"occurred_from": "2199-01-01", "occurred_to": "2199-01-01"}),
    ("attack-reports", {"occurred_from": "0001-01-01", "occurred_to": "0001-01-01"}),
    ("attack-reports", {"occurred_from": 20250303, "occurred_to": "2025-03-03"}),
    ("attack-reports", {"occurred_from": "2025-02-30", "occurred_to": "2025-03-03"}),
    ("attack-reports", {"occurred_from": "20250303", "occurred_to": "20250303"}),
    ("attack-reports", {"occurred_from": None, "occurred_to": None, "date_precision": "day"}),
    ("attack-reports", {"historical": "yes"}),
    ("attack-reports", {"part_of_day": "noonish"}),
    ("attack-reports", {"places": "Kyiv"}),
    ("attack-reports", {"places": [{"place": "Odesa Oblast"}]}),
    ("attack-reports", {"places": [{"place": "Odesa Oblast", "role": "near"}]}),
    ("attack-reports", {"places": [{"place": "Maksym Horbal", "role": "target"}]}),  # a person is no place
    ("attack-reports", {"places": [{"place": {"name": "x"}, "role": "target"}] * 51}),
    ("attack-reports", {"figures": []}),
    ("attack-reports", {"figures": [{"id": FIG, "low": 1, "high": 1}]}),  # no such figure
    ("attack-reports", {"figures": [{"id": "0", "low": 1, "high": 1}]}),
    ("attack-reports", {"figures": [{"id": "LAUNCHED"}]}),
    ("attack-reports", {"figures": [{"id": "LAUNCHED", "low": 1}]}),
    ("attack-reports", {"figures": [{"id": "LAUNCHED", "low": 3, "high": 2}]}),
    ("attack-reports", {"figures": [{"id": "LAUNCHED", "low": 2, "high": 3}]}),  # it is `exact`
    ("attack-reports", {"figures": [{"id": "LAUNCHED", "low": 2, "high": 2, "qualifier": "range"}]}),
    ("attack-reports", {"figures": [{"id": "LAUNCHED", "low": -1, "high": 2}]}),
    ("attack-reports", {"figures": [{"id": "LAUNCHED", "low": 2.5, "high": 3}]}),
    ("attack-reports", {"figures": [{"id": "LAUNCHED", "low": "2", "high": "2"}]}),
    ("attack-reports", {"figures": [{"id": "LAUNCHED", "low": True, "high": True}]}),
    ("attack-reports", {"figures": [{"id": "LAUNCHED", "low": 10**30, "high": 10**30}]}),
    ("attack-reports", {"figures": [{"id": "LAUNCHED", "metric": "eaten"}]}),
    ("attack-reports", {"figures": [{"id": "LAUNCHED", "metric": None}]}),
    ("attack-reports", {"figures": [{"id": "LAUNCHED", "start": 0}]}),  # spans are what was read
    ("attack-reports", {"figures": [{"id": "LAUNCHED", "rejected": True, "low": 1, "high": 1}]}),
    ("attack-reports", {"figures": [{"id": "LAUNCHED", "rejected": True}] * 2}),
    ("quotes", {}),
    ("quotes", {"text": "Other words."}),
    ("quotes", {"attacker": "Russia"}),
    ("quotes", {"kind": "shouted"}),
    ("quotes", {"medium": ""}),
    ("quotes", {"medium": "x" * 201}),
    ("quotes", {"said_on": "yesterday"}),
    ("quotes", {"speaker": {"name": "\ud800"}}),
]


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """For what is refused: nothing of it changes anything."""
    for served in serve(tmp_path_factory.mktemp("still")):
        for body in POSTS[:2]:
            assert served.post(body).status_code == 201
        yield served


@pytest.mark.parametrize(("kind", "body"), HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_bodies(still: Served, kind: str, body: dict[str, Any]) -> None:
    first = quote(still) if kind == "quotes" else report(still)
    for figure in body.get("figures", ()):
        if figure.get("id") == "LAUNCHED":
            figure["id"] = first["figures"][0]["id"]
    answer = patch(still, f"{kind}/{first['id']}", body)
    problem = check_problem(answer, 422)
    assert all(error["loc"][0] == "body" for error in problem["errors"])
    assert MARK not in answer.text.replace(f'"{MARK}"', "")
    assert items(still, "corrections") == []
    assert (quote(still) if kind == "quotes" else report(still)) == first


@pytest.mark.parametrize(("raw", "kind", "status"), RAW, ids=range(len(RAW)))
def test_hostile_bytes(still: Served, raw: bytes, kind: str, status: int) -> None:
    headers = still.auth("write") | {"Content-Type": kind}
    check_problem(still.client.patch(f"/v1/quotes/{quote(still)['id']}", content=raw, headers=headers), status)


@pytest.mark.parametrize("path", ["quotes/zz", "quotes/00000000-0000-7000-8000-000000000000", "attack-reports/zz"])
def test_unknown_findings(still: Served, path: str) -> None:
    check_problem(patch(still, path, {"rejected": True}), 404)


@pytest.mark.parametrize("reason", ["", " ", "x" * 501, "a\ud800"])
def test_undoing_needs_a_reason(desk: Served, reason: str) -> None:
    made = patch(desk, f"quotes/{quote(desk)['id']}", {"medium": None}).json()["corrections"][0]["id"]
    url = f"/v1/corrections/{made}"
    check_problem(desk.client.delete(url, headers=desk.auth("write")), 422)
    if "\ud800" not in reason:
        check_problem(desk.client.delete(url, params={"reason": reason}, headers=desk.auth("write")), 422)
    assert get(desk, f"corrections/{made}")["state"] == "applied"


def test_a_name_of_two_entities_is_refused(desk: Served) -> None:
    """Both are called so; an id says which is meant."""
    from sqlmodel import select

    from app.core.db import make_engine, write_session
    from app.models import Entity, EntityAlias

    engine = make_engine(desk.settings)
    with write_session(engine) as session:
        for name in ("Maksym Horbal", "Iryna Lanova"):
            row = session.exec(select(Entity).where(Entity.name == name)).one()
            session.add(EntityAlias(entity_id=row.id, alias="the spokesman", folded="the spokesman"))
            wanted = str(row.id)
    engine.dispose()
    first = quote(desk)
    problem = check_problem(patch(desk, f"quotes/{first['id']}", {"speaker": "The Spokesman"}), 422)
    assert "several" in problem["errors"][0]["msg"]
    assert patch(desk, f"quotes/{first['id']}", {"speaker": wanted}).json()["speaker"]["name"] == "Iryna Lanova"


def test_corrections_of_one_finding_are_bounded(desk: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.services.corrections.MOST_IN_FORCE", 3)
    path = f"attack-reports/{report(desk)['id']}"
    kinds = ["missile", "mixed", "naval", "ground"]
    answers = [patch(desk, path, {"kind": kind}) for kind in kinds]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 409]
    assert undo(desk, answers[0].json()["corrections"][0]["id"]) == 204
    assert patch(desk, path, {"kind": "ground"}).status_code == 200
