"""`Idempotency-Key` on every POST: the first answer comes again, the work is done once, another request under it is 422."""

from typing import Any

import pytest

from app.core.clock import utcnow
from app.core.db import write_session
from app.core.ids import parse_id
from app.domain.vocabulary import JobState
from app.store import jobs
from tests.api.conftest import POSTS, Served

HOOK = {"url": "https://receiver.example/in"}
OPML = '<opml><body><outline xmlUrl="https://a.example/f"/></body></opml>'


def post(served: Served, path: str, body: Any = None, **headers: str) -> Any:
    sent = {"content": body} if isinstance(body, str) else {"json": body}
    kind = {"Content-Type": "text/x-opml"} if isinstance(body, str) else {}
    return served.client.post(path, headers=served.auth("admin") | kind | headers, **sent)


def a_source(served: Served) -> str:
    return f"/v1/sources/{post(served, '/v1/sources', {'url': 'https://b.example/feed'}).json()['id']}/poll"


def a_webhook(served: Served) -> str:
    return f"/v1/webhooks/{post(served, '/v1/webhooks', HOOK).json()['id']}"


def a_failed_job(served: Served) -> str:
    made = served.post({"url": "https://c.example/1"}).json()["id"]
    with write_session(served.client.app.state.runtime.engine) as session:  # type: ignore[attr-defined]
        jobs.finish(session, parse_id(made), JobState.FAILED, now=utcnow(), error="The site did not answer in time")
    return f"/v1/jobs/{made}/retry"


# operation -> (its path, what is sent, the status; where to count what was made, how many there are after two POSTs)
CASES: dict[str, tuple[Any, Any, int, str | None, int]] = {
    "createArticle": ("/v1/articles", POSTS[0], 201, "/v1/articles", 1),
    "createSource": ("/v1/sources", {"url": "https://b.example/feed"}, 201, "/v1/sources", 1),
    "importSources": ("/v1/sources.opml", OPML, 200, "/v1/sources", 1),
    "pollSource": (a_source, None, 202, "/v1/jobs", 1),
    "retryJob": (a_failed_job, None, 202, "/v1/jobs?state=queued", 1),  # without a key the second is 409
    "createWebhook": ("/v1/webhooks", HOOK, 201, "/v1/webhooks", 1),
    "rotateWebhookSecret": (lambda s: a_webhook(s) + "/secret", None, 200, None, 0),  # the secret is the same
    "testWebhook": (lambda s: a_webhook(s) + "/test", None, 202, "deliveries", 1),
}
PURE = {"extractText"}  # nothing happens, so nothing happens twice


def operations(served: Served) -> dict[str, Any]:
    paths = served.client.get("/openapi.json").json()["paths"]
    return {item["post"]["operationId"]: item["post"] for item in paths.values() if "post" in item}


def test_every_post_takes_a_key(served: Served) -> None:
    for name, operation in operations(served).items():
        assert "idempotency-key" in {one["name"] for one in operation["parameters"]}, name
    assert set(operations(served)) == set(CASES) | PURE


@pytest.mark.parametrize("name", CASES)
def test_it_is_done_once(served: Served, name: str) -> None:
    path, body, status, listed, count = CASES[name]
    path = path if isinstance(path, str) else path(served)
    first, again = (post(served, path, body, **{"Idempotency-Key": "night-of-drones"}) for _ in range(2))
    assert (first.status_code, again.status_code) == (status, status), again.text
    assert again.json() == first.json()
    assert (first.headers.get("location"), "no-store") == (
        again.headers.get("location"),
        again.headers["cache-control"],
    )
    assert ("idempotency-replayed" in first.headers, again.headers["idempotency-replayed"]) == (False, "true")
    if listed:
        listed = path.replace("/test", "/deliveries") if listed == "deliveries" else listed
        assert len(served.client.get(listed, headers=served.auth("admin")).json()["items"]) == count


def test_the_key_belongs_to_one_request_and_to_one_client(served: Served) -> None:
    hook, key = a_webhook(served), {"Idempotency-Key": "one"}
    assert post(served, f"{hook}/test", **key).status_code == 202
    for path, body in ((f"{hook}/secret", None), ("/v1/webhooks", HOOK), ("/v1/sources.opml?enabled=false", OPML)):
        refused = post(served, path, body, **key)
        assert (refused.status_code, refused.json()["errors"][0]["type"]) == (422, "idempotency_key_reused")
    assert served.post(POSTS[0], **key).status_code == 201  # another client's key is another one


def test_a_refused_request_frees_its_key(served: Served) -> None:
    key = {"Idempotency-Key": "one"}
    assert post(served, "/v1/webhooks", {"url": "http://127.0.0.1/"}, **key).status_code == 422
    assert post(served, "/v1/webhooks", HOOK, **key).status_code == 201


def test_extract_takes_a_key_and_keeps_nothing(served: Served) -> None:
    answers = [post(served, "/v1/extract", {"text": POSTS[n]["text"]}, **{"Idempotency-Key": "one"}) for n in (0, 0, 1)]
    assert [one.status_code for one in answers] == [200, 200, 200]
    assert answers[0].json() == answers[1].json()
    assert post(served, "/v1/extract", {"text": "a b"}, **{"Idempotency-Key": "a b"}).status_code == 422  # no such key
