"""Refusals that no schema states: each 422 names the value, each 404 and 410 is the same whichever way one comes."""

from typing import Any

import pytest

from tests.api.conftest import POSTS, Served
from tests.api.test_status import check_problem

JSON = "application/json"
OPML = "text/x-opml"
# what is sent (method, path, body, media type) -> (where the fault is, its type)
FAULTS: list[tuple[str, str, Any, list[str], str]] = [
    ("POST", "/v1/articles", {"html": "<br>"}, ["body", "html"], "empty_text"),
    ("POST", "/v1/extract", {"html": "<br>"}, ["body", "html"], "empty_text"),
    ("POST", "/v1/articles", {"url": "http://[::1]/"}, ["body", "url"], "unprocessable"),
    ("POST", "/v1/articles", {"url": "http://0x7f.1/"}, ["body", "url"], "unprocessable"),
    ("POST", "/v1/articles", {"url": "https://a:b@c.example/"}, ["body", "url"], "fetch_refused"),
    ("POST", "/v1/sources", {"url": "http://10.0.0.1/"}, ["body", "url"], "unprocessable"),
    ("POST", "/v1/sources", {"url": "https://a:b@c.example/"}, ["body", "url"], "fetch_refused"),
    ("POST", "/v1/webhooks", {"url": "http://192.168.1.1/"}, ["body", "url"], "unprocessable"),
    ("POST", "/v1/sources.opml", "<!DOCTYPE opml><opml/>", ["body"], "unprocessable"),
    ("POST", "/v1/sources.opml", "<rss/>", ["body"], "unprocessable"),
    ("GET", "/v1/search?q=a+b+c+d+e+f+g+h+i+j+k", None, ["query", "q"], "too_many_terms"),
    ("GET", "/v1/attack-reports?min=3", None, ["query", "metric"], "missing"),
    ("GET", "/v1/attack-reports?weapon=trebuchet", None, ["query", "weapon"], "unknown_weapon"),
    ("GET", "/v1/attack-reports.geojson?view=acled", None, ["query", "view"], "no_geometry"),
]


def send(served: Served, method: str, path: str, body: Any, **headers: str) -> Any:
    sent = {"content": body} if isinstance(body, str) else {"json": body}
    kind = {"Content-Type": OPML} if isinstance(body, str) else {}
    return served.client.request(method, path, headers=served.auth("admin") | kind | headers, **sent)


@pytest.mark.parametrize(("method", "path", "body", "loc", "kind"), FAULTS)
def test_each_422_names_the_value(filled: Served, method: str, path: str, body: Any, loc: list[str], kind: str) -> None:
    found = check_problem(send(filled, method, path, body), 422)["errors"]
    assert [(one["loc"], one["type"]) for one in found] == [(loc, kind)]


def test_a_key_used_with_another_body(served: Served) -> None:
    assert served.post(POSTS[0], **{"Idempotency-Key": "one"}).status_code == 201
    errors = check_problem(served.post(POSTS[1], **{"Idempotency-Key": "one"}), 422)["errors"]
    assert (errors[0]["loc"], errors[0]["type"]) == (["header", "idempotency-key"], "idempotency_key_reused")


def test_changing_a_webhook_to_a_private_address(served: Served) -> None:
    made = send(served, "POST", "/v1/webhooks", {"url": "https://receiver.example/"}).json()
    refused = send(served, "PATCH", f"/v1/webhooks/{made['id']}", {"url": "http://127.0.0.1/"})
    assert check_problem(refused, 422)["errors"][0]["loc"] == ["body", "url"]


@pytest.mark.parametrize("number", ["x", "0", "-1", "01", "2", "1.0", "%20", "99999999999999999999999"])
def test_a_revision_that_there_is_not(filled: Served, number: str) -> None:
    article = filled.client.get("/v1/articles").json()["items"][0]["id"]
    check_problem(filled.client.get(f"/v1/articles/{article}/revisions/{number}"), 404)


def test_withdrawn_is_told_in_one_way(served: Served) -> None:
    url = f"/v1/articles/{served.post(POSTS[0]).json()['article']['id']}"
    gone = f"{url}?reason=retracted"
    assert send(served, "DELETE", gone, None).status_code == 204
    answers = [send(served, "DELETE", gone, None), send(served, "GET", url, None), served.post(POSTS[0])]
    told = [{name: check_problem(one, 410)[name] for name in ("type", "detail", "withdrawn_at")} for one in answers]
    assert told[0] == told[1] == told[2]
    assert (told[0]["type"], told[0]["detail"]) == ("urn:sitrep:problem:withdrawn", "retracted")


def test_malformed_xml_is_not_called_json(served: Served) -> None:
    body = check_problem(send(served, "POST", "/v1/sources.opml", "<opml"), 400)
    assert (body["type"], "XML" in body["title"]) == ("urn:sitrep:problem:malformed-xml", True)


@pytest.mark.parametrize(
    "path", ["/docs", "/redoc", "/openapi.json", "/v1/quotes.csv", "/v1/sources.opml", "/v1/quotes"]
)
def test_every_document_says_how_long_it_may_be_kept(filled: Served, path: str) -> None:
    assert "no-cache" in filled.client.get(path).headers["cache-control"]
