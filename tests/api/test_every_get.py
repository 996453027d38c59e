"""What holds for every GET of the document, those with ids among them: ETag, 304, HEAD, Cache-Control, safety headers."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.conftest import POSTS, WAVE, Served, serve

NO_ETAG = {"/healthz"}
ENDLESS = {"/v1/stream"}  # tests/live
FILES = "/v1/{name}.{{format}}"  # streamed: tests/api/test_exports.py
NEEDED = {"/v1/entities/resolve": "?name=odesa", "/v1/search": "?q=odesa"}
PAGES = ("/", "/docs", "/redoc", "/openapi.json")


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Something of everything: articles with revisions, a job, a source, a webhook, a correction."""
    for served in serve(tmp_path_factory.mktemp("full")):
        for body in (*POSTS, {**POSTS[0], "text": WAVE + "\nMore later."}):
            assert served.post(body).status_code == 201
        assert served.post({"url": "https://c.example/later"}).status_code == 202
        for name, url in (("sources", "https://d.example/feed.xml"), ("webhooks", "https://e.example/hook")):
            made = served.client.post(f"/v1/{name}", json={"url": url}, headers=served.auth("admin"))
            assert made.status_code == 201, made.text
        quote = served.client.get("/v1/quotes").json()["items"][0]["id"]
        wrong = {"reason": "it was not on Telegram", "medium": None, "kind": "indirect"}
        assert served.client.patch(f"/v1/quotes/{quote}", json=wrong, headers=served.auth("write")).status_code == 200
        yield served


def conditional(served: Served) -> list[str]:
    """The GETs of the document that promise an ETag, or are exempt from it by name."""
    paths = served.client.get("/openapi.json").json()["paths"]
    return [path for path, item in paths.items() if "get" in item and path not in ENDLESS and "{format}" not in path]


def address(served: Served, path: str) -> str:
    """`path` with the first id (or number) of the list that each of its templates stands below."""
    made = ""
    for part in re.findall(r"/[^/]*", path):
        if part.startswith("/{"):
            items = served.client.get(made, headers=served.auth("admin")).json()["items"]
            assert items, f"{path}: the fixture makes nothing for {made}"
            part = f"/{items[0].get('id') or items[0]['number']}"
        made += part
    return made + NEEDED.get(path, "")


def test_the_walk_leaves_out_only_what_streams(full: Served) -> None:
    document: dict[str, Any] = full.client.get("/openapi.json").json()["paths"]
    left = {path for path, item in document.items() if "get" in item} - set(conditional(full))
    names = ("articles", "entities", "quotes", "attack-reports")
    assert left == ENDLESS | {FILES.format(name=name) for name in names}
    assert sum("{" in path for path in conditional(full)) >= 14


def test_each_get_has_etag_and_head(full: Served) -> None:
    key = full.auth("admin")
    for path in [*conditional(full), *PAGES]:
        url = address(full, path) if path not in PAGES else path
        first = full.client.get(url, headers=key)
        assert first.status_code == 200, url
        assert first.headers["x-content-type-options"] == "nosniff"
        head = full.client.head(url, headers=key | {"Accept-Encoding": "identity"})
        assert (head.status_code, head.content) == (200, b""), url
        assert head.headers["content-type"] == first.headers["content-type"], url
        if url in NO_ETAG:
            assert "etag" not in first.headers
            continue
        tag = first.headers["etag"]
        assert head.headers["etag"] == tag, url
        again = full.client.get(url, headers=key | {"If-None-Match": f'"other", {tag}'})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag), url
        assert full.client.head(url, headers=key | {"If-None-Match": tag}).status_code == 304, url
        assert full.client.get(url, headers=key | {"If-None-Match": '"other"'}).status_code == 200
        if url.startswith("/v1"):
            assert "cache-control" in first.headers, url
            assert again.headers["cache-control"] == first.headers["cache-control"], url


def test_the_document_says_so(full: Served) -> None:
    paths = full.client.get("/openapi.json").json()["paths"]
    for path in set(conditional(full)) - NO_ETAG:
        responses = paths[path]["get"]["responses"]
        assert "304" in responses, path
        assert "ETag" in responses["200"]["headers"], path


def test_a_change_changes_the_tag(full: Served) -> None:
    """Lists, single resources and feeds alike: who asks again is told."""
    urls = [
        address(full, path) for path in ("/v1/articles", "/v1/articles.rss", "/v1/articles.feed.json", "/v1/changes")
    ]
    before = [full.client.get(url).headers["etag"] for url in urls]
    assert full.post({"text": "Nothing else burned on this day.", "published_at": "2025-03-05"}).status_code == 201
    assert all(full.client.get(url).headers["etag"] != tag for url, tag in zip(urls, before, strict=True))
