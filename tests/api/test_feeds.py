"""Feeds as their readers read them: our own parsers of `ingest`, on calm and on hostile words."""

import json
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import feedparser
import jsonschema
import pytest
from lxml import etree

from app.domain.document import Page
from app.ingest.readers.feed import entries, read_feed
from tests.api.conftest import POSTS, WAVE, Served, serve

LISTS = ("articles", "entities", "quotes", "attack-reports")
KINDS = {"rss": "application/rss+xml", "feed.json": "application/feed+json"}
ITEM = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string", "minLength": 1},
        "url": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "content_html": {"type": "string"},
        "date_published": {"type": "string", "format": "date-time"},
        "authors": {"type": "array", "items": {"type": "object", "required": ["name"]}},
    },
    "patternProperties": {"^_": {"type": "object"}},
    "additionalProperties": False,
    "anyOf": [{"required": ["content_html"]}, {"required": ["content_text"]}],
}
JSON_FEED = {  # what version 1.1 asks for, and what of it we use
    "type": "object",
    "required": ["version", "title", "items"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": {"type": "string"},
        "description": {"type": "string"},
        "home_page_url": {"type": "string", "format": "uri"},
        "feed_url": {"type": "string", "format": "uri"},
        "items": {"type": "array", "items": ITEM},
    },
    "additionalProperties": False,
}
HOSTILE = (
    "]]> <script>alert(1)</script> & &amp; <![CDATA[x]]> 🔥 \u202eтекст \u0007\u000b\ufffe end",
    "</title></item><item><title>smuggled",
    "'\"><img src=x onerror=y>",
    "&#x41; &lt;b&gt;",
)
NO_XML = dict.fromkeys((0x7, 0xB, 0xFFFE))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", LISTS)
def test_each_feed_is_read_back(filled: Served, name: str, kind: str) -> None:
    answer = filled.client.get(f"/v1/{name}.{kind}")
    assert answer.headers["content-type"] == KINDS[kind]
    items = filled.client.get(f"/v1/{name}?limit=200").json()["items"]
    found = read_feed(Page(answer.content, KINDS[kind]))
    assert {item.guid for item in found} == {item["id"] for item in items}
    times = [item.published_at for item in found]
    assert all(times)
    assert times == sorted(times, reverse=True)  # type: ignore[type-var]
    for raw in entries(answer.content) or ():
        assert f"/v1/{name}/" in str(raw), "no way to the API"


def test_what_an_attack_says(filled: Served) -> None:
    (first, _) = feedparser.parse(filled.client.get("/v1/attack-reports.rss").content).entries
    assert first.title == (
        "Drone attack by Russia on Ukraine, Odesa Oblast, 2025-03-03: 14 drones launched, 11 drones downed"
    )
    assert first.link == "https://a.example/wave"
    evidence = WAVE.split("\n")[1]
    assert f"<blockquote>{escape(evidence)}</blockquote>" in first.summary
    assert "<li>11 drones downed (“Eleven”)</li>" in first.summary
    assert not first.guidislink


def test_json_feeds_are_valid(filled: Served) -> None:
    for name in LISTS:
        body = filled.client.get(f"/v1/{name}.feed.json?limit=1").json()
        checker = jsonschema.Draft202012Validator(JSON_FEED, format_checker=jsonschema.FormatChecker())
        checker.validate(body)
        assert len(body["items"]) == 1
        assert filled.client.get(body["feed_url"]).json() == body
        assert filled.client.get(body["items"][0]["_sitrep"]["resource"]).status_code == 200


@pytest.mark.parametrize(
    ("url", "guids"),
    [
        ("attack-reports.rss?weapon=missile", 1),
        ("attack-reports.rss?within=UA-51&attacker=Russia", 1),
        ("attack-reports.rss?historical=false&weapon=missile", 0),
        ("quotes.feed.json?speaker=Iryna%20Lanova", 1),
        ("articles.feed.json?q=%22weather%20was%20mild%22", 1),
        ("entities.rss?kind=person", 2),
    ],
)
def test_the_filters_of_the_list(filled: Served, url: str, guids: int) -> None:
    answer = filled.client.get("/v1/" + url)
    assert len(entries(answer.content) or ()) == guids
    again = filled.client.get("/v1/" + url, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "cursor=x", "sort=name", "within=", "from=2025-02-30"])
def test_refused(filled: Served, query: str) -> None:
    assert filled.client.get(f"/v1/attack-reports.rss?{query}").status_code == 422


