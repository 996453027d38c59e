"""The status table of docs/api.md, one row a test; every refusal is a problem document and repeats nothing that was sent."""

import json
from typing import Any
from uuid import UUID

import pytest

from tests.api.conftest import POSTS, Served

UNKNOWN = UUID(int=7 << 76)  # fixed: the test ids must be the same in every worker
BIG = "word " * 50_000
MARK = "zq17marker"


def check_problem(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text[:300]
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert {"type", "title", "status", "detail", "instance", "request_id"} <= set(body)
    assert body["status"] == status
    assert body["request_id"] == response.headers["x-request-id"]
    assert (status == 422) == bool(body.get("errors"))  # whoever raised it
    assert all(set(error) == {"loc", "msg", "type"} for error in body.get("errors", ()))
    return body


def test_new_again_and_revised(served: Served) -> None:
    body = dict(POSTS[0])
    first = served.post(body)
    assert first.status_code == 201
    assert first.headers["location"] == f"/v1/articles/{first.json()['article']['id']}"
    assert served.post(body).status_code == 200
    revised = served.post(body | {"text": POSTS[0]["text"] + "\nMore drones were seen at dawn."})
    assert (revised.status_code, revised.json()["article"]["revision"]) == (201, 2)
    assert revised.json()["quotes"][0]["id"] == first.json()["quotes"][0]["id"]  # the same words keep their id


def test_a_url_is_accepted_for_fetching(served: Served) -> None:
    response = served.post({"url": "https://news.example/1"})
    assert response.status_code == 202
    job = served.client.get(response.headers["location"]).json()
    assert (job["kind"], job["state"], job["url"]) == ("ingest_url", "queued", "https://news.example/1")


def test_localhost_is_a_name(served: Served) -> None:
    """A literal private address is 422; a name, whatever it stands for, is resolved by the job (test_background.py)."""
    assert [served.post({"url": f"http://{host}/"}).status_code for host in ("localhost", "127.0.0.1")] == [202, 422]


BODIES: list[tuple[Any, int]] = [
    ({"text": ""}, 422),
    ({"text": " \n "}, 422),
    ({"text": "a\0b"}, 422),
    ({"text": "x", "title": "a\0"}, 422),
    ({}, 422),
    ([], 422),
    (7, 422),
    ({"text": "x", "html": "<p>x"}, 422),
    ({"html": "<br>"}, 422),  # nothing is left of it
    ({"url": "https://user:word@news.example/a"}, 422),
    ({"text": "x", "published_at": "2199-01-01"}, 422),
    ({"text": "x", "published_at": "2025-03-03T10:00:00"}, 422),  # no zone
    ({"text": "x", "published_at": 1700000000}, 422),
    ({"text": "x", "published_at": MARK}, 422),
    ({"text": "x", MARK: 1}, 422),
    ({"text": 5}, 422),
    ({"url": "ftp://news.example/a"}, 422),
    ({"url": "javascript:alert(1)"}, 422),
    ({"url": "http://127.0.0.1/a"}, 422),
    ({"url": "http://[::1]/a"}, 422),
    ({"url": "http://169.254.169.254/latest"}, 422),
    ({"url": "https://news.example/a", "title": "t"}, 422),
    ({"text": BIG}, 413),
    ({"text": "x" * 3_000_000}, 413),
    ({"html": "<p>" * 700_000}, 413),
]


@pytest.mark.parametrize(("body", "status"), BODIES, ids=range(len(BODIES)))
def test_refused_bodies(served: Served, body: Any, status: int) -> None:
    response = served.post(body)
    check_problem(response, status)
    assert MARK not in response.text.replace(f'"{MARK}"', "")  # at most as the name of the unknown field
    assert served.client.get("/v1/articles").json()["items"] == []


RAW = [
    (b'{"text": ', "application/json", 400),
    (b'{"text": "\xff\xfe"}', "application/json", 400),
    (b"\x00\x01\x02\x03" * 1000, "application/json", 400),
    (b"[" * 100_000, "application/json", 400),  # nesting
    (b'{"text": "a", "text": "b"}', "application/json", 400),
    (b'{"text": "\\ud800"}', "application/json", 422),
    (b'{"text": "\\u0000"}', "application/json", 422),
    (b"", "application/json", 400),
    (b'{"text": "a b c"}', "text/plain", 415),
    (b'{"text": "a b c"}', "application/json; charset=utf-16", 415),
    (b"text=a", "application/x-www-form-urlencoded", 415),
    (b" " * 7_000_000, "application/json", 413),
]


@pytest.mark.parametrize("path", ["/v1/articles", "/v1/extract"])
@pytest.mark.parametrize(("raw", "kind", "status"), RAW, ids=range(len(RAW)))
def test_refused_bytes(served: Served, path: str, raw: bytes, kind: str, status: int) -> None:
    headers = served.auth("write") | {"Content-Type": kind}
    check_problem(served.client.post(path, content=raw, headers=headers), status)


def test_a_streamed_body_is_cut_off(served: Served) -> None:
    sent = 0

    def endless() -> Any:
        nonlocal sent
        for _ in range(20):
            sent += 1_000_000
            yield b" " * 1_000_000

    headers = served.auth("write") | {"Content-Type": "application/json"}
    check_problem(served.client.post("/v1/extract", content=endless(), headers=headers), 413)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/nothing", 404),
        ("GET", "/nothing", 404),
        ("GET", "/v1/quotes/", 404),
        ("GET", "/v1/quotes/not-an-id", 404),
        ("GET", f"/v1/quotes/{UNKNOWN}", 404),
        ("GET", f"/v1/attack-reports/{UNKNOWN}", 404),
        ("GET", f"/v1/articles/{UNKNOWN}", 404),
        ("GET", f"/v1/entities/{{{UNKNOWN}}}", 404),  # braces are another spelling
        ("GET", f"/v1/jobs/{UNKNOWN}", 404),
        ("PUT", "/v1/articles", 405),
        ("DELETE", "/v1/quotes", 405),
        ("POST", "/healthz", 405),
        ("GET", "/v1/extract", 405),
        ("GET", "/v1/quotes?limit=0", 422),
        ("GET", "/v1/quotes?limit=201", 422),
        ("GET", "/v1/quotes?limit=x", 422),
        ("GET", "/v1/quotes?nonsense=1", 422),
        ("GET", "/healthz?nonsense=1", 422),
        ("GET", "/v1/quotes?limit=1&limit=2", 422),
        ("GET", "/v1/quotes?q=", 422),
        ("GET", "/v1/quotes?q=a%00b", 422),
        ("GET", "/v1/quotes?from=yesterday", 422),
        ("GET", "/v1/quotes?from=2025-02-30", 422),
        ("GET", "/v1/quotes?from=2025-03-02&to=2025-03-01", 422),
        ("GET", "/v1/quotes?sort=text", 422),
        ("GET", "/v1/quotes?include=everything", 422),
        ("GET", "/v1/attack-reports?bbox=1,2,3", 422),
        ("GET", "/v1/attack-reports?bbox=1,9,3,4", 422),
        ("GET", "/v1/attack-reports?bbox=nan,1,2,3", 422),
        ("GET", "/v1/attack-reports?metric=hit&min=5&max=4", 422),
        ("GET", "/v1/attack-reports?min=5", 422),  # of what?
        ("GET", "/v1/attack-reports.csv?max=5", 422),
        ("GET", "/v1/attack-reports?weapon=bogus", 422),  # a closed list
        ("GET", "/v1/attack-reports?weapon=person", 422),
        ("GET", "/v1/attack-reports.jsonl?weapon=bogus", 422),
        ("GET", "/v1/attack-reports?min=99999999999999999999", 422),
        ("GET", "/v1/quotes?cursor=abc", 400),
        ("GET", "/v1/quotes?cursor=", 400),
        ("GET", "/v1/quotes.csv?cursor=", 400),
        ("GET", f"/v1/quotes?cursor={'a' * 5000}", 400),
        ("GET", "/v1/search?q=%ff", 400),  # not UTF-8
        ("GET", "/v1/search?q=%ED%A0%80", 400),  # a surrogate in UTF-8's clothes
        ("GET", "/v1/quotes?%ff=1", 400),
        ("GET", "/healthz?q=%c3", 400),
        ("GET", "/v1/quotes/%ff", 404),
        ("GET", "/v1/quotes?cursor=%F0%9F%92%A3", 400),
        ("GET", "/v1/quotes?cursor=!!!!", 400),
        ("POST", "/v1/articles", 401),
        ("POST", f"/v1/jobs/{UNKNOWN}/retry", 401),
        ("DELETE", f"/v1/articles/{UNKNOWN}?reason=x", 401),
    ],
)
def test_refused_requests(filled: Served, method: str, path: str, status: int) -> None:
    check_problem(filled.client.request(method, path), status)


def test_keys(filled: Served) -> None:
    wrong = {"Authorization": "Bearer sk_wrong"}
    response = filled.client.post("/v1/articles", json=POSTS[0], headers=wrong)
    check_problem(response, 401)
    assert response.headers["www-authenticate"].startswith("Bearer")
    check_problem(filled.client.post("/v1/articles", json=POSTS[0], headers=filled.auth("read")), 403)
    check_problem(filled.client.delete(f"/v1/articles/{UNKNOWN}?reason=x", headers=filled.auth("write")), 403)
    check_problem(filled.client.delete(f"/v1/articles/{UNKNOWN}?reason=x", headers=filled.auth("admin")), 404)


def test_fields_are_named_in_422(filled: Served) -> None:
    body = check_problem(filled.client.get("/v1/quotes?limit=0&kind=loud"), 422)
    assert {json.dumps(error["loc"]) for error in body["errors"]} == {'["query", "limit"]', '["query", "kind"]'}
    assert all(set(error) == {"loc", "msg", "type"} for error in body["errors"])
