"""Sources over HTTP: made once, changed, paused ones resumed, polled, removed; OPML in and out; every filter."""

from typing import Any

import pytest

from app.core.db import write_session
from app.core.ids import parse_id
from app.ingest.catalogue import catalogue
from app.models import Source
from tests.api.conftest import Served

FEED = {"url": "https://harbour.example/feed.xml", "name": "Harbour News", "language": "en", "country": "UA"}


def post(served: Served, body: Any, path: str = "/v1/sources", **headers: str) -> Any:
    return served.client.post(path, json=body, headers=served.auth("write") | headers)


def patch(served: Served, source_id: str, body: Any) -> Any:
    return served.client.patch(f"/v1/sources/{source_id}", json=body, headers=served.auth("write"))


def test_a_fresh_install_calls_nobody(served: Served) -> None:
    assert served.client.get("/v1/sources").json()["items"] == []
    assert served.client.get("/v1/jobs").json()["items"] == []
    assert len(served.client.get("/v1/sources/catalogue").json()["items"]) == len(catalogue()) >= 30


def test_made_once(served: Served) -> None:
    first = post(served, FEED)
    assert first.status_code == 201
    body = first.json()
    assert first.headers["location"] == f"/v1/sources/{body['id']}"
    assert (body["kind"], body["enabled"], body["poll_interval_fixed"], body["lag_s"]) == ("feed", True, False, None)
    again = post(served, FEED | {"url": "http://www.harbour.example/feed.xml?utm_source=x", "name": "Other"})
    assert (again.status_code, again.json()["id"], again.json()["name"]) == (200, body["id"], "Harbour News")
    assert served.client.get(f"/v1/sources/{body['id']}").json() == body


def test_the_catalogue_knows_the_rest(served: Served) -> None:
    entry = served.client.get("/v1/sources/catalogue").json()["items"][0]
    body = post(served, {"url": entry["url"], "stance": "mine"}).json()
    assert (body["name"], body["language"], body["stance"]) == (entry["name"], entry["language"], "mine")
    assert served.client.get("/v1/sources/catalogue").json()["items"][0]["source_id"] == body["id"]


def test_the_same_key_the_same_answer(served: Served) -> None:
    first = post(served, FEED, **{"Idempotency-Key": "one"})
    again = post(served, FEED, **{"Idempotency-Key": "one"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["idempotency-replayed"] == "true"
    assert post(served, FEED | {"name": "x"}, **{"Idempotency-Key": "one"}).status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": "ftp://e.org/"},
        {"url": "http://127.0.0.1/feed"},
        {"url": "https://user:pw@e.example/feed"},
        {"url": "https://e.example/", "kind": "newspaper"},
        {"url": "https://e.example/", "language": "english"},
        {"url": "https://e.example/", "country": "ua"},
        {"url": "https://e.example/", "poll_interval_s": 0},
        {"url": "https://e.example/", "poll_interval_s": 86_401},
        {"url": "https://e.example/", "name": "a\0"},
        {"url": "https://e.example/", "name": " "},
        {"url": "https://e.example/", "id": "1"},
    ],
)
def test_refused(served: Served, body: Any) -> None:
    response = post(served, body)
    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")
    assert served.client.get("/v1/sources").json()["items"] == []


def test_changing(served: Served) -> None:
    source_id = post(served, FEED | {"poll_interval_s": 60}).json()["id"]
    body = patch(served, source_id, {"name": "New", "outlet": "Paper", "language": None, "enabled": False}).json()
    assert (body["name"], body["outlet"], body["language"], body["enabled"]) == ("New", "Paper", None, False)
    assert (body["poll_interval_s"], body["poll_interval_fixed"]) == (60, True)
    body = patch(served, source_id, {"poll_interval_s": None}).json()  # its own rhythm begins as that of a new source
    assert (body["poll_interval_s"], body["poll_interval_fixed"]) == (900, False)
    for wrong in ({}, {"name": None}, {"url": "https://e.example/"}, {"enabled": "perhaps"}):
        assert patch(served, source_id, wrong).status_code == 422
    assert patch(served, "0195c0de-0000-7000-8000-00000000ffff", {"name": "x"}).status_code == 404