def test_a_late_report_of_an_old_attack_comes_first(served: Served) -> None:
    """The list goes by the day of the attack, the feed by the day of the news."""
    for body, day in ((POSTS[0], "2025-03-03"), (POSTS[1], "2025-04-01")):  # the second tells of 2023
        served.post({**body, "published_at": day})
    listed = [one["id"] for one in served.client.get("/v1/attack-reports").json()["items"]]
    followed = [one["id"] for one in served.client.get("/v1/attack-reports.feed.json").json()["items"]]
    by_news = served.client.get("/v1/attack-reports?sort=-published_at").json()["items"]
    assert followed == listed[::-1] == [one["id"] for one in by_news]


def test_an_edit_keeps_the_guids_of_what_stayed(served: Served) -> None:
    urls = ("/v1/attack-reports.rss", "/v1/quotes.rss")
    assert served.client.get(urls[1]).status_code == 200  # of nothing
    served.post(POSTS[0])
    first = [served.client.get(url) for url in urls]
    served.post({**POSTS[0], "text": WAVE + "\nMore later."})
    second = [served.client.get(url) for url in urls]
    for before, after in zip(first, second, strict=True):
        guids = [[one.guid for one in read_feed(Page(one.content, KINDS["rss"]))] for one in (before, after)]
        assert guids[0] == guids[1] != []
        assert before.headers["etag"] == after.headers["etag"]  # nothing in it tells when it was made


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    for served in serve(tmp_path_factory.mktemp("hostile")):
        for number, title in enumerate(HOSTILE):
            body: dict[str, Any] = {"text": WAVE, "title": title, "url": f"https://a.example/{number}?a=1&b=%22"}
            assert served.post({**body, "published_at": f"2025-03-0{number + 1}"}).status_code == 201
        yield served


@pytest.mark.parametrize("name", ["articles", "attack-reports"])
def test_hostile_titles(hostile: Served, name: str) -> None:
    answer = hostile.client.get(f"/v1/{name}.rss?include_duplicates=true")
    items = etree.fromstring(answer.content).findall("channel/item")  # well-formed, nothing smuggled
    assert len(items) == len(HOSTILE)
    for item, given in zip(reversed(items), HOSTILE, strict=True):
        if name == "articles":
            assert item.findtext("title") == " ".join(given.split()).translate(NO_XML)
        else:
            assert f">{escape(given.translate(NO_XML))}</a>" in str(item.findtext("description"))
        html = etree.HTML(str(item.findtext("description")))
        assert not {str(one.tag) for one in html.iter()} - {"html", "body", "p", "a", "ul", "li", "blockquote"}
    body = hostile.client.get(f"/v1/{name}.feed.json?include_duplicates=true")
    assert len(json.loads(body.content)["items"]) == len(HOSTILE)
    assert len(entries(body.content) or ()) == len(HOSTILE)


@pytest.mark.parametrize("host", ['evil"><script>', "a b", "[::1", "x:99999999", "", "a/b?c#d"])
def test_hostile_hosts_are_not_repeated(filled: Served, host: str) -> None:
    answer = filled.client.get("/v1/quotes.rss", headers={"Host": host})
    channel = etree.fromstring(answer.content).find("channel")
    assert channel is not None
    assert channel.findtext("link") == "http://testserver/v1/quotes"


def test_hostile_filters(filled: Served) -> None:
    """What was asked for stands in the title and in the feed's own address."""
    query = {"speaker": "\u0007]]> <b>&amp; 🔥"}
    channel = etree.fromstring(filled.client.get("/v1/quotes.rss", params=query).content).find("channel")
    assert channel is not None
    assert channel.findtext("title") == "Sitrep: quotes (speaker ]]> <b>&amp; 🔥)"
    again = filled.client.get("/v1/quotes.feed.json", params=query).json()
    assert filled.client.get(again["feed_url"]).json() == again


def test_readers_find_the_feeds(filled: Served) -> None:
    page = etree.HTML(filled.client.get("/").text)
    links = page.findall(".//link[@rel='alternate']")
    assert {link.get("href") for link in links} == {f"v1/{name}.{kind}" for name in LISTS for kind in KINDS}
    for link in links:
        assert filled.client.get("/" + str(link.get("href"))).headers["content-type"] == link.get("type")
    header = filled.client.get("/v1/quotes?kind=mixed&limit=1&sort=said_on").headers["link"]
    assert '</v1/quotes.rss?kind=mixed>; rel="alternate"; type="application/rss+xml"' in header


def test_addresses_are_those_that_the_operator_names(tmp_path: Path) -> None:
    for served in serve(tmp_path, public_url="https://sitrep.example/api"):
        served.post(POSTS[2])
        body = served.client.get("/v1/articles.feed.json?language=en").json()
        assert body["feed_url"] == "https://sitrep.example/api/v1/articles.feed.json?language=en"
        assert body["items"][0]["url"].startswith("https://sitrep.example/api/v1/articles/")
