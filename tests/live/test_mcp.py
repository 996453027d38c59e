"""/mcp with the official client against a running server."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.conftest import WAVE
from tests.live.conftest import Live, live


def asked(server: Live, work: Callable[[Any], Awaitable[Any]]) -> Any:
    """What `work` makes of a connected client."""
    from mcp import Client

    async def run() -> Any:
        async with Client(f"{server.url}/mcp") as client:
            return await work(client)

    return asyncio.run(run())


def call(server: Live, tool: str, **arguments: Any) -> dict[str, Any]:
    """The structured answer of a tool."""
    result = asked(server, lambda client: client.call_tool(tool, arguments))
    assert not result.is_error, result.content
    found: dict[str, Any] = result.structured_content
    return found


def refused(server: Live, tool: str, **arguments: Any) -> str:
    result = asked(server, lambda client: client.call_tool(tool, arguments))
    assert result.is_error
    return str(result.content[0].text)


def test_tools_are_the_read_operations(filled_server: Live) -> None:
    tools = {tool.name: tool for tool in asked(filled_server, lambda client: client.list_tools()).tools}
    assert set(tools) == {
        *("list_attack_reports", "list_quotes", "list_articles", "list_entities"),
        *("get_article", "get_attack_report", "get_quote", "search", "resolve_entity", "get_vocabulary"),
    }
    assert all(tool.annotations.read_only_hint and len(tool.description) > 40 for tool in tools.values())
    paths = httpx.get(f"{filled_server.url}/openapi.json").json()["paths"]
    for tool, path in (("list_attack_reports", "/v1/attack-reports"), ("list_quotes", "/v1/quotes")):
        schema = json.dumps(tools[tool].input_schema)
        for parameter in paths[path]["get"]["parameters"]:  # the same filters: they cannot drift apart
            assert f'"{parameter["name"]}"' in schema, (tool, parameter["name"])


def test_answers_are_those_of_the_api_with_their_spans(filled_server: Live) -> None:
    found = call(filled_server, "list_attack_reports", filters={"weapon": "drone", "from": "2025-03-01"})
    same = httpx.get(f"{filled_server.url}/v1/attack-reports?weapon=drone&from=2025-03-01").json()
    assert found == same
    assert len(found["items"]) == 1
    report = call(filled_server, "get_attack_report", id=found["items"][0]["id"])
    article = call(filled_server, "get_article", id=report["article"]["id"])
    assert article["text"] == WAVE
    for span in [*report["evidence"], *report["figures"], *article["quotes"][0]["parts"]]:
        assert article["text"][span["start"] : span["end"]] == span["text"]
    hits = call(filled_server, "search", filters={"q": "warehouses", "kind": "quote"})["items"]
    assert [hit["id"] for hit in hits] == [article["quotes"][0]["id"]]
    quote = call(filled_server, "get_quote", id=article["quotes"][0]["id"])
    assert quote["speaker"]["name"] == "Maksym Horbal"
    assert "launched" in call(filled_server, "get_vocabulary")["metrics"]
    for name in ("odesa oblast", "Odessa Oblast", "Odessa region"):  # spellings of the gazetteer, as over REST
        assert call(filled_server, "resolve_entity", name=name)["items"][0]["entity"]["name"] == "Odesa Oblast", name
        by_name = call(filled_server, "list_attack_reports", filters={"place": name})
        assert by_name == httpx.get(f"{filled_server.url}/v1/attack-reports", params={"place": name}).json()
        assert by_name["items"]


def test_pages(filled_server: Live) -> None:
    seen, cursor = [], None
    for _ in range(10):
        page = call(filled_server, "list_articles", filters={"limit": 1, **({"cursor": cursor} if cursor else {})})
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 3
    assert len(call(filled_server, "list_articles")["items"]) == 3


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("list_quotes", {"filters": {"nonsense": 1}}, "nonsense"),
        ("list_quotes", {"filters": {"from": "2025-03-02", "to": "2025-03-01"}}, "`from` is after `to`"),
        ("list_quotes", {"filters": {"cursor": "abc"}}, "cursor"),
        ("get_article", {"id": "not-an-id"}, "no such"),
        ("list_quotes", {"speaker": "Kiper"}, "Filters go inside `filters`"),  # else every quote would be answered
        ("search", {"q": "drones"}, "does not take q"),
        ("search", {}, "filters: Field required"),
        ("drop_tables", {}, "drop_tables"),
    ],
)
def test_refusals_are_in_words(filled_server: Live, tool: str, arguments: dict[str, Any], words: str) -> None:
    try:
        text = refused(filled_server, tool, **arguments)
    except Exception as error:  # noqa: BLE001 - the SDK raises for a tool that does not exist
        text = str(error)
    assert words in text
    assert "Traceback" not in text and "pydantic" not in text


def test_closed_reads_excerpts_and_limits(tmp_path: Path) -> None:
    with live(
        f"sqlite:///{tmp_path}/closed.db", public_reads=False, public_text=False, rate_limit="9/minute"
    ) as server:
        server.fill()
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        accept = {"Accept": "application/json, text/event-stream"}
        closed = httpx.post(f"{server.url}/mcp", json=body, headers=accept)
        assert (closed.status_code, closed.headers["content-type"]) == (401, "application/problem+json")
        call = {"name": "list_articles", "arguments": {}}
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
        headers = accept | server.auth("read")
        listed = httpx.post(f"{server.url}/mcp", json=body, headers=headers)
        assert listed.status_code == 200, listed.text
        wave = listed.json()["result"]["structuredContent"]["items"][0]
        body["params"] = {"name": "get_article", "arguments": {"id": wave["id"]}}
        article = httpx.post(f"{server.url}/mcp", json=body, headers=headers).json()["result"]["structuredContent"]
        assert article["text"] is None
        assert "excerpts" in article
        statuses = [httpx.post(f"{server.url}/mcp", json=body, headers=headers).status_code for _ in range(6)]
        assert statuses[-1] == 429


def test_a_server_that_nobody_asks_does_not_load_the_sdk() -> None:
    code = "import sys, app.main; sys.exit(any(name == 'mcp' or name.startswith('mcp.') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0


ASKED = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}})
SPOKEN = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}


@pytest.mark.parametrize(
    ("method", "headers", "body", "status", "slug"),
    [
        ("POST", {"Accept": "text/html"}, ASKED, 406, "not-acceptable"),
        ("POST", {"Content-Type": "text/plain"}, ASKED, 415, "unsupported-media-type"),
        ("POST", {}, "a" * 300_000, 413, "too-large"),
        ("GET", {"Accept": "text/event-stream"}, "", 405, "method-not-allowed"),  # it stayed open for ever
        ("DELETE", {}, "", 405, "method-not-allowed"),
        ("PUT", {}, ASKED, 405, "method-not-allowed"),
    ],
)
def test_who_speaks_no_mcp_is_told_in_problems(
    server: Live, method: str, headers: dict[str, str], body: str, status: int, slug: str
) -> None:
    answer = httpx.request(method, f"{server.url}/mcp", headers=SPOKEN | headers, content=body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert (answer.json()["type"], answer.json()["instance"]) == (f"urn:sitrep:problem:{slug}", "/mcp")
    assert (answer.headers.get("allow") == "POST") == (status == 405)


def test_the_protocol_says_its_errors_itself(server: Live) -> None:
    """Its clients read JSON-RPC and nothing else."""
    answer = httpx.post(f"{server.url}/mcp", headers=SPOKEN, content="{")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, -32700)