def test_enabling_takes_a_pause_away(served: Served) -> None:
    source_id = post(served, FEED).json()["id"]
    with write_session(served.client.app.state.runtime.engine) as session:  # type: ignore[attr-defined]
        row = session.get(Source, parse_id(source_id))
        assert row is not None
        row.paused_reason, row.failure_count, row.last_error = "10 polls in a row failed", 10, "too slow"
    get = served.client.get
    assert get("/v1/sources?paused=true").json()["items"][0]["paused_reason"]
    assert get("/v1/sources?failing=false").json()["items"] == []
    body = patch(served, source_id, {"enabled": True}).json()
    assert (body["paused_reason"], body["failure_count"], body["last_error"]) == (None, 0, None)
    assert get("/v1/sources?paused=true").json()["items"] == get("/v1/sources?failing=true").json()["items"] == []


def test_polling_and_removing(served: Served) -> None:
    source_id = post(served, FEED).json()["id"]
    first = post(served, None, f"/v1/sources/{source_id}/poll")
    assert (first.status_code, first.json()["kind"], first.json()["state"]) == (202, "poll_source", "queued")
    assert served.client.get(first.headers["location"]).json()["id"] == first.json()["id"]
    assert post(served, None, f"/v1/sources/{source_id}/poll").json()["id"] == first.json()["id"]
    url = f"/v1/sources/{source_id}"
    assert served.client.delete(url, headers=served.auth("read")).status_code == 403
    assert served.client.delete(url).status_code == 401
    assert served.client.delete(url, headers=served.auth("write")).status_code == 204
    assert served.client.delete(url, headers=served.auth("write")).status_code == 404
    assert post(served, None, f"{url}/poll").status_code == 404


def opml(served: Served, body: bytes, query: str = "", kind: str = "text/x-opml") -> Any:
    headers = served.auth("write") | {"Content-Type": kind}
    return served.client.post(f"/v1/sources.opml{query}", content=body, headers=headers)


def test_opml_goes_round(served: Served) -> None:
    post(served, FEED | {"kind": "sitemap", "outlet": 'A "quoted" <paper> & co', "stance": "mine", "enabled": False})
    post(served, {"url": "https://other.example/rss", "poll_interval_s": 60})
    shown = served.client.get("/v1/sources.opml")
    assert shown.headers["content-type"].startswith("text/x-opml")
    before = served.client.get("/v1/sources").json()["items"]
    for one in before:
        served.client.delete(f"/v1/sources/{one['id']}", headers=served.auth("write"))
    assert opml(served, shown.content).json() == {"added": 2, "known": 0, "refused": []}
    assert opml(served, shown.content, kind="application/xml").json() == {"added": 0, "known": 2, "refused": []}
    after = served.client.get("/v1/sources").json()["items"]
    own = ("id", "created_at", "next_poll_at")
    assert [{k: v for k, v in one.items() if k not in own} for one in after] == [
        {k: v for k, v in one.items() if k not in own} for one in before
    ]


def test_opml_takes_what_it_can(served: Served) -> None:
    lines = (
        '<outline xmlUrl="https://a.example/f"/>',
        '<outline xmlUrl="http://169.254.169.254/f"/>',
        '<outline xmlUrl="javascript:x"/>',
    )
    body = "<opml><body>\n" + "\n".join(lines) + "\n</body></opml>"
    done = opml(served, body.encode(), "?enabled=false").json()
    assert (done["added"], [one["line"] for one in done["refused"]]) == (1, [3, 4])
    assert served.client.get("/v1/sources").json()["items"][0]["enabled"] is False
    assert opml(served, b"<opml", kind="text/xml").status_code == 400
    assert opml(served, b"<opml/>", kind="application/json").status_code == 415
    assert opml(served, b" " * 2_000_001).status_code == 413
    assert opml(served, b"<!DOCTYPE opml><opml/>").status_code == 422
    assert served.client.post("/v1/sources.opml", content=b"<opml/>").status_code == 401


FILTERS = [
    ("q", "HARBOUR", "other"),
    ("kind", "feed", "page"),
    ("enabled", "true", "false"),
    ("paused", "true", "false"),
    ("failing", "true", "false"),
    ("language", "en", "uk"),
    ("country", "UA", "RU"),
    ("stance", "mine", "theirs"),
    ("sort", "name", "-name"),
    ("sort", "created_at", "-created_at"),
    ("sort", "next_poll_at", "-next_poll_at"),
    ("include", "total", None),
    ("limit", "1", "2"),
]


@pytest.mark.parametrize(("name", "one", "other"), FILTERS)
def test_every_parameter_changes_the_answer(served: Served, name: str, one: str, other: str | None) -> None:
    post(served, FEED | {"stance": "mine"})
    post(served, {"url": "https://other.example/", "kind": "page", "enabled": False, "language": "uk"})
    get = served.client.get
    answers = [get("/v1/sources", params={name: value} if value else {}) for value in (one, other)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() != answers[1].json()
